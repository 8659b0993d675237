"""Figures about people leave by one door: protected beside everything that is out, by two people, unchangeable."""

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from icma.cli import main
from icma.core.action import Refused
from icma.core.cells import safe_cell
from icma.engines.disclosure import attack
from icma.engines.publish import cube
from icma.matters.actions.acts import note_act
from icma.people.models import Place
from icma.research.body import Body
from icma.research.door import agree, ask, prepare, published, refuse, withdraw
from icma.research.figures import ACTS, LETTERS
from icma.research.ledger import together
from icma.research.models import Release
from tests.matters import letters_kit

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2025, 10, 1), date(2025, 12, 31)  # closed at `at`: 13 March 2026


@pytest.fixture
def acts(country, at):
    """Of women of 18–29 three alone; of men of 60+ none; enough of everybody else."""
    counts = {("female", "18-29"): 3, ("female", "30-44"): 26, ("male", "18-29"): 21, ("male", "30-44"): 34,
              ("female", "60+"): 17, ("unknown", "unknown"): 12, ("male", "unknown"): 8}  # fmt: skip
    for (sex, band), n in counts.items():
        note_act(
            verb="attend",
            channel="meeting",
            place=country.goychay,
            on=date(2025, 11, 5),
            sex=sex,
            band=band,
            n=n,
        )
        note_act(
            verb="support",
            channel="web",
            place=country.shaki,
            on=date(2025, 12, 1),
            sex=sex,
            band=band,
            n=5 * n,
        )
    return counts


def draft(cast, at, *dimensions, measure=ACTS):
    return prepare(measure=measure, dimensions=dimensions, first=FIRST, last=LAST, by=cast.researcher, at=at)


def let_out(cast, at, *dimensions, measure=ACTS):
    row = draft(cast, at, *dimensions, measure=measure)
    ask(release=row, by=cast.researcher, at=at)
    return agree(release=row, by=cast.officer, at=at)


def test_a_table_goes_out_by_two_people_and_then_stands(acts, cast, client_as, at):
    row = draft(cast, at, "level", "sex", "band")
    assert client_as("stranger").get(reverse("release", args=[row.code])).status_code == 404
    ask(release=row, by=cast.researcher, at=at)
    with pytest.raises(Refused, match="özünüz"):
        agree(release=row, by=cast.researcher, at=at)
    kept = bytes(row.body)
    page = client_as("officer").post(reverse("release_desk", args=[row.code]), {"do": "agree", "once": "a"})
    row.refresh_from_db()
    assert page.status_code == 302 and row.state == "agreed" and bytes(row.body) == kept
    assert client_as("stranger").get(reverse("release", args=[row.code])).status_code == 200
    with pytest.raises(Refused):
        agree(release=row, by=cast.officer2, at=at)
    with pytest.raises(Refused, match=row.code):
        draft(cast, at, "level", "sex", "band")
    raw = client_as("stranger").get(reverse("release_json", args=[row.code])).content
    assert sha256(raw).hexdigest() == row.sha256 and b'"licence":"CC BY 4.0"' in raw


def test_withheld_zero_and_missing_are_three_marks_in_page_csv_xlsx_and_json(acts, cast, client_as, at):
    from openpyxl import load_workbook

    row = let_out(cast, at, "sex", "band", "level")
    body = Body.read(row.body)
    assert body.cells["present", "female", "18-29"].status == "withheld", "three women"
    assert body.cells["*", "*", "45-59"].status == "zero" and body.cells["speaks", "*", "*"].value == 0
    client = client_as("stranger")
    page = client.get(reverse("release", args=[row.code])).content.decode()
    assert "gizlədilib" in page and "məlumat yoxdur" in page and ">0<" in page
    text = client.get(reverse("release_csv", args=[row.code])).content.decode()
    lines = text.splitlines()
    assert lines[0] == "level,sex,band,value,status"
    assert "present,female,18-29,,withheld" in lines and "*,*,45-59,0,zero" in lines
    sheet = load_workbook(
        io.BytesIO(client.get(reverse("release_xlsx", args=[row.code])).content)
    ).worksheets[0]
    seen = {(r[-2], r[-1]) for r in sheet.iter_rows(values_only=True)}
    assert ("gizlədilib", "gizlədilib") in seen and (0, "heç kim") in seen
    data = json.loads(client.get(reverse("release_json", args=[row.code])).content)
    assert [["*", "*", "45-59"], "zero", 0] in data["cells"] and [
        ["present", "female", "18-29"],
        "withheld",
        None,
    ] in data["cells"]
    nowhere = published("acts", ("channel",))
    assert nowhere is None, "a column that no release counts by is missing, not nothing"
    assert published("acts", ("sex",)).of("no such").status == "missing"
    assert safe_cell("=1+1") == "'=1+1"


