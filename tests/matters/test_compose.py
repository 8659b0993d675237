"""The words of letters: the right text, the right law, never more than is known."""

from dataclasses import replace
from datetime import date

import pytest

from icma.engines.aztext import date_az
from icma.law.book import book
from icma.law.letters import letter_rows, letter_text, shipped_letters
from icma.law.models import LetterText
from icma.law.shipped import Signature
from icma.matters.actions.clocks import confirm_silence
from icma.matters.actions.incoming import record_answer, record_forwarding
from icma.matters.compose import addressee
from icma.matters.compose.dates import dues
from icma.matters.compose.text import Parts, compose, term_words
from icma.matters.compose.wishes import WISHES, kind_of, text_and_rule
from icma.matters.models import Clock, Letter
from icma.people.models import Address
from tests.matters.letters_kit import came, later, registered, sent, taken

pytestmark = pytest.mark.django_db
HOLES = {
    "place", "facts", "demand", "authority", "about", "turn", "ask", "me", "my", "basis", "term", "earlier",
    "standing", "answer", "agree", "promise", "forwarding",
}  # fmt: skip


def parts(matter, country, **more) -> Parts:
    given = {
        "authority": country.water, "sender": "community", "facts": "Su {authority} <script>alert(1)</script>",
        "demand": "Suyu verin.", "today": date(2026, 3, 13),
    }  # fmt: skip
    return Parts(matter=matter, **(given | more))


def test_every_text_is_whole_and_knows_only_holes_that_are_filled():
    import re

    from icma.matters.models import Letter

    assert len(shipped_letters()) >= 21
    for text in shipped_letters().values():
        assert text.kind in Letter.Kind.values
        assert set(re.findall(r"\{(\w+)\}", text.body)) <= HOLES, text.key
        assert all(text.titles.values())


def test_texts_are_loaded_unsigned_and_only_azerbaijani_has_a_body(country):
    assert LetterText.objects.count() == len(letter_rows())
    assert not LetterText.objects.exclude(signed_by="").exists()
    assert letter_text("application").version == 1


def test_a_newer_signed_text_takes_the_place_of_the_shipped_one(country):
    LetterText.objects.create(
        key="application", language="az", version=2, title="Ərizə", body="{demand}", rule="appeal.general",
        signed_by="Nümunə vəkil", signed_on=date(2026, 3, 1),
    )  # fmt: skip
    assert (letter_text("application").body, letter_text("application").signed_by) == (
        "{demand}",
        "Nümunə vəkil",
    )


@pytest.mark.parametrize("name", [n for n, w in WISHES.items() if not w.follows])
def test_every_wish_gives_a_letter_with_the_senders_words_and_no_hole_left(country, at, name):
    wish = WISHES[name]
    key, rule = text_and_rule(wish)
    assert letter_text(key).kind == wish.kind
    made = compose(
        letter_text(key), rule, parts(taken(country, at), country, about=country.executive), book()
    )
    assert "Suyu verin." in made.body and "Göyçay" in made.body
    # What people write is never read as a placeholder; no hole of the text stays open.
    assert made.body.count("{") == 1 and "Su {authority} <script>" in made.body
    assert "\n\n\n" not in made.body
    assert len(made.subject) <= 200


def test_one_sender_and_many_have_their_own_verbs(country, at):
    matter, text = taken(country, at), letter_text("application")
    one = compose(text, "appeal.general", parts(matter, country, sender="resident"), book()).body
    many = compose(text, "appeal.general", parts(matter, country), book()).body
    assert "xahiş edirəm" in one and "xahiş edirik" not in one
    assert "xahiş edirik" in many and "mənə" not in many


def test_the_number_of_days_is_quoted_only_where_the_act_itself_was_read(country):
    assert term_words("adm.decision", book()) == "qanunla müəyyən edilmiş müddətdə (30 gün)"
    assert term_words("appeal.general", book()) == "qanunla müəyyən edilmiş müddətdə"
    assert term_words("", book()) == "qanunla müəyyən edilmiş müddətdə"


def test_the_article_is_cited_only_where_it_may_be(country, at):
    matter = taken(country, at)
    decision = compose(letter_text("decision"), "adm.decision", parts(matter, country), book()).body
    application = compose(letter_text("application"), "appeal.general", parts(matter, country), book()).body
    assert "52.1" in decision
    assert "10.1" not in application and "Vətəndaşların müraciətləri haqqında" in application


def _reminder(letter, country, today) -> str:
    clock = Clock.objects.get(letter=letter, owner="authority")
    key, rule = text_and_rule(WISHES["reminder"], letter)
    given = parts(letter.matter, country, earlier=letter, clock=clock, today=today)
    return compose(letter_text(key), rule, given, book()).body


