"""A fact is public at once; what somebody wrote about it once a moderator who is not its author has read it."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from icma.core.action import Refused
from icma.matters.actions import moderation, outcome, taking
from icma.matters.actions.incoming import record_answer, record_registration
from icma.matters.actions.officials import (
    answer_as_official,
    answer_by_code,
    confirm_answer,
    issue_reply_code,
)
from icma.matters.actions.thread import note
from icma.matters.models import Clock, Entry, Letter, Words
from icma.people.actions.roles import give_role
from tests.matters.letters_kit import came, registered, sent, taken

pytestmark = pytest.mark.django_db
SAID, WAITS = "Nəvəsi Vəli ilə danışdıq", "Mətni moderator oxuyandan sonra burada görünəcək"


def page(matter, name: str = "matter") -> str:
    return Client().get(reverse(name, args=[matter.code])).content.decode()


def held(matter) -> Entry:
    return moderation.waiting_words(matter).get().entry


def owed(matter) -> bool:
    return Clock.objects.filter(matter=matter, rule="own.moderate", state="running").exists()


@pytest.mark.parametrize("how", ["closed", "handed_back", "reopened"])
def test_how_it_ended_is_public_at_once_and_its_words_once_a_moderator_has_read_them(country, cast, at, how):
    matter, by = taken(country, at), {"at": at, "by": cast.coordinator}
    if how == "handed_back":
        taking.hand_back(matter=matter, why=SAID, **by)
    else:
        outcome.close_matter(
            matter=matter, outcome="solved", changed=SAID if how == "closed" else "Su gəlir", **by
        )
    if how == "reopened":
        moderation.show_words(entry=held(matter), at=at, by=cast.moderator)
        outcome.reopen(matter=matter, why=SAID, **by)
    fact = Entry.objects.get(matter=matter, verb=how)
    with CaptureQueriesContext(connection) as before:
        shown = page(matter)
    assert WAITS in shown and SAID not in shown and fact.visibility == "public"
    assert owed(matter) and matter in [clock.matter for clock in moderation.waiting()]
    moderation.show_words(
        entry=held(matter), at=at, by=cast.moderator, text=SAID.replace("Vəli", moderation.GAP)
    )
    with CaptureQueriesContext(connection) as after:
        shown = page(matter)
    assert f"Nəvəsi {moderation.GAP} ilə" in shown and WAITS not in shown and "Vəli" not in shown
    assert len(before) == len(after) and not owed(matter)
    assert not Words.objects.filter(text__contains="Vəli").exists()


def test_nobody_lets_out_words_of_ones_own(country, cast, at):
    give_role(user=cast.coordinator, role="moderator", organisation=country.union, by=cast.officer, at=at)
    matter = taken(country, at)
    Words.objects.create(
        entry=note(matter=matter, verb="added", at=at, by=cast.coordinator, visibility="staff"), text=SAID
    )
    for decide in (moderation.show_words, lambda **one: moderation.drop_words(rule="insult", **one)):
        with pytest.raises(Refused):
            decide(entry=held(matter), at=at, by=cast.coordinator)


def test_words_that_are_not_shown_leave_a_tombstone_beside_their_fact(country, cast, at, client_as):
    matter = taken(country, at)
    outcome.close_matter(matter=matter, outcome="solved", changed=SAID, at=at, by=cast.coordinator)
    moderator, url = client_as("moderator"), reverse("moderate_words", args=[matter.code, held(matter).pk])
    assert SAID in moderator.get(reverse("moderate_matter", args=[matter.code])).content.decode()
    moderator.post(url, {"drop": "1", "rule": "personal_data", "once": "o1"})
    shown, words = page(matter), Entry.objects.get(matter=matter, verb="closed").words
    assert (words.text, words.erased_for) == ("", "personal_data") and not Words.objects.exclude(
        text=""
    ).exists()
    assert "Burada mətn var idi" in shown and WAITS not in shown and SAID not in shown


def test_an_answer_counts_at_once_and_what_it_says_is_read_first(country, cast, at, client_as):
    letter = registered(country, cast, at)
    arrived = came(date(2026, 3, 13), number="44-7", summary=SAID)
    reply = record_answer(letter=letter, answer="formal", came=arrived, at=at, by=cast.coordinator)
    public = [page(letter.matter), Client().get("/api/v1/answers/").content.decode()]
    assert not any(SAID in text for text in public) and "№ 44-7" in public[0] and WAITS in public[0]
    own = (
        client_as("coordinator")
        .get(reverse("letter", args=[letter.matter.code, reply.code]))
        .content.decode()
    )
    assert SAID in own, "those who wrote it see it"
    moderation.show_words(entry=held(letter.matter), at=at, by=cast.moderator)
    assert SAID in page(letter.matter) and Letter.objects.get(pk=reply.pk).summary == SAID


def test_the_summary_of_a_note_without_a_step_of_its_own_waits_too(country, cast, at):
    letter, on = sent(country, cast, at), date(2026, 3, 13)
    reply = record_registration(
        letter=letter, came=came(on, summary=SAID), number="7", on=on, at=at, by=cast.coordinator
    )
    assert Letter.objects.get(pk=reply.pk).summary == ""
    moderation.show_words(entry=held(letter.matter), at=at, by=cast.moderator)
    assert Letter.objects.get(pk=reply.pk).summary == SAID


def test_an_authoritys_own_words_wait_as_everybodys_do(country, cast, at):
    first, other = registered(country, cast, at), taken(country, at, "TAKEN002")
    answer_as_official(letter=first, came=came(date(2026, 3, 13), summary=SAID), at=at, by=cast.official)
    second = registered(country, cast, at, matter=other)
    issue_reply_code(letter=second, at=at)
    reply = answer_by_code(letter=second, came=came(date(2026, 3, 13), number="9", summary=SAID), at=at)
    confirm_answer(reply=reply, at=at, by=None)
    for matter in (first.matter, other):
        assert SAID not in page(matter) and held(matter).words.text == SAID
    assert not Letter.objects.exclude(summary="").exists()


def test_what_an_officer_writes_is_read_by_writing_it(country, cast, at):
    matter = taken(country, at)
    outcome.close_matter(matter=matter, outcome="solved", changed=SAID, at=at, by=cast.officer)
    assert SAID in page(matter) and not owed(matter)


def test_no_step_can_put_unread_words_before_everybody(country, cast, at):
    for by in (cast.coordinator, None):
        with pytest.raises(ValueError, match="read"):
            note(
                matter=taken(country, at, "TAKEN00" + ("3" if by else "4")),
                verb="closed",
                text=SAID,
                at=at,
                by=by,
            )
