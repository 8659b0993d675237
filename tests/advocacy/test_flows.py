"""Stages move along their steps alone, whoever presses what in which order, and of two at once one wins."""

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from icma.advocacy.flow import CAMPAIGN, COMMITMENT, DECISION, UPDATE
from icma.advocacy.models import Update
from icma.core.flow import Flow, Stale
from tests.advocacy.campaign_kit import started
from tests.advocacy.oversight_kit import drafted, promised
from tests.front import rows

FLOWS = (CAMPAIGN, DECISION, COMMITMENT, UPDATE)


def one_of_each(country, cast, at) -> dict[str, Any]:
    """A row of each flow, by the flow's name."""
    campaign = started(country, cast, at)
    update = Update.objects.create(
        code=rows.code("U"), campaign=campaign, kind="news", on=at.date(), title="Söz", at=at
    )
    return {
        "campaign": campaign, "decision": drafted(country, cast, at), "commitment": promised(country, cast, at),
        "update": update,
    }  # fmt: skip


def machine_of(things: dict[str, Any]) -> type[RuleBasedStateMachine]:
    """Anybody presses any step, on what stands there or on what stood there when the page was opened."""

    class Walk(RuleBasedStateMachine):
        @initialize()
        def begin(self) -> None:
            self.stands = {flow.name: next(iter(flow.stages)) for flow in FLOWS}
            for name, stage in self.stands.items():
                things[name]._meta.model.objects.filter(pk=things[name].pk).update(stage=stage)
            self.opened = {name: self.row(name) for name in things}

        def row(self, name: str) -> Any:
            return things[name]._meta.model.objects.get(pk=things[name].pk)

        @rule(flow=st.sampled_from(FLOWS), data=st.data(), old=st.booleans())
        def press(self, flow: Flow, data: Any, old: bool) -> None:
            step = flow.steps[data.draw(st.sampled_from(sorted(flow.steps)))]
            here = self.stands[flow.name]
            try:
                flow.take(self.opened[flow.name] if old else self.row(flow.name), step.name)
                moved = True
            except Stale:
                moved = False
            assert moved == (here in step.start)
            self.stands[flow.name] = step.end if moved else here

        @rule(flow=st.sampled_from(FLOWS))
        def open_anew(self, flow: Flow) -> None:
            self.opened[flow.name] = self.row(flow.name)

        @invariant()
        def only_steps_have_moved_anything(self) -> None:
            for name, stage in getattr(self, "stands", {}).items():
                assert self.row(name).stage == stage

    return Walk


@pytest.mark.django_db
def test_no_walk_reaches_a_stage_that_no_step_leads_to(country, cast, at) -> None:
    machine = machine_of(one_of_each(country, cast, at))
    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=15, stateful_step_count=12, deadline=None, database=None),
    )


@pytest.mark.django_db
def test_the_database_itself_knows_the_stages(country, cast, at) -> None:
    for name, thing in one_of_each(country, cast, at).items():
        with pytest.raises(IntegrityError), transaction.atomic():
            type(thing).objects.filter(pk=thing.pk).update(stage="nowhere")
        assert name


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_a_step_at_once_one_wins_and_the_other_is_told(country, cast, at) -> None:
    campaign = started(country, cast, at)
    CAMPAIGN.take(campaign, "start")
    gate, found = threading.Barrier(2), []

    def press() -> None:
        gate.wait()
        try:
            CAMPAIGN.take(type(campaign).objects.get(pk=campaign.pk), "review")
            found.append("taken")
        except Stale:
            found.append("told")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["taken", "told"]
