"""The safety baseline of every page: headers, caches, cookies, methods; what a reader is told when a form is stale."""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone, translation

from icma.core import limit
from icma.people.models import User
from tests.house.test_settings import GOOD
from tests.house.world import SECRET, Tenant, addresses, ours, patterns, proven, signed_in, tables

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
STYLE = re.compile(r"<style([^>]*)>(.*?)</style>", re.S)
INLINE = re.compile(r"<[a-z][^>]*\s(?:style|on[a-z]+)\s*=\s*[\"']|javascript:", re.I)
SCRIPT = re.compile(r"<script(?![^>]*\ssrc=\"/s/)(?![^>]*type=\"application/json\")[^>]*>", re.I)
ROLES = ("stranger", "author", "resident", "coordinator", "officer", "moderator", "lawyer", "advocate", "researcher",
         "official")  # fmt: skip


@pytest.fixture(autouse=True)
def that_friday(at, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: at)
    limit._BUCKETS.clear()
    with translation.override("az"):
        yield


@pytest.fixture
def tenant(country, cast, at) -> Tenant:
    return ours(country, cast, at)


def client_of(role: str, cast, tenant: Tenant) -> Client:
    if role == "stranger":
        return Client()
    return proven(tenant) if role == "author" else signed_in(getattr(cast, role))


# The one page that others may frame: it can send nothing and run nothing.
FRAMED = "d/<str:code>/say/"
FRAME_SAYS = ("frame-ancestors *", "form-action 'none'")


def wrongs(response, route: str) -> list[str]:
    """What is wrong with the headers and, of a page, with what is written into it."""
    found = []
    policy = response.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy.split("; "):
        found.append(f"policy {policy[:60]!r}")
    wanted = {"Referrer-Policy": "same-origin", "X-Content-Type-Options": "nosniff"}
    found += [
        f"{name}: {response.get(name)}" for name, value in wanted.items() if response.get(name) != value
    ]
    if "camera=()" not in response.get("Permissions-Policy", ""):
        found.append("permissions")
    if (
        response.get("Content-Type", "").startswith("text/html")
        and not response.streaming
        and response.content
    ):
        found += _written(response.content.decode(), policy, framed=route == FRAMED)
    return [f"{route}: {wrong}" for wrong in found]


def _written(page: str, policy: str, framed: bool) -> list[str]:
    parts = policy.split("; ")
    wanted = {"base-uri 'none'", *(FRAME_SAYS if framed else ("frame-ancestors 'none'",))}
    found = [] if wanted <= set(parts) and not (framed and "script-src" in policy) else [policy]
    if "unsafe" in policy:
        found.append("unsafe policy")
    nonces = re.findall(r"'nonce-([^']+)'", policy)
    for attributes, style in STYLE.findall(page):
        nonce = re.search(r'nonce="([^"]+)"', attributes)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        if f"'sha256-{digest}'" not in policy and (nonce is None or nonce.group(1) not in nonces):
            found.append(f"<style{attributes}> against {nonces}")
    found += [f"inline {hit[:60]}" for hit in INLINE.findall(page)]
    return found + [f"script {hit[:60]}" for hit in SCRIPT.findall(page)]


BOTH = (
    "stranger",
    "coordinator",
    "officer",
)  # these open every page; what the others read is asked in the same way


@pytest.mark.parametrize("role", [
    pytest.param(role, marks=[] if role in BOTH else pytest.mark.one_engine) for role in ROLES
])  # fmt: skip
def test_reading_every_address_is_safe_and_changes_nothing(role: str, cast, tenant: Tenant) -> None:
    """GET of every address with things that exist, as each role: no error, no change, every header."""
    client, found, opened = client_of(role, cast, tenant), [], 0
    before = tables()
    for route, address in addresses(tenant).items():
        response = client.get(address)
        opened += response.status_code == 200
        if response.status_code >= 500:
            found.append(f"{route}: {response.status_code}")
        if not route.startswith("f/") and not route.endswith((".jpg", ".png")):
            found += wrongs(response, route)
        elif response.status_code == 200 and response.get("X-Content-Type-Options") != "nosniff":
            found.append(f"{route}: sniffed")
        if role != "stranger" and "no-store" not in response.get("Cache-Control", ""):
            found.append(f"{route}: kept by the browser, {response.get('Cache-Control')}")
        if response.streaming:
            list(response)
    assert found == []
    assert opened >= 40  # the crawl did reach pages
    after = tables()
    assert [table for table in before if before[table] != after[table]] == []


