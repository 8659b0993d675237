"""Seats, organisations, freezing."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from icma.core import codes
from icma.core.access import allowed
from icma.core.action import Refused
from icma.core.day import legal_day
from icma.people.actions.accounts import (
    ask_unfreeze,
    close_sessions,
    create_account,
    describe_account,
    freeze,
    renew_factors,
    unfreeze,
)
from icma.people.actions.organisations import (
    close_organisation,
    create_organisation,
    edit_organisation,
    waiting_words,
)
from icma.people.actions.review import decide_review, undo
from icma.people.actions.roles import end_role, give_role, undo_role
from icma.people.models import Change, Membership, Organisation, Review

pytestmark = pytest.mark.urls("tests.people.urls")


def seats_of(client: Client, at) -> tuple:
    """Seats as the middleware sees them, by way of a real request."""
    return client.get("/components/").wsgi_request.who.seats


def test_an_officer_seats_somebody_and_a_second_one_may_undo_it(cast, country, at):
    seat = give_role(
        user=cast.resident, role="coordinator", organisation=country.community, by=cast.officer, at=at
    )
    assert Change.objects.filter(table="role", row=str(seat.pk), by=cast.officer).count() == 1
    undo(review=Review.objects.get(), by=cast.officer2, at=at, revert=undo_role)
    seat.refresh_from_db()
    assert seat.until == legal_day(at)


def test_a_seat_that_ends_today_is_not_held_today(cast, country, client_as, at):
    from django.utils import timezone

    seat = Membership.objects.get(user=cast.coordinator)
    client = client_as("coordinator")
    assert seats_of(client, at)
    end_role(seat=seat, by=cast.officer, at=timezone.now())
    assert seats_of(client, at) == ()
    undo(review=Review.objects.get(), by=cast.officer2, at=timezone.now(), revert=undo_role)
    assert seats_of(client, at)


def test_nobody_gives_a_role_to_themselves_and_only_officers_give(cast, country, at):
    with pytest.raises(Refused):
        give_role(user=cast.officer, role="researcher", organisation=country.union, by=cast.officer, at=at)
    with pytest.raises(Refused):
        give_role(
            user=cast.resident, role="member", organisation=country.community, by=cast.coordinator, at=at
        )
    with pytest.raises(Refused):
        end_role(seat=Membership.objects.get(user=cast.officer), by=cast.coordinator, at=at)


@pytest.mark.parametrize(
    "role, where",
    [
        ("officer", "community"),
        ("official", "community"),
        ("coordinator", None),
        ("king", "community"),
        ("lawyer", "body"),
    ],
)
def test_a_role_belongs_where_it_belongs(cast, country, at, role, where):
    seat = {"community": {"organisation": country.community}, "body": {"authority": country.water}, None: {}}[
        where
    ]
    with pytest.raises(Refused):
        give_role(user=cast.resident, role=role, by=cast.officer, at=at, **seat)


def test_the_same_seat_is_not_given_twice(cast, country, at):
    with pytest.raises(Refused):
        give_role(
            user=cast.coordinator, role="coordinator", organisation=country.community, by=cast.officer, at=at
        )


def test_the_last_officer_stays(cast, at):
    end_role(seat=Membership.objects.get(user=cast.officer2), by=cast.officer, at=at)
    with pytest.raises(Refused):
        end_role(seat=Membership.objects.get(user=cast.officer), by=cast.officer, at=at)


@pytest.mark.parametrize("form, seen", [("group", "unlisted"), ("cbo", "region"), ("registered", "full")])
def test_an_unregistered_group_is_not_listed_unless_it_chooses(cast, country, at, form, seen):
    row = create_organisation(name="Nümunə qrupu", form=form, place=country.shaki, by=cast.officer, at=at)
    assert row.seen == seen
    assert allowed(Organisation.objects.all(), cast.who("stranger"), "list", at).filter(
        pk=row.pk
    ).exists() == (form != "group")
    assert allowed(Organisation.objects.all(), cast.who("resident"), "view", at).filter(
        pk=row.pk
    ).exists() == (form != "group")
    assert allowed(Organisation.objects.all(), cast.who("officer"), "view", at).filter(pk=row.pk).exists()


def test_a_coordinator_edits_only_the_own_community(cast, country, at):
    other = create_organisation(name="Başqa", by=cast.officer, at=at, seen="full")
    mine = allowed(Organisation.objects.all(), cast.who("coordinator"), "edit", at)
    assert country.community in mine and other not in mine
    assert not allowed(Organisation.objects.all(), cast.who("resident"), "edit", at).exists()
    assert not allowed(Organisation.objects.all(), cast.who("stranger"), "edit", at).exists()
    edit_organisation(organisation=country.community, aims="Su\u202e hamı üçün", by=cast.coordinator, at=at)
    assert waiting_words(country.community) == {"aims": "Su hamı üçün"}, "a moderator reads it first"
    with pytest.raises(Refused):
        edit_organisation(organisation=country.community, name=" ", by=cast.coordinator, at=at)
    with pytest.raises(ValueError, match="not editable"):
        edit_organisation(organisation=country.community, code="X", by=cast.coordinator, at=at)


def test_a_mentor_may_lead_the_community_that_he_or_she_mentors(cast, country, at):
    edit_organisation(organisation=country.community, mentor=cast.lawyer, by=cast.officer, at=at)
    assert allowed(Organisation.objects.all(), cast.who("lawyer"), "lead", at).get() == country.community


def test_closing_a_community_ends_its_seats(cast, country, at):
    close_organisation(organisation=country.community, until=legal_day(at), by=cast.officer, at=at)
    seat = Membership.objects.get(user=cast.coordinator)
    assert seat.until == legal_day(at) + timedelta(days=1), "the last day is still held"


def test_freezing_ends_sessions_feeds_and_links_at_once(cast, client_as, at):
    client = client_as("coordinator")
    assert client.get("/components/").wsgi_request.user.is_authenticated
    feed = codes.issue(purpose="feed", subject=f"person:{cast.coordinator.person}", at=at)
    freeze(user=cast.coordinator, by=cast.officer, at=at, why="telefon götürülüb")
    response = client.get("/components/")
    assert not response.wsgi_request.user.is_authenticated
    assert response.wsgi_request.who.user is None and response.wsgi_request.who.seats == ()
    assert codes.find(feed, "feed", at) is None


def test_a_frozen_user_is_nobody_even_with_a_session_that_lives(cast, client_as, at):
    from django.utils import timezone

    client = client_as("officer")
    type(cast.officer).objects.filter(pk=cast.officer.pk).update(frozen_at=timezone.now())
    who = client.get("/components/").wsgi_request.who
    assert (who.user, who.seats, who.person, who.strong) == (None, (), "", False)


def test_only_another_officer_freezes_and_opening_again_takes_a_second_one(cast, at):
    with pytest.raises(Refused):
        freeze(user=cast.officer2, by=cast.coordinator, at=at)
    with pytest.raises(Refused):
        freeze(user=cast.officer, by=cast.officer, at=at)
    freeze(user=cast.coordinator, by=cast.officer, at=at)
    review = ask_unfreeze(user=cast.coordinator, by=cast.officer, at=at)
    assert ask_unfreeze(user=cast.coordinator, by=cast.officer2, at=at) == review
    with pytest.raises(Refused):
        decide_review(review=review, verdict="agreed", by=cast.officer, at=at, apply=unfreeze)
    cast.coordinator.refresh_from_db()
    assert cast.coordinator.frozen_at == at
    decide_review(review=review, verdict="agreed", by=cast.officer2, at=at, apply=unfreeze)
    cast.coordinator.refresh_from_db()
    assert cast.coordinator.frozen_at is None and cast.coordinator.is_active


def test_old_sessions_do_not_revive_when_an_account_is_opened_again(cast, client_as, at):
    client = client_as("coordinator")
    freeze(user=cast.coordinator, by=cast.officer, at=at)
    review = ask_unfreeze(user=cast.coordinator, by=cast.officer, at=at)
    decide_review(review=review, verdict="agreed", by=cast.officer2, at=at, apply=unfreeze)
    assert not client.get("/components/").wsgi_request.user.is_authenticated


def test_closing_all_sessions_ends_every_one(cast, client_as):
    one, two = client_as("resident"), client_as("resident")
    close_sessions(user=cast.resident)
    for client in (one, two):
        assert not client.get("/components/").wsgi_request.user.is_authenticated


def test_a_frozen_person_gets_no_new_role(cast, country, at):
    freeze(user=cast.resident, by=cast.officer, at=at)
    with pytest.raises(Refused):
        give_role(user=cast.resident, role="member", organisation=country.community, by=cast.officer, at=at)


def test_a_public_name_is_chosen_once_and_is_no_address(cast, at):
    for name in ("Nümunə koordinator", "kimsə@numune.invalid", "N" * 61):
        with pytest.raises(Refused):
            describe_account(user=cast.resident, pseudonym=name, language="az", digest="daily")
    describe_account(user=cast.resident, pseudonym=" Bənövşə \u200b 7 ", language="ru", digest="none")
    cast.resident.refresh_from_db()
    assert (cast.resident.pseudonym, cast.resident.language, cast.resident.digest) == (
        "Bənövşə 7",
        "ru",
        "none",
    )
    with pytest.raises(Refused):
        create_account(email="Resident@numune.invalid", at=at)


def test_what_lies_on_a_taken_telephone_opens_nothing_after_the_account_is_opened_again(cast, at):
    TOTP.activate(cast.coordinator, generate_totp_secret())
    cast.coordinator.set_password("dağ çayı axır səhər")
    cast.coordinator.save()
    freeze(user=cast.coordinator, by=cast.officer, at=at)
    review = ask_unfreeze(user=cast.coordinator, by=cast.officer, at=at)
    decide_review(review=review, verdict="agreed", by=cast.officer2, at=at, apply=unfreeze)
    cast.coordinator.refresh_from_db()
    assert not cast.coordinator.has_usable_password()
    # Codes that nobody has seen yet stay: the mailbox alone must not be able to add a factor of its own.
    assert set(Authenticator.objects.values_list("type", flat=True)) == {"recovery_codes"}


def test_new_paper_codes_are_shown_once_and_end_the_old_factors_and_sessions(cast, client_as, at):
    TOTP.activate(cast.coordinator, generate_totp_secret())
    theirs, officer = client_as("coordinator"), client_as("officer")
    page = officer.post(reverse("person_codes", args=[cast.coordinator.person]))
    kept = Authenticator.objects.get(user=cast.coordinator)
    codes = kept.wrap().get_unused_codes()
    assert kept.type == "recovery_codes" and all(code in page.content.decode() for code in codes)
    assert "no-store" in page["Cache-Control"]
    assert not theirs.get("/components/").wsgi_request.user.is_authenticated
    assert (
        "yeni ehtiyat kodlar"
        in officer.get(reverse("person", args=[cast.coordinator.person])).content.decode()
    )


def test_nobody_makes_paper_codes_for_themselves_or_without_being_an_officer(cast, client_as, at):
    for by, user in ((cast.officer, cast.officer), (cast.coordinator, cast.officer)):
        with pytest.raises(Refused):
            renew_factors(user=user, by=by, at=at)
    url = reverse("person_codes", args=[cast.officer.person])
    assert client_as("officer").post(url).status_code == 404
    assert client_as("coordinator").post(url).status_code == 404
    assert not Authenticator.objects.exists()
