"""The past comes in line by line: rehearsed, marked, once; nothing begins a term, nothing is lost."""

import base64
import io
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from icma.advocacy.actions.past import bring_past
from icma.advocacy.models import Campaign
from icma.advocacy.past import SHEETS
from icma.front import figures
from icma.front.achieved import achieved
from icma.law.book import book as law_book
from icma.matters.jobs import events
from icma.matters.models import Act, Clock, Entry, Letter, Matter
from icma.people.models import Organisation
from icma.research.declared.book import BadBook, read_book, write_lines, write_template
from icma.research.models import Imported

pytestmark = pytest.mark.usefixtures("standing_clock")
SOURCE = "Hesabat 2019"
GROUP = {
    "name": "Şəki su icması",
    "form": "təşəbbüs qrupu",
    "place": "Şəki",
    "since": "01.03.2018",
    "seen": "full",
}
CAMPAIGN = {
    "title": "Su hər gün verilsin", "problem": "Su gündə iki saat idi.", "place": "Şəki rayonu", "topic": "infrastruktur",
    "level": "local", "community": "şəki su İCMASI", "authority": "WATER001", "started_on": date(2019, 3, 1),
    "ended_on": "2019-09-20", "outcome": "solved", "changed": "Su hər gün gəlir.",
}  # fmt: skip
ANSWERED = {
    "campaign": "Su hər gün verilsin", "authority": "Nümunə Su İdarəsi", "kind": "application", "subject": "Su qrafiki",
    "sent_on": "02.04.2019", "number": "118/19", "registered_on": "03.04.2019", "answered_on": "19.04.2019",
    "answer": "substance", "summary": "Xətt təmir olunacaq.",
}  # fmt: skip
SILENT = {**ANSWERED, "subject": "Cavabsız", "sent_on": "02.05.2019", "registered_on": "03.05.2019", "number": "119/19",
          "answered_on": "", "answer": "", "summary": ""}  # fmt: skip


def book(**rows: list[dict]) -> bytes:
    """The template with lines typed into it; every line names its source unless it says otherwise."""
    made = openpyxl.load_workbook(io.BytesIO(write_template(SHEETS)))
    for sheet in SHEETS:
        page = made[str(sheet.title)]
        keys = [cell.value for cell in page[1]]
        for row in rows.get(sheet.name, []):
            page.append([{"source": SOURCE, **row}.get(key) for key in keys])
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


PAST = {"communities": [GROUP], "campaigns": [CAMPAIGN], "letters": [ANSWERED, SILENT]}


def bring(data: bytes, cast, at, dry: bool = False):
    return bring_past(lines=read_book(data, SHEETS).lines, by=cast.officer, at=at, dry=dry)


def said(report) -> list[tuple[str, str]]:
    return [(one.outcome, one.text) for one in report.verdicts]


def rows_now() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Organisation, Matter, Letter, Clock, Entry, Imported))


def test_a_workbook_is_rehearsed_then_brought_in_once_however_often_it_comes(country, cast, at) -> None:
    before = rows_now()
    assert [outcome for outcome, _ in said(bring(book(**PAST), cast, at, dry=True))] == ["new"] * 4
    assert rows_now() == before
    report = bring(book(**PAST), cast, at)
    assert said(report) == [("new", "")] * 4
    after = rows_now()
    assert said(bring(book(**PAST), cast, at)) == [("same", "")] * 4
    twice = bring(book(communities=[GROUP, {**GROUP, "since": "05.05.2018"}]), cast, at)
    assert [one.outcome for one in twice.verdicts] == ["same", "same"] and rows_now() == after
    campaign = Campaign.objects.get()
    assert (campaign.stage, campaign.matter.stage, campaign.matter.outcome) == ("done", "closed", "solved")
    assert campaign.matter.community.name == "Şəki su icması"
    assert campaign.matter.changed_at.date() == date(2019, 9, 20), "it does not stand at the top of the lists"
    assert not Act.objects.exists(), "nobody takes part by typing in the past"


