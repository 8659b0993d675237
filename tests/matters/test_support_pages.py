"""Pages of support and following: without an account, without a script, the same for every address."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from icma.core import limit
from icma.core.models import Code
from icma.matters.actions import confirming
from icma.matters.actions.support import count_supports, support, support_words, take_back
from icma.matters.addresses import matter_address
from icma.matters.models import Act, Matter, Part, Support
from icma.people.models import Contact, Mail
from tests.matters.support_kit import digits_sent, everything, joined, link_sent, public

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"
MAIL = "kanareyka@numune.invalid"


@pytest.fixture(autouse=True)
def in_azerbaijani():
    with translation.override("az"):
        yield


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def matter(country, now) -> Matter:
    return public(country, now)


@pytest.fixture
def led(country, now) -> Matter:
    return public(country, now, "LEDBYVS1", stage="taken", community=country.community)


@pytest.fixture(autouse=True)
def fresh_buckets():
    limit._BUCKETS.clear()


def address(name: str, matter: Matter) -> str:
    return reverse(name, args=[matter.code])


def bare(response) -> str:
    """A page without what differs by chance: tokens, keys, the sealed slip."""
    text = re.sub(r'name="(csrfmiddlewaretoken|once|slip)" value="[^"]*"', r"\1", response.content.decode())
    text = re.sub(r'value="[^"]*" id="id_slip"|name="slip"[^>]*', "slip", text)
    return re.sub(r'nonce="[^"]*"|\?s=[\w-]+', "", text)


def ask(client: Client, matter: Matter, mail: str = MAIL, name: str = "support", **more):
    return client.post(address(name, matter), {"mail": mail, "once": f"{abs(hash((mail, name)))}", **more})


# --- by account ------------------------------------------------------------------------------------
def test_one_tap_of_an_account_supports_and_leads_back(client_as, matter, cast):
    client = client_as("resident")
    for _tap in range(4):
        response = client.post(address("support", matter), {"once": "one"})
        assert response.status_code == 302 and response["Location"] == f"/m/{matter.code}/"
    assert Support.objects.get().channel == "account"
    page = client.get(address("support", matter)).content.decode()
    assert cast.resident.email not in page and cast.resident.pseudonym not in page
    client.post(address("support_back", matter), {"once": "two"})
    assert not Support.objects.exists()


def test_one_tap_follows_and_one_ends_it(client_as, matter, cast):
    client = client_as("resident")
    client.post(address("follow", matter), {"once": "one"})
    assert Part.objects.get().user == cast.resident
    assert address("unfollow", matter) in client.get(address("follow", matter)).content.decode()
    client.post(address("unfollow", matter), {"once": "two"})
    assert Part.objects.get().until is not None
    assert client.get(address("unfollow", matter)).status_code == 405


def test_it_concerns_me_too_posts_nothing_and_gets_the_page(client, matter):
    """The button beside a similar matter of somebody without an account."""
    response = client.post(address("support", matter), {})
    assert response.status_code == 200 and 'name="mail"' in response.content.decode()
    assert not Mail.objects.exists()


# --- by mail ---------------------------------------------------------------------------------------
def test_who_only_follows_is_not_told_that_it_is_counted(client, matter):
    counted = "Hər kəs bir dəfə sayılsın"
    assert counted in client.get(address("support", matter)).content.decode()
    assert counted not in client.get(address("follow", matter)).content.decode()


def test_a_stranger_supports_and_follows_with_eight_digits(client, matter):
    response = ask(client, matter, follow="on", sex="female")
    assert response.status_code == 302 and response["Location"].startswith(address("support_confirm", matter))
    page = client.get(response["Location"])
    assert page.status_code == 200 and "no-store" in page["Cache-Control"]
    slip = re.search(r'name="slip" value="([^"]+)"', page.content.decode())[1]
    digits = digits_sent()
    sent = {"slip": slip, "digits": f" {digits[:4]} {digits[4:]} ", "once": "k"}
    for _tap in range(4):
        response = client.post(address("support_confirm", matter), sent)
        assert response.status_code == 302 and response["Location"] == f"/m/{matter.code}/"
    assert Support.objects.count() == 1 and Part.objects.get().role == "follower"
    assert Act.objects.get().sex == "female"
    assert Contact.objects.get().purpose == "follow"
    assert MAIL not in everything()


def test_the_link_of_the_mail_confirms_only_when_its_button_is_pressed(client, matter):
    ask(client, matter)
    link = link_sent()
    for _look in range(3):
        page = client.get(link)
        assert page.status_code == 200
        assert client.head(link).status_code == 200
    assert not Support.objects.exists() and Code.objects.get().tries_left == 5
    values = dict(re.findall(r'name="(slip|digits)" value="([^"]+)"', page.content.decode()))
    client.post(address("support_confirm", matter), values)
    assert Support.objects.count() == 1


def test_every_address_gets_the_same_answer(client, matter, cast, now):
    support(matter=matter, key="known@numune.invalid", channel="mail", at=now)
    cast.lawyer.is_active, cast.lawyer.frozen_at = False, now
    cast.lawyer.save()
    mails = [
        "new@numune.invalid",
        "known@numune.invalid",
        cast.resident.email,
        cast.lawyer.email,
        "x@gmail.con",
    ]
    for _day in range(4):
        ask(client, matter, "often@numune.invalid", once=str(_day))
    pages = set()
    for mail in [*mails, "often@numune.invalid"]:
        first = ask(Client(), matter, mail)
        assert first.status_code == 302
        pages.add((len(first["Location"]), bare(Client().get(first["Location"]))))
    assert len(pages) == 1


def test_a_second_tap_sends_no_second_mail(client, matter):
    where = {ask(client, matter)["Location"] for _tap in range(4)}
    assert len(where) == 1 and Mail.objects.count() == 1


@pytest.mark.parametrize("mail", ["nobody", "a@b@c.az", "a b@c.az", SCRIPT, "@", "", "a" * 300 + "@b.az"])
def test_what_is_no_address_is_told_and_kept(client, matter, mail):
    response = ask(client, matter, mail)
    assert response.status_code == 422
    page = response.content.decode()
    assert SCRIPT not in page and 'class="err"' in page
    if mail == "nobody":
        assert 'value="nobody"' in page
    assert not Mail.objects.exists()


def test_wrong_digits_say_so_five_times_and_then_never_work(client, matter):
    where = ask(client, matter)["Location"]
    right = digits_sent()
    wrong = f"{(int(right) + 1) % 10**8:08d}"
    for number in range(6):
        slip = re.search(r'name="slip" value="([^"]+)"', client.get(where).content.decode())[1]
        text = right if number == 5 else wrong
        response = client.post(
            address("support_confirm", matter), {"slip": slip, "digits": text, "once": f"{number}"}
        )
        assert response.status_code == 422, number
        assert slip in response.content.decode(), "one can try again"
    assert not Support.objects.exists()


@pytest.mark.parametrize("typed", ["", "abc", SCRIPT, "1234567", "١٢٣٤٥٦٧٨", "1" * 500])
def test_odd_digits_break_nothing(client, matter, typed):
    where = ask(client, matter)["Location"]
    slip = where.partition("s=")[2]
    response = client.post(address("support_confirm", matter), {"slip": slip, "digits": typed})
    assert response.status_code == 422 and SCRIPT not in response.content.decode()


def test_an_old_link_says_so_kindly_and_offers_a_new_one(client, matter, now):
    ask(client, matter)
    old = confirming.Slip(
        matter.code, "p" * 24, ["support"], (now - timedelta(days=3)).isoformat(), digits="1" * 8
    )
    url = f"{address('support_confirm', matter)}?s={old.text()}"
    for response in (client.get(url), client.post(url, {"slip": old.text(), "digits": "1" * 8})):
        page = response.content.decode()
        assert response.status_code == 200 and address("support", matter) in page and "<input" not in page
    assert not Support.objects.exists()


@pytest.mark.parametrize("slip", ["", "x", "A" * 5000, "é", SCRIPT])
def test_a_broken_link_leads_back_to_the_form(client, matter, slip):
    response = client.get(address("support_confirm", matter), {"s": slip})
    assert response.status_code == 302 and response["Location"] == address("support", matter)


def test_the_link_of_one_matter_opens_nothing_at_another(client, matter, country, now):
    other = public(country, now, "PVBL0002")
    ask(client, matter)
    link = link_sent().replace(matter.code, other.code)
    assert client.get(link).status_code == 302


def test_many_from_one_village_wait_and_nobody_is_refused(client, matter, monkeypatch):
    monkeypatch.setattr("icma.matters.views.support.BURST", 2)
    answers = {ask(Client(), matter, f"{n}@numune.invalid").status_code for n in range(5)}
    assert answers == {302}
    times = list(Mail.objects.order_by("pk").values_list("at", flat=True))
    assert times[4] - times[0] > timedelta(minutes=25) and times[1] - times[0] < timedelta(minutes=1)


def test_support_is_taken_back_by_mail_and_by_code(client, led, client_as):
    page = client_as("coordinator").post(address("paper_codes", led), {"n": 1, "once": "a"}).content.decode()
    (code,) = re.findall(r"<strong>([0-9A-Z-]{24})</strong>", page)
    client.post(address("support", led), {"paper": code, "once": "b"})
    assert Support.objects.count() == 1
    client.post(address("support_back", led), {"paper": code, "once": "c"})
    assert Support.objects.count() == 0
    for name in ("support", "support_back"):
        where = ask(client, led, name=name)["Location"]
        client.post(
            address("support_confirm", led), {"slip": where.partition("s=")[2], "digits": digits_sent()}
        )
        assert Support.objects.count() == (name == "support")


# --- on paper --------------------------------------------------------------------------------------
def test_codes_are_shown_once_and_kept_nowhere(client_as, led):
    client = client_as("coordinator")
    first = client.post(address("paper_codes", led), {"n": 3, "once": "one"})
    made = re.findall(r"<strong>([0-9A-Z-]{24})</strong>", first.content.decode())
    assert len(set(made)) == 3 and "no-store" in first["Cache-Control"]
    second = client.post(address("paper_codes", led), {"n": 3, "once": "one"}).content.decode()
    assert not re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-", second)
    assert Code.objects.count() == 3
    kept = everything()
    assert not [code for code in made if code in kept or code.replace("-", "") in kept]


def test_a_wrong_code_stays_on_the_form_and_a_right_one_works_once(client, led, client_as):
    page = client_as("coordinator").post(address("paper_codes", led), {"n": 1, "once": "a"}).content.decode()
    (code,) = re.findall(r"<strong>([0-9A-Z-]{24})</strong>", page)
    for typed in ("0000-0000-0000-0000-0000", SCRIPT, "x" * 60):
        response = client.post(address("support", led), {"paper": typed})
        assert response.status_code == 422 and SCRIPT not in response.content.decode()
    for _tap in range(3):
        assert client.post(address("support", led), {"paper": code, "once": "b"}).status_code == 302
    assert client.post(address("support", led), {"paper": code, "once": "c"}).status_code == 422
    assert Support.objects.get().channel == "code"


def test_a_sheet_is_counted_once_and_the_second_time_is_told(client_as, led):
    client, sheet = client_as("coordinator"), {"sheet": "4", "dated_on": "2026-03-12", "n": 18}
    assert client.post(address("support_sheet", led), sheet | {"once": "a"}).status_code == 302
    again = client.post(address("support_sheet", led), sheet | {"once": "b"})
    assert again.status_code == 422 and 'value="18"' in again.content.decode()
    assert Support.objects.filter(channel="list").count() == 18


@pytest.mark.parametrize("bad", [{"n": 0}, {"n": 501}, {"n": "x"}, {"dated_on": "31.02.2026"}, {"sheet": ""},
                                 {"dated_on": "2999-01-01"}])  # fmt: skip
def test_a_sheet_with_a_mistake_is_told(client_as, led, bad):
    values = {"sheet": "4", "dated_on": "2026-03-12", "n": 18} | bad
    assert client_as("coordinator").post(address("support_sheet", led), values).status_code == 422
    assert not Support.objects.exists()


@pytest.mark.parametrize("name", ["support_sheet", "paper_codes"])
def test_only_those_who_lead_the_matter_count_sheets_and_print_codes(client_as, led, matter, name):
    assert Client().get(address(name, led)).status_code == 302
    assert client_as("resident").get(address(name, led)).status_code == 404
    assert client_as("coordinator").get(address(name, matter)).status_code == 404, "not this community's"
    assert client_as("officer").get(address(name, led)).status_code == 200


# --- all of them -----------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["support", "support_back", "follow", "unfollow", "support_confirm"])
def test_a_post_without_its_token_changes_nothing(matter, name):
    client = Client(enforce_csrf_checks=True)
    assert client.post(address(name, matter), {"mail": MAIL}).status_code == 403
    assert not Mail.objects.exists()


@pytest.mark.parametrize("name", ["support", "support_back", "follow"])
def test_what_is_not_public_has_no_page_and_a_title_is_no_markup(client, matter, country, now, name):
    hidden = public(country, now, "HIDDEN01", hidden_at=now)
    raised = public(country, now, "RAISED01", stage="raised", published_at=None)
    for other in (hidden, raised):
        assert client.get(address(name, other)).status_code == 404
        assert client.post(address(name, other), {"mail": MAIL}).status_code == 404
    Matter.objects.filter(pk=matter.pk).update(title=SCRIPT)
    assert SCRIPT not in client.get(address(name, matter)).content.decode()


def test_a_finished_matter_says_that_it_cannot_be_supported(client, country, now, client_as):
    closed = public(country, now, "CLOSED01", stage="closed")
    page = client.get(address("support", closed)).content.decode()
    assert 'name="mail"' not in page
    response = client_as("resident").post(address("support", closed), {"once": "a"}, follow=False)
    assert response.status_code == 302 and not Support.objects.exists()


def test_digits_for_a_matter_that_was_closed_meanwhile_are_told_and_stay_good(client, matter):
    where = ask(client, matter)["Location"]
    Matter.objects.filter(pk=matter.pk).update(stage="closed")
    values = {"slip": where.partition("s=")[2], "digits": digits_sent()}
    assert client.post(address("support_confirm", matter), values).status_code == 422
    assert Code.objects.get().used_at is None and not Support.objects.exists()


def test_a_joined_matter_supports_the_one_it_was_joined_with(client_as, matter, country, now):
    other = joined(country, now, matter)
    client_as("resident").post(address("support", other), {"once": "a"})
    assert Support.objects.get().matter_id == matter.pk


def test_supporters_are_shown_apart_by_how_they_came_and_by_nothing_else(client, matter, now):
    for n in range(3):
        support(matter=matter, key=f"{n}@b.az", channel="mail", at=now, sex="female", band="60+")
    support(matter=matter, key="x", channel="code", at=now)
    count_supports(at=now)
    page = client.get(address("support", matter)).content.decode()
    table = page[page.index("<table") : page.index("</table")]
    assert re.findall(r'<td class="num">(\d+)</td>', table) == ["3", "1", "4"]
    assert "60+" not in table
    take_back(matter=matter, key="x")
    matter.refresh_from_db()
    assert matter.support_count == 3


def test_the_page_of_a_matter_shows_supporters_of_joined_ones_each_once(client, matter, country, now):
    def page() -> tuple[str, int]:
        with CaptureQueriesContext(connection) as asked:
            found = client.get(matter_address(matter.code)).content.decode()
        return found[found.index("bars") :], len(asked)

    other = public(country, now, "MERGED01")
    for n in range(12):
        support(matter=matter, key=f"{n}@b.az", channel="mail", at=now)
    for n in range(10, 19):  # two of them support both
        support(matter=other, key=f"{n}@b.az", channel="list", at=now)
    support(matter=matter, key="x", channel="code", at=now)
    count_supports(at=now)
    page()  # the law is read once a process
    _before, queries = page()
    Matter.objects.filter(pk=other.pk).update(stage="merged", merged_into=matter)
    count_supports(at=now)
    shown, asked = page()
    matter.refresh_from_db()
    assert matter.support_count == 20 == sum(n for _how, n in support_words(matter))
    for how, n in support_words(matter):
        assert re.search(rf"{how}.{{0,300}}>{n}\b", shown, re.DOTALL), (how, n)
    assert [n for _how, n in support_words(matter)] == [12, 1, 7]
    assert asked == queries


def test_the_page_asks_few_questions_however_many_support(client, matter, now, django_assert_max_num_queries):
    for n in range(25):
        support(matter=matter, key=f"{n}@b.az", channel="mail", at=now)
    with django_assert_max_num_queries(8):
        client.get(address("support", matter))


@pytest.mark.parametrize("language", ["", "/ru", "/en"])
def test_the_mail_and_its_link_speak_the_readers_language(client, matter, language):
    client.post(f"{language}/m/{matter.code}/destek/", {"mail": MAIL})
    assert link_sent().startswith(f"{language}/m/{matter.code}/tesdiq/?s=")
    assert Mail.objects.get().language == (language.strip("/") or "az")
