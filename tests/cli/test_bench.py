"""A bench that prints nothing is not green."""

import pytest

from icma.cli.bench.command import GROUPS, group_of, targets

pytestmark = pytest.mark.one_engine


def test_every_group_has_targets_and_every_target_a_group() -> None:
    assert {group_of(figure) for figure in targets()} == set(GROUPS)
