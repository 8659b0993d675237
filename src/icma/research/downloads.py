"""A release to take along: CSV, XLSX, and a Data Package from which every number can be rebuilt (`icma reproduce`)."""

import csv
import io
import json
import zipfile
import zlib
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from icma.core.cells import safe_cell
from icma.core.words import amount
from icma.engines.suppression import MARGIN
from icma.research import csvw
from icma.research.body import Body
from icma.research.csvw import CODEBOOK, LICENCE_URL, MARKS
from icma.research.models import Release
from icma.research.shown import value_of
from icma.research.words import method_words

STAMP = (1980, 1, 1, 0, 0, 0)  # the same release gives the same bytes


def csv_of(body: Body) -> bytes:
    """Codes, value, status; a row with "*" is a margin. What `icma protect --with` reads."""
    rows = ([*key, cell.value, cell.status] for key, cell in body.cells.items())
    return _csv([*body.names, "value", "status"], rows)


def _csv(head: Iterable[Any], rows: Iterable[Iterable[Any]]) -> bytes:
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(head)
    lines.writerows([safe_cell(value) for value in row] for row in rows)
    return out.getvalue().encode()


def xlsx_of(release: Release, body: Body) -> bytes:
    """For a reader: words instead of codes, and a sheet that says what it is."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Figures"))
    sheet.append([*(body.head(n) for n in range(len(body.names))), _("Value"), _("Mark")])
    for key, cell in body.cells.items():
        words = [
            _("together") if part == MARGIN else safe_cell(body.label(n, part)) for n, part in enumerate(key)
        ]
        sheet.append(
            [*words, amount(value_of(cell)) if cell.value is None else cell.value, marks()[cell.status]]
        )
    about = book.create_sheet(_("About"))
    for name, words in about_rows(release, body):
        about.append([safe_cell(name), safe_cell(words)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def marks() -> dict[str, str]:
    return {
        "shown": _("shown"), "zero": _("nobody"), "withheld": _("withheld"), "missing": _("no data"),
    }  # fmt: skip


def about_rows(release: Release, body: Body) -> list[tuple[str, str]]:
    return [
        (_("What is counted"), body.heading()),
        (_("Definition"), body.word(body.data["definition"])),
        (_("Period"), f"{body.data['first']} – {body.data['last']}"),
        (_("Code"), release.code),
        *((_("Method"), line) for line in method_words(body)),
        (_("Licence"), release.licence),
        ("sha256", release.sha256),
    ]  # fmt: skip


# --- the data package ------------------------------------------------------------------------------------


def package_of(release: Release) -> bytes:
    """The zip. `release.json` is the release byte for byte; its sha256 stands on the release's page."""
    raw = bytes(release.body)
    body = Body.read(raw)
    records = zlib.decompress(bytes(release.records)) if release.records else b""
    heads = next(csv.reader(io.StringIO(records.decode())), [])
    parts = {
        "datapackage.json": _json(_descriptor(release, body, heads)),
        "release.json": raw,
        "data/cells.csv": csv_of(body),
        "codebook.csv": _csv(CODEBOOK, _codebook(body)),
        "README.md": _readme(release, body).encode(),
        "LICENCE.txt": f"{release.licence}\n{LICENCE_URL}\n".encode(),
        "data/cells.csv-metadata.json": _json(csvw.cells("cells.csv", body)),
        "codebook.csv-metadata.json": _json(csvw.codebook("codebook.csv", body)),
    }
    if records:
        parts["data/records.csv"] = records
        parts["data/records.csv-metadata.json"] = _json(csvw.records("records.csv", body, heads))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            zipped.writestr(info, data)
    return out.getvalue()


def _json(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


def _codebook(body: Body) -> Iterable[list[Any]]:
    for dimension in body.data["dimensions"]:
        yield [dimension["name"], "", *_three(dimension["title"])]
        for key, words in dimension["categories"].items():
            yield [dimension["name"], key, *_three(words)]
    records = body.data["records"] or {}
    for name, words in (records.get("columns") or {}).items():
        if name in body.names:
            continue  # what the table counts by stands above
        yield [name, "", *_three(words)]
        for key, meaning in (records.get("values") or {}).get(name, {}).items():
            yield [name, key, *_three(meaning)]
    for mark, words in MARKS.items():
        yield ["status", mark, *_three(words)]


def _three(words: dict[str, str]) -> list[str]:
    return [words.get(language, "") for language in ("az", "ru", "en")]


def _descriptor(release: Release, body: Body, heads: list[str]) -> dict[str, Any]:
    """Data Package (specs.frictionlessdata.io). `heads`: of the records, as they stand."""
    data = body.data
    fields: list[dict[str, Any]] = [
        {"name": d["name"], "type": "string", "title": d["title"]["en"],
         "constraints": {"enum": [MARGIN, *d["categories"]]}}
        for d in data["dimensions"]
    ]  # fmt: skip
    fields += [
        {"name": "value", "type": "integer"},
        {
            "name": "status",
            "type": "string",
            "constraints": {"enum": ["shown", "zero", "withheld", "missing"]},
        },
    ]
    cells = {"name": "cells", "path": "data/cells.csv", "profile": "tabular-data-resource", "encoding": "utf-8",
             "schema": {"fields": fields, "primaryKey": body.names, "missingValues": [""]}}  # fmt: skip
    codebook = {"name": "codebook", "path": "codebook.csv", "profile": "tabular-data-resource", "encoding": "utf-8",
                "schema": {"fields": [{"name": n, "type": "string"} for n in CODEBOOK]}}  # fmt: skip
    resources = [cells, codebook]
    if data["records"]:
        columns = [
            {"name": name, "type": "string", "title": data["records"]["columns"][name]["en"]}
            for name in heads
        ]
        resources.append({"name": "records", "path": "data/records.csv", "profile": "tabular-data-resource",
                          "encoding": "utf-8", "schema": {"fields": columns, "missingValues": [""]}})  # fmt: skip
    return {
        "profile": "tabular-data-package", "name": f"icma-{data['measure'].replace('_', '-')}-{release.code.lower()}",  # ascii
        "title": data["title"]["en"], "description": data["definition"]["en"], "created": f"{data['made_on']}T00:00:00Z",
        "licenses": [{"name": "CC-BY-4.0", "path": LICENCE_URL}], "resources": resources,
        "icma": {"release": "release.json", "sha256": release.sha256},
    }  # fmt: skip


def _readme(release: Release, body: Body) -> str:
    lines = [f"# {body.heading()}", ""]
    lines += [f"- {name}: {words}" for name, words in about_rows(release, body)]
    lines += [
        "", _("Every number of this package is rebuilt, and compared with the release, by:"), "",
        f"    icma reproduce icma-{release.code}.zip", "",
    ]  # fmt: skip
    return "\n".join(lines)
