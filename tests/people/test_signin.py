"""Signing in: a code by mail, a passphrase, an app, recovery codes; sessions that can be seen and closed."""

import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.module_loading import import_string

from icma.core import keys
from icma.core.action import Refused
from icma.people.actions.init import init_country, mark_database
from icma.people.adapter import device_word
from icma.people.models import Authority, Change, Membership, Organisation, Place, Signin, User

ANDROID = "Mozilla/5.0 (Linux; Android 13; SM-A042F) AppleWebKit/537.36 Chrome/120 Mobile"


@pytest.fixture(autouse=True)
def clean():
    cache.clear()


def code_in_mail() -> str:
    """The code stands on a line of its own."""
    return re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", mail.outbox[-1].body, re.M).group(1)


def ask_for_code(client: Client, email: str) -> None:
    response = client.post(reverse("account_request_login_code"), {"email": email}, HTTP_USER_AGENT=ANDROID)
    assert response.status_code == 302, response.context["form"].errors


def sign_in(client: Client, email: str, **more) -> object:
    ask_for_code(client, email)
    return client.post(
        reverse("account_confirm_login_code"), {"code": code_in_mail(), **more}, HTTP_USER_AGENT=ANDROID
    )


@pytest.fixture
def user(cast):
    EmailAddress.objects.create(user=cast.officer, email=cast.officer.email, verified=True, primary=True)
    return cast.officer


