"""Consents, facts and the end of a case: what the client takes back is gone at once, and time ends what it must."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from icma.core.action import Refused
from icma.engines.vault import Unopened
from icma.legalaid.actions import consent, ending, facts, releases
from icma.legalaid.actions.audit import verify
from icma.legalaid.actions.cases import offers
from icma.legalaid.actions.facts import Service
from icma.legalaid.actions.reading import read_consents
from icma.legalaid.consenting import PURPOSES, given, ledger
from icma.legalaid.figures import body_of
from icma.legalaid.models import Case, Fact, Grant, Offer, Read, Release, Sealed, Tombstone
from icma.legalaid.reviews import KINDS
from icma.legalaid.sealing import put
from icma.legalaid.words import Compartment
from icma.people.models import Mail, Review
from tests.legalaid import rings

pytestmark = pytest.mark.django_db
WOMAN = Service(first=True, sex="female", band="30-44", region="quba", problem="10", service="drafting")


def a_client():
    _user, ring = rings.lawyer("huquq1")
    _user, analyst = rings.lawyer("tehlil")
    rings.groups(analyst)
    case = rings.a_case(ring)
    _code, client = rings.client(case, ring)
    return ring, analyst, case, client


def agree(ring, case, purpose, to="", how="spoken"):
    consent.give(ring=ring, case=case, purpose=purpose, how=how, language="az", at=rings.AT, to=to)


def test_a_consent_names_its_text_and_is_taken_back_with_the_code():
    ring, _analyst, case, client = a_client()
    agree(ring, case, "sharing", to="Quba  Rayon Məhkəməsi")
    assert given(client, case, "sharing", "Quba Rayon Məhkəməsi")
    assert not given(ring, case, "sharing", "Başqa qurum") and not given(ring, case, "representation")
    agree(ring, case, "sharing", to="Başqa qurum")
    other = offers.refer(ring=ring, case=case, body="Başqa qurum", at=rings.AT)
    gone = offers.refer(ring=ring, case=case, body="Quba Rayon Məhkəməsi", at=rings.AT)
    consent.revoke(ring=client, case=case, purpose="sharing", to="Quba Rayon Məhkəməsi", at=rings.AT)
    assert not given(ring, case, "sharing", "Quba Rayon Məhkəməsi")
    assert {row.code: row.state for row in Offer.objects.all()} == {
        other.code: "proposed",
        gone.code: "revoked",
    }
    first, _other, second = ledger(ring, case)
    assert (
        first["version"] == PURPOSES["sharing"].version
        and first["how"] == "spoken"
        and first["language"] == "az"
    )
    assert (second["state"], second["by"]) == ("revoked", "client")
    with pytest.raises(Refused):
        agree(ring, case, "sharing")


def test_nothing_is_counted_without_consent_and_taking_it_back_deletes_the_fact_at_once():
    ring, analyst, case, client = a_client()
    assert facts.write(ring=ring, case=case, values=WOMAN, at=rings.AT) == ""
    agree(ring, case, "statistics")
    assert facts.is_first(ring=ring, case=case)
    facts.write(ring=ring, case=case, values=WOMAN, at=rings.AT)
    assert not facts.is_first(ring=ring, case=case)
    facts.write(ring=ring, case=case, values=replace(WOMAN, first=False), at=rings.AT)
    assert list(facts.opened_facts(analyst, "2026Q1", "2026Q1")) != []
    consent.revoke(ring=client, case=case, purpose="statistics", at=rings.AT)
    assert not Fact.objects.exists()
    assert not given(ring, case, "statistics")


def test_a_fact_is_read_by_the_statistics_group_alone_and_leads_to_no_case():
    ring, analyst, case, _client = a_client()
    agree(ring, case, "statistics")
    code = facts.write(ring=ring, case=case, values=WOMAN, at=rings.AT)
    assert list(facts.opened_facts(analyst, "2026Q1", "2026Q1")) == [WOMAN]
    with pytest.raises(Unopened):
        list(facts.opened_facts(ring, "2026Q1", "2026Q1"))
    fact = Fact.objects.get()
    clear = json.dumps([fact.quarter, fact.pk])
    assert case.code not in clear and fact.quarter == "2026Q1" and str(rings.ON) not in clear
    for table in (Sealed, Grant, Case):  # its code stands nowhere in clear but on itself
        for row in table.objects.values():
            assert code not in str(row) and code.encode() not in b"".join(
                v for v in row.values() if isinstance(v, bytes)
            )


def test_facts_are_laid_down_anew_in_random_order_and_are_equally_long():
    _ring, analyst, _case, _client = a_client()
    for n in range(12):
        facts.write(values=Service(service="advice", region="r" * n, grade=0), at=rings.AT)
    before = list(Fact.objects.order_by("pk").values_list("code", flat=True))
    made = [f.region for f in facts.opened_facts(analyst, "2026Q1", "2026Q1")]
    assert made != sorted(made, key=len)
    assert facts.mix(at=rings.AT) == 12
    after = list(Fact.objects.order_by("pk").values_list("code", flat=True))
    assert set(before) == set(after) and before != after
    assert len({len(bytes(f.blob)) for f in Fact.objects.all()}) == 1
    assert len(list(facts.opened_facts(analyst, "2026Q1", "2026Q1"))) == 12
    with pytest.raises(ValueError):
        facts.write(values=Service(sex="Aygün"), at=rings.AT)


def test_an_outcome_is_counted_in_the_quarter_in_which_it_came_though_the_services_are_published():
    """A court needs longer than a quarter: what was published before says nothing of it and is not changed."""
    ring, analyst, case, client = a_client()
    agree(ring, case, "statistics")
    facts.write(ring=ring, case=case, values=WOMAN, at=rings.AT)
    later = rings.AT + timedelta(days=60)
    release = releases.propose(ring=rings.at_moment(analyst, later), at=later)
    before = bytes(release.body)
    facts.end(ring=ring, case=case, values=replace(WOMAN, first=False, outcome="lost"), at=later)
    ending = replace(WOMAN, first=False, outcome="won", ended=True)
    facts.end(ring=ring, case=case, values=replace(WOMAN, first=False, outcome="won"), at=later)
    assert list(facts.opened_facts(analyst, "2026Q2", "2026Q2")) == [ending], "the newest of a quarter counts"
    told = read_consents(ring=client, case=case, at=later)
    assert (told["counted"], told["ended"]) == (1, True), "the client reads of one service and of the ending"
    assert [row.service for row in facts.opened_facts(analyst, "2026Q1", "2026Q1")] == ["drafting"]
    assert bytes(Release.objects.get().body) == before
    body = body_of(facts.opened_facts(analyst, "2026Q1", "2026Q2"))
    assert [[], [[[], None]]] in body["tables"], "an ending is no further service"
    consent.revoke(ring=client, case=case, purpose="statistics", at=later)
    assert not Fact.objects.exists()


def test_an_ending_that_was_published_stays_and_the_next_one_is_counted_beside_it():
    ring, analyst, case, _client = a_client()
    agree(ring, case, "statistics")
    facts.end(ring=ring, case=case, values=replace(WOMAN, outcome="lost"), at=rings.AT)
    assert facts.is_first(ring=ring, case=case), "no service was counted yet"
    later = rings.AT + timedelta(days=60)
    releases.propose(ring=rings.at_moment(analyst, later), at=later)
    facts.end(ring=ring, case=case, values=replace(WOMAN, outcome="won"), at=later)
    assert sorted(row.outcome for row in facts.opened_facts(analyst, "2026Q1", "2026Q2")) == ["lost", "won"]


def test_storage_taken_back_erases_the_case():
    ring, _analyst, case, client = a_client()
    agree(ring, case, "storage")
    consent.revoke(ring=client, case=case, purpose="storage", at=rings.AT)
    assert not Case.objects.exists() and not Sealed.objects.exists()
    stone = Tombstone.objects.get()
    assert (stone.code, stone.reason, stone.ended_on) == (case.code, "client", rings.ON)
    row = Read.objects.get(verb="erased")
    assert (row.case, row.role, row.user_id) == (case.code, "client", None) and list(verify()) == []


def decided(verdict, by, at=rings.AT):
    (kind,) = [kind for kind in KINDS if kind.name == ending.ERASURE]
    return kind.decide(review=Review.objects.latest("pk"), verdict=verdict, by=by, at=at)


def test_what_the_lawyer_says_for_the_client_erases_only_with_a_second_person(cast):
    ring, _analyst, case, _client = a_client()
    agree(ring, case, "storage")
    asked = {"ring": ring, "case": case, "purpose": "storage", "at": rings.AT}
    consent.revoke(**asked)
    assert Case.objects.exists() and given(ring, case, "storage") and not Tombstone.objects.exists()
    review = Review.objects.get(kind=ending.ERASURE, verdict="")
    assert review.data == {"case": case.code}
    assert Mail.objects.filter(person=cast.officer.person, data__why="erase", data__code=case.code).exists()
    with pytest.raises(Refused):
        consent.revoke(**asked)  # it waits already
    with pytest.raises(Refused), transaction.atomic():
        decided("agreed", ring.user)
    decided("refused", cast.officer)
    assert Case.objects.exists()
    consent.revoke(**asked)
    decided("agreed", cast.officer)
    assert not Case.objects.exists() and Tombstone.objects.get().reason == "staff"
    row = Read.objects.get(verb="erased")
    assert (row.case, row.role, row.user_id) == (case.code, "staff", cast.officer.pk) and list(verify()) == []


@pytest.mark.parametrize("held", [True, False])
def test_a_hold_and_a_running_term_of_law_stop_the_lawyer_and_the_second_person(cast, held):
    ring, _analyst, case, client = a_client()
    agree(ring, case, "storage")
    asked = {"case": case, "purpose": "storage", "at": rings.AT}
    consent.revoke(ring=ring, **asked)
    if held:
        Case.objects.update(held=True)
    else:
        put(ring=ring, case=case, compartment="file", value={"kind": "term", "rule": "x"}, on=rings.ON,
            due_on=rings.ON + timedelta(days=9), edition=1)  # fmt: skip
    with pytest.raises(Refused), transaction.atomic():
        decided("agreed", cast.officer)
    Review.objects.all().delete()
    with pytest.raises(Refused):
        consent.revoke(ring=ring, **asked)
    assert Case.objects.exists() and not Review.objects.exists()
    consent.revoke(ring=client, **asked)
    assert not Case.objects.exists()  # the client's own word needs nobody


# --- time ----------------------------------------------------------------------------------------------


def after(days):
    return ending.end_by_time(rings.AT + timedelta(days=days))


def test_time_ends_what_it_must_and_a_hold_keeps_it():
    ring, _analyst, _case, _client = a_client()
    waiting, _key = rings.an_intake()
    held, _key = rings.an_intake(held=True)
    declined, _key = rings.an_intake(open=False, closed_on=rings.ON)
    working = rings.a_case(ring)
    after(89)
    assert Case.objects.filter(pk=waiting.pk).exists()
    assert after(90)["unanswered"] == 1 and after(90)["unanswered"] == 0
    assert after(364)["declined"] == 0 and after(365)["declined"] == 1
    assert set(Tombstone.objects.values_list("code", "reason")) == {
        (waiting.code, "term"), (declined.code, "declined"),
    }  # fmt: skip
    assert set(Read.objects.filter(verb="erased").values_list("case", "role")) == {
        (waiting.code, "time"), (declined.code, "time"),
    }  # fmt: skip
    after(9999)
    assert Case.objects.filter(pk__in=[held.pk, working.pk]).count() == 2


def test_a_closed_case_goes_to_the_papers_after_60_days_and_ends_after_five_years():
    rings.papers()
    ring, _analyst, _case, _client = a_client()
    closed = rings.a_case(ring, open=False, closed_on=rings.ON)
    _code, client = rings.client(closed, ring)
    assert after(59)["archived"] == 0
    assert after(60)["archived"] == 1 and after(60)["archived"] == 0
    with pytest.raises(Unopened):
        rings.at_moment(ring, rings.AT).key(closed, Compartment.FILE)
    assert client.key(closed, Compartment.THREAD), "the client's own code goes on opening the client's thread"
    assert set(
        Grant.objects.filter(case=closed, compartment="file").values_list("holder__group", flat=True)
    ) == {"recovery"}
    assert after(5 * 365)["outlived"] == 0
    assert after(5 * 365 + 1)["outlived"] == 1
    assert not Grant.objects.filter(case_id=closed.pk).exists()


def test_the_question_after_three_months_is_asked_before_the_archive():
    rings.papers()
    ring, _analyst, _case, _client = a_client()
    closed = rings.a_case(ring, open=False, closed_on=rings.ON)
    later = rings.ON + timedelta(days=91)
    row = put(
        ring=ring, case=closed, compartment="file", value={"kind": "followup"}, on=rings.ON, due_on=later
    )
    assert after(100)["archived"] == 0
    assert ending.ends_on(closed)["archived"] == later + timedelta(days=60)
    Sealed.objects.filter(pk=row.pk).update(done=True)
    assert after(101)["archived"] == 1


def test_without_papers_nothing_is_archived_since_nobody_could_open_it_again():
    ring, _analyst, _case, _client = a_client()
    closed = rings.a_case(ring, open=False, closed_on=rings.ON)
    assert after(400)["archived"] == 0
    assert ending.ends_on(closed)["archived"] is None  # and the page promises no such day
