"""Unlocking and locking; one's own key; groups that hold a key together."""

import hmac
import secrets
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from icma.core.action import Refused
from icma.core.codes import hashed
from icma.core.limit import within
from icma.core.once import run_once
from icma.engines.vault import Unopened
from icma.legalaid import unlocking
from icma.legalaid.actions.cases.terms import count_all_anew
from icma.legalaid.actions.keys import groups as group_actions
from icma.legalaid.actions.keys import pairs as actions
from icma.legalaid.actions.keys.renewing import renew
from icma.legalaid.doors import lock_for, ring_of, seated, unlock_for, unlocked
from icma.legalaid.forms.keys import CodeForm, FingerprintForm, TypedForm, UnlockForm
from icma.legalaid.groupwords import GROUPS, colleagues, keyed, overview, shared_cases
from icma.legalaid.models import KeyPair
from icma.legalaid.pairs import group_pair, pair_of, recovery_pair, shown
from icma.legalaid.passphrases import bare, new_passphrase, new_recovery_code
from icma.legalaid.unlocking import Busy

SALT, MINUTES = "icma.vault.typed", 60


def _back(request: HttpRequest) -> str:
    to = request.POST.get("next") or request.GET.get("next", "")
    return to if url_has_allowed_host_and_scheme(to, {request.get_host()}, request.is_secure()) else ""


def _later(
    request: HttpRequest, page: dict[str, Any], template: str = "legalaid/unlock.html"
) -> HttpResponse:
    """Every core is busy: the browser may send the same once more in a moment."""
    response = render(request, template, page | {"busy": True}, status=503)
    response.headers["Retry-After"] = "5"
    return response


@sensitive_post_parameters()
@sensitive_variables()
@seated
def unlock(request: HttpRequest) -> HttpResponse:
    pair, form = pair_of(request.user), UnlockForm(request.POST or None)
    if pair is None:
        return redirect("vault_new")
    page = {"form": form, "next": _back(request)}
    if request.method == "GET" and ring_of(request):
        return redirect(page["next"] or resolve_url("vault_keys"))
    if request.method == "POST" and form.is_valid():
        if not within(request, f"unlock:{request.user.pk}", per_hour=60, burst=20):
            return _later(request, page)
        try:
            ring = unlocking.by_passphrase(pair=pair, words=form.cleaned_data["words"], at=timezone.now())
        except Busy:
            return _later(request, page)
        except Unopened:
            form.add_error("words", _("The vault did not open. Look at the words once more."))
        else:
            actions.grant_papers(ring=ring)
            count_all_anew(ring=ring)
            return unlock_for(request, redirect(page["next"] or resolve_url("vault_keys")), ring)
    return render(request, "legalaid/unlock.html", page, status=422 if form.errors else 200)