@pytest.mark.one_engine
def test_head_changes_nothing_either(cast, tenant: Tenant) -> None:
    client, before = signed_in(cast.officer), tables()
    for route, address in addresses(tenant).items():
        assert client.head(address).status_code < 500, route
    assert tables() == before


@pytest.mark.one_engine
def test_pages_of_accounts_are_safe_and_reading_them_changes_nothing(cast, tenant: Tenant) -> None:
    """allauth's own pages wear the same policy."""
    names = [item.name for _route, item in patterns() if item.callback.__module__.startswith("allauth.")]
    names = [name for name in names if name and name not in {"account_reset_password_from_key", "mfa_remove_webauthn",
                                                            "mfa_edit_webauthn", "mfa_login_webauthn"}]  # fmt: skip
    assert len(names) >= 15
    for client in (Client(), signed_in(cast.officer)):
        client.get(reverse("account_email"))  # allauth writes down the address of an account it has not met
        before, found = tables(), []
        for name in names:
            response = client.get(reverse(name))
            # allauth hides an empty form by a style; the policy drops the style, and nothing is seen of the form.
            found += [
                wrong
                for wrong in wrongs(response, name)
                if 'account_email: inline <form style="' not in wrong
            ]
            if settings.SESSION_COOKIE_NAME in client.cookies and "no-store" not in response.get(
                "Cache-Control", ""
            ):
                found.append(f"{name}: kept by the browser")
        assert found == []
        assert tables() == before


def test_pages_that_show_or_take_a_secret_are_never_kept(tenant: Tenant, country) -> None:
    client, table = Client(), addresses(tenant)
    routes = {item.name: route for route, item in patterns() if getattr(item.callback, "door", None)}
    for name in SECRET:
        address = table[routes[name]] + ("?s=x" if name == "support_confirm" else "")
        assert "no-store" in client.get(address)["Cache-Control"], name
    form = {
        "place": country.goychay.code,
        "topic": "gender",
        "title": "Başqa məsələ",
        "text": "Mətn",
        "once": "k" * 32,
    }
    done = client.post(reverse("raise_form"), form)
    assert re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}", done.content.decode())
    assert "no-store" in done["Cache-Control"]
    # From then on this browser has proven a code: nothing that it is shown is kept.
    assert "no-store" in client.get("/")["Cache-Control"]


def test_what_is_said_to_one_reader_is_not_kept_for_another(tenant: Tenant) -> None:
    client = Client()
    client.post(reverse("own_forget"))  # any press without an account
    client.cookies["icma_said"] = "x"
    assert "no-store" in client.get("/")["Cache-Control"]


def test_a_public_page_sets_no_cookie_for_a_reader(tenant: Tenant) -> None:
    for address in ("/", "/meseleler/", f"/m/{tenant.matter.code}/", "/haqqinda/", "/qurumlar/"):
        assert not Client().get(address).cookies, address


# --- sessions ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("what", ["own", "reply", "raise"])
def test_a_session_that_was_known_before_a_code_was_proven_has_proven_nothing(what, tenant, country) -> None:
    """Fixation: the session in which somebody types a code is not one that was there before."""
    client = Client()
    session = client.session
    session["x"] = 1
    session.save()
    known = session.session_key
    if what == "own":
        client.post(reverse("own_code"), {"code": tenant.raised.code})
    elif what == "reply":
        client.post(reverse("reply"), {"code": tenant.reply_code})
    else:
        client.post(
            reverse("raise_form"),
            {"place": country.goychay.code, "topic": "gender", "title": "Y", "text": "Z"},
        )
    assert client.session.session_key != known
    stranger = Client()
    stranger.cookies[settings.SESSION_COOKIE_NAME] = known
    assert stranger.get(reverse("own", args=[tenant.matter.code])).status_code == 302
    assert stranger.get(reverse("reply_letter", args=[tenant.sent.code])).status_code == 302