def test_a_region_of_which_nobody_counted_is_missing_in_page_csv_xlsx_and_json(
    acts, country, cast, client_as, at
):
    from openpyxl import load_workbook

    code = Place.objects.create(code="FAR", kind="region", name_az="Uzaq", sort_key="u", search_text="u").code
    counted = replace(ACTS, covered=lambda first, last: {"region": {country.region.code, "unknown"}})
    row = let_out(cast, at, "region", "sex", measure=counted)
    cells, client = Body.read(row.body).cells, client_as("stranger")
    assert cells[code, "*"].status == "missing" and cells[country.region.code, "*"].value
    page = client.get(reverse("release", args=[row.code])).content.decode()
    whole = client.get(reverse("release", args=[let_out(cast, at, "band").code])).content.decode()
    assert page.count("məlumat yoxdur") > whole.count("məlumat yoxdur"), "in its row, not in the legend alone"
    assert f"{code},*,,missing" in client.get(reverse("release_csv", args=[row.code])).content.decode()
    data = json.loads(client.get(reverse("release_json", args=[row.code])).content)
    assert [[code, "*"], "missing", None] in data["cells"]
    sheet = load_workbook(
        io.BytesIO(client.get(reverse("release_xlsx", args=[row.code])).content)
    ).worksheets[0]
    assert ("məlumat yoxdur", "məlumat yoxdur") in {line[-2:] for line in sheet.iter_rows(values_only=True)}


def test_of_two_releases_that_differ_by_one_person_the_second_is_refused(acts, cast, country, at):
    first = let_out(cast, at, "sex", "band")
    late = {"verb": "attend", "channel": "paper", "place": country.goychay, "on": date(2025, 11, 5)}
    note_act(**late, sex="female", band="30-44")
    for columns in (("sex", "band"), ("sex",), ("level",)):
        with pytest.raises(Refused, match="fərqlənir"):
            draft(cast, at, *columns)
    withdraw(release=first, reason="Gec gələn siyahı əlavə olundu.", by=cast.officer, at=at)
    with pytest.raises(Refused, match="fərqlənir"):
        draft(cast, at, "sex", "band")  # who has a copy still has it
    note_act(**late, sex="female", band="30-44", n=30)
    again = let_out(cast, at, "sex", "band")
    assert again.beside == [first.code]


def test_releases_of_different_rows_are_not_mixed_and_a_share_is_never_above_one(acts, cast, country, at):
    """A list comes in late: of the quarter only tables that were made of the same rows are read together."""
    note = {"verb": "attend", "channel": "paper", "place": country.shaki, "on": date(2025, 11, 5)}
    old = let_out(cast, at, "sex")
    note_act(**note, sex="male", band="30-44", n=300)
    new = let_out(cast, at, "sex", "level")
    assert new.state == old.state == "agreed"
    found = published("acts", ("sex",), parts=((),))
    men, total = found.of("male").value, found.total().value
    assert men == 6 * (21 + 34 + 8) + 300 and total == 6 * sum(acts.values()) + 300


def test_only_who_prepared_a_table_asks_so_that_somebody_is_left_to_agree(acts, cast, at):
    row = draft(cast, at, "sex")
    with pytest.raises(Refused, match="hazırlayan"):
        ask(release=row, by=cast.officer, at=at)
    row.refresh_from_db()
    assert row.state == "draft"
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.filter(pk=row.pk).update(state="agreed")  # published by nobody


def test_tables_of_one_quarter_are_protected_together(acts, cast, at):
    for columns in (("level", "sex", "band"), ("region", "sex", "band"), ("channel", "sex")):
        let_out(cast, at, *columns)
    ((label, held),) = together([ACTS])
    truth = cube(dict(ACTS.rows(FIRST, LAST)), held)
    found = attack(held)
    assert label == "acts 2025-Q4" and found
    assert all(cell.value in (None, truth[key]) for key, cell in held.items())
    small = {key: ends for key, ends in found.items() if truth[key] < 5}
    assert small and all(high - low >= 5 - 1e-6 for low, high in small.values())


