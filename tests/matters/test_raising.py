"""A voice is raised: kept first, moderated before it is public, followed with a code that stands nowhere."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from icma.core.action import Refused
from icma.core.models import Code, File, Once
from icma.matters.actions import moderation, own_terms, taking
from icma.matters.actions.raising import (
    add_photo,
    add_words,
    change_code,
    matter_of_code,
    raise_matter,
    withdraw,
)
from icma.matters.actions.thread import note
from icma.matters.models import Act, Clock, Document, Entry, Matter, Part, Words
from icma.people.models import Consent, Contact, Opening
from tests.matters import letters_kit
from tests.matters.clockwork import letter_of

pytestmark = pytest.mark.django_db
CODE = re.compile(r"([0-9A-Z]{4}(?:-[0-9A-Z]{4}){4})")


def form(country, **more):
    return {
        "place": country.goychay.code, "topic": "infrastructure", "title": "Küçədə su yoxdur",
        "text": "May ayından bəri küçəyə su gəlmir.", "once": "a" * 32,
    } | more  # fmt: skip


def raised(country, at, **more):
    values = {
        "title": "Küçədə su yoxdur",
        "text": "Su gəlmir.",
        "place": country.goychay,
        "topic": "infrastructure",
    }
    return raise_matter(at=at, **(values | more))


# --- the action ------------------------------------------------------------------------------------
def test_a_matter_waits_for_a_moderator_and_our_term_runs(country, at):
    made = raised(country, at)
    matter = Matter.objects.get()
    assert (matter.stage, matter.published_at, matter.channel) == ("raised", None, "web")
    clock = Clock.objects.get()
    assert (clock.rule, clock.owner) == ("own.moderate", "us")
    assert matter_of_code(made.code, at) == matter.code
    assert "goycay" in matter.search_text


def test_the_return_code_is_kept_as_a_hash_alone(country, at):
    made = raised(country, at)
    assert not Code.objects.filter(hash__contains=made.code.replace("-", "")).exists()
    assert matter_of_code(made.code.replace("-", " "), at) == made.matter.code
    wrong = ("0" if made.code[0] != "0" else "1") + made.code[1:]
    assert matter_of_code(wrong, at) is None
    assert matter_of_code("", at) is None


def test_sex_and_age_are_counted_without_the_matter(country, at):
    raised(country, at, sex="female", band="30-44")
    act = Act.objects.get()
    assert (act.verb, act.sex, act.band, act.place) == ("raise", "female", "30-44", country.goychay)
    assert act.matter is None and act.person_key == ""


def test_a_telephone_number_is_sealed_and_nobody_has_to_write(country, at):
    made = raised(
        country,
        at,
        text="",
        contact={"phone": "0501234567", "hour": "10:00–12:00", "woman": True},
        wordless=True,
    )
    contact = Contact.objects.get()
    assert b"0501234567" not in bytes(contact.sealed)
    assert contact.scope == f"matter:{made.matter.code}"
    assert Part.objects.get(role="author").person == contact.person
    assert Consent.objects.get().person == contact.person


def test_from_paper_nothing_is_known_about_the_person_unless_consent_was_given(country, cast, at):
    made = raised(country, at, channel="paper", by=cast.coordinator)
    assert made.matter.channel == "paper"
    assert not Part.objects.exists() and not Contact.objects.exists()
    with pytest.raises(Refused):
        raised(country, at, channel="phone", by=cast.coordinator, contact={"phone": "0501234567"})
    raised(country, at, channel="phone", by=cast.coordinator, contact={"phone": "0501234567"}, consented=True)
    assert Consent.objects.get().by == cast.coordinator


@pytest.mark.parametrize(
    "wrong",
    [{"title": " \u200b "}, {"text": ""}, {"text": "x" * 5001}, {"title": "x" * 141}, {"topic": "money"}],
)
def test_what_is_missing_or_too_long_is_refused_and_nothing_is_kept(country, at, wrong):
    with pytest.raises(Refused):
        raised(country, at, **wrong)
    assert not Matter.objects.exists() and not Code.objects.exists()


def test_a_village_of_another_district_is_refused(country, at):
    with pytest.raises(Refused):
        raised(country, at, place=country.shaki, village=country.village)
    with pytest.raises(Refused):
        raised(country, at, place=country.region)


def test_invisible_and_turning_characters_are_cleaned(country, at):
    made = raised(country, at, title="Su\u200b \u202eyoxdur\u202c", text="a\u0000b\r\nc\u2066")
    assert made.matter.title == "Su yoxdur"
    assert made.matter.text == "ab\nc"


def test_words_added_later_wait_too(country, at):
    made = raised(country, at)
    entry = add_words(matter=made.matter, text="Bu gün də gəlmədi.", at=at)
    assert entry.visibility == "staff" and entry.words.text == "Bu gün də gəlmədi."


def test_withdrawn_before_publishing_leaves_no_words(country, at):
    made = raised(country, at, contact={"phone": "0501234567"})
    withdraw(matter=made.matter, at=at)
    matter = Matter.objects.get()
    assert (matter.stage, matter.reason, matter.text, matter.search_text) == ("rejected", "withdrawn", "", "")
    assert not Contact.objects.exists()
    assert not Clock.objects.filter(state="running").exists()
    with pytest.raises(Refused):
        withdraw(matter=matter, at=at)


@pytest.mark.parametrize(
    ("stage", "left"), [("sent", "open"), ("registered", "open"), ("answered", "closed")]
)
def test_the_author_leaves_what_was_handed_back_while_its_letter_is_with_an_authority(
    country, cast, at, stage, left
):
    matter = raised(country, at, contact={"phone": "0501234567"}).matter
    moderation.publish(matter=matter, at=at, by=cast.moderator)
    letter_of(matter, country.water, at, stage=stage)
    withdraw(matter=matter, at=at)
    matter.refresh_from_db()
    assert (matter.stage, matter.outcome) == (left, "withdrawn" if left == "closed" else "")
    assert not Contact.objects.exists() and not Part.objects.filter(role="author", until=None).exists()


def test_the_author_reads_on_the_own_page_that_a_letter_was_sent_and_what_came_of_it(
    client, country, cast, at
):
    """From “taken up” the page went straight to the outcome: whoever raised it did not hear that anybody was asked."""
    made = raised(country, at)
    moderation.publish(matter=made.matter, at=at, by=cast.moderator)
    taking.take_up(matter=made.matter, community=country.community, at=at, by=cast.coordinator)
    letter = letter_of(made.matter, country.water, at, stage="sent")
    note(matter=made.matter, verb="drafted", at=at, letter=letter, visibility="team")
    note(matter=made.matter, verb="sent", at=at, letter=letter)
    client.post(reverse("own_code"), {"code": made.code})
    page = client.get(reverse("own", args=[made.matter.code])).content.decode()
    assert "Müraciət göndərildi" in page and str(country.water) in page
    assert "Müraciət yazılır" not in page, "a draft is the team's"
    own_terms.promise(matter=made.matter, rule="own.moderate", at=at)
    owed = "Sizə bu tarixədək cavab verməliyik"
    assert owed in client.get(reverse("own", args=[made.matter.code])).content.decode()
    Matter.objects.update(stage="closed")
    assert owed not in client.get(reverse("own", args=[made.matter.code])).content.decode()


@pytest.mark.parametrize("stage", ["raised", "open", "taken"])
def test_withdrawing_erases_words_and_photos_that_nobody_made_public(
    country, cast, at, photo, stage, django_capture_on_commit_callbacks
):
    matter = raised(country, at).matter
    if stage != "raised":
        moderation.publish(matter=matter, at=at, by=cast.moderator)
    if stage == "taken":
        taking.take_up(matter=matter, community=country.community, at=at, by=cast.coordinator)
    add_words(matter=matter, text="Evimiz körpünün yanındadır", at=at)
    add_photo(matter=matter, data=photo().read(), at=at)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw(matter=matter, at=at)
    assert not Document.objects.exists() and not File.objects.exists()
    assert not Words.objects.filter(text__contains="körpü").exists()
    assert not Clock.objects.filter(rule="own.moderate", state="running").exists()


def test_a_new_code_ends_the_old_one(country, at):
    made = raised(country, at)
    new = change_code(matter=made.matter, at=at)
    assert matter_of_code(made.code, at) is None
    assert matter_of_code(new, at) == made.matter.code


# --- the pages -------------------------------------------------------------------------------------
def test_the_first_question_leads_to_the_form_or_to_the_bare_help(client):
    page = client.get(reverse("raise")).content.decode()
    assert 'href="/komek/"' in page and 'href="/qaldirin/yeni/"' in page


def test_the_form_is_sent_without_account_and_the_code_is_shown_once(client, country, at):
    page = client.post(reverse("raise_form"), form(country))
    assert page.status_code == 200
    code = CODE.search(page.content.decode())[1]
    matter = Matter.objects.get()
    assert matter_of_code(code, at.replace(year=2030)) == matter.code
    assert "no-store" in page["Cache-Control"]
    assert code not in str(Once.objects.values_list("result", flat=True)[0])
    assert code not in str(client.session.items())
    assert client.get(reverse("own", args=[matter.code])).status_code == 200
    assert CODE.search(client.get(reverse("own", args=[matter.code])).content.decode()) is None


def test_four_taps_make_one_matter_and_show_one_code(country, db):
    codes = set()
    for _tap in range(4):
        page = Client().post(reverse("raise_form"), form(country))
        codes.add(CODE.search(page.content.decode())[1])
    assert Matter.objects.count() == 1 and len(codes) == 1


def test_similar_matters_are_shown_first_and_nothing_typed_is_lost(client, country, at):
    earlier = raised(country, at, title="Küçədə içməli su yoxdur").matter
    Matter.objects.filter(pk=earlier.pk).update(stage="open", published_at=at)
    page = client.post(reverse("raise_form"), form(country, spot="Bulaq küçəsi"))
    text = page.content.decode()
    assert Matter.objects.count() == 1
    assert reverse("support", args=[earlier.code]) in text
    assert f'href="/m/{earlier.code}/" target="_blank"' in text, "to read it does not leave what was typed"
    assert "May ayından bəri" in text and "Bulaq küçəsi" in text
    client.post(reverse("raise_form"), form(country, sure="1"))
    assert Matter.objects.count() == 2


def test_a_wrong_form_keeps_what_was_typed_and_says_what_is_wrong(client, country):
    page = client.post(reverse("raise_form"), form(country, topic="", text="<script>alert(1)</script>"))
    text = page.content.decode()
    assert page.status_code == 422 and 'id="errors"' in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text and "<script>alert" not in text
    assert not Matter.objects.exists()


def test_script_in_every_field_is_only_text(client, country):
    evil = "<script>alert(1)</script>"
    page = client.post(
        reverse("raise_form"), form(country, title=evil, text=evil, spot=evil, village=evil, sure="1")
    )
    assert page.status_code == 200
    matter = Matter.objects.get()
    shown = client.get(reverse("own", args=[matter.code])).content.decode()
    assert "<script>alert" not in shown and "&lt;script&gt;" in shown


def test_a_village_is_found_by_its_name_and_an_unknown_one_is_no_public_word(
    client, client_as, country, cast
):
    client.post(reverse("raise_form"), form(country, village="numunekend", sure="1"))
    assert Matter.objects.get().village == country.village
    client.post(reverse("raise_form"), form(country, village="Başqakənd", sure="1", once="b" * 32))
    matter = Matter.objects.latest("pk")
    assert (matter.village, matter.spot) == (None, "") and "basqakend" not in matter.search_text
    said = Words.objects.get(entry__verb="village_said")
    assert said.text == "Başqakənd" and said.entry.visibility == "team"
    moderator = client_as("moderator")
    assert "Başqakənd" in moderator.get(reverse("moderate_matter", args=[matter.code])).content.decode()
    moderation.publish(matter=matter, at=matter.raised_at, by=cast.moderator)
    for page in (
        f"/m/{matter.code}/",
        f"/api/v1/matters/{matter.code}/",
        "/meseleler.csv",
        "/meseleler.atom",
    ):
        assert "Başqakənd" not in Client().get(page, follow=True).getvalue().decode()


def test_the_moderator_enters_the_village_from_the_districts_list(client_as, country, at):
    matter, client = raised(country, at, village_said="Numunekend qesebesi").matter, client_as("moderator")
    page = reverse("moderate_correct", args=[matter.code])
    given = {
        "title": matter.title,
        "place": "AZ-GOY",
        "topic": matter.topic,
        "text": matter.text,
        "why": "kənd",
    }
    assert client.post(page, given | {"village": "Yoxkənd", "once": "1"}).status_code == 422
    client.post(page, given | {"village": "numunekend", "once": "2"})
    matter.refresh_from_db()
    assert matter.village == country.village
    client.post(page, given | {"village": "Nümunəkənd", "place": "AZ-SAK", "once": "3"})
    matter.refresh_from_db()
    assert (matter.place, matter.village) == (country.shaki, None), "a village goes with its district"


def test_the_name_of_a_village_is_never_searched_in_matters(country, at):
    assert "numunekend" not in raised(country, at, village=country.village).matter.search_text


def test_a_coordinator_who_types_in_an_unknown_village_puts_it_on_the_list(country, cast, at):
    made = raised(country, at, channel="paper", by=cast.coordinator, village_said="Təzəkənd")
    assert made.matter.village.name_az == "Təzəkənd" and made.matter.village.parent == country.goychay
    assert not Words.objects.filter(entry__verb="village_said").exists()


def test_a_number_needs_consent(client, country):
    page = client.post(reverse("raise_form"), form(country, text="", phone="050 123 45 67"))
    assert page.status_code == 422 and not Matter.objects.exists()
    page = client.post(
        reverse("raise_form"), form(country, text="", phone="050 123 45 67", agree="on", woman="on")
    )
    assert page.status_code == 200 and Contact.objects.count() == 1
    assert "Sizə zəng edəcəyik" in page.content.decode() and "Seçdiyiniz saatda" not in page.content.decode()
    page = client.post(
        reverse("raise_form"),
        form(country, title="Su", phone="050 123 45 67", agree="on", hour="10:00–12:00"),
    )
    assert "Seçdiyiniz saatda" in page.content.decode()


def test_the_first_form_says_what_belongs_to_a_topic(client, country):
    page = client.get(reverse("raise_form")).content.decode()
    assert "infrastruktur: yol, su, qaz, işıq" in page and "sosial: məktəb" in page


def test_programs_and_floods_wait_behind_others_but_are_not_refused(client, country):
    page = client.post(reverse("raise_form"), form(country, website="http://spam"))
    assert page.status_code == 200 and Matter.objects.get().reason == "slow"


def test_a_post_without_its_token_is_refused(country):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(reverse("raise_form"), form(country)).status_code == 403
    assert not Matter.objects.exists()


def test_wrong_ended_and_withdrawn_codes_are_answered_alike(client, country, at):
    made = raised(country, at)
    old = made.code
    change_code(matter=made.matter, at=at)
    pages = [
        Client().post(reverse("own_code"), {"code": code}) for code in (old, "AAAA-AAAA-AAAA-AAAA-AAAA", "x")
    ]
    errors = [re.search(r'class="errs".*?</div>', page.content.decode(), re.S)[0] for page in pages]
    assert {page.status_code for page in pages} == {422} and len(set(errors)) == 1


def test_the_code_opens_the_matter_in_this_session_alone(client, country, at):
    made = raised(country, at)
    own = reverse("own", args=[made.matter.code])
    assert Client().get(own).status_code in (302, 404)
    field = re.search(r'<input[^>]*name="code"[^>]*>', client.get(reverse("own_code")).content.decode())[0]
    assert 'autocomplete="off"' in field, "no browser may offer the code to the next who sits here"
    page = client.post(reverse("own_code"), {"code": made.code.casefold()})
    assert page.status_code == 302 and made.code not in page["Location"]
    seen = client.get(own)
    assert seen.status_code == 200 and "no-store" in seen["Cache-Control"]
    client.post(reverse("own_forget"))
    asked = client.get(own)
    assert asked.status_code == 302 and asked["Location"] == reverse("own_code"), "no account is asked for"


def test_the_author_adds_appeals_and_withdraws_by_code(client, country, at):
    made = raised(country, at)
    client.post(reverse("own_code"), {"code": made.code})
    client.post(reverse("own_add", args=[made.matter.code]), {"text": "Daha bir söz"})
    assert Entry.objects.filter(verb="added").count() == 1
    page = client.post(reverse("own_withdraw", args=[made.matter.code]), {"once": "1"})
    assert page.status_code == 422 and Matter.objects.get().stage == "raised"
    client.post(reverse("own_withdraw", args=[made.matter.code]), {"sure": "on"})
    assert Matter.objects.get().reason == "withdrawn"


def test_a_coordinator_types_in_what_was_told(client_as, country):
    client = client_as("coordinator")
    page = client.get(reverse("raise_paper"))
    assert page.status_code == 200
    values = form(country, channel="phone", name="Nümunə")
    del values["once"]
    assert client.post(reverse("raise_paper"), values).status_code == 422
    page = client.post(reverse("raise_paper"), values | {"phone": "0501234567", "consented": "on"})
    assert page.status_code == 200
    matter = Matter.objects.get()
    assert matter.channel == "phone" and Contact.objects.count() == 1
    assert Entry.objects.get(verb="raised").data == {"channel": "phone"}


# --- somebody asked for a call ---------------------------------------------------------------------
@pytest.fixture
def called(country, at):
    contact = {"phone": "0501234567", "hour": "10:00–12:00", "woman": True}
    return raised(country, at, text="", contact=contact, wordless=True).matter


def test_the_union_calls_back_and_each_opening_is_written_down(client_as, called):
    officer, url = client_as("officer"), reverse("contact", args=[called.code])
    assert url in officer.get(reverse("desk")).content.decode()
    assert "0501234567" not in officer.get(url).content.decode()
    assert officer.post(url, {"once": "1"}).status_code == 422 and not Opening.objects.exists()
    assert all(word in officer.get(reverse("desk")).content.decode() for word in ("10:00–12:00", "qadın"))
    page = officer.post(url, {"reason": "call_back"})
    assert "0501234567" in page.content.decode() and "no-store" in page["Cache-Control"]
    assert Opening.objects.get().reason == "call_back"


def test_who_wrote_too_is_called_all_the_same_and_once(client_as, country, at):
    matter = raised(country, at, contact={"phone": "0501234567"}).matter
    officer, url = client_as("officer"), reverse("contact", args=[matter.code])
    assert url in officer.get(reverse("desk")).content.decode()
    officer.post(url, {"reason": "call_back"})
    assert url not in officer.get(reverse("desk")).content.decode()


@pytest.mark.parametrize("language", ["az", "ru", "en"])
def test_the_consent_is_read_out_in_forty_seconds_and_has_its_six_parts(language):
    """Subject, operator, purpose, data and what is done with them, term and taking back, what becomes of them."""
    with override(language):
        page = render_to_string("matters/raise_consent.html", {"union_name": "Nümunə İctimai Birliyi"})
    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert page.count("<dt>") == 6 and len(words) <= 40 * 13, "thirteen letters a second, read calmly"


def test_nobody_else_opens_a_contact(client_as, client, called):
    url = reverse("contact", args=[called.code])
    for someone in (
        client,
        client_as("coordinator"),
        client_as("moderator"),
        client_as("officer", strong=False),
    ):
        page = someone.post(url, {"reason": "call_back"})
        assert page.status_code != 200 and "0501234567" not in page.content.decode()
    assert not Opening.objects.exists()


def test_a_coordinator_is_led_to_the_second_factor_before_a_contact(client_as, called, country):
    Matter.objects.filter(pk=called.pk).update(community=country.community)
    url = reverse("contact", args=[called.code])
    response = client_as("coordinator", strong=False).post(url, {"reason": "call_back"})
    assert response.status_code == 302 and response.url.startswith(reverse("second_factor"))
    assert url in response.url and not Opening.objects.exists()
    assert client_as("coordinator").post(url, {"reason": "call_back"}).status_code == 200


def test_what_was_told_is_typed_in_once_and_then_only_shortened(called, cast, at):
    moderation.correct(matter=called, text="Su gəlmir, dedi.", why="Zəngdən yazıldı", at=at, by=cast.officer)
    with pytest.raises(Refused):
        moderation.correct(matter=called, text="Başqa söz.", why="x", at=at, by=cast.officer)


def test_what_was_not_published_can_be_withdrawn_and_nothing_of_it_stays(client, country, cast, at):
    made = raised(country, at, contact={"phone": "0501234567"}, village_said="Təzəkənd")
    moderation.reject(matter=made.matter, rule="advertisement", at=at, by=cast.moderator)
    moderation.appeal(matter=made.matter, text="Gizli səbəb", at=at)
    client.post(reverse("own_code"), {"code": made.code})
    assert (
        reverse("own_withdraw", args=[made.matter.code])
        in client.get(reverse("own", args=[made.matter.code])).content.decode()
    )
    client.post(reverse("own_withdraw", args=[made.matter.code]), {"sure": "on", "once": "1"})
    matter = Matter.objects.get()
    assert (matter.stage, matter.reason, matter.text, matter.search_text) == ("rejected", "withdrawn", "", "")
    assert (
        not Contact.objects.exists()
        and not Words.objects.exclude(text="").filter(entry__verb__in=("appealed", "village_said")).exists()
    )
    assert not Clock.objects.filter(state="running").exists(), "nobody owes another look"
    assert (
        reverse("own_withdraw", args=[matter.code])
        not in client.get(reverse("own", args=[matter.code])).content.decode()
    )
    with pytest.raises(Refused):
        withdraw(matter=matter, at=at)
    with pytest.raises(Refused):
        moderation.publish(matter=matter, at=at, by=cast.officer)


def test_who_types_in_for_somebody_else_does_not_become_the_author(client_as, country, cast):
    client = client_as("coordinator")
    page = client.post(reverse("raise_paper"), form(country, channel="paper")).content.decode()
    matter = Matter.objects.get()
    assert CODE.search(page), "the paper for the person is shown"
    assert client.get(reverse("own", args=[matter.code])).status_code == 404
    assert "codes" not in client.session
    assert (
        client.post(reverse("own_withdraw", args=[matter.code]), {"sure": "on", "once": "1"}).status_code
        == 404
    )
    assert client.post(reverse("own_change", args=[matter.code]), {"sure": "on"}).status_code == 404


def test_photos_of_a_paper_matter_are_sent_by_the_one_who_typed_it_in_until_it_is_decided(
    client_as, country, cast, at
):
    client = client_as("coordinator")
    assert (
        reverse("paper_photo", args=["X" * 8])[:-17]
        in client.post(reverse("raise_paper"), form(country, channel="paper")).content.decode()
    )
    matter = Matter.objects.get()
    page = reverse("paper_photo", args=[matter.code])
    upload = SimpleUploadedFile("a.jpg", jpeg(), "image/jpeg")
    assert client.post(page, {"photo": upload, "handwriting": "on", "once": "1"}).status_code == 302
    assert Document.objects.get().kind == "handwriting"
    assert "1" in client.get(page).content.decode()
    for who in ("resident", "moderator", "officer"):
        assert client_as(who).get(page).status_code == 404, who
    moderation.publish(matter=matter, at=at, by=cast.moderator)
    assert client.get(page).status_code == 404


def jpeg() -> bytes:
    return letters_kit.photo()
