"""An initiative that runs for three quarters of 2026, and how its reports are made."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from icma.core.day import moment
from icma.monitoring.actions import indicators, initiatives, reports
from icma.monitoring.models import Indicator, Initiative, Report, Reporter


@dataclass
class Measuring:
    """`counts(...)` adds an indicator; `told(...)` drafts, sends and, if `seen`, confirms a report."""

    initiative: Initiative
    author: Any
    second: Any
    made_at: datetime

    @property
    def us(self) -> Reporter:
        return self.initiative.reporters.get(organisation=self.initiative.organisation)

    def counts(self, **given: Any) -> Indicator:
        given = {"title": "Həyətlər", "unit": "həyət", "baseline": Decimal(0), "frequency": "quarter"} | given
        return indicators.add_indicator(initiative=self.initiative, at=self.made_at, by=self.author, **given)

    def told(
        self, indicator: Indicator, number: int, value: Any = None, *, seen: bool = True, on: date | None = None,
        reporter: Reporter | None = None, by: Any = None, **given: Any,
    ) -> Report:  # fmt: skip
        """A report on the period `number` (from 0), sent on the day after it."""
        period = indicator.periods.filter(gone_at=None)[number]
        at = moment(on or period.last, 18)
        value = None if value is None else Decimal(value)
        made = reports.draft_report(
            period=period, reporter=reporter or self.us, at=at, by=by or self.author, value=value, **given
        )
        reports.send_report(report=made, at=at, by=by or self.author)
        if seen:
            reports.confirm_report(report=made, at=moment(on or period.last, 20), by=self.second)
        return made


@pytest.fixture
def measuring(country, cast) -> Callable[..., Measuring]:
    def make(**given: Any) -> Measuring:
        at = moment(given.get("starts_on", date(2026, 1, 1)), 9)
        given = {
            "organisation": country.community, "title": "Su hər həyətə", "starts_on": date(2026, 1, 1),
            "ends_on": date(2026, 9, 30), "at": at, "by": cast.coordinator,
        } | given  # fmt: skip
        made = initiatives.start_initiative(**given)
        return Measuring(made, cast.coordinator, cast.officer, at)

    return make
