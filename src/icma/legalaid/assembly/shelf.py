"""The templates that ship: what each wants, who may sign it, what an advocate must confirm. Built by tools/legal_templates.py."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from icma.legalaid.assembly.sandbox import plain, render_docx

FOLDER = Path(__file__).resolve().parent.parent / "data" / "templates"
DRAFT = "Layihə: vəkil imzalayana qədər"  # the papers are in Azerbaijani


@dataclass(frozen=True)
class Field:
    """One value. form: line, text, date: str; list: list of str; rows: list of dicts with the keys `columns`."""

    key: str
    label: dict[str, str]
    required: bool
    form: str
    columns: tuple[str, ...]
    limit: int | None  # characters: our own bound, for the counter alone; nothing longer is refused


@dataclass(frozen=True)
class Sheet:
    """A template of the shelf. `signs`: of person, relative, advocate, staff."""

    slug: str
    version: int
    title: dict[str, str]
    kind: str
    signs: tuple[str, ...]
    fields: tuple[Field, ...]
    confirm: tuple[str, ...]
    sha256: str

    @property
    def advocate_only(self) -> bool:
        return self.signs == ("advocate",)

    def file(self) -> bytes:
        return (FOLDER / f"{self.slug}.docx").read_bytes()


@cache
def shelf() -> tuple[Sheet, ...]:
    return tuple(_sheet(entry) for entry in _manifest())


def sheet(slug: str) -> Sheet:
    """KeyError: no such template."""
    for one in shelf():
        if one.slug == slug:
            return one
    raise KeyError(slug)


def sample(slug: str) -> dict[str, Any]:
    """Invented values, for a preview."""
    return dict(next(entry["sample"] for entry in _manifest() if entry["slug"] == slug))


def missing(of: Sheet, values: dict[str, Any]) -> list[Field]:
    """Required fields without a value."""
    return [field for field in of.fields if field.required and not values.get(field.key)]


def filled(of: Sheet, values: dict[str, Any], approved: bool = False) -> dict[str, Any]:
    """What `render_docx` gets: a missing required value is a visible blank, and a draft says so on each page.

    ValueError: a value that the template does not know, or of another form.
    """
    unknown = set(values) - {field.key for field in of.fields}
    if unknown:
        raise ValueError(f"unknown values: {sorted(unknown)}")
    context = {field.key: _value(field, values.get(field.key)) for field in of.fields}
    if any(field.limit for field in of.fields):
        context["counters"] = counters(of, values)
    return {**plain(context), "draft_mark": "" if approved else DRAFT}


def draw(slug: str, values: dict[str, Any], approved: bool = False) -> bytes:
    """A document of the shelf. Unrenderable as `render_docx`; ValueError as `filled`."""
    of = sheet(slug)
    return render_docx(of.file(), filled(of, values, approved))


def counters(of: Sheet, values: dict[str, Any]) -> list[dict[str, str]]:
    """Characters with spaces of each counted text beside our own bound."""
    return [
        {
            "part": field.label["az"], "characters": str(_length(values.get(field.key))),
            "limit": str(field.limit),
        }
        for field in of.fields if field.limit
    ]  # fmt: skip


def _value(field: Field, value: Any) -> Any:
    lists = field.form in ("list", "rows")
    if not value:
        blank = f"[{field.label['az']}]"
        if field.form == "rows":
            return [dict.fromkeys(field.columns, "[…]")] if field.required else []
        return ([blank] if lists else blank) if field.required else ([] if lists else "")
    if lists != isinstance(value, (list, tuple)):
        raise ValueError(f"{field.key}: not a {field.form}")
    if field.form == "rows":
        return [{column: row.get(column, "") for column in field.columns} for row in value]
    return value


def _length(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(_length(one) for one in value.values())
    return sum(_length(one) for one in value or [])


@cache
def _manifest() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
    return entries


def _sheet(entry: dict[str, Any]) -> Sheet:
    fields = tuple(Field(**{**field, "columns": tuple(field["columns"])}) for field in entry["fields"])
    return Sheet(
        entry["slug"], entry["version"], entry["title"], entry["kind"], tuple(entry["signs"]), fields,
        tuple(entry["confirm"]), entry["sha256"],
    )  # fmt: skip
