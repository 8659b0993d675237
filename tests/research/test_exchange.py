"""Releases for other programs: CSVW beside each CSV, and one DCAT catalogue of everything."""

import csv
import io
import json
import re
import zipfile
from datetime import date
from hashlib import sha256

import pytest
from django.conf import settings
from django.urls import reverse

from icma.research.door import agree, ask, prepare, withdraw
from icma.research.figures import LETTERS
from tests.matters import letters_kit
from tests.research.test_figures import acts, let_out  # noqa: F401  (a fixture)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acts")]


def _fits(column: dict, text: str) -> bool:
    """Is this cell what its CSVW description allows?"""
    kind = column["datatype"]
    if text == column.get("null", ""):
        return not column.get("required")
    if kind == "string":
        return True
    return text.isdigit() if kind["base"] == "integer" else re.fullmatch(kind["format"], text) is not None


def test_each_table_stands_beside_its_csvw_description_and_every_cell_is_as_described(
    country, cast, client_as, at, day
):
    row = let_out(cast, at, "sex", "band", "level")
    letters_kit.registered(country, cast, at, matter=letters_kit.taken(country, at))
    then, span = day(2026, 4, 20), {"first": date(2026, 1, 1), "last": date(2026, 3, 31)}
    whole = prepare(measure=LETTERS, dimensions=("body", "standing"), **span, by=cast.researcher, at=then)
    ask(release=whole, by=cast.researcher, at=then)
    agree(release=whole, by=cast.officer, at=then)
    client, described = client_as("stranger"), 0
    for one in (row, whole):
        data = client.get(reverse("release_zip", args=[one.code])).content
        with zipfile.ZipFile(io.BytesIO(data)) as zipped:
            for name in (name for name in zipped.namelist() if name.endswith(".csv")):
                told = json.loads(zipped.read(f"{name}-metadata.json"))
                lines = list(csv.DictReader(io.StringIO(zipped.read(name).decode())))
                columns = {column["name"]: column for column in told["tableSchema"]["columns"]}
                assert told["@context"][0] == "http://www.w3.org/ns/csvw" and name.endswith(told["url"])
                assert lines and list(lines[0]) == [column["titles"] for column in columns.values()]
                assert all(_fits(columns[head], text) for line in lines for head, text in line.items()), name
                key = told["tableSchema"].get("primaryKey", [])
                assert not key or len({tuple(line[part] for part in key) for line in lines}) == len(lines)
                described += 1
            package = json.loads(zipped.read("datapackage.json"))
            for table in package["resources"]:
                head = zipped.read(table["path"]).decode().splitlines()[0].split(",")
                assert [field["name"] for field in table["schema"]["fields"]] == head, table["path"]
    assert described == 5
    table = reverse("release_csv", args=[row.code])
    assert f"<{table}-metadata.json>" in client.get(table)["Link"]
    beside = client.get(f"{table}-metadata.json")
    assert beside["Content-Type"] == "application/csvm+json" and beside.json()["url"] == f"{row.code}.csv"
    status = beside.json()["tableSchema"]["columns"][-1]["dc:description"]
    assert any(words["@language"] == "az" and "gizlədilib" in words["@value"] for words in status)


def test_the_catalogue_names_every_release_that_is_out_with_files_of_just_these_bytes(cast, client_as, at):
    gone, row = let_out(cast, at, "sex"), let_out(cast, at, "sex", "band", "level")
    withdraw(release=gone, reason="Siyahıda səhv var idi, yenidən sayılır.", by=cast.officer, at=at)
    client = client_as("stranger")
    answer = client.get("/melumat.jsonld")
    told, found = answer.json(), []
    assert (answer["Content-Type"], told["@type"]) == ("application/ld+json", "dcat:Catalog")
    assert gone.code not in answer.content.decode()
    for dataset in told["dcat:dataset"]:
        assert dataset["dct:title"] and dataset["dct:description"] and dataset["dcat:distribution"]
        for file in dataset["dcat:distribution"]:
            path = file["dcat:downloadURL"]["@id"].removeprefix(settings.BASE_URL)
            got = client.get(path)
            assert got.status_code == 200, path
            assert (
                got["Content-Type"].split(";")[0]
                == file["dcat:mediaType"]["@id"].partition("media-types/")[2]
            )
            if size := file.get("dcat:byteSize"):
                assert int(size["@value"]) == len(got.content), path
                found.append((dataset, file, got.content))
    assert [dataset["dct:identifier"] for dataset, _file, _data in found] == [row.code] * 3
    dataset, whole, data = found[1]
    assert whole["spdx:checksum"]["spdx:checksumValue"] == sha256(data).hexdigest()
    assert dataset["dct:license"]["@id"].startswith("https://creativecommons.org/")
    assert dataset["dct:issued"]["@value"] == "2026-03-13" and "gizlədilib" in str(dataset["rdfs:comment"])
    assert b"present,female,18-29,,withheld" in found[0][2]
