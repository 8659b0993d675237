"""An initiative of a tenant that only its team sees: a tree, an indicator, a report that was sent with evidence."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from icma.monitoring.actions.initiatives import start_initiative
from icma.monitoring.actions.reports import add_evidence, draft_report, send_report
from icma.monitoring.models import Initiative, Period
from icma.monitoring.starts import STARTS


def measure(tenant: Any, evidence: bytes, at: datetime) -> Initiative:
    by = tenant.coordinator
    made = start_initiative(
        organisation=tenant.community, matter=tenant.matter, title=f"{tenant.authority.name_az}: ölçü",
        starts_on=date(2025, 10, 1), ends_on=date(2026, 9, 30), start=STARTS["doing"], at=at, by=by,
    )  # fmt: skip
    came = made.indicators.get(counts_people=True)
    report = draft_report(
        period=Period.objects.filter(indicator=came).first(), reporter=made.reporters.get(), value=Decimal(20),
        cells={("female", "18-29", None): Decimal(7)}, note="Otaqda saydıq", at=at, by=by,
    )  # fmt: skip
    add_evidence(report=report, data=evidence, title="Siyahı", at=at, by=by)
    send_report(report=report, at=at, by=by)
    return made


def code_of(route: str, made: Initiative) -> str:
    """What `code` names in an address of results."""
    came = made.indicators.get(counts_people=True)
    known = {
        "is/agac/": lambda: made.nodes.last().code, "is/kim/": lambda: made.reporters.get().code,
        "gosterici/": lambda: came.code, "is/gosterici/": lambda: came.code,
        "is/dovr/": lambda: came.periods.last().code, "is/hesabat/": lambda: came.periods.first().reports.get().code,
    }  # fmt: skip
    return next((make() for start, make in known.items() if route.startswith(start)), made.code)


RESULTS = (
    "tesebbus/",
    "is/tesebbus/",
    "gosterici/",
    "is/gosterici/",
    "is/agac/",
    "is/kim/",
    "is/dovr/",
    "is/hesabat/",
)


def evidence_of(made: Initiative) -> int:
    from icma.monitoring.models import Evidence

    return Evidence.objects.get(report__period__indicator__initiative=made).pk
