"""A bench that prints nothing is not green."""

import pytest
from django.db.models import Exists, OuterRef

from icma.cli.bench.command import GROUPS, group_of, targets
from icma.matters.models import Matter
from icma.people.models import Organisation

pytestmark = pytest.mark.one_engine


def test_every_group_has_targets_and_every_target_a_group() -> None:
    assert {group_of(figure) for figure in targets()} == set(GROUPS)


@pytest.mark.django_db
def test_a_walk_through_matters_is_found_also_under_the_alias_of_a_subquery() -> None:
    from icma.cli.bench.child import _scans  # it prepares the process as a server does

    named = Organisation.objects.filter(Exists(Matter.objects.filter(title=OuterRef("name"))))
    assert _scans(str(named.query)) == ["SCAN U0 (matters_matter)"]
    assert _scans(str(Matter.objects.order_by().query)) == ["SCAN matters_matter (matters_matter)"]
    assert _scans(str(Matter.objects.filter(pk=1).query)) == []


@pytest.mark.django_db
def test_the_roll_up_that_is_timed_is_the_products_and_is_held_against_the_rows(country, monkeypatch):
    from icma.cli.bench import rollup
    from icma.monitoring.models import Report

    found = rollup.measured(communities=6, edits=40)
    assert found["wrong"] == 0 and found["reports"] == 120 and found["nodes"] >= 14
    assert not Report.objects.exists(), "nothing of it stays"
    plain = rollup.overview

    def off_by_one(at):
        top = plain(at)
        top.below[0].reported += 1
        return top

    monkeypatch.setattr(rollup, "overview", off_by_one)
    assert rollup.measured(communities=6, edits=40)["wrong"] == 2
