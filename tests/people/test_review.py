"""The second person: never the first, once, within 14 days; the second of one person is the union."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from icma.core.access import allowed, may
from icma.core.action import Refused
from icma.core.words import date_words
from icma.law.book import book
from icma.matters.actions.own_terms import owed_on
from icma.people.actions.organisations import edit_organisation, let_out_words
from icma.people.actions.review import ask_review, decide_review, undo
from icma.people.models import Membership, Review
from icma.people.reviews import _words


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


def test_public_words_of_a_community_stand_once_a_moderator_has_read_them(
    country, cast, client_as, client, at
):
    community, moderator, page = (
        country.community,
        client_as("moderator"),
        reverse("community", args=["GOYCAY01"]),
    )
    edit_organisation(organisation=community, by=cast.officer, at=at, aims="Su")
    assert not Review.objects.exists(), "an officer is the union itself"
    words = {"aims": "Filan məmur oğrudur", "needs": "Zal"}
    assert edit_organisation(organisation=community, by=cast.coordinator, at=at, topics=["social"], **words)
    asked = Review.objects.get()
    assert may(cast.who("moderator"), "decide", asked, at) and not may(
        cast.who("coordinator"), "decide", asked, at
    )
    community.refresh_from_db()
    assert (community.aims, community.needs, community.topics) == ("Su", "", ["social"])
    for url in (page, reverse("search") + "?q=Filan", reverse("communities")):
        assert "oğrudur" not in client.get(url).content.decode()
    assert "Filan məmur oğrudur" in moderator.get(reverse("reviews")).content.decode()
    edit = client_as("coordinator").get(reverse("community_edit", args=[community.code])).content.decode()
    assert "Filan məmur oğrudur" in edit, "the community goes on with what it wrote"
    with pytest.raises(Refused):
        decide_review(review=asked, verdict="agreed", by=cast.coordinator, at=at, apply=let_out_words)
    # A newer wish takes the place of the older one; what stands in public meanwhile is not written over.
    edit_organisation(organisation=community, by=cast.coordinator, at=at, aims="Su hamıya")
    asked = Review.objects.get()
    assert asked.data["values"] == {"aims": "Su hamıya", "needs": "Zal"}
    moderator.post(reverse("review_decide", args=[asked.pk]), {"verdict": "agreed", "once": "r1"})
    community.refresh_from_db()
    assert (community.aims, community.needs) == ("Su hamıya", "Zal")
    assert "Su hamıya" in client.get(page).content.decode()


def test_words_that_changed_in_public_meanwhile_are_not_written_over(country, cast, at):
    community = country.community
    edit_organisation(organisation=community, by=cast.coordinator, at=at, aims="Yol")
    edit_organisation(organisation=community, by=cast.officer, at=at, aims="Körpü")
    asked = Review.objects.get()
    with pytest.raises(Refused):
        decide_review(review=asked, verdict="agreed", by=cast.moderator, at=at, apply=let_out_words)
    community.refresh_from_db()
    assert community.aims == "Körpü"
    assert not edit_organisation(organisation=community, by=cast.coordinator, at=at, aims="Körpü")
    assert not Review.objects.exists(), "the public text itself takes the wish back"


def test_a_community_that_comes_into_sight_is_seen_once_its_words_are_read(country, cast, client, at):
    community = country.community
    edit_organisation(organisation=community, by=cast.coordinator, at=at, seen="unlisted")
    assert not edit_organisation(organisation=community, by=cast.coordinator, at=at, aims="Filankəs oğrudur")
    assert not Review.objects.exists(), "nobody reads it there"
    assert edit_organisation(organisation=community, by=cast.coordinator, at=at, seen="full", needs="Zal")
    community.refresh_from_db()
    page = reverse("community", args=[community.code])
    assert community.seen == "unlisted" and client.get(page).status_code in (302, 404)
    asked = Review.objects.get()
    assert "Filankəs oğrudur" in str(_words(asked)), "all its words are to be read"
    decide_review(review=asked, verdict="agreed", by=cast.moderator, at=at, apply=let_out_words)
    assert "Filankəs oğrudur" in client.get(page).content.decode()


def test_public_words_that_nobody_has_read_wait_until_somebody_does(country, cast, client_as, at):
    """After fourteen days they are late, not gone: on the list, on the desk and on My work, the oldest first."""
    now = timezone.now()
    for n, days in enumerate((40, 3)):
        ask_review(
            kind="event.words", subject=f"event:OPENED0{n}", when="after", by=cast.coordinator,
            at=now - timedelta(days=days), data={"title": f"Görüş {n}", "community": "x"},
        )  # fmt: skip
    old, new = Review.objects.order_by("asked_at")
    moderator = client_as("moderator")
    shown = moderator.get(reverse("reviews")).content.decode()
    assert shown.index(f'id="r{old.pk}"') < shown.index(f'id="r{new.pk}"')
    mine = moderator.get(reverse("mine")).content.decode()
    assert mine.index("Görüş 0") < mine.index("Görüş 1")
    desk = moderator.get(reverse("moderate")).content.decode()
    assert reverse("reviews") in desk and date_words(owed_on(old.asked_at, book())) in desk
    assert "Görüş 0" not in client_as("coordinator").get(reverse("mine")).content.decode()
    undone = []
    undo(review=old, by=cast.moderator, at=now, revert=lambda **how: undone.append(1))
    assert undone and "Görüş 0" not in moderator.get(reverse("mine")).content.decode()


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