@sensitive_post_parameters()
@sensitive_variables()
@seated
def lost(request: HttpRequest) -> HttpResponse:
    """The personal recovery code instead of the passphrase; then another one is made."""
    pair, form = pair_of(request.user), CodeForm(request.POST or None)
    if request.method == "POST" and pair and form.is_valid():
        try:
            ring = unlocking.by_recovery_code(pair=pair, code=form.cleaned_data["code"], at=timezone.now())
        except Unopened:
            form.add_error("code", _("The vault did not open. Look at the code once more."))
        else:
            return unlock_for(request, redirect("vault_new"), ring)
    return render(request, "legalaid/lost.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@seated
def lock(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("The vault is locked."))
    return lock_for(request, redirect("vault_unlock"))


@seated
def keys(request: HttpRequest) -> HttpResponse:
    """My key, my groups, whom to let in."""
    if pair_of(request.user) is None:
        return redirect("vault_new")
    ring, papers = ring_of(request), recovery_pair()
    page = {
        "mine": ring.fingerprint() if ring else "", "ring": ring, "groups": overview(ring), "people": keyed(request.user),
        "papers_print": shown(papers) if papers else "",
    }  # fmt: skip
    return render(request, "legalaid/keys.html", page)


@sensitive_post_parameters()
@sensitive_variables()
@seated
def new(request: HttpRequest) -> HttpResponse:
    """A passphrase and a recovery code: shown once, typed back from paper. The first, or others for an open vault."""
    ring = ring_of(request)
    if pair_of(request.user) is not None and ring is None:
        return redirect("vault_unlock")
    return _written(request, ring, "legalaid/new.html")


@sensitive_post_parameters()
@sensitive_variables()
@unlocked()
def exchange(request: HttpRequest) -> HttpResponse:
    """Another pair, with other words and another code: what the old one opened the new one opens."""
    return _written(request, request.ring, "legalaid/exchange.html")


@sensitive_variables()
def _written(request: HttpRequest, ring: Any, first: str) -> HttpResponse:
    """Shown, typed back, kept. What else was chosen on the first page is carried along."""
    step, leaked = request.POST.get("step", ""), request.POST.get("leaked", "")
    if step == "make":
        words, code = new_passphrase(), new_recovery_code()
        check = signing.dumps(_mark(request, words, code), salt=SALT)
        page = {"words": words, "code": code, "check": check, "leaked": leaked}
        return render(request, "legalaid/new_shown.html", page)
    form = TypedForm(
        request.POST if step == "typed" else None, initial={"check": request.POST.get("check", "")}
    )
    if step == "typed" and form.is_valid():
        return _typed(request, form, ring)
    if step:
        page = {"form": form, "leaked": leaked}
        return render(request, "legalaid/new_typed.html", page, status=422 if form.errors else 200)
    return render(request, first, {"ring": ring})


def _mark(request: HttpRequest, words: str, code: str) -> list[str]:
    """What was shown, as keyed hashes: the page that asks for it back holds neither."""
    who = request.user.person
    return [hashed(f"{who}|{bare(words)}", "vault-words"), hashed(f"{who}|{code}", "vault-code")]


@sensitive_variables()
def _typed(request: HttpRequest, form: TypedForm, ring: Any) -> HttpResponse:
    words, code = form.cleaned_data["words"], form.cleaned_data["code"]
    try:
        wanted = signing.loads(form.cleaned_data["check"], salt=SALT, max_age=MINUTES * 60)
    except signing.BadSignature:
        return redirect(request.path)
    for name, given, want in zip(("words", "code"), _mark(request, words, code), wanted, strict=True):
        if not hmac.compare_digest(given, want):
            form.add_error(name, _("This is not what was shown. Look at your paper once more."))
    page = {"form": form, "leaked": request.POST.get("leaked", "")}
    if form.errors:
        return render(request, "legalaid/new_typed.html", page, status=422)
    salts = secrets.token_bytes(16), secrets.token_bytes(16)
    try:
        key = unlocking.stretched(words, salts[0])
    except Busy:
        return _later(request, page, "legalaid/new_typed.html")
    locks = actions.Locks(key, salts[0], unlocking.paper_key(code, salts[1]), salts[1])
    return _kept(request, locks, ring)


@sensitive_variables()
def _kept(request: HttpRequest, locks: actions.Locks, ring: Any) -> HttpResponse:
    at = timezone.now()
    try:
        if ring is None:
            ring = actions.enrol(user=request.user, locks=locks, at=at)
        elif request.path == reverse("vault_exchange"):
            ring = renew(ring=ring, locks=locks, at=at, leaked=bool(request.POST.get("leaked")))
        else:
            actions.lock_anew(ring=ring, locks=locks)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("vault_keys")
    messages.success(
        request, _("Your key is ready, and the vault is open. Put the paper where nobody looks.")
    )
    return unlock_for(request, redirect("vault_keys"), ring)


@unlocked()
def group(request: HttpRequest, name: str) -> HttpResponse:
    """Members of a group and colleagues who may come in; found it, let in, take out."""
    if name not in GROUPS:
        raise Http404
    form = FingerprintForm(request.POST if request.POST.get("do") == "add" else None)
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        try:
            once = request.POST.get("once", "")
            run_once(f"group:{name}", once, lambda: _change(request, name, form), timezone.now())
        except (Refused, Unopened) as refusal:
            form.add_error(None, str(refusal)) if form.is_bound else messages.error(request, str(refusal))
        else:
            return redirect("vault_group", name=name)
    page = {
        "name": name, "title": GROUPS[name], "pair": group_pair(name), "form": form, "in_group": request.ring.in_group(name),
        "members": group_actions.members_of(name), "others": colleagues(name), "me": request.ring.pair,
        "stale": group_actions.needs_renewal(name),
    }  # fmt: skip
    return render(request, "legalaid/group.html", page, status=422 if form.errors else 200)


@unlocked()
def person(request: HttpRequest, person: str) -> HttpResponse:
    """A colleague's key: retired by an officer when somebody leaves or has lost everything; cases given back after."""
    pair = KeyPair.objects.filter(owner__person=person, retired_on=None).select_related("owner").first()
    if pair is None or pair.pk == request.ring.pair.pk:
        raise Http404
    if request.method == "POST":
        do = _retire if request.POST.get("do") == "retire" and request.who.has("officer") else _give_back
        try:
            run_once(
                f"key:{pair.code}", request.POST.get("once", ""), lambda: do(request, pair), timezone.now()
            )
        except (Refused, Unopened) as refusal:
            messages.error(request, str(refusal))
            return redirect("vault_person", person=person)
        return redirect("vault_keys")
    page = {
        "pair": pair,
        "officer": request.who.has("officer"),
        "n": shared_cases(request.ring, pair).count(),
        "papers": recovery_pair() is not None,
    }
    return render(request, "legalaid/person.html", page)


def _retire(request: HttpRequest, pair: KeyPair) -> dict[str, Any]:
    lost = actions.give_up(user=pair.owner, by=request.user, at=timezone.now())
    messages.success(request, _("The key opens nothing any more."))
    if lost:
        papers = _("Nobody who answers for these cases can open them now; the union's papers can: %(codes)s")
        nobody = _("Nobody can open these cases any more, for there are no papers: %(codes)s")
        messages.error(request, (papers if recovery_pair() else nobody) % {"codes": ", ".join(lost)})
    return {"ok": 1}


def _give_back(request: HttpRequest, pair: KeyPair) -> dict[str, Any]:
    n = actions.regrant(ring=request.ring, cases=shared_cases(request.ring, pair), to=pair,
                        fingerprint=request.POST.get("fingerprint", ""), at=timezone.now())  # fmt: skip
    messages.success(request, _("Cases given back: %(n)s") % {"n": n})
    return {"n": n}


def _change(request: HttpRequest, name: str, form: FingerprintForm) -> dict[str, Any]:
    do, at, ring = request.POST.get("do", ""), timezone.now(), request.ring
    if do == "found":
        group_actions.found(ring=ring, name=name, at=at)
    elif do == "renew":
        group_actions.renew_group(ring=ring, name=name, at=at)
    elif do in ("add", "remove"):
        member = KeyPair.objects.filter(code=request.POST.get("member", ""), owner__isnull=False).first()
        if member is None:
            raise Refused(_("This person has no key yet."))
        if do == "add":
            print_ = form.cleaned_data["fingerprint"]
            group_actions.add_member(ring=ring, name=name, to=member, fingerprint=print_, at=at)
        else:
            group_actions.remove_member(ring=ring, name=name, member=member, at=at)
    return {"ok": 1}