def test_what_is_brought_in_bears_its_mark_and_source_in_public(country, cast, at, client) -> None:
    bring(book(**PAST), cast, at)
    matter = Matter.objects.get()
    page = client.get(reverse("matter", args=[matter.code])).content.decode()
    assert "Əvvəlki dövrdən daxil edilib" in page and SOURCE in page
    rows = client.get("/api/v1/past/").json()["rows"]
    assert {row["kind"] for row in rows} == {"community", "campaign", "letter"} and len(rows) == 4
    assert all(row["source"] == SOURCE for row in rows)
    of = achieved(at.date())
    assert (of["campaigns"].value, of["campaigns"].past, of["letters"].past, of["communities"].past) == (
        1,
        1,
        2,
        1,
    )
    assert (of["solved"].value, of["solved"].past, of["answers"].value, of["answers"].past) == (1, 1, 1, 1)
    Matter.objects.update(hidden_at=at)
    Organisation.objects.filter(name=GROUP["name"]).update(seen="region")
    left = client.get("/api/v1/past/").json()["rows"]
    assert [(row["kind"], row["source"], row["code"]) for row in left] == [("community", "", "")]


def test_a_letter_of_the_past_begins_no_term_that_could_look_broken(country, cast, at) -> None:
    old = {
        **ANSWERED,
        "subject": "Köhnə qanun",
        "sent_on": "02.04.2014",
        "registered_on": "03.04.2014",
        "answered_on": "01.12.2014",
    }
    unregistered = {**ANSWERED, "subject": "Nömrəsiz", "number": "", "registered_on": ""}
    bring(book(**PAST | {"letters": [ANSWERED, SILENT, old, unregistered]}), cast, at)
    clock = Clock.objects.get()
    assert (clock.letter.subject, clock.state, clock.ended_on) == (
        "Su qrafiki",
        "answered",
        date(2019, 4, 19),
    )
    answered = Letter.objects.filter(direction="out", stage="answered")
    assert set(answered.values_list("subject", flat=True)) == {"Su qrafiki", "Köhnə qanun", "Nömrəsiz"}
    assert list(events(at.date(), law_book())) == [], "nobody is asked, nothing is late, nothing is told"
    record = figures.all_authorities(at.date())
    assert (record.n, record.late, record.silent) == (1, None, None)
    assert all(own.n == 0 for own in figures.ours(at)), "no promise of ours was kept or broken by it"


BAD = [
    ({**CAMPAIGN, "title": ""}, "Kampaniyanın başlığı"),
    ({**CAMPAIGN, "place": "Marsda"}, "Marsda"),
    ({**CAMPAIGN, "started_on": "2019-13-45"}, "2019-13-45"),
    ({**CAMPAIGN, "topic": "kosmos"}, "“kosmos”. Seçimlər: sosial; gender"),
    ({**CAMPAIGN, "ended_on": ""}, "son günü"),
    ({**CAMPAIGN, "ended_on": "2018-01-01"}, "birinci gündən"),
    ({**CAMPAIGN, "outcome": "unanswered"}, "unanswered"),
    ({**CAMPAIGN, "started_on": "2031-01-01", "ended_on": "", "outcome": "", "changed": ""}, "hələ gəlməyib"),
    ({**CAMPAIGN, "source": ""}, "Mənbə"),
]  # fmt: skip


def test_a_bad_line_says_why_stops_no_other_and_goes_home_to_be_corrected(country, cast, at) -> None:
    data = book(communities=[GROUP], campaigns=[row for row, _ in BAD] + [CAMPAIGN])
    report = bring(data, cast, at)
    assert report.counts == {"new": 2, "error": len(BAD)}
    for (_row, word), (_line, why) in zip(BAD, report.errors, strict=True):
        assert word in why
    home = openpyxl.load_workbook(io.BytesIO(write_lines(SHEETS, report.errors)))
    page = home["Kampaniyalar"]
    level = next(one for one in page.data_validations.dataValidation if "yerli" in one.prompt)
    assert level.formula1 == '"yerli,mərkəzi"' and level.type == "list" and not level.showErrorMessage
    assert page.max_row == 2 + len(BAD) and page.cell(3, page.max_column).value == report.errors[0][1]
    page.cell(3, 2).value = "Başqa kampaniya"  # the title that was missing
    out = io.BytesIO()
    home.save(out)
    again = bring(out.getvalue(), cast, at)
    assert again.verdicts[0].outcome == "new" and again.counts["new"] == 1