# --- methods and forms ---------------------------------------------------------------------------------
@pytest.mark.parametrize(("language", "words"), [
    ("", ("geri qayıdıb", "yenidən göndərin")), ("/ru", ("вернитесь", "ещё раз")), ("/en", ("go back", "send it again")),
])  # fmt: skip
def test_a_form_without_its_token_is_refused_in_the_readers_language(language, words, tenant, cast) -> None:
    """The page says what to do; nothing has been done."""
    for client in (Client(enforce_csrf_checks=True), _checked(cast.officer)):
        before = tables()
        response = client.post(f"{language}/qaldirin/yeni/", {"title": "x"})
        page = response.content.decode()
        assert response.status_code == 403
        assert [word for word in words if word.lower() not in page.lower()] == []
        assert "CSRF" not in page and wrongs(response, language) == []
        assert tables() == before


def _checked(user: User) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


FREE = {
    "unsubscribe",  # RFC 8058: the mail program presses the button, its token is the door
    # No cookie is involved: `Origin` says that the form is ours (advocacy/views/signing.py).
    "petition_sign", "petition_withdraw", "petition_waiting", "petition_confirm",
}  # fmt: skip
# Their token stands in a body that is sealed while it is read, so their door is asked first and the token after it
# (legalaid/uploads.py; tests/legalaid/test_vault_uploads.py shows that without it nothing is kept).
SEALED = {"case_paper_new", "intake", "client_return"}


@pytest.mark.one_engine
def test_no_address_takes_a_post_without_a_token(cast, tenant: Tenant) -> None:
    client, before = _checked(cast.officer), tables()
    for route, address in addresses(tenant).items():
        if not route.startswith(("mektub-yox/", "api/")):
            wanted = {403, 302} if resolve(address).url_name in SEALED else {403}
            assert client.post(address, {"once": "x"}).status_code in wanted, route
    assert tables() == before
    exempt = {item.name for _route, item in patterns() if getattr(item.callback, "csrf_exempt", False)}
    assert {name for name in exempt if name not in _api_names()} == FREE | SEALED


def _api_names() -> set[str]:
    return {item.name for route, item in patterns() if route.startswith("api/")}


def test_the_api_only_reads(tenant: Tenant) -> None:
    for route, address in addresses(tenant).items():
        if route.startswith("api/v1/") and route.removeprefix("api/v1/") not in ("", "openapi.json"):
            for method in ("post", "put", "patch", "delete"):
                assert getattr(Client(), method)(address).status_code == 405, (method, route)


def test_a_code_never_stands_in_an_address(tenant: Tenant) -> None:
    """Return and reply codes travel by POST alone; only the secret of a calendar is an address."""
    client = Client()
    for address in (f"/menim/?code={tenant.raised.code}", f"/menim/{tenant.raised.code}/",
                    f"/cavab/?code={tenant.reply_code}", f"/cavab/{tenant.reply_code}/"):  # fmt: skip
        client.get(address)
    assert not {"codes", "scope"} & set(client.session.keys())


# --- redirects and hosts -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_no_page_sends_a_reader_elsewhere(to: str, cast, tenant: Tenant) -> None:
    client = signed_in(cast.officer)
    assert "evil" not in client.get(reverse("second_factor"), {"next": to}).get("Location", "")
    response = client.get(reverse("account_login"), {"next": to})
    assert "evil" not in response.get("Location", "") and "javascript" not in response.get("Location", "")
    response = Client().get(f"//evil.example/{to}")
    assert not response.get("Location", "").startswith(("//", "http"))