def test_what_was_prepared_beside_less_than_is_out_now_must_be_prepared_anew(acts, cast, at):
    early, other = draft(cast, at, "sex"), draft(cast, at, "band")
    for row in (early, other):
        ask(release=row, by=cast.researcher, at=at)
    agree(release=early, by=cast.officer, at=at)
    with pytest.raises(Refused, match="yenidən hazırlayın"):
        agree(release=other, by=cast.officer, at=at)
    refuse(release=other, reason="Yenidən hazırlanmalıdır.", by=cast.officer, at=at)
    assert other.state == "refused"


def test_a_table_whose_every_cell_must_be_hidden_says_so(country, cast, client_as, at):
    note_act(verb="vote", channel="web", place=None, on=FIRST, sex="female", n=3)
    address = reverse("releases_desk") + "?measure=acts&quarter=2025-Q4"
    page = client_as("researcher").post(address, {"dimensions": ["sex"], "once": "x"})
    assert "gizlətmək lazım gələrdi" in page.content.decode() and not Release.objects.exists()
    with pytest.raises(Refused, match="tam rüblər"):
        prepare(
            measure=ACTS,
            dimensions=(),
            first=date(2026, 1, 1),
            last=date(2026, 3, 31),
            by=cast.researcher,
            at=at,
        )


def test_a_sparse_table_is_made_coarser_first_and_says_what_was_done(country, cast, client_as, at):
    for sex in ("female", "male"):
        for band in ("14-17", "18-29", "30-44", "45-59"):
            note_act(verb="sign", channel="web", place=country.goychay, on=FIRST, sex=sex, band=band, n=2)
            note_act(
                verb="speak", channel="meeting", place=country.goychay, on=FIRST, sex=sex, band=band, n=3
            )
    row = let_out(cast, at, "level", "sex", "band")
    body = Body.read(row.body)
    assert (
        body.data["method"]["decision"] == "coarsened" and max(3 - key.count("*") for key in body.cells) == 2
    )
    assert "iriləşdirilib" in client_as("stranger").get(reverse("release", args=[row.code])).content.decode()


def test_cumulative_figures_are_sums_of_releases(acts, cast, country, at):
    let_out(cast, at, "sex")
    earlier = {
        "measure": ACTS,
        "dimensions": ("sex", "level"),
        "first": date(2025, 7, 1),
        "last": date(2025, 9, 30),
    }
    note_act(verb="attend", channel="web", place=country.shaki, on=date(2025, 8, 1), sex="female", n=30)
    note_act(verb="attend", channel="web", place=country.shaki, on=date(2025, 8, 1), sex="male", n=2)
    note_act(verb="attend", channel="web", place=country.shaki, on=date(2025, 8, 1), sex="unknown", n=9)
    row = prepare(**earlier, by=cast.researcher, at=at)
    ask(release=row, by=cast.researcher, at=at)
    agree(release=row, by=cast.officer, at=at)
    found = published("acts", ("sex",))
    women = 6 * (3 + 26 + 17)
    assert found.total().value == 41 + 6 * sum(acts.values())
    assert found.of("male").status == "withheld" and found.of("male").value is None
    assert found.of("male").least == 6 * (21 + 34 + 8) + 1, "one quarter shows it, of the other at least one"
    assert found.of("female").least >= women and sorted(found.quarters) == ["2025-Q3", "2025-Q4"]


def test_a_withdrawn_release_leaves_its_reason_and_no_figures(acts, cast, client_as, at):
    row = let_out(cast, at, "sex")
    with pytest.raises(Refused):
        withdraw(release=row, reason="səhv", by=cast.officer, at=at)
    withdraw(release=row, reason="Rayonun siyahısı iki dəfə sayılmışdı.", by=cast.officer, at=at)
    client = client_as("stranger")
    page = client.get(reverse("release", args=[row.code]))
    assert page.status_code == 410 and "iki dəfə sayılmışdı" in page.content.decode()
    for name in ("release_csv", "release_csvw", "release_xlsx", "release_json", "release_zip"):
        file = client.get(reverse(name, args=[row.code]))
        assert file.status_code == 410 and "iki dəfə sayılmışdı" in file.content.decode()
    assert (
        row.code in client.get(reverse("releases")).content.decode() and published("acts", ("sex",)) is None
    )


