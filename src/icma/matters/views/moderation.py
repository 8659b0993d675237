"""The moderators' desk: what waits, oldest first; each decision cites its rule."""

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from icma.core.access import allowed
from icma.core.day import legal_day
from icma.core.door import can, holds
from icma.law.book import book
from icma.matters.actions import joining, moderation
from icma.matters.actions.documents import remove_document
from icma.matters.actions.outcome import erase_step
from icma.matters.actions.own_terms import owed_on
from icma.matters.actions.proposing import proposals
from icma.matters.actions.redaction import all_waiting
from icma.matters.addresses import matter_address, move_address, proposals_address
from icma.matters.calls import reachable
from icma.matters.forms.moderation import (
    CorrectForm,
    FindForm,
    MergeForm,
    NoticeForm,
    PhotoSeenForm,
    RejectForm,
    RuleForm,
    VerdictForm,
    WordsSeenForm,
)
from icma.matters.forms.raising import SureForm
from icma.matters.models import Document, Entry, Matter, Notice
from icma.matters.rules_of_moderation import RULES, SLOW
from icma.matters.similar import similar
from icma.matters.verbs import SENTENCES
from icma.matters.views.steps import press, step
from icma.people.reviews import to_read

PAGE = "matters/moderate_step.html"
SHOWN = 100
SAID = ("appealed", "rejected", "village_said")  # what a moderator reads beside the text


def _desk(matter: Matter) -> str:
    return reverse("moderate_matter", args=[matter.code])


@holds("moderator", "officer")
def moderate(request: HttpRequest) -> HttpResponse:
    """What waits, legal notices that are being decided, and the way to any other matter by its reference."""
    found = FindForm(request.GET if "find" in request.GET else None)
    if found.is_valid():
        return redirect("moderate_matter", code=found.cleaned_data["find"].code)
    waiting = list(moderation.waiting().annotate(
        words=Count("matter__entries", filter=Q(matter__entries__verb__in=moderation.WORDED, matter__entries__visibility="staff",
                                                matter__entries__words__erased_at=None), distinct=True),
        photos=Count("matter__documents", filter=Q(matter__documents__state="waiting"), distinct=True),
    )[:SHOWN])  # fmt: skip
    notices = Notice.objects.filter(verdict="").select_related("matter__place").order_by("received_at")
    at = timezone.now()
    today, words = legal_day(at), list(to_read(who=request.who, at=at))
    return render(request, "matters/moderate.html", {
        "waiting": waiting, "notices": notices, "today": today, "slow": SLOW,
        "words": words, "read_by": owed_on(words[0].asked_at, book()) if words else None,
        "late": sum(clock.due_on < today for clock in waiting), "find": found,
    })  # fmt: skip


@can("moderate", Matter, select=("place", "village", "community", "merged_into"))
def moderate_matter(request: HttpRequest, matter: Matter) -> HttpResponse:
    """Everything about one matter that a moderator decides."""
    near = similar(f"{matter.title} {matter.text}", matter.place_id, matter.topic) if matter.text else []
    words = [
        (w, WordsSeenForm(initial={"text": w.text}), RuleForm(), SENTENCES.get(w.entry.data.get("verb")))
        for w in moderation.waiting_words(matter)
    ]
    photos = list(Document.objects.filter(matter=matter).select_related("file", "thumb").order_by("at"))
    said = Entry.objects.filter(matter=matter, verb__in=SAID).select_related("words")
    return render(request, "matters/moderate_matter.html", {
        "matter": matter, "covered": all_waiting([photo.code for photo in photos]), "similar": [row for row in near if row.pk != matter.pk], "words": words,
        "photos": [(photo, PhotoSeenForm(auto_id=f"p{photo.code}_%s")) for photo in photos],
        "reject": RejectForm(), "rules": RULES,
        "appealed": moderation.is_appealed(matter), "said": said.order_by("id"), "page": matter_address(matter.code),
        "mine": moderation.first_rejecter(matter) == request.user.pk and matter.stage == "rejected",
        "term": matter.clocks.filter(rule="own.moderate", state="running").first(), "today": legal_day(timezone.now()),
        "notice": matter.notices.filter(verdict="").first(), "public": moderation.public_words(matter),
        "proposed": proposals_address(matter.code) if proposals(matter) else "",
        "move": move_address(matter),
        "called": request.who.has("officer") and reachable(matter),
    })  # fmt: skip


@can("moderate", Matter)
def moderate_publish(request: HttpRequest, matter: Matter) -> HttpResponse:
    at = timezone.now()
    return press(
        request, f"publish:{matter.code}", lambda: moderation.publish(matter=matter, at=at, by=request.user),
        reverse("moderate"), at, _("Published. Communities of the district see it now."),
    )  # fmt: skip


@can("moderate", Matter)
def moderate_reject(request: HttpRequest, matter: Matter) -> HttpResponse:
    at, form = timezone.now(), RejectForm(request.POST or None)

    def do() -> None:
        moderation.reject(matter=matter, at=at, by=request.user, **form.cleaned_data)

    return step(
        request, form, f"reject:{matter.code}", do, reverse("moderate"), at, PAGE, matter=matter,
        title=_("Do not publish"), button=_("Do not publish"),
        lead=_("The author reads the rule and can ask for another look."),
    )  # fmt: skip