def test_a_foreign_host_is_refused_and_never_stands_in_what_is_handed_out(tenant: Tenant) -> None:
    assert Client().get("/", HTTP_HOST="evil.example").status_code == 400
    ics = Client().get(
        f"/m/{tenant.matter.code}.ics", HTTP_HOST="localhost", HTTP_X_FORWARDED_HOST="evil.example"
    )
    assert b"evil" not in ics.content and settings.BASE_URL.encode() in ics.content.replace(b"\r\n ", b"")


def test_an_address_that_a_reader_claims_does_not_count(rf, settings) -> None:
    """X-Forwarded-For is read only from a proxy that is named, and then only its own last word."""
    claim = {"REMOTE_ADDR": "203.0.113.9", "HTTP_X_FORWARDED_FOR": "198.51.100.1, 192.0.2.7"}
    assert limit.client_address(rf.get("/", **claim)) == "203.0.113.9"
    settings.TRUSTED_PROXIES = ["203.0.113.9"]
    assert limit.client_address(rf.get("/", **claim)) == "192.0.2.7"


# --- the demo and production -----------------------------------------------------------------------------
def test_the_demo_is_kept_out_of_search_engines(tenant: Tenant, settings) -> None:
    settings.IS_DEMO = True
    for address in (
        "/",
        "/meseleler/",
        "/meseleler.csv",
        f"/m/{tenant.matter.code}/sekil/{tenant.entry.pk}.png",
    ):
        assert Client().get(address)["X-Robots-Tag"] == "noindex", address
    assert '<meta name="robots" content="noindex">' in Client().get("/").content.decode()
    assert "Disallow: /\n" in Client().get("/robots.txt").content.decode()


PRODUCTION = """
import django; django.setup()
import json
from django.test import Client
from django.utils import timezone
from icma.core.keys import NAMES, make
for name in NAMES: make(name)
from icma.people.actions.places import load_places
from icma.law.actions import load_shipped
load_places(at=timezone.now()); load_shipped(at=timezone.now())
client = Client(headers={"host": "icma.example"})
plain = client.get("/")
page = client.get("/menim/", secure=True)
raised = client.post("/qaldirin/yeni/", {"place": "AZ-GOY", "topic": "gender", "title": "S", "text": "T"}, secure=True)
from icma.people.models import User
cookies = [c.OutputString() for r in (page, raised) for c in r.cookies.values()]
client.force_login(User.objects.create_user("a@numune.invalid"), backend="django.contrib.auth.backends.ModelBackend")
said = client.post("/hesab/", {"language": "az", "digest": "daily"}, secure=True)
cookies += [c.OutputString() for c in said.cookies.values()]
print(json.dumps({"plain": [plain.status_code, plain.get("Location")], "hsts": page["Strict-Transport-Security"],
    "cookies": cookies, "status": [page.status_code, raised.status_code, said.status_code],
    "demo": client.get("/numune/", secure=True).status_code, "other": client.get("/", secure=True,
    headers={"host": "localhost"}).status_code}))
"""


@pytest.mark.xdist_group("cli")
@pytest.mark.one_engine
def test_production_has_host_cookies_and_strict_transport(ready_home: Path) -> None:
    env = {k: v for k, v in os.environ.items() if not k.startswith("ICMA_")}
    env |= {
        "ICMA_HOME": str(ready_home),
        "DJANGO_SETTINGS_MODULE": "icma.settings",
        "PYTHONPATH": str(ROOT / "src"),
    }
    done = subprocess.run([sys.executable, "-c", PRODUCTION], env=env | GOOD, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["status"] == [200, 200, 302]
    assert found["plain"] == [301, "https://icma.example/"]
    assert int(re.search(r"max-age=(\d+)", found["hsts"]).group(1)) >= 31_536_000
    assert {cookie.partition("=")[0] for cookie in found["cookies"]} == {
        "__Host-icma",
        "__Host-csrf",
        "__Host-said",
    }
    for cookie in found["cookies"]:
        rest = cookie.lower()
        assert (
            "; secure" in rest and "; httponly" in rest and "; path=/" in rest and "samesite=lax" in rest
        ), cookie
        assert "domain=" not in rest, cookie
    assert found["demo"] == 404 and found["other"] == 400
