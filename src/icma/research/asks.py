"""Questionnaires as measures of the figures door, and what of them is published."""

from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from icma.asks import figures
from icma.asks.kinds import told
from icma.asks.models import Form, Version
from icma.engines.disclosure import share_of
from icma.research.body import Body
from icma.research.figures import BAND, REGION, SEX
from icma.research.measures import Dimension, Measure
from icma.research.models import Release
from icma.research.quarters import span_words


def name_of(version: Version) -> str:
    return f"ask_{version.form.code}_{version.number}"


def ask_measures() -> tuple[Measure, ...]:
    """One measure for each version that was ever open; two queries."""
    rows = Version.objects.filter(state__in=("open", "closed")).select_related("form")
    return tuple(map(measure_of, rows.prefetch_related("questions").order_by("-pk")))


def measure_of(version: Version) -> Measure:
    """Answers by sex, age band, region and every closed question: all its tables are parts of one."""
    text: Any = lazy(lambda make: make(), str)

    def definition() -> str:
        return _t(
            "Answered questionnaires by the day on which they came in, screen and paper together, unweighted. Whoever "
            "wanted to answer has answered: the sample is not representative, so no interval is given. “I do not "
            "answer” and a field left empty are counted apart. Version %(version)s of questionnaire %(code)s; other "
            "versions are counted apart."
        ) % {"version": version.number, "code": version.form.code}

    asked = (Dimension(c.name, text(c.title), c.values) for c in figures.columns(version))
    return Measure(
        name=name_of(version), title=text(lambda: str(told(version, "title"))), definition=text(definition),
        unit=_("answered questionnaires"), kind="people", dimensions=(SEX, BAND, REGION, *asked),
        rows=lambda first, last: figures.rows(version, first, last),
    )  # fmt: skip


def published(form: Form) -> list[dict[str, Any]]:
    """Every release of a form's versions, the newest first; with a picture where it counts by one question alone."""
    names = [f"ask_{form.code}_{number}" for number in form.versions.values_list("number", flat=True)]
    rows = Release.objects.out().filter(measure__in=names).order_by("-last", "-decided_at")
    return [_line(row, Body.read(row.body)) for row in rows.defer("records", "audit")]


def _line(row: Release, body: Body) -> dict[str, Any]:
    heads = [body.head(number) for number in range(len(body.names))]
    return {
        "code": row.code, "quarter": span_words(row.first, row.last), "version": row.measure.rpartition("_")[2],
        "title": " × ".join(heads) or _t("All together"), "bars": _bars(body),
        "total": _value(body, ("*",) * len(body.names)),
    }  # fmt: skip


def _value(body: Body, key: tuple[str, ...]) -> Any:
    """A number, "withheld", or None where nothing is known."""
    cell = body.cells.get(key)
    if cell is None or cell.status == "missing":
        return None
    return "withheld" if cell.status == "withheld" else cell.value


def _bars(body: Body) -> list[dict[str, Any]]:
    """A bar a category, its share of all who sent the questionnaire; of two columns, within each value of the first.

    No interval: nobody was drawn by lot. No share where the whole is small or something is withheld.
    """
    if len(body.names) == 1:
        return [_bar(body, (key,), ("*",), body.label(0, key)) for key in body.keys(0)]
    if len(body.names) != 2:
        return []
    return [
        _bar(body, (group, key), (group, "*"), f"{body.label(0, group)}: {body.label(1, key)}")
        for group in body.keys(0) for key in body.keys(1) if (group, key) in body.cells
    ]  # fmt: skip


def _bar(body: Body, key: tuple[str, ...], whole: tuple[str, ...], label: str) -> dict[str, Any]:
    value, of = _value(body, key), _value(body, whole)
    known = isinstance(value, int) and isinstance(of, int)
    return {"label": label, "value": value, "share": share_of(value, of) if known else None}
