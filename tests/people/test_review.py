"""The second person: never the first, once, within 14 days; the second of one person is the union."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from icma.core.access import allowed, may
from icma.core.action import Refused
from icma.people.actions.organisations import edit_organisation
from icma.people.actions.review import ask_review, decide_review, undo
from icma.people.models import Membership, Review


@pytest.fixture
def asked(cast, country, at):
    return ask_review(
        kind="file", subject="x", when="before", by=cast.coordinator, at=at, organisation=country.community
    )


def test_what_waits_happens_when_another_agrees(asked, cast, at):
    done = []
    decide_review(
        review=asked, verdict="agreed", by=cast.officer, at=at, apply=lambda **how: done.append(how)
    )
    assert [how["by"] for how in done] == [cast.officer]
    asked.refresh_from_db()
    assert (asked.verdict, asked.decided_by, asked.decided_at) == ("agreed", cast.officer, at)


def test_what_is_refused_does_not_happen(asked, cast, at):
    decide_review(review=asked, verdict="refused", by=cast.officer, at=at, apply=lambda **how: 1 / 0)
    assert Review.objects.get().verdict == "refused"


def test_the_second_person_cannot_be_the_first(asked, cast, at):
    with pytest.raises(Refused):
        decide_review(review=asked, verdict="agreed", by=cast.coordinator, at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.filter(pk=asked.pk).update(verdict="agreed", decided_by=cast.coordinator)
    assert not may(cast.who("coordinator"), "decide", asked, at)


def test_two_who_decide_at_once_do_it_once(asked, cast, at):
    twin = Review.objects.get(pk=asked.pk)
    decide_review(review=asked, verdict="agreed", by=cast.officer, at=at)
    with pytest.raises(Refused):
        decide_review(review=twin, verdict="refused", by=cast.officer2, at=at)
    assert Review.objects.get().verdict == "agreed"


def test_when_the_effect_fails_nothing_is_decided(asked, cast, at):
    def fail(**how):
        raise Refused("no")

    with pytest.raises(Refused):
        decide_review(review=asked, verdict="agreed", by=cast.officer, at=at, apply=fail)
    assert Review.objects.get().verdict == ""


def test_the_second_of_a_one_person_community_is_the_union(asked, cast, country, at):
    assert not allowed(Review.objects.all(), cast.who("coordinator"), "decide", at).exists()
    assert allowed(Review.objects.all(), cast.who("officer"), "decide", at).get() == asked
    Membership.objects.create(
        user=cast.resident, role="coordinator", organisation=country.community, since="2024-01-01"
    )
    assert may(cast.who("resident"), "decide", asked, at), "a second coordinator may decide as well"


def test_public_words_of_a_community_are_read_afterwards_and_taken_back(country, cast, client_as, at):
    community, moderator = country.community, client_as("moderator")
    edit_organisation(organisation=community, by=cast.officer, at=at, aims="Su")
    assert not Review.objects.exists(), "an officer is the union itself"
    edit_organisation(
        organisation=community, by=cast.coordinator, at=at, aims="Filankəs oğrudur", needs="Zal"
    )
    asked = Review.objects.get()
    assert may(cast.who("moderator"), "decide", asked, at) and not may(
        cast.who("coordinator"), "decide", asked, at
    )
    Review.objects.update(asked_at=timezone.now())
    assert "Filankəs oğrudur" in moderator.get(reverse("reviews")).content.decode()
    edit_organisation(organisation=community, by=cast.officer, at=at, needs="Böyük zal")
    decided = moderator.post(reverse("review_decide", args=[asked.pk]), {"verdict": "undone", "once": "r1"})
    assert decided.status_code == 302
    community.refresh_from_db()
    assert (community.aims, community.needs) == ("Su", "Böyük zal"), "what was changed since then stays"
    edit_organisation(organisation=community, by=cast.coordinator, at=at, seen="unlisted")
    edit_organisation(organisation=community, by=cast.coordinator, at=at, aims="Yol")
    assert Review.objects.count() == 1, "nobody reads it there"


def test_strangers_residents_and_officers_without_a_factor_decide_nothing(asked, cast, at):
    for who in (cast.who("stranger"), cast.who("resident"), cast.who("officer", strong=False)):
        assert not may(who, "decide", asked, at)
        assert not may(who, "view", asked, at)


def test_what_has_happened_can_be_undone_for_fourteen_days(cast, at):
    undone = []
    first = ask_review(kind="rule", subject="a", when="after", by=cast.advocate, at=at)
    undo(review=first, by=cast.officer, at=at + timedelta(days=14), revert=lambda **how: undone.append(1))
    late = ask_review(kind="rule", subject="b", when="after", by=cast.advocate, at=at)
    with pytest.raises(Refused):
        undo(
            review=late,
            by=cast.officer,
            at=at + timedelta(days=14, seconds=1),
            revert=lambda **how: undone.append(2),
        )
    assert undone == [1]
    assert [row.verdict for row in Review.objects.order_by("pk")] == ["undone", ""]


def test_what_has_happened_cannot_be_refused_nor_what_waits_undone(asked, cast, at):
    after = ask_review(kind="rule", subject="a", when="after", by=cast.advocate, at=at)
    with pytest.raises(ValueError, match="does not fit"):
        decide_review(review=after, verdict="refused", by=cast.officer, at=at)
    with pytest.raises(ValueError, match="undone"):
        undo(review=asked, by=cast.officer, at=at)