def test_a_reminder_by_an_unsigned_rule_asks_and_accuses_nobody(country, cast, at):
    letter = registered(country, cast, at, rule="adm.decision")
    now = later(2026, 9, 1)
    confirm_silence(letter=letter, on=date(2026, 8, 31), at=now, by=cast.coordinator)
    body = _reminder(letter, country, date(2026, 9, 1))
    assert "125/1" in body and "13 mart 2026" in body
    assert "hesablamamıza görə" in body or "by our reckoning" in body
    assert "no answer was given" not in body and "cavab verilməyib" not in body


def test_a_breach_is_asserted_only_of_a_signed_rule_after_somebody_asked(country, cast, at):
    from icma.law.book import Signature  # noqa: F401
    from icma.law.models import Rule

    Rule.objects.filter(key="adm.decision").update(signed_by="Nümunə", signed_on=date(2026, 1, 1))
    from icma.law import book as law

    law._book.cache_clear()
    try:
        letter = registered(country, cast, at, rule="adm.decision")
        silent = _reminder(letter, country, date(2026, 9, 1))
        confirm_silence(letter=letter, on=date(2026, 8, 31), at=later(2026, 9, 1), by=cast.coordinator)
        asked = _reminder(Letter.objects.get(pk=letter.pk), country, date(2026, 9, 1))
    finally:
        law._book.cache_clear()
    assert silent != asked
    assert ("verilməyib" in asked) or ("no answer was given" in asked)
    assert "verilməyib" not in silent.replace("göndərilməyibsə", "") and "no answer was given" not in silent


def _made(wish_name, letter, country, reply=None, sender="community", today=date(2026, 9, 1)) -> str:
    key, rule = text_and_rule(WISHES[wish_name], letter, reply)
    clock = Clock.objects.filter(letter=letter, owner="authority").first()
    given = parts(
        letter.matter, country, earlier=letter, reply=reply, clock=clock, today=today, sender=sender,
        about=country.water, authority=country.superior,
    )  # fmt: skip
    return compose(letter_text(key), rule, given, book()).body


def test_a_complaint_about_an_answer_does_not_ask_for_the_answer_that_came(country, cast, at):
    letter = registered(country, cast, at, rule="adm.decision")
    reply = record_answer(
        letter=letter, answer="refusal", came=came(date(2026, 7, 1), number="31"), at=later(2026, 9, 1),
        by=cast.coordinator,
    )  # fmt: skip
    body = _made("ombudsman", Letter.objects.get(pk=letter.pk), country, reply)
    assert "Cavabın nömrəsi: 31" in body
    assert "gözlənilirdi" not in body and "verilməsi xahiş olunur" not in body
    assert "\n " not in body and "  " not in body  # the sentence that is lacking leaves no gap


def test_a_single_sender_speaks_as_one_in_every_sentence(country, cast, at):
    letter = registered(country, cast, at, rule="adm.decision")
    body = _made("reminder", letter, country, sender="resident")
    assert "hesablamamıza görə" in body and "xahiş edirik" not in body


def test_what_is_asserted_is_the_latest_lawful_date_not_the_basic_one(country, cast, at):
    letter = registered(country, cast, at, rule="adm.decision")
    law = replace(book(), signed={"adm.decision": Signature("Nümunə", date(2026, 1, 1))})
    confirm_silence(letter=letter, on=date(2026, 8, 31), at=later(2026, 9, 1), by=cast.coordinator)
    clock = Clock.objects.get(letter=letter)
    assert clock.latest_on > clock.due_on
    given = parts(letter.matter, country, earlier=letter, clock=clock, today=date(2026, 9, 1))
    body = compose(letter_text("reminder.silent"), "", given, law).body
    assert f"ən geci {date_az(clock.latest_on)}" in body and date_az(clock.due_on) not in body


def test_a_forwarded_letter_is_asked_after_and_contested_in_words_of_its_own(country, cast, at):
    letter = registered(country, cast, at)
    notice, _there = record_forwarding(
        letter=letter, to=country.executive, came=came(date(2026, 3, 17), number="77"), at=later(2026, 9, 1),
        by=cast.coordinator,
    )  # fmt: skip
    asked, against = _made("reminder", letter, country, notice), _made("complaint", letter, country, notice)
    for body in (asked, against):
        assert country.executive.name_az in body and "Bildirişin nömrəsi: 77" in body
        assert "cavab verilməsi" not in body and "Cavab göndərilibsə" not in body
    assert "31.2" in asked and "78.1" in against


def test_a_request_for_information_at_a_later_step_names_the_letter_it_is_about(country, cast, at):
    body = _made("information", registered(country, cast, at), country)
    assert "Qeydiyyat nömrəsi: 125/1" in body and "İnformasiya əldə etmək haqqında" in body


def test_a_letter_that_is_written_again_stays_what_it_was(country, cast, at):
    asked = registered(country, cast, at, kind="information", rule="info.general")
    assert kind_of(WISHES["again"], asked) == "information"
    assert kind_of(WISHES["complaint"], asked) == "complaint"


