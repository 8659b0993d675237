"""What the demo's campaign has done: visitors find a delivery, a question with its answers, and what was told."""

import pytest

from icma.advocacy.models import Delivery, MassRow, Update, ViewDay

pytestmark = pytest.mark.django_db


def test_the_campaign_has_handed_over_asked_and_told(demo) -> None:
    delivery = Delivery.objects.select_related("letter").get()
    assert delivery.count and delivery.checkpoint and delivery.letter.stage == "registered"
    rows = MassRow.objects.select_related("letter")
    assert sorted(row.letter.stage for row in rows) == ["answered"] * 3 + ["registered"] * 2
    assert all(row.value for row in rows if row.letter.stage == "answered")
    assert sorted(Update.objects.values_list("stage", flat=True)) == ["public"] * 3 + ["waiting"]
    assert ViewDay.objects.count() == 40
