"""A report in one click: three files that open, three marks that are not confused, and nothing that vanished."""

import io
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from icma.core.action import Refused
from icma.core.day import moment
from icma.core.files import open_file
from icma.matters.compose.paper import NoPango
from icma.matters.models import Matter
from icma.monitoring import onpaper
from icma.monitoring import onpaper_files as files
from icma.monitoring.actions import indicators, initiatives, months, outcomes, papers
from icma.monitoring.models import Paper
from icma.monitoring.onpaper import whole_of
from tests.house.world import seated

pytestmark = pytest.mark.one_engine  # papers: no database says otherwise

AT = moment(date(2026, 7, 20), 10)


@pytest.fixture
def told(measuring, country, cast):
    """Two indicators (one reported 0, one not), one over people, a tree of two steps, a good and a bad outcome."""
    m = measuring(project_code="SU-26", text="Su yazda kəsilir")
    by = {"at": m.made_at, "by": m.author}
    step = initiatives.add_node(
        initiative=m.initiative,
        parent=None,
        kind="outcome",
        title="Su hər gün gəlir",
        assumptions="Nasos işləyir",
        **by,
    )
    initiatives.add_node(initiative=m.initiative, parent=step, kind="output", title="Boru çəkildi", **by)
    wells = m.counts(title="Quyular", target=Decimal(4))
    m.counts(title="Krantlar")
    people = m.counts(title="Görüşdəkilər", counts_people=True)
    initiatives.move_initiative(initiative=m.initiative, step="start", at=m.made_at, by=m.author)
    wrong = m.told(wells, 0, 3)
    m.told(wells, 0, 0, replaces=wrong, why="Quyular qazılmayıb")
    m.told(people, 0, 6, cells={("female", "18-29", None): Decimal(4), ("male", "60+", None): Decimal(2)})
    indicators.set_target(indicator=wells, value=Decimal(2), at=moment(date(2026, 5, 5)), by=m.author)
    given = {
        "organisation": country.community,
        "at": AT,
        "by": cast.coordinator,
        "on": date(2026, 5, 1),
        "where": "Göyçay",
    }
    good = outcomes.harvest(
        who="Su idarəsi", what="Cədvəl asıldı", node=step, english="A timetable hangs out", **given
    )
    bad = outcomes.harvest(who="Bələdiyyə", what="Görüşlərə buraxmır", sign="negative", **given)
    for one in (good, bad):
        outcomes.send_outcome(outcome=one, at=AT, by=cast.coordinator)
    m.bad = bad
    return m


def paper(m, **more):
    given = {"organisation": None, "project_code": "SU-26", "first": date(2026, 1, 1), "last": date(2026, 6, 30), "at": AT, "by": m.second}  # fmt: skip
    return papers.ask_paper(**given | more)


def test_pdf_docx_and_xlsx_open_and_hold_the_same_marks(told, client_as, django_assert_max_num_queries):
    from docx import Document
    from openpyxl import load_workbook
    from pypdf import PdfReader

    row = paper(told, narrative="Yarım ilin hekayəsi", language="az")
    assert papers.make_papers(AT) == 1
    row.refresh_from_db()
    assert row.stage == "ready"
    assert row.found["counted"]["negative"] == 1 and row.found["lacks"]["bare"]
    page, officer = f"/is/yekun/{row.code}/", client_as("officer")
    with django_assert_max_num_queries(12):
        assert "Boru çəkildi" in officer.get(page).content.decode()
    whole = whole_of(row)
    book = load_workbook(io.BytesIO(files.xlsx(whole)))
    cells = [list(r) for r in book.worksheets[0].iter_rows(values_only=True)]
    head = cells[0]
    got = {(r[2], r[6]): (r[head.index("Faktiki")], r[head.index("Nişan")]) for r in cells[1:]}
    assert got["Quyular", "cəmi"] == (0, None)  # nought is a number
    assert cells[1][head.index("Düzəlişdən əvvəl")] == 3
    assert got["Krantlar", "cəmi"] == (None, "hesabat yoxdur")  # silence is not
    sums = next(r for r in cells if (r[2], r[6]) == ("Quyular", "cəmi"))
    assert [type(sums[head.index(one)]) for one in ("Hesabat verib", "Neçədən")] == [int, int]
    assert all(
        one.page_setup.fitToHeight == 0 and one.print_title_rows for one in book.worksheets
    )  # it can be printed
    assert all(
        one.row_dimensions[1].height for one in book.worksheets
    )  # not every program works out a wrapped row
    groups = list(book.worksheets[1].iter_rows(values_only=True, min_row=2))
    assert groups and all(r[2] is None and r[3] == "gizlədilib" for r in groups)  # a third mark
    word = Document(io.BytesIO(files.docx(whole)))
    assert (round(word.sections[0].page_width.mm), round(word.sections[0].page_height.mm)) == (210, 297)
    assert 'fill="#' in whole.plans[0].tracked[0].picture, (
        "the maker of the PDF reads no style sheet in a picture"
    )
    for table in word.tables:  # the head again on each page
        assert "tblHeader" in table.rows[0]._tr.xml and "cantSplit" in table.rows[1]._tr.xml
    texts = [p.text for p in word.paragraphs] + [c.text for t in word.tables for r in t.rows for c in r.cells]
    with open_file(row.pdf) as source:
        printed = "".join(page.extract_text() for page in PdfReader(io.BytesIO(source.read())).pages)
    for text in (" ".join(texts), " ".join(printed.split())):
        assert "hesabat yoxdur" in text
        assert "gizlədilib" in text
        assert "başlanğıcdan sonra dəyişib" in text  # the target was changed after the start
        assert "düzəlişdən əvvəl 3" in text  # what was corrected stays in sight
        assert "Görüşlərə buraxmır" in text
        assert "Su yazda kəsilir" in text and "Nasos işləyir" in text