@can("moderate", Matter, select=("place", "village"))
def moderate_correct(request: HttpRequest, matter: Matter) -> HttpResponse:
    at, form = timezone.now(), CorrectForm.of(matter, request.POST or None)

    def do() -> None:
        moderation.correct(matter=matter, at=at, by=request.user, **form.cleaned_data)

    return step(
        request, form, f"correct:{matter.code}", do, _desk(matter), at, PAGE, matter=matter, title=_("Correct"),
        button=_("Save"), lead=_("What is taken out is erased for good, also from the search."),
    )  # fmt: skip


@can("moderate", Matter)
def moderate_words(request: HttpRequest, matter: Matter, entry: int) -> HttpResponse:
    """Show what somebody wrote, or not."""
    at, form = timezone.now(), WordsSeenForm(request.POST or None)
    row = get_object_or_404(
        Entry.objects.select_related("matter"), pk=entry, matter=matter, verb__in=moderation.WORDED
    )

    def do() -> None:
        if request.POST.get("show"):
            moderation.show_words(
                entry=row, at=at, by=request.user, text=form.cleaned_data["text"] if form.is_valid() else ""
            )
        else:
            moderation.drop_words(entry=row, rule=request.POST.get("rule", ""), at=at, by=request.user)

    return press(request, f"words:{entry}", do, _desk(matter), at)


@can("moderate", Document, select=("matter", "file", "thumb"))
def moderate_photo(request: HttpRequest, document: Document, matter: str) -> HttpResponse:
    """Show a photo small, keep it with the team, or delete it."""
    at, form = timezone.now(), PhotoSeenForm(request.POST)
    wish, clean = request.POST.get("do"), form.is_valid() and form.cleaned_data["clean"]
    if document.matter.code != matter:
        raise Http404

    def do() -> None:
        if wish == "delete":
            remove_document(document=document, at=at, by=request.user)
        else:
            moderation.decide_photo(
                document=document, show=wish == "show", clean=clean, at=at, by=request.user
            )

    return press(request, f"photo:{document.code}", do, _desk(document.matter), at)


@can("moderate", Matter)
def merge(request: HttpRequest, matter: Matter) -> HttpResponse:
    at, form = (
        timezone.now(),
        MergeForm(request.POST or None, initial={"into": request.GET.get("ile", "")[:8]}),
    )

    def do() -> None:
        joining.merge(matter=matter, into=form.cleaned_data["into"], at=at, by=request.user)

    return step(
        request, form, f"merge:{matter.code}", do, _desk(matter), at, PAGE, matter=matter,
        title=_("Join with another matter"),
        button=_("Join"),
        lead=_("Its address will lead to the other one. "
               "Supporters of both are counted once, followers are told."),
    )  # fmt: skip


@can("moderate", Matter, select=("merged_into",))
def split(request: HttpRequest, matter: Matter) -> HttpResponse:
    at, form = timezone.now(), SureForm(request.POST or None)
    return step(
        request, form, f"split:{matter.code}", lambda: joining.split(matter=matter, at=at, by=request.user),
        _desk(matter), at, PAGE, matter=matter, title=_("Take apart again"), button=_("Take apart again"),
        lead=_("It goes on from where it stood; the supporters that it had are its own again."),
    )  # fmt: skip


@can("moderate", Matter)
def notice(request: HttpRequest, matter: Matter) -> HttpResponse:
    """A legal notice: hidden at once."""
    at, form = timezone.now(), NoticeForm(request.POST or None)
    return step(
        request, form, f"hide:{matter.code}",
        lambda: joining.hide(matter=matter, at=at, by=request.user, **form.cleaned_data),
        _desk(matter), at, PAGE, matter=matter, title=_("Legal notice"), button=_("Hide it now"), danger=True,
        lead=_("The matter is hidden at once and a tombstone stays at its address. Then it is decided."),
    )  # fmt: skip


@can("moderate", Matter)
def notice_decide(request: HttpRequest, matter: Matter) -> HttpResponse:
    at, form = timezone.now(), VerdictForm(request.POST or None)
    row = get_object_or_404(Notice.objects.select_related("matter"), matter=matter, verdict="")

    def do() -> None:
        joining.decide_notice(notice=row, verdict=form.cleaned_data["verdict"], at=at, by=request.user)

    return step(
        request, form, f"notice:{row.pk}", do, reverse("moderate"), at, PAGE, matter=matter,
        title=_("Decide the legal notice"),
        button=_("Decide"), lead=f"{row.sender} · {row.basis}",
    )  # fmt: skip


@can("moderate", Matter)
def erase(request: HttpRequest, matter: Matter, entry: int) -> HttpResponse:
    """Take the words of a step away; a tombstone stays."""
    at, form = timezone.now(), RuleForm(request.POST or None)
    rows = allowed(Entry.objects.select_related("matter", "words"), request.who, "moderate", at)
    row = get_object_or_404(rows, pk=entry, matter=matter)
    return step(
        request, form, f"erase:{entry}",
        lambda: erase_step(entry=row, reason=form.cleaned_data["rule"], at=at, by=request.user),
        matter_address(matter.code), at, PAGE, matter=matter, title=_("Erase the words of a step"), button=_("Erase"),
        danger=True, lead=_("The words go for good. The step stays and says that something was here."),
        shown=getattr(row, "words", None),
    )  # fmt: skip
