"""A passkey in a real browser: added, signed out, signed in with it, and it opens what wants a second factor."""

import re

from django.urls import reverse

from icma.demo.cast import BY_KEY
from tests.browser.conftest import DESK

AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def code_in_mail(site) -> str:
    """The code stands on a line of its own in the newest mail."""
    mails = sorted((site.home / "mail").iterdir(), key=lambda path: path.stat().st_mtime_ns)
    return re.findall(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", mails[-1].read_text("utf-8"), re.M)[-1]


def test_who_signs_in_with_a_passkey_opens_what_wants_a_second_factor(site, visit) -> None:
    page = visit("", DESK)
    page.set_default_timeout(15_000)
    here = site.url.replace("127.0.0.1", "localhost")  # a key belongs to a name, not to a number
    strong = reverse("moderate")
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    page.goto(here + reverse("account_login"))
    page.fill("input[name=login]", BY_KEY["moderator"].email)
    page.locator("main form button:not([form])").first.click()
    page.fill("input[name=code]", code_in_mail(site))
    page.locator("main form button").first.click()
    page.goto(here + strong)
    assert page.locator(f"a[href^='{reverse('mfa_add_webauthn')}']").count(), "a code by mail opens nothing"

    page.goto(here + reverse("mfa_add_webauthn"))
    page.fill("input[name=name]", "Nümunə açar")
    page.check("input[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda url: reverse("mfa_add_webauthn") not in url)
    page.goto(here + reverse("mfa_list_webauthn"))
    assert "Nümunə açar" in page.inner_text("main")

    page.goto(here + reverse("account_logout"))
    page.locator("main form button").first.click()
    page.goto(here + reverse("account_login"))
    page.click("#passkey_login")
    page.wait_for_url(lambda url: reverse("account_login") not in url)
    answer = page.goto(here + strong)
    assert answer.status == 200 and page.url == here + strong
