"""The map of districts: one SVG drawn from data/rayons.json, a link for each district that has a page."""

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from icma.core.charts import table
from icma.core.words import amount

FILE = Path(__file__).parent / "data" / "rayons.json"
LEVELS = (0, 1, 2, 3)
# The licence (ODbL) asks for this wherever the map is drawn.
CREDIT = mark_safe(
    '<a href="https://www.openstreetmap.org/copyright">©\N{NO-BREAK SPACE}OpenStreetMap contributors</a>'
)


@functools.cache
def outline() -> dict[str, Any]:
    """{"box": viewBox, "paths": {ISO code: path}}; larger districts first, so that towns lie on top."""
    drawn: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return drawn


@functools.cache
def _plain(codes: frozenset[str]) -> SafeString:
    """All districts without a value, in one path: most of the map, the same on most requests."""
    joined = "".join(d for code, d in outline()["paths"].items() if code not in codes)
    return format_html('<path d="{}"/>', joined)


def _region(code: str, value: Mapping[str, Any]) -> SafeString:
    level = value.get("level", 0)
    tone = f"l{level}" if level in LEVELS[1:] else ""
    path = format_html('<path class="{}" d="{}"/>', tone, outline()["paths"][code])
    title = format_html("<title>{}</title>", value.get("label", code))
    if not value.get("url"):
        return format_html("<g>{}{}</g>", title, path)
    return format_html('<a href="{}">{}{}</a>', value["url"], title, path)


def _key(names: Mapping[int, str]) -> SafeString:
    box = '<li><svg viewBox="0 0 8 8" aria-hidden="true"><path class="l{}" d="M0 0h8v8H0z"/></svg>{}</li>'
    items = format_html_join("", box, sorted(names.items()))
    return format_html('<ul class="key">{}</ul>', items) if names else mark_safe("")


def _row(value: Mapping[str, Any]) -> tuple[Any, Any]:
    name = value.get("name") or value.get("label", "")
    linked = format_html('<a href="{}">{}</a>', value["url"], name) if value.get("url") else name
    return linked, amount(value.get("value", value.get("level", 0)))


def district_map(
    values: Mapping[str, Mapping[str, Any]],
    caption: str = "",
    names: Mapping[int, str] | None = None,
    title: str = "",
    twin: bool = True,
) -> SafeString:
    """Map and table of {iso: {level 0–3, label, url, name, value}}.

    label is read aloud ("Göyçay: 12 məsələ"), name and value fill the table (else label and level);
    names, {level: words}, is the key of colours. Karabakh and East Zangezur is one area without a value.
    """
    paths = outline()["paths"]
    known = {code: values[code] for code in paths if code in values}
    regions = format_html_join("", "{}", ((_region(code, value),) for code, value in known.items()))
    rows = [_row(v) for _code, v in sorted(values.items(), key=lambda kv: -kv[1].get("level", 0))]
    folded = ""
    if twin and rows:
        numbers = table((_("District"), _("Value")), rows)
        folded = format_html("<details><summary>{}</summary>{}</details>", _("The same as a table"), numbers)
    return format_html(
        '<figure><svg class="map" viewBox="{}" role="group" aria-label="{}">{}{}</svg>{}'
        "<figcaption>{}{}</figcaption>{}</figure>",
        outline()["box"],
        title or _("Map of the districts"),
        _plain(frozenset(known)),
        regions,
        _key(names or {}),
        f"{caption} · " if caption else "",
        CREDIT,
        folded,
    )
