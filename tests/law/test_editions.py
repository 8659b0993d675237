"""The law as data: loaded once, changed in editions, never signed by shipping."""

from datetime import date

import pytest

from icma.core.action import Refused
from icma.core.flow import Stale
from icma.engines.clocks import compute
from icma.law import actions
from icma.law.book import book, newest, rule_of
from icma.law.models import CalendarDay, Edition, LetterText, Rule
from icma.law.shipped import shipped_book
from icma.people.models import Change, Review

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 3, 13)


def due(key="appeal.general", event=FRIDAY):
    law = book()
    return compute(law.rules[key], event, law.calendar).due


def change(key="appeal.general", **changes):
    row = Rule.objects.get(key=key, until=None)
    return {**row.data, **changes}


def test_loading_twice_leaves_one_edition_with_every_shipped_rule_and_day(at):
    first = actions.load_shipped(at=at)
    assert actions.load_shipped(at=at) == first
    law = book()
    assert (law.number, set(law.rules), law.signed) == (1, set(shipped_book().rules), {})
    assert CalendarDay.objects.count() > 100
    assert LetterText.objects.exists()


def test_the_book_of_the_database_computes_what_the_shipped_one_does(country):
    mine, shipped = book(), shipped_book()
    for key, rule in mine.rules.items():
        if rule.kind != "note":
            assert compute(rule, FRIDAY, mine.calendar) == compute(
                shipped.rules[key], FRIDAY, shipped.calendar
            ), key


def test_without_an_edition_the_book_says_what_to_do(db):
    with pytest.raises(LookupError, match="icma init"):
        book()


def test_the_same_edition_costs_no_query_once_it_is_held(country, django_assert_num_queries):
    edition = newest()
    book(edition)
    with django_assert_num_queries(0):
        book(edition)


def test_a_changed_rule_holds_from_the_next_edition_and_the_old_one_stays_readable(cast, at):
    old = due()
    edition = actions.change_rule(
        key="appeal.general", data=change(amount=20), why="Qanuna dəyişiklik", by=cast.officer, at=at
    )
    assert edition.number == 2
    assert due() > old
    assert compute(book(1).rules["appeal.general"], FRIDAY, book(1).calendar).due == old


def test_a_change_is_logged_and_put_before_a_second_person(cast, at):
    actions.change_rule(
        key="appeal.general", data=change(amount=20), why="Qanuna dəyişiklik", by=cast.officer, at=at
    )
    logged = Change.objects.get(table="rule")
    assert (logged.before["amount"], logged.after["amount"], logged.by) == (15, 20, cast.officer)
    review = Review.objects.get(kind="rule")
    assert (review.when, review.subject, review.data["edition"]) == ("after", "appeal.general", 2)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"amount": 0}, "yaxşı səbəb"),
        ({"amount": 500_000}, "yaxşı səbəb"),
        ({"unit": "fortnight"}, "yaxşı səbəb"),
        ({"article": ""}, "yaxşı səbəb"),
        ({"source": " "}, "yaxşı səbəb"),
        ({"amount": 20}, ""),
        ({}, "yaxşı səbəb"),
    ],
)
def test_a_rule_that_makes_no_sense_or_gives_no_reason_is_refused_and_nothing_is_written(
    cast, at, changes, why
):
    with pytest.raises(Refused):
        actions.change_rule(key="appeal.general", data=change(**changes), why=why, by=cast.officer, at=at)
    assert Edition.objects.count() == 1


def test_a_form_that_was_opened_before_somebody_elses_change_is_stale(cast, at):
    seen = Rule.objects.get(key="appeal.general", until=None).since
    actions.change_rule(key="appeal.general", data=change(amount=20), why="birinci", by=cast.officer, at=at)
    with pytest.raises(Stale):
        actions.change_rule(
            key="appeal.general", data=change(amount=25), why="ikinci", by=cast.officer2, at=at, seen=seen
        )


def test_a_holiday_that_is_added_moves_the_date_and_its_removal_brings_it_back(cast, at):
    before = due()
    actions.change_day(
        day=date(2026, 4, 1), working=False, name="Yas günü", source="Nümunə qərar", why="Nazirlər Kabineti",
        by=cast.officer, at=at,
    )  # fmt: skip
    assert due() > before
    actions.remove_day(day=date(2026, 4, 1), why="Səhv idi", by=cast.officer, at=at)
    assert due() == before
    assert newest().number == 3


def test_a_weekend_that_is_worked_counts(cast, at):
    before = due()
    actions.change_day(
        day=date(2026, 4, 4), working=True, name="Köçürülmüş iş günü", source="Nümunə qərar",
        why="Nazirlər Kabineti", by=cast.officer, at=at,
    )  # fmt: skip
    assert due() < before


