"""A request about one's own data: its terms are those of the rules pd.*, and nobody's words lie open."""

from datetime import date, timedelta

import pytest

from icma.core.access import Who
from icma.core.action import Refused
from icma.core.day import moment
from icma.law import actions
from icma.law.access import decide_request, own_request
from icma.law.book import book
from icma.law.models import CalendarDay, DataClock, DataEvent, DataRequest
from icma.people.actions.erasure import erase_person
from icma.people.models import Change

pytestmark = pytest.mark.django_db
SECRET = "Adım səhv yazılıb"
REASONS = "Maddə 7: başqa şəxsin məlumatını açmaq olmaz."


@pytest.fixture
def asked(cast, at) -> DataRequest:
    """Asked on Friday 13 March 2026, before Novruz."""
    return actions.ask_for_data(
        person=cast.resident.person, kind="correct", text=SECRET, at=at, by=cast.resident
    )


def due(request, rule="pd.access") -> date:
    return DataClock.objects.get(request=request, rule=rule).due_on


def test_asking_starts_the_answers_term_and_the_refusals(asked):
    # Working days after 13 March: 16-19 are four, 20-30 are days off, 31 March the fifth, 1 and 2 April.
    assert (due(asked), due(asked, "pd.refusal")) == (date(2026, 4, 2), date(2026, 3, 31))
    assert set(DataEvent.objects.values_list("kind", flat=True)) == {"start"}


def test_on_paper_the_term_runs_from_the_day_it_reached_us(cast, at):
    person = cast.resident.person
    earlier = actions.ask_for_data(
        person=person, kind="access", channel="paper", on=date(2026, 3, 11), at=at, by=cast.officer
    )
    assert due(earlier) == date(2026, 3, 31)
    with pytest.raises(Refused):
        actions.ask_for_data(person=person, kind="erase", on=date(2026, 3, 14), at=at, by=cast.officer)


def test_the_words_are_sealed(asked):
    assert SECRET.encode() not in bytes(asked.sealed)
    assert actions.words_of(asked) == {"asked": SECRET}


def test_the_same_is_not_asked_twice_while_it_waits(asked, cast, at):
    with pytest.raises(Refused):
        actions.ask_for_data(person=asked.person, kind="correct", text="Yenə", at=at, by=cast.resident)
    actions.withdraw_data(request=asked, at=at, by=cast.resident)
    actions.ask_for_data(person=asked.person, kind="correct", text="Yenə", at=at, by=cast.resident)


def test_an_answer_ends_both_terms_and_starts_telling_those_who_received_it(asked, cast, at):
    later = at + timedelta(days=3)
    actions.answer_data(request=asked, text="Düzəldildi.", passed_on=True, at=later, by=cast.officer)
    states = dict(DataClock.objects.values_list("rule", "state"))
    assert states == {"pd.access": "answered", "pd.refusal": "answered", "pd.recipients": "running"}
    assert due(asked, "pd.recipients") == date(2026, 3, 19)
    assert actions.words_of(asked) == {"asked": SECRET, "answered": "Düzəldildi."}
    actions.tell_recipients(request=asked, at=later, by=cast.officer)
    assert not actions.waits_for_recipients(asked)
    with pytest.raises(Refused):
        actions.tell_recipients(request=asked, at=later, by=cast.officer2)


def test_a_refusal_needs_reasons_and_of_two_officers_one_decides(asked, cast, at):
    for empty in ("", "  ", "Yox."):
        with pytest.raises(Refused):
            actions.refuse_data(request=asked, text=empty, at=at, by=cast.officer)
    same = DataRequest.objects.get(pk=asked.pk)
    actions.refuse_data(request=asked, text=REASONS, at=at, by=cast.officer)
    with pytest.raises(Refused):
        actions.answer_data(request=same, text="Düzəldildi.", at=at, by=cast.officer2)
    kept = DataRequest.objects.get(pk=asked.pk)
    assert kept.stage == "refused" and actions.words_of(kept)["answered"] == REASONS


def test_the_term_is_extended_once_and_never_after_it_has_ended(asked, cast, at):
    assert actions.may_extend(asked, at)
    actions.extend_data(request=asked, at=at, by=cast.officer)
    assert due(asked) == date(2026, 4, 13)
    assert not actions.may_extend(asked, at)
    with pytest.raises(Refused):
        actions.extend_data(request=asked, at=at, by=cast.officer)
    other = actions.ask_for_data(person=asked.person, kind="access", at=at, by=None)
    with pytest.raises(Refused):
        actions.extend_data(request=other, at=moment(date(2026, 4, 3)), by=cast.officer)


def test_a_new_edition_computes_the_term_anew(asked, cast, at, monkeypatch):
    before = due(asked)
    actions.change_day(day=date(2026, 3, 17), working=False, name="Nümunə günü", source="nümunə", why="Nümunə qərarı", by=cast.officer,
                       at=at, provisional=False)  # fmt: skip
    assert CalendarDay.objects.filter(day=date(2026, 3, 17)).exists()
    assert actions.rederive_requests(at=at) == 2
    assert due(asked) > before
    assert DataClock.objects.get(request=asked, rule="pd.access").edition_id == book().edition_id
    assert actions.rederive_requests(at=at) == 0
    logged = Change.objects.get(table="data_term", row=f"{asked.code} pd.access")
    assert (logged.before["due_on"], logged.after["due_on"]) == (before.isoformat(), due(asked).isoformat())


def test_who_asked_and_officers_see_it_but_nobody_answers_himself(asked, cast, at):
    def sees(key, rule, strong=True):
        return DataRequest.objects.filter(rule(cast.who(key, strong), at)).exists()

    assert sees("resident", own_request)
    assert not sees("coordinator", own_request) and not sees("stranger", own_request)
    assert sees("officer", decide_request) and not sees("officer", decide_request, strong=False)
    for key in ("coordinator", "moderator", "lawyer", "advocate", "researcher", "official", "resident"):
        assert not sees(key, decide_request), key
    mine = actions.ask_for_data(person=cast.officer.person, kind="access", at=at, by=cast.officer)
    for_her = DataRequest.objects.filter(pk=mine.pk)
    assert not for_her.filter(decide_request(cast.who("officer"), at)).exists()
    assert for_her.filter(decide_request(cast.who("officer2"), at)).exists()


def test_a_return_code_leads_back_to_what_was_asked_with_it(cast, at):
    actions.ask_for_data(person="opaque", via="matter:7Q4FM2KD", kind="erase", at=at, by=None)
    who = Who(codes=frozenset({"7Q4FM2KD"}))
    assert DataRequest.objects.filter(own_request(who, at)).exists()
    assert not DataRequest.objects.filter(own_request(Who(codes=frozenset({"OTHER123"})), at)).exists()


def test_erasing_an_account_keeps_the_count_and_forgets_the_words(asked, cast, at):
    erase_person(person=asked.person, by=cast.resident, at=at, also=(actions.forget_requests,))
    kept = DataRequest.objects.get(pk=asked.pk)
    assert (kept.stage, actions.words_of(kept)) == ("withdrawn", {})
    assert not DataClock.objects.filter(state="running").exists()