def test_a_measure_with_many_releases_keeps_each_of_them_within_reach(acts, cast, client_as, at, monkeypatch):
    monkeypatch.setattr("icma.research.views.releases.EACH", 1)
    old, new = let_out(cast, at, "sex"), let_out(cast, at, "band")
    client = client_as("stranger")
    short = client.get(reverse("releases")).content.decode()
    whole = client.get(reverse("releases") + "?measure=acts").content.decode()
    assert (old.code in short) + (new.code in short) == 1 and "?measure=acts" in short
    assert old.code in whole and new.code in whole
    monkeypatch.setattr("icma.research.views.releases.NEWEST", 1)
    parts = [client.get(reverse("releases") + f"?measure=acts&page={n}").content.decode() for n in ("x", 2)]
    assert "page=2" in parts[0] and "page=1" in parts[1]
    assert [(old.code in part) + (new.code in part) for part in parts] == [1, 1] and (
        old.code in parts[0]
    ) != (old.code in parts[1])
    assert new.code in client_as("officer").get(reverse("releases_desk")).content.decode(), "to withdraw it"


def test_every_number_is_rebuilt_from_the_package_and_one_changed_number_is_found(
    acts, cast, client_as, at, tmp_path, capsys
):
    row = let_out(cast, at, "sex", "band")
    package = client_as("stranger").get(reverse("release_zip", args=[row.code])).content
    (tmp_path / "good.zip").write_bytes(package)
    assert main(["reproduce", str(tmp_path / "good.zip"), "--attack"]) == 0
    said = capsys.readouterr().out
    assert row.sha256 in said and "0 exactly known" in said
    for name, old, new in (
        ("data/cells.csv", b"*,*,726,shown", b"*,*,727,shown"),
        ("release.json", b'"shown",726', b'"shown",727'),
    ):
        changed = _changed(package, name, old, new)
        (tmp_path / "bad.zip").write_bytes(changed)
        assert main(["reproduce", str(tmp_path / "bad.zip")]) == 1
        assert "NOT EQUAL" in capsys.readouterr().out
    torn = bytearray(package)
    torn[60] ^= 0xFF  # inside what is compressed
    unlike = _changed(package, "data/cells.csv", b"sex,band", b"sex,bund")
    for spoilt in (b"no zip", bytes(torn), unlike):
        (tmp_path / "none.zip").write_bytes(spoilt)
        assert main(["reproduce", str(tmp_path / "none.zip")]) == 2


def _changed(package: bytes, name: str, old: bytes, new: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(out, "w") as target:
        for info in source.infolist():
            data = source.read(info)
            if info.filename == name:
                assert data.count(old) == 1
                data = data.replace(old, new)
            target.writestr(info, data)
    return out.getvalue()


def test_letters_and_terms_come_as_a_package_that_is_counted_anew_from_its_rows(
    country, cast, client_as, at, day, tmp_path, capsys
):
    matter = letters_kit.taken(country, at)
    letters_kit.registered(country, cast, at, matter=matter)
    letters_kit.sent(country, cast, at, matter=matter, authority=country.executive)
    then, span = day(2026, 4, 20), {"first": date(2026, 1, 1), "last": date(2026, 3, 31)}
    row = prepare(measure=LETTERS, dimensions=("body", "standing"), **span, by=cast.researcher, at=then)
    ask(release=row, by=cast.researcher, at=then)
    agree(release=row, by=cast.officer, at=then)
    package = b"".join(client_as("stranger").get(reverse("letters_zip"), follow=True))
    with zipfile.ZipFile(io.BytesIO(package)) as zipped:
        names = set(zipped.namelist())
        rows = zipped.read("data/records.csv").decode().splitlines()
        described = json.loads(zipped.read("datapackage.json"))
        book = list(csv.DictReader(zipped.read("codebook.csv").decode().splitlines()))
    explained = {(one["column"], one["key"]) for one in book}
    assert len(explained) == len(book) and all(one["az"] and one["ru"] and one["en"] for one in book)
    columns = ("region", "district", "authority", "body", "kind", "channel", "rule", "standing")
    for one in csv.DictReader(rows):
        assert {(name, one[name]) for name in columns if one[name]} <= explained
    assert {"data/cells.csv", "codebook.csv", "README.md", "LICENCE.txt", "release.json"} <= names
    assert len(rows) == 3 and described["profile"] == "tabular-data-package"
    (tmp_path / "letters.zip").write_bytes(package)
    assert main(["reproduce", str(tmp_path / "letters.zip")]) == 0
    (tmp_path / "bad.zip").write_bytes(_changed(package, "data/records.csv", b"utility", b"council"))
    assert main(["reproduce", str(tmp_path / "bad.zip")]) == 1
    assert "counted from the rows" in capsys.readouterr().out
