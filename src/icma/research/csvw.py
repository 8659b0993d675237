"""The tables of a release described for machines: CSV on the Web (W3C tabular-metadata), from the same words as the codebook.

Each table stands beside its description as the standard finds it: `cells.csv` and `cells.csv-metadata.json`.
"""

import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings

from icma.core.cells import safe_cell
from icma.engines.suppression import MARGIN
from icma.research.body import Body, Words

TYPE = "application/csvm+json"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
# The marks in three languages: the codebook of a package prints them too.
MARKS: dict[str, Words] = {
    "shown": {"az": "göstərilib", "ru": "показано", "en": "shown: the true number"},
    "zero": {"az": "heç kim", "ru": "никого", "en": "zero: counted, and there is nobody"},
    "withheld": {"az": "gizlədilib", "ru": "скрыто", "en": "withheld: one or more, not said how many"},
    "missing": {"az": "məlumat yoxdur", "ru": "нет данных", "en": "missing: not counted"},
}  # fmt: skip
CODEBOOK = ("column", "key", "az", "ru", "en")
_SPECIAL = re.compile(r"[\\.^$*+?()\[\]{}|]")


def spoken(words: Words) -> list[dict[str, str]]:
    """Words as JSON-LD takes them: one value a language."""
    return [
        {"@value": words[code], "@language": code} for code, _name in settings.LANGUAGES if words.get(code)
    ]


def marks() -> Words:
    """All of them in one line a language."""
    return {code: "; ".join(words[code] for words in MARKS.values()) for code in ("az", "ru", "en")}


def cells(url: str, body: Body) -> dict[str, Any]:
    """The table itself. An empty `value` is no 0: `status` says which of the two it is."""
    columns = [
        _column(one["name"], one["title"])
        | {"required": "" not in one["categories"], "datatype": _one_of([MARGIN, *one["categories"]])}
        for one in body.data["dimensions"]
    ]  # fmt: skip
    columns += [
        _column("value", body.data["unit"]) | {"null": "", "datatype": {"base": "integer", "minimum": 0}},
        {
            "name": "status", "titles": "status", "required": True, "datatype": _one_of(MARKS),
            "dc:description": spoken(marks()),
        },
    ]  # fmt: skip
    return _table(url, body, columns, body.names)


def codebook(url: str, body: Body) -> dict[str, Any]:
    columns = [{"name": name, "titles": name, "null": "", "datatype": "string"} for name in CODEBOOK]
    return _table(url, body, columns, [])


def records(url: str, body: Body, heads: Iterable[str]) -> dict[str, Any]:
    """The rows behind a figure of the public record. `heads`: the columns as they stand; the release keeps no order."""
    words = body.data["records"]["columns"]
    columns = [_column(name, words[name]) | {"null": "", "datatype": "string"} for name in heads]
    return _table(url, body, columns, [])


def _table(url: str, body: Body, columns: list[dict[str, Any]], key: list[str]) -> dict[str, Any]:
    data = body.data
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": settings.LANGUAGE_CODE}],
        "url": url, "dc:identifier": data["code"], "dc:title": spoken(data["title"]),
        "dc:description": spoken(data["definition"]), "dc:license": {"@id": LICENCE_URL},
        "dc:created": {"@value": data["made_on"], "@type": "xsd:date"},
        "dc:temporal": f"{data['first']}/{data['last']}",
        "tableSchema": {"columns": columns} | ({"primaryKey": key} if key else {}),
    }  # fmt: skip


def _column(name: str, words: Words) -> dict[str, Any]:
    """`titles` is what stands at the head of the CSV; what it means is its `dc:title`."""
    return {"name": name, "titles": name, "dc:title": spoken(words)}


def _one_of(keys: Iterable[str]) -> dict[str, str]:
    plain = (_SPECIAL.sub(lambda sign: "\\" + sign[0], str(safe_cell(key))) for key in keys if key)
    return {"base": "string", "format": f"^({'|'.join(plain)})$"}