def test_a_shifted_column_is_recognised_in_a_line_and_in_the_headings(country, cast, at) -> None:
    made = openpyxl.load_workbook(io.BytesIO(book(communities=[GROUP], campaigns=[CAMPAIGN])))
    page = made["Kampaniyalar"]
    row = [cell.value for cell in page[4]]
    for column, value in enumerate([row[0], None, *row[1:]], 1):
        page.cell(4, column).value = value
    out = io.BytesIO()
    made.save(out)
    assert said(bring(out.getvalue(), cast, at, dry=True))[1] == (
        "error",
        "bu sətrin xanaları bir sütun sürüşüb",
    )
    heads = [cell.value for cell in page[2]]
    for column, value in enumerate([heads[0], None, *heads[1:]], 1):
        page.cell(2, column).value = value
    out = io.BytesIO()
    made.save(out)
    with pytest.raises(BadBook, match="sürüşüb"):
        read_book(out.getvalue(), SHEETS)


def test_no_workbook_is_told_in_words_and_a_formula_stays_text(country, cast, at) -> None:
    for data in (b"", b"a,b\n1,2", b"PK\x03\x04rubbish", write_template(SHEETS)[:900]):
        with pytest.raises(BadBook):
            read_book(data, SHEETS)
    report = bring(book(campaigns=[{**CAMPAIGN, "place": "=1+1"}]), cast, at)
    cells = openpyxl.load_workbook(io.BytesIO(write_lines(SHEETS, report.errors)))["Kampaniyalar"][3]
    assert all(cell.data_type in ("s", "n") for cell in cells)


def test_officers_alone_bring_in_with_the_second_factor_first_a_rehearsal(
    country, cast, at, client_as
) -> None:
    address = reverse("bring_in")
    assert client_as("coordinator").get(address).status_code == 404
    assert client_as("officer", strong=False).get(address).status_code == 302
    officer = client_as("officer")
    assert officer.get(reverse("past_template")).content[:2] == b"PK"
    data = book(**PAST | {"letters": [ANSWERED, {**ANSWERED, "authority": "Heç kim"}]})
    page = officer.post(address, {"file": SimpleUploadedFile("kecmis.xlsx", data)}).content.decode()
    assert "hələ heç nə dəyişməyib" in page and "Heç kim" in page and not Imported.objects.exists()
    kept = base64.b64encode(data).decode()
    assert kept in page
    errors = officer.post(address, {"kept": kept, "errors": "1"})
    assert errors.content[:2] == b"PK" and not Imported.objects.exists()
    done = officer.post(address, {"kept": kept, "go": "1"}).content.decode()
    assert Imported.objects.count() == 3 and reverse("past") in done
    officer.post(address, {"kept": kept, "go": "1"})
    assert Imported.objects.count() == 3


def test_a_workbook_that_brings_nothing_in_does_not_say_that_it_did(country, cast, at, client_as) -> None:
    officer, address = client_as("officer"), reverse("bring_in")

    def told(data: bytes) -> str:
        file = SimpleUploadedFile("kecmis.xlsx", data)
        return officer.post(address, {"file": file, "go": "1"}).content.decode()

    empty = told(book())
    assert "Heç nə daxil edilməyib" in empty and "Cədvəl faylında sətir yoxdur" in empty
    wrong = told(book(communities=[{**GROUP, "place": "Marsda"}]))
    assert "Heç nə daxil edilməyib" in wrong and "Marsda" in wrong and not Imported.objects.exists()
    assert "Heç nə daxil edilməyib" not in told(book(**PAST))
    assert "Heç nə daxil edilməyib" in told(book(**PAST)), "all of it stands already"
