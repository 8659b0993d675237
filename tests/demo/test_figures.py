"""Whoever keeps every copy of the demo's releases works out no small number."""

from django.db.models import Q

from icma.engines.disclosure import attack
from icma.engines.publish import cube
from icma.front.inclusion import decided_for
from icma.front.measures import measures
from icma.research.ledger import together
from icma.research.models import Release
from icma.research.quarters import by_name


def test_linear_programming_over_all_that_is_out_knows_no_small_number_more_closely_than_five(demo):
    known, small = {measure.name: measure for measure in measures()}, 0
    held = dict(together(known.values()))
    assert len([label for label in held if label.startswith("acts ")]) == 4, "closed quarters"
    for label, cells in held.items():
        name, quarter = label.split()
        truth = cube(dict(known[name].rows(*by_name(quarter))), cells)
        assert all(cell.value in (None, truth[key]) for key, cell in cells.items())
        for key, (low, high) in attack(cells).items():
            if truth[key] < 5:
                small += 1
                assert high - low >= 5 - 1e-6, f"{label} {key} is {truth[key]} and known to {low}–{high}"
    assert small >= 10, "there is something to find"


def test_one_release_waits_one_was_withdrawn_and_letters_are_out(demo):
    states = set(Release.objects.values_list("measure", "state"))
    assert {("acts", "agreed"), ("acts", "asked"), ("acts", "withdrawn"), ("letters", "agreed")} <= states


def test_for_whom_it_was_decided_stands_on_a_campaign_that_is_over(demo):
    found = decided_for(Q())
    assert found.told == 1 and found.outcomes > found.told and found.people > found.women > found.youth > 20
