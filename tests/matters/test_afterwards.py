"""What comes after the end: a late word of the authority, an extension after somebody asked, an author's one voice."""

from datetime import date, timedelta

import pytest

from icma.matters.actions.clocks import confirm_silence
from icma.matters.actions.incoming import Came, record_extension, record_forwarding, record_unconsidered
from icma.matters.actions.outcome import close_matter, confirm_outcome, outcome_counts
from icma.matters.models import Clock, Entry, Letter, Matter, Part
from tests.matters.letters_kit import later, registered

pytestmark = pytest.mark.django_db


def ended_as_unanswered(country, cast, at):
    """A letter whose silence was confirmed, and whose matter was ended for it."""
    letter = registered(country, cast, at)
    confirm_silence(letter=letter, on=date(2026, 9, 1), at=later(2026, 9, 1), by=cast.coordinator)
    matter = Matter.objects.get(pk=letter.matter_id)
    close_matter(matter=matter, outcome="unanswered", at=later(2026, 9, 1), by=cast.coordinator)
    return Letter.objects.get(pk=letter.pk)


@pytest.mark.parametrize("what", ["unconsidered", "forwarded"])
def test_whatever_comes_later_a_matter_is_no_longer_unanswered(country, cast, at, what) -> None:
    letter, came = ended_as_unanswered(country, cast, at), Came(date(2026, 4, 10), date(2026, 9, 2))
    more = {"letter": letter, "came": came, "at": later(2026, 9, 2), "by": cast.coordinator}
    if what == "forwarded":
        record_forwarding(to=country.executive, **more)
    else:
        record_unconsidered(**more)
    assert Matter.objects.get(pk=letter.matter_id).outcome == ""


def test_a_forwarded_letter_may_be_registered_before_its_notice_was_written(country, cast, at) -> None:
    letter = registered(country, cast, at)
    came = Came(date(2026, 3, 20), date(2026, 3, 25))
    _notice, there = record_forwarding(
        letter=letter, to=country.executive, came=came, new_number="9", new_registered_on=date(2026, 3, 18),
        at=later(2026, 5, 20), by=cast.coordinator,
    )  # fmt: skip
    assert there.stage == "registered" and there.registered_on == date(2026, 3, 18)


def test_an_extension_in_time_withdraws_a_silence_that_was_confirmed_too_early(country, cast, at) -> None:
    letter = registered(country, cast, at)
    clock = Clock.objects.get(letter=letter)
    confirm_silence(
        letter=letter, on=clock.due_on + timedelta(days=2), at=later(2026, 5, 20), by=cast.coordinator
    )
    came = Came(clock.due_on - timedelta(days=1), clock.due_on + timedelta(days=4))
    record_extension(letter=letter, came=came, at=later(2026, 5, 20), by=cast.coordinator, amount=15)
    letter.refresh_from_db()
    clock.refresh_from_db()
    assert letter.stage == "registered" and clock.asked_on is None
    assert Entry.objects.filter(matter=letter.matter, verb="silence_withdrawn").exists()


def test_an_author_confirms_an_outcome_once_by_account_or_by_code(country, cast, at) -> None:
    matter = Matter.objects.get(pk=registered(country, cast, at).matter_id)
    Part.objects.create(matter=matter, person=cast.resident.person, role="author", since=at)
    close_matter(
        matter=matter,
        outcome="solved",
        changed="Su var",
        whom="hamı",
        at=later(2026, 5, 20),
        by=cast.coordinator,
    )
    confirm_outcome(matter=matter, agrees=True, by=cast.resident, at=later(2026, 5, 21))
    confirm_outcome(matter=matter, agrees=True, own=matter.code, at=later(2026, 5, 21))
    assert outcome_counts(matter)["agree"] == 1