def test_every_text_of_a_later_step_knows_what_is_usually_asked_but_where_the_sender_alone_does():
    usual = {key for key, text in shipped_letters().items() if text.demand}
    steps = {key for key in shipped_letters() if "." in key or key == "ombudsman"}
    # What remains, or what the old letter was about, only the sender can say.
    assert steps - usual == {
        "application.rest", "reminder.registration", "reminder.silent", "reminder.forwarded",
    }  # fmt: skip


@pytest.mark.parametrize("key", sorted(shipped_letters()))
def test_no_text_accuses_or_commands(key):
    body = shipped_letters()[key].body
    for word in ("pozub", "pozulub", "tələb ed", "qanunsuz", "məsuliyyət", "dərhal", "sən "):
        assert word not in body, word
    assert "{ask}" in body


def test_where_two_laws_may_apply_both_dates_are_shown(country):
    found = dues("adm.decision", date(2026, 3, 13), book())
    assert [due.rule for due in found] == ["adm.decision", "appeal.general"]
    assert found[1].due == date(2026, 4, 14)
    assert all(due.mark for due in found)
    assert dues("", date(2026, 3, 13), book()) == []


def test_each_end_has_its_own_text(country, cast, at):
    letter = sent(country, cast, at)
    assert text_and_rule(WISHES["reminder"], letter)[0] == "reminder.registration"
    letter.stage = "registered"
    assert text_and_rule(WISHES["reminder"], letter)[0] == "reminder.silent"
    assert text_and_rule(WISHES["complaint"], letter) == ("complaint.silent", "adm.complaint.decision")
    letter.stage = "returned"
    assert text_and_rule(WISHES["complaint"], letter)[0] == "complaint.unconsidered"
    letter.stage = "answered"
    for answer, key in (
        ("formal", "reminder.formal"),
        ("promise", "reminder.promise"),
        ("refusal", "reminder.silent"),
    ):
        assert text_and_rule(WISHES["reminder"], letter, Letter(answer=answer))[0] == key
    assert text_and_rule(WISHES["claim"], letter, Letter(answer="refusal"))[0] == "claim.answer"
    letter.kind, letter.rule = "information", "info.general"
    assert text_and_rule(WISHES["ombudsman"], letter)[0] == "ombudsman.information"
    assert text_and_rule(WISHES["again"], letter) == ("information", "info.general")


def test_likely_bodies_come_first_and_search_needs_no_diacritics(country, at):
    matter = taken(country, at)
    first = addressee.suggestions(matter, "application", date(2026, 3, 13))
    assert first[0] == country.water and country.superior in first
    found = addressee.suggestions(matter, "application", date(2026, 3, 13), "icra hakimiyyeti")
    assert found == [country.executive]
    assert addressee.suggestions(matter, "application", date(2026, 3, 13), "x" * 10_000) == []
    assert addressee.suggestions(matter, "complaint", date(2026, 3, 13), about=country.water) == [
        country.superior
    ]


def test_closed_bodies_are_not_offered(country, at):
    country.water.until = date(2026, 3, 12)
    country.water.save()
    assert country.water not in addressee.suggestions(taken(country, at), "application", date(2026, 3, 13))


def test_remarks_say_what_is_not_known_and_count_to_three(country, cast, at):
    matter = taken(country, at)
    today = date(2026, 3, 13)
    assert len(addressee.remarks(matter, country.water, "application", None, today)) == 1
    portal = Address.objects.create(
        authority=country.water, purpose="appeal", channel="portal", value="numune.invalid", attachments=False,
        source="nümunə", since=date(2024, 1, 1),
    )  # fmt: skip
    assert addressee.addresses(country.water, "application", today) == [portal]
    assert addressee.addresses(country.water, "information", today) == []
    for _ in range(2):
        sent(country, cast, at, matter=matter)
    found = addressee.remarks(matter, country.water, "application", portal, today)
    assert len(found) == 2 and "8.1.4" in found[1].text and ": 3." in found[1].text
    assert "“Vətəndaşların müraciətləri haqqında” Qanun" in found[1].text and "yoxlamayıb" in found[1].text
    asked = addressee.remarks(matter, country.water, "information", portal, today)
    assert ": 3." in asked[-1].text and "8.1.4" not in asked[-1].text  # that article is about appeals
    sent(country, cast, at, matter=matter)
    assert ": 4." in addressee.remarks(matter, country.water, "application", portal, today)[1].text
    assert len(addressee.remarks(matter, country.executive, "application", portal, today)) == 1


def test_several_people_speak_as_we_and_one_as_i(country, at):
    made = {
        who: compose(letter_text("application"), "appeal.general", parts(taken(country, at, f"MANY000{n}"), country,
                                                                       sender=who), book()).body
        for n, who in enumerate(("resident", "several", "community"))
    }  # fmt: skip
    assert "müraciət edirəm" in made["resident"] and "edirik" not in made["resident"]
    for who in ("several", "community"):
        assert "müraciət edirik" in made[who] and "edirəm" not in made[who]