def test_a_day_is_moved_in_one_edition(cast, at):
    actions.move_day(
        day=date(2026, 5, 28), to=date(2026, 5, 25), source="Nümunə qərar", why="Nazirlər Kabineti",
        by=cast.officer, at=at,
    )  # fmt: skip
    calendar = book().calendar
    assert not calendar.is_working(date(2026, 5, 25))
    assert newest().number == 2


@pytest.mark.parametrize(
    "day",
    [
        {"day": date(2026, 4, 1), "working": True, "name": "Adi gün", "source": "mənbə"},
        {"day": date(2026, 4, 1), "working": False, "name": "", "source": "mənbə"},
        {"day": date(2026, 4, 1), "working": False, "name": "Yas günü", "source": ""},
        {"day": date(1900, 4, 1), "working": False, "name": "Yas günü", "source": "mənbə"},
    ],
)
def test_a_day_without_name_source_or_sense_is_refused(cast, at, day):
    with pytest.raises(Refused):
        actions.change_day(**day, why="yaxşı səbəb", by=cast.officer, at=at)


def test_a_confirmed_year_is_provisional_no_more(cast, at):
    assert compute(book().rules["appeal.general"], date(2029, 3, 1), book().calendar).provisional
    actions.confirm_year(year=2029, source="Nümunə qərar № 1", by=cast.officer, at=at)
    assert not compute(book().rules["appeal.general"], date(2029, 3, 1), book().calendar).provisional
    with pytest.raises(Refused):
        actions.confirm_year(year=2029, source="Nümunə qərar № 1", by=cast.officer, at=at)


def test_a_day_that_only_might_have_been_off_is_an_ordinary_one_once_its_year_is_confirmed(cast, at):
    doubtful = date(2027, 3, 11)
    assert book().calendar.is_provisional(doubtful)
    actions.confirm_year(year=2027, source="Nümunə qərar № 2", by=cast.officer, at=at)
    calendar = book().calendar
    assert (calendar.is_working(doubtful), calendar.is_provisional(doubtful), calendar.name(doubtful)) == (
        True, False, None
    )  # fmt: skip
    assert not calendar.is_working(date(2027, 3, 10))


def test_a_year_beyond_the_data_has_holidays_and_is_provisional(country):
    answer = compute(book().rules["appeal.general"], date(2031, 3, 14), book().calendar)
    assert answer.provisional
    assert not book().calendar.is_working(date(2031, 3, 20))


def test_undoing_an_edition_brings_the_old_law_back_as_a_further_edition(cast, at):
    before = due()
    actions.change_rule(
        key="appeal.general", data=change(amount=20), why="səhv dəyişiklik", by=cast.officer, at=at
    )
    edition = actions.undo_edition(number=2, by=cast.officer2, at=at)
    assert (edition.number, due()) == (3, before)
    assert Change.objects.filter(table="rule").count() == 2


def test_an_edition_cannot_be_undone_over_a_later_change(cast, at):
    actions.change_rule(key="appeal.general", data=change(amount=20), why="birinci", by=cast.officer, at=at)
    actions.change_rule(key="appeal.general", data=change(amount=25), why="ikinci", by=cast.officer, at=at)
    with pytest.raises(Stale):
        actions.undo_edition(number=2, by=cast.officer2, at=at)
    with pytest.raises(Refused):
        actions.undo_edition(number=1, by=cast.officer2, at=at)


def test_undoing_a_day_that_was_added_removes_it(cast, at):
    actions.change_day(
        day=date(2026, 4, 1),
        working=False,
        name="Yas günü",
        source="mənbə",
        why="səbəb var",
        by=cast.officer,
        at=at,
    )
    actions.undo_edition(number=2, by=cast.officer2, at=at)
    assert book().calendar.is_working(date(2026, 4, 1))


def test_the_digest_of_an_edition_tells_two_states_of_law_apart(cast, at):
    first = newest().digest
    actions.change_rule(key="appeal.general", data=change(amount=20), why="birinci", by=cast.officer, at=at)
    assert len(first) == 64
    assert newest().digest != first
    actions.undo_edition(number=2, by=cast.officer2, at=at)
    assert newest().digest == first


def test_the_order_of_readings_does_not_hang_on_the_order_in_which_the_database_keeps_keys(country):
    """PostgreSQL sorts the keys of a JSON object."""
    data = Rule.objects.get(key="concourt.lodge").data
    turned = {**data, "alternatives": dict(reversed(data["alternatives"].items()))}
    assert rule_of(turned).variants == rule_of(data).variants