def totp_now(secret: str, at: float | None = None) -> str:
    """What the app shows now, or at the moment `at`."""
    return format_hotp_value(hotp_value(secret, int(time.time() if at is None else at) // 30))


def who(client: Client):
    return client.get("/components/").wsgi_request.who


def test_signing_up_wants_a_mail_code_and_nothing_else(client, db):
    page = client.get(reverse("account_signup"))
    assert set(page.context["form"].fields) == {"email"}
    client.post("/ru" + reverse("account_signup"), {"email": "yeni@numune.invalid"})
    assert not who(client).user, "not before the code"
    assert len(mail.outbox) == 1 and mail.outbox[0].to == ["yeni@numune.invalid"]
    client.post(reverse("account_email_verification_sent"), {"code": code_in_mail()})
    user = User.objects.get(email="yeni@numune.invalid")
    assert who(client).user == user and not user.has_usable_password()
    assert (user.language, user.pseudonym) == ("ru", "")


def test_the_mail_with_the_code_is_short_and_neutral(client, user):
    ask_for_code(client, user.email)
    letter = mail.outbox[0]
    assert user.pseudonym not in letter.body and "İcma" in letter.subject
    assert len(letter.body) < 400 and "testserver" not in letter.body


def test_a_code_by_mail_signs_in_but_gives_no_power(client, user):
    sign_in(client, user.email)
    asker = who(client)
    assert asker.user == user and not asker.strong
    assert asker.seats and not asker.has("officer"), "whoever reads the mail is not an officer yet"


def test_a_wrong_code_is_refused_and_five_end_it(client, user):
    ask_for_code(client, user.email)
    right = code_in_mail()
    for _try in range(5):
        client.post(reverse("account_confirm_login_code"), {"code": "AAA-AAA"})
    client.post(reverse("account_confirm_login_code"), {"code": right})
    assert who(client).user is None


def test_a_session_is_listed_with_a_word_for_the_device_and_no_address(client, user):
    sign_in(client, user.email)
    row = Signin.objects.get()
    assert (row.user, row.device, row.strong) == (user, "Android", False)
    assert row.session_key == client.session.session_key
    values = [str(value) for value in vars(row).values()]
    assert not any("127.0.0.1" in value or "Mozilla" in value for value in values)
    assert "Android" in client.get(reverse("account")).content.decode()


@pytest.mark.parametrize(
    "agent, word",
    [
        ("", ""),
        (ANDROID, "Android"),
        ("Mozilla/5.0 (Windows NT 10.0)", "Windows"),
        ("(iPhone; CPU)", "iPhone"),
        ("curl/8", ""),
    ],
)
def test_a_device_is_one_word(agent, word):
    assert device_word(agent) == word


def test_with_an_app_set_up_the_mail_code_alone_does_not_sign_in(client, user):
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    sign_in(client, user.email)
    assert who(client).user is None, "the second factor is still wanted"
    client.post(reverse("mfa_authenticate"), {"code": totp_now(secret)}, HTTP_USER_AGENT=ANDROID)
    asker = who(client)
    assert asker.user == user and asker.strong and asker.has("officer")
    assert Signin.objects.get().strong


def test_a_code_that_has_just_changed_in_the_app_still_counts_and_each_code_once(user, monkeypatch):
    """Over a slow line one code in ten would come too late: the app shows another one every half minute."""
    secret, shown = generate_totp_secret(), 1_800_000_000 + 29
    app = TOTP.activate(user, secret)
    code = totp_now(secret, shown)
    for seconds, counts in ((61, False), (2, True), (3, False)):
        monkeypatch.setattr(time, "time", lambda late=seconds: shown + late)
        assert app.validate_code(code) is counts, seconds


def test_a_recovery_code_on_paper_is_a_second_factor_once(user, db):
    codes = RecoveryCodes.activate(user).get_unused_codes()
    first, again = Client(), Client()
    sign_in(first, user.email)
    first.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert who(first).strong
    cache.clear()
    sign_in(again, user.email)
    again.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert who(again).user is None


def test_the_factor_is_asked_of_a_seated_person_and_leads_back(client, user):
    sign_in(client, user.email)
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    response = client.get(reverse("people"), follow=True)
    assert response.resolver_match.url_name == "mfa_reauthenticate"
    back = client.post(response.request["PATH_INFO"] + "?" + response.request["QUERY_STRING"], {
        "code": totp_now(secret), "next": reverse("people"),
    })  # fmt: skip
    assert back.url == reverse("people") and client.get(reverse("people")).status_code == 200


def test_a_mailbox_alone_cannot_add_a_factor_to_an_account_with_paper_codes(client, user):
    RecoveryCodes.activate(user)
    sign_in(client, user.email)
    assert who(client).user is None
    assert client.get(reverse("mfa_activate_totp")).status_code == 302
    assert not Authenticator.objects.filter(type="totp").exists()


def test_who_has_a_factor_confirms_with_it_and_not_with_the_mailbox(client, user):
    """On a telephone that was taken the mailbox lies open: it must not change the factors."""
    sign_in(client, user.email)
    TOTP.activate(user, generate_totp_secret())
    response = client.get(reverse("account_request_reauthentication_code"))
    assert response.status_code == 302 and response.url.startswith(reverse("mfa_reauthenticate"))
    assert client.get(reverse("mfa_deactivate_totp")).url.startswith(reverse("mfa_reauthenticate"))


def test_who_has_no_factor_yet_confirms_with_a_code_by_mail(client, user, monkeypatch):
    sign_in(client, user.email)
    assert client.get(reverse("mfa_activate_totp")).status_code == 200, "not twice within minutes"
    later = time.time() + 600
    monkeypatch.setattr(time, "time", lambda: later)
    ask = client.get(client.get(reverse("mfa_activate_totp")).url)
    assert user.email in ask.content.decode() and "Recipient" not in ask.content.decode()
    here = reverse("account_request_reauthentication_code")
    there = client.post(here, {"recipient": user.email, "next": reverse("mfa_activate_totp")}).url
    client.post(there, {"code": code_in_mail(), "next": reverse("mfa_activate_totp")})
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


@pytest.mark.parametrize("page", ["account_email", "account_set_password"])
def test_a_session_left_open_gives_nobody_the_account(page, client, user, monkeypatch):
    sign_in(client, user.email)
    later = time.time() + 600
    monkeypatch.setattr(time, "time", lambda: later)
    given = {"action_add": "", "email": "ogru@numune.invalid", "password1": "uzun oğru ifadəsi",
             "password2": "uzun oğru ifadəsi"}  # fmt: skip
    asked = client.post(reverse(page), given)
    assert asked.url.startswith(reverse("account_request_reauthentication_code"))
    user.refresh_from_db()
    assert (
        not user.has_usable_password()
        and not EmailAddress.objects.filter(email="ogru@numune.invalid").exists()
    )


def test_a_paper_code_signs_in_and_sets_up_the_app_without_a_second_one(client, user):
    """The first officer: mail code, one paper code, then the app at once, with its own recovery codes kept."""
    codes = RecoveryCodes.activate(user).get_unused_codes()
    sign_in(client, user.email)
    client.post(reverse("mfa_authenticate"), {"code": codes[0]})
    page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    secret = page.context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": totp_now(secret)})
    assert Authenticator.objects.filter(user=user, type="totp").exists()
    again = Client()
    cache.clear()
    sign_in(again, user.email)
    again.post(reverse("mfa_authenticate"), {"code": codes[1]})
    assert who(again).has("officer"), "the paper of the first day still holds"


def test_a_code_comes_when_the_passphrase_is_left_empty(client, user):
    response = client.post(reverse("account_login"), {"login": user.email, "password": ""})
    assert response.url == reverse("account_confirm_login_code") and len(mail.outbox) == 1


def test_secrets_of_factors_are_sealed_in_the_database(user):
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    codes = RecoveryCodes.activate(user)
    kept = " ".join(str(row.data) for row in Authenticator.objects.all())
    assert secret not in kept and codes.generate_codes()[0] not in kept
    assert TOTP(Authenticator.objects.get(type="totp")).validate_code(totp_now(secret))


def test_a_passphrase_of_one_owner_signs_in(client, user):
    user.set_password("dağ çayı axır səhər")
    user.save()
    client.post(reverse("account_login"), {"login": user.email, "password": "dağ çayı axır səhər"})
    assert who(client).user == user and not who(client).strong


def test_a_village_behind_one_address_is_not_locked_out(user, cast, db):
    user.set_password("dağ çayı axır səhər")
    user.save()
    for number in range(40):
        Client().post(reverse("account_login"), {"login": f"biri{number}@numune.invalid", "password": "x"})
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": "dağ çayı axır səhər"})
    assert who(client).user == user


def test_one_account_is_not_guessed_for_long(user, db):
    user.set_password("dağ çayı axır səhər")
    user.save()
    for _try in range(6):
        Client().post(reverse("account_login"), {"login": user.email, "password": "yanlış"})
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": "dağ çayı axır səhər"})
    assert who(client).user is None


def test_an_address_without_an_account_is_answered_alike(client, user):
    known = client.post(reverse("account_request_login_code"), {"email": user.email})
    unknown = Client().post(reverse("account_request_login_code"), {"email": "yoxdur@numune.invalid"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_a_mail_server_that_is_silent_is_said_at_once(client, user, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 9, 1
    response = client.post(reverse("account_request_login_code"), {"email": user.email})
    assert response.status_code == 503 and b"<h1>" in response.content


def test_a_frozen_account_cannot_sign_in(client, user, cast, at):
    from icma.people.actions.accounts import freeze

    freeze(user=user, by=cast.officer2, at=at)
    client.post(reverse("account_request_login_code"), {"email": user.email})
    client.post(reverse("account_confirm_login_code"), {"code": "AAAA-AAAA"})
    assert who(client).user is None
    user.set_password("dağ çayı axır səhər")
    user.save()
    client.post(reverse("account_login"), {"login": user.email, "password": "dağ çayı axır səhər"})
    assert who(client).user is None


def test_there_is_no_way_in_by_sms_or_state_login(db):
    assert (
        "phone" not in settings.ACCOUNT_LOGIN_METHODS
        and "allauth.socialaccount" not in settings.INSTALLED_APPS
    )


# --- founding a country ----------------------------------------------------------------------------


def test_a_country_is_founded_once_with_a_first_officer_and_paper_codes(db, at):
    codes = init_country(officer_email="birinci@numune.invalid", union_name="Nümunə Birliyi", at=at)
    assert len(codes) == len(set(codes)) == 10
    assert Place.objects.filter(kind="unit").count() == 75 and Authority.objects.count() > 100
    assert Organisation.objects.get().kind == "union" and Membership.objects.get().role == "officer"
    with pytest.raises(Refused):
        init_country(officer_email="basqa@numune.invalid", union_name="Başqa", at=at)
    assert User.objects.count() == 1
    client = Client()
    sign_in(client, "birinci@numune.invalid")
    client.post(reverse("mfa_authenticate"), {"code": codes[3]})
    assert who(client).has("officer")


def test_a_demo_database_never_becomes_real_and_a_real_one_never_a_demo(db, at):
    mark_database(kind="demo", at=at)
    mark_database(kind="demo", at=at)
    with pytest.raises(Refused):
        init_country(officer_email="birinci@numune.invalid", union_name="Nümunə", at=at)
    assert not User.objects.exists() and Change.objects.filter(table="database").count() == 1


def test_a_real_database_never_becomes_a_demo(db, at):
    mark_database(kind="real", at=at)
    with pytest.raises(Refused):
        mark_database(kind="demo", at=at)


def test_a_database_with_people_and_no_mark_is_neither(cast, at):
    with pytest.raises(Refused):
        mark_database(kind="real", at=at)


def test_in_demo_mode_nothing_real_is_founded(db, at, settings):
    settings.IS_DEMO = True
    with pytest.raises(Refused):
        init_country(officer_email="birinci@numune.invalid", union_name="Nümunə", at=at)


def test_founding_makes_every_key(db, at, settings, tmp_path):
    settings.KEYS_DIR = tmp_path / "keys"
    keys.key.cache_clear()
    init_country(officer_email="birinci@numune.invalid", union_name="Nümunə", at=at)
    assert {path.name for path in settings.KEYS_DIR.iterdir()} == set(keys.NAMES)
    assert {path.stat().st_mode & 0o777 for path in settings.KEYS_DIR.iterdir()} == {0o600}
    keys.key.cache_clear()


pytestmark = pytest.mark.urls("tests.people.urls")


def test_addresses_of_second_factors_are_those_of_allauth():
    """`urls_mfa` names them once more so that their views load late; none may be missing or lead elsewhere."""
    from allauth.mfa import urls as theirs

    from icma.people import urls_mfa as ours

    def found(patterns, before=""):
        for one in patterns:
            route = before + str(one.pattern)
            if hasattr(one, "url_patterns"):
                yield from found(one.url_patterns, route)
            else:
                yield route, one.name, one.callback

    expected = {(route, name): view for route, name, view in found(theirs.urlpatterns)}
    made = {(route, name): view for route, name, view in found(ours.urlpatterns)}
    assert made.keys() == expected.keys()
    for key, view in made.items():
        assert import_string(f"{view.__module__}.{view.__qualname__}") is expected[key], key