def test_head_counts_stand_only_in_the_own_communitys_own_report_which_says_so(told, country):
    with pytest.raises(Refused):
        paper(told, inside=True)
    own = whole_of(paper(told, inside=True, organisation=country.community))
    cells = {name: cell.shown for name, cell in own.plans[0].tracked[2].groups}
    assert sorted(cells.values()) == ["2", "4"]
    assert "dərc etməyin" in own.notes[0]
    outside = whole_of(paper(told))
    assert {cell.mark for _name, cell in outside.plans[0].tracked[2].groups} == {"withheld"}


def test_a_negative_outcome_cannot_be_left_out_of_a_report_without_a_trace(told, cast):
    row = paper(told)
    with pytest.raises(Refused):
        papers.omit(paper=row, outcome=told.bad, reason="", at=AT, by=cast.officer)
    papers.omit(paper=row, outcome=told.bad, reason="Bir nəfəri tanıtdırır", at=AT, by=cast.officer)
    outcomes.withdraw_outcome(outcome=told.bad, why="Səhv başa düşmüşük", at=AT, by=cast.coordinator)
    whole = whole_of(row)
    assert whole.counted == {"all": 2, "negative": 1, "gone": 1, "gone_negative": 1}
    page = files.page(whole, "az")
    assert "Görüşlərə buraxmır" not in page
    assert told.bad.code in page and "Səhv başa düşmüşük" in page and "pisə" in page


def test_the_report_lists_steps_without_evidence_evidence_without_a_step_and_what_is_not_translated(told):
    whole = whole_of(paper(told, narrative="Yarım ilin hekayəsi", language="az"))
    assert [line.rpartition(": ")[2] for line in whole.bare] == ["Boru çəkildi"]
    assert any("Bələdiyyə" in line for line in whole.loose)
    assert not any("Su idarəsi" in line for line in whole.loose)
    assert {line.partition(" (")[0] for line in whole.untranslated} == {"Hesabatın mətni", "Bələdiyyə"}
    with override("en"):
        listed = whole_of(paper(told, language="en")).untranslated
    assert any(line.startswith(f"{told.initiative.title}: its text") for line in listed)


def test_a_report_is_made_once_and_anew_when_what_it_leaves_out_changes(told, cast):
    row = paper(told)
    assert (papers.make_papers(AT), papers.make_papers(AT)) == (1, 0)
    papers.omit(paper=row, outcome=told.bad, reason="Bir nəfəri tanıtdırır", at=AT, by=cast.officer)
    assert Paper.objects.get(pk=row.pk).stage == "waiting"
    assert papers.make_papers(AT) == 1


def test_a_month_that_nobody_sent_is_named_in_the_report_and_is_not_nought(told, country, cast):
    months.keep_month(
        organisation=country.community, first=date(2026, 6, 1), did="Görüş", changed="", hindered="", counts={}, send=True,
        at=AT, by=cast.coordinator,
    )  # fmt: skip
    with override("az"):
        whole = whole_of(paper(told))
    assert len(whole.months) == 1 and len(whole.silent) == 5
    assert ("Neçə nəfər iştirak edib", "sayılmayıb") in whole.months[0].facts, "an empty grid is no nought"


