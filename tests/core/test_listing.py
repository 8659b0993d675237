"""The one declaration of a list: paging by key, CSV, Atom, counts, filters."""

import csv
import io
import itertools
from datetime import date, datetime, timedelta

import pytest
from django.db.models import Q

from icma.core.access import STRANGER
from icma.core.cells import safe_cell
from icma.core.day import BAKU
from icma.core.listing import BadCursor, Column, Filter, Listing, count
from icma.people.models import Place

AT = datetime(2026, 3, 13, 10, 0, tzinfo=BAKU)
PLACES = Listing(
    name="tested",
    title="Places",
    about="",
    rows=lambda: Place.objects.all(),
    order="sort_key",
    link=lambda p: f"/p/{p.code}",
    stamp=lambda p: AT,
    empty=("", ""),
    find=lambda found, text: found.filter(search_text__contains=text),
    filters=(
        Filter(
            "kind", "Kind", lambda v: Q(kind=v), choices=lambda: [("unit", "Unit"), ("village", "Village")]
        ),
        Filter("code", "Code", lambda v: Q(code=v), named=lambda v: Place.objects.filter(code=v).first()),
    ),
    columns=(
        Column("code", "Code", lambda p: p.code),
        Column("name", "Name", lambda p: p.name_az),
        Column("people", "People", lambda p: p.population, int),
    ),
)


def place(name: str, key: str = "", **more) -> Place:
    number = Place.objects.count()
    values = {"kind": "unit", "code": f"P{number:04d}"} | more
    return Place.objects.create(name_az=name, sort_key=key or name, search_text=name, **values)


@pytest.fixture
def found(db):
    import icma.people.access  # noqa: F401

    return lambda asked=None: PLACES.queryset(STRANGER, AT, PLACES.asked(asked or {}))


def walk(rows, size: int, back: bool = False) -> list[list[str]]:
    """All pages, forwards by `after` or backwards from the last by `before`."""
    pages, after = [], ""
    while True:
        part = PLACES.cut(rows, after=after, size=size)
        pages.append([p.name_az for p in part.rows])
        if not part.after:
            break
        after = part.after
    if not back:
        return pages
    pages, before = [[p.name_az for p in part.rows]], part.before
    while before:
        part = PLACES.cut(rows, before=before, size=size)
        pages.append([p.name_az for p in part.rows])
        before = part.before
    return pages


def test_pages_cover_every_row_once_also_among_equals(found) -> None:
    for k in range(23):
        place(f"Yer {k:02d}", key="eyni" if k % 2 else f"{k:02d}")
    forwards = list(itertools.chain(*walk(found(), 5)))
    assert len(forwards) == len(set(forwards)) == 23
    backwards = walk(found(), 5, back=True)
    assert list(itertools.chain(*reversed(backwards))) == forwards


def test_a_row_that_arrives_meanwhile_moves_nothing(found) -> None:
    for k in range(10):
        place(f"Yer {k}")
    first = PLACES.cut(found(), size=5)
    place("Aaa")
    second = PLACES.cut(found(), after=first.after, size=5)
    assert [p.name_az for p in second.rows] == [f"Yer {k}" for k in range(5, 10)]


@pytest.mark.parametrize(
    "cursor", ["!", "abc", "MXw", "w6k", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5fHg", "fHg", "x" * 4000]
)
def test_a_place_in_the_list_that_cannot_be_read_is_told(cursor, found) -> None:
    place("Yer")
    try:
        part = PLACES.cut(found(), after=cursor)
    except BadCursor:
        return
    assert part.rows == [] or part.rows[0].name_az == "Yer"


def test_counting_stops_at_a_thousand(found) -> None:
    Place.objects.bulk_create(
        Place(code=f"Q{k}", kind="unit", name_az="x", sort_key=str(k), search_text="x") for k in range(1001)
    )
    assert count(found()).endswith("+")
    Place.objects.filter(code__in=["Q0", "Q1"]).delete()
    assert count(found()) == "999"


def test_a_choice_that_does_not_exist_is_named_not_guessed(found) -> None:
    place("Göyçay")
    asked = PLACES.asked({"kind": "planet", "code": "YOX", "unknown": "1"})
    assert set(asked.wrong) == {"kind", "code"} and asked.values == {}
    assert PLACES.asked({"kind": "unit"}).words == {"kind": "Unit"}


def test_long_searches_are_cut_and_said(found) -> None:
    asked = PLACES.asked({"q": "a" * 10_000})
    assert asked.too_long and len(asked.text) == 200
    assert PLACES.asked({"q": "su\u200b\u202e yolu"}).text == "su yolu"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_cells_that_a_spreadsheet_would_run_are_quoted(start, found) -> None:
    place(f"{start}SUM(A1)")
    lines = "".join(PLACES.csv(found()))
    (row,) = list(csv.DictReader(io.StringIO(lines.lstrip("\ufeff"), newline="")))
    assert row["name"] == f"'{start}SUM(A1)"


def test_numbers_and_dates_are_no_formulas() -> None:
    assert safe_cell(-5) == -5 and safe_cell(None) == "" and safe_cell(True) == 1
    assert safe_cell(date(2026, 3, 13)) == "2026-03-13"
    assert safe_cell(AT) == "2026-03-13T10:00:00+04:00"


def test_a_csv_holds_every_row_whatever_the_batches(found, monkeypatch) -> None:
    monkeypatch.setattr("icma.core.listing.BATCH", 4)
    for k in range(11):
        place(f'Yer "{k}", şəhər')
    lines = "".join(PLACES.csv(found()))
    names = [row["name"] for row in csv.DictReader(io.StringIO(lines.lstrip("\ufeff")))]
    assert names == sorted(f'Yer "{k}", şəhər' for k in range(11))


def test_newest_first_pages_by_time(db) -> None:
    from icma.law.models import Edition

    listing = Listing(
        name="editions", title="", about="", rows=Edition.objects.all, order="-at", link=str, stamp=lambda e: e.at,
        empty=("", ""), columns=(),
    )  # fmt: skip
    for k in range(7):
        Edition.objects.create(number=k + 1, at=AT + timedelta(hours=k // 2), note="x")
    first = listing.cut(Edition.objects.all(), size=3)
    second = listing.cut(Edition.objects.all(), after=first.after, size=3)
    third = listing.cut(Edition.objects.all(), after=second.after, size=3)
    numbers = [e.number for part in (first, second, third) for e in part.rows]
    assert numbers == [7, 6, 5, 4, 3, 2, 1]
    assert not third.after and first.before == ""