# --- what its numbers and its words cover ---------------------------------------------------------------
def test_in_all_covers_the_days_of_the_report_and_what_is_not_nought_never_reads_nought(told):
    wells, people = (
        told.initiative.indicators.get(title="Quyular"),
        told.initiative.indicators.get(title="Görüşdəkilər"),
    )
    told.told(wells, 1, "0.04")
    told.told(people, 1, 9, cells={("female", "18-29", None): Decimal(9)})
    inside = {"organisation": told.initiative.organisation, "inside": True}
    whole = whole_of(paper(told, first=date(2026, 4, 1), **inside))
    shown = {row.title: row for row in whole.plans[0].tracked}
    assert [line.actual.shown for line in shown["Quyular"].lines] == ["0,04", "0,04"]
    assert (shown["Quyular"].lines[-1].progress, shown["Quyular"].picture) == ("–", "")
    assert [cell.shown for _name, cell in shown["Görüşdəkilər"].groups] == ["9"]
    assert (whole.plans[0].reported, whole.plans[0].expected) == (2, 3)
    assert sum("Quyular" in line for line in whole.loose) == 1 and not any(
        "Krantlar" in line for line in whole.loose
    )


def test_an_outcome_of_a_planned_initiative_and_of_the_sixty_first_stands_in_the_report(
    told, measuring, country, cast, monkeypatch, at
):
    hidden = Matter.objects.create(
        code="HDN00001", place=country.goychay, title="Gizli məsələ", community=country.community, published_at=at, hidden_at=at, stage="open",
        raised_at=at, changed_at=at,
    )  # fmt: skip
    planned = measuring(project_code="SU-26", title="Hələ plan").initiative
    one = outcomes.harvest(
        organisation=country.community, at=AT, by=cast.coordinator, on=date(2026, 5, 1), where="Göyçay", who="Nazirlik",
        what="Plan dəyişib", initiative=planned, matter=hidden,
    )  # fmt: skip
    outcomes.send_outcome(outcome=one, at=AT, by=cast.coordinator)
    monkeypatch.setattr(onpaper, "MOST", 0)
    whole = whole_of(paper(told))
    assert whole.counted["all"] == 3 and whole.plans == () and ": 1" in whole.notes[0]
    assert "Gizli məsələ" not in files.page(whole, "az")


def test_a_report_is_ready_without_the_pdf_library_and_fails_but_once(told, monkeypatch):
    def no_pango(*given: object) -> bytes:
        raise NoPango

    def full(*given: object, **more: object) -> None:
        raise Refused("yer yoxdur")

    monkeypatch.setattr(papers, "pdf", no_pango)
    row = paper(told)
    assert papers.make_papers(AT) == 1
    row.refresh_from_db()
    assert (row.stage, row.pdf, row.found["counted"]["all"]) == ("ready", None, 2)
    monkeypatch.setattr(papers, "pdf", lambda *given: b"%PDF-1.7")
    monkeypatch.setattr(papers, "keep_file", full)
    row = paper(told)
    assert (papers.make_papers(AT), papers.make_papers(AT)) == (0, 0)
    row.refresh_from_db()
    assert row.stage == "failed"


def test_what_is_left_out_while_the_pdf_is_made_is_not_in_it_and_only_who_leads_leaves_it_out(
    told, country, cast
):
    row = paper(told, organisation=country.community)
    begun = papers._claim(pk=row.pk, at=AT)
    papers.omit(paper=row, outcome=told.bad, reason="Bir nəfəri tanıtdırır", at=AT, by=cast.officer)
    assert not papers._end(paper=begun, step="end", data=b"", found={}, at=AT)
    row.refresh_from_db()
    assert row.stage == "waiting" and papers.make_papers(AT) == 1
    member = Client()
    member.force_login(
        seated("uzv@numune.invalid", "member", organisation=country.community),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    page = member.get(f"/is/yekun/{row.code}/")
    assert page.status_code == 200 and "yeniden" not in page.content.decode()
    for end in ("yeniden", "kenarda"):
        assert (
            member.post(f"/is/yekun/{row.code}/{end}/", {"outcome": told.bad.code, "undo": "1"}).status_code
            == 404
        )


def test_the_words_of_a_report_keep_their_own_language_in_a_report_of_another(told, client_as, country):
    given = {"organisation": country.community.code, "first": "2026-01-01", "last": "2026-06-30", "printed_in": "en",
             "language": "az", "narrative": "Yarım ilin hekayəsi", "project_code": "", "english": "", "once": "b" * 32}  # fmt: skip
    done = client_as("coordinator").post(reverse("papers"), given)
    assert done.status_code == 302, done.content.decode()
    made = Paper.objects.latest("pk")
    assert (made.printed_in, made.language) == ("en", "az")
    page = client_as("coordinator").get(reverse("paper_file", args=[made.code, "html"])).content.decode()
    assert '<html lang="en">' in page and '<p class="text" lang="az">Yarım ilin hekayəsi</p>' in page
    with override("en"):
        assert any(one.startswith("Words of the report") for one in whole_of(made).untranslated)
