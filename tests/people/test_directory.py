"""The directory: addresses from–to, proposals, undoing, the sheet in and out without loss."""

import csv
import io
import json
from datetime import timedelta

import pytest

from icma.core.action import Refused
from icma.core.cells import BadFile
from icma.core.day import legal_day
from icma.people.actions.directory import (
    apply_proposal,
    close_authority,
    create_authority,
    edit_authority,
    end_address,
    keep_address,
    propose_change,
    undo_directory,
)
from icma.people.actions.places import load_places
from icma.people.actions.review import decide_review, undo
from icma.people.actions.sheets import import_directory, load_authorities
from icma.people.directory import address_for, addresses_for, is_open, open_bodies, write_sheet
from icma.people.models import Address, Authority, Change, Review
from icma.people.reviews import history_of


@pytest.fixture
def give(country, cast, at):
    def give(value, source="nümunə", purpose="appeal", channel="email", at=at, **more):
        return keep_address(
            authority=country.water, purpose=purpose, channel=channel, value=value, source=source,
            by=cast.officer, at=at, **more,
        )  # fmt: skip

    return give


def test_an_address_has_a_source_or_is_not_entered(give):
    with pytest.raises(Refused):
        give("su@numune.invalid", source="  ")
    assert not Address.objects.exists()


def test_a_body_without_an_address_has_none(country, at):
    assert address_for(country.water, "appeal", legal_day(at)) is None
    assert addresses_for(country.water, "court", legal_day(at)) == []


def test_a_new_address_ends_the_old_one_and_an_old_letter_keeps_it(give, country, at):
    old = give("kohne@numune.invalid")
    later = at + timedelta(days=40)
    new = give("yeni@numune.invalid", at=later)
    old.refresh_from_db()
    assert (old.value, old.until) == ("kohne@numune.invalid", legal_day(later) - timedelta(days=1))
    assert address_for(country.water, "appeal", legal_day(at)) == old
    assert address_for(country.water, "appeal", legal_day(later)) == new, "on the day itself the newer one"
    assert address_for(country.water, "appeal", legal_day(later) + timedelta(days=1)) == new


def test_the_same_address_again_changes_nothing(give):
    first, changes = give("su@numune.invalid"), Change.objects.count()
    assert give("su@numune.invalid") == first
    assert (Change.objects.count(), Address.objects.count()) == (changes, 1)


def test_an_address_for_another_purpose_is_never_used(give, country, at):
    appeal = give("su@numune.invalid", limit=1500, attachments=False)
    assert address_for(country.water, "complaint", legal_day(at)) is None
    complaint = give("sikayet@numune.invalid", purpose="complaint")
    post = give("Göyçay, Su küçəsi 1", purpose="complaint", channel="post")
    assert address_for(country.water, "complaint", legal_day(at)) == complaint
    assert address_for(country.water, "complaint", legal_day(at), channel="post") == post
    assert address_for(country.water, "appeal", legal_day(at), channel="post") == appeal, (
        "none of this channel"
    )


@pytest.mark.parametrize("days", [-20, 0, 15])
def test_between_two_addresses_there_is_neither_gap_nor_overlap(give, country, at, days):
    start, first = legal_day(at) - timedelta(days=60), legal_day(at) + timedelta(days=days)
    old = give("kohne@numune.invalid", since=start)
    new = give("yeni@numune.invalid", since=first)
    old.refresh_from_db()
    assert (old.until, new.since, new.until) == (first - timedelta(days=1), first, None)
    for n in range(90):
        day = start + timedelta(days=n)
        assert addresses_for(country.water, "appeal", day) == [old if day < first else new]


def test_an_address_that_ended_later_than_the_new_one_begins_is_shortened(give, country, cast, at):
    today = legal_day(at)
    old = end_address(
        address=give("kohne@numune.invalid"), by=cast.officer, at=at, until=today + timedelta(days=30)
    )
    give("yeni@numune.invalid", since=today + timedelta(days=10))
    old.refresh_from_db()
    assert old.until == today + timedelta(days=9)


def test_an_address_cannot_begin_before_the_one_that_holds(give, at):
    give("indi@numune.invalid", since=legal_day(at))
    with pytest.raises(Refused):
        give("evvel@numune.invalid", since=legal_day(at) - timedelta(days=5))
    assert Address.objects.filter(until=None).count() == 1


def test_an_address_that_holds_is_corrected_and_does_not_begin_anew(give, country, at):
    first = give("su@numune.invalid", since=legal_day(at) - timedelta(days=300))
    again = give("su@numune.invalid", since=legal_day(at), limit=900, source="zəng")
    assert (again.pk, again.limit, again.source, again.since) == (first.pk, 900, "zəng", first.since)
    earlier = give("su@numune.invalid", since=legal_day(at) - timedelta(days=400))
    assert (earlier.pk, earlier.since) == (first.pk, legal_day(at) - timedelta(days=400))
    assert Address.objects.count() == 1


def test_a_first_day_is_not_moved_into_the_time_of_another_address(give, country, at):
    give("kohne@numune.invalid", since=legal_day(at) - timedelta(days=100))
    give("yeni@numune.invalid", since=legal_day(at) - timedelta(days=50))
    with pytest.raises(Refused):
        give("yeni@numune.invalid", since=legal_day(at) - timedelta(days=200))
    moved = give("yeni@numune.invalid", since=legal_day(at) - timedelta(days=60))
    assert moved.since == legal_day(at) - timedelta(days=60)
    assert Address.objects.get(value="kohne@numune.invalid").until == legal_day(at) - timedelta(days=61)


def test_a_sheet_corrects_the_first_day_of_an_address(give, cast, at):
    give("su@numune.invalid", since=legal_day(at) - timedelta(days=100))
    day, text = str(legal_day(at) - timedelta(days=100)), write_sheet()
    assert day in text
    report = import_directory(data=text.replace(day, "2025-01-02").encode(), by=cast.officer, at=at)
    assert not report.counts["error"] and f"{Address.objects.get().since}" == "2025-01-02"


def test_an_address_corrected_on_its_first_day_is_the_one_that_holds(give, country, at):
    give("sehv@numune.invalid")
    right = give("duz@numune.invalid")
    assert addresses_for(country.water, "appeal", legal_day(at)) == [right]


def test_an_address_that_has_not_begun_is_taken_out_and_the_one_before_goes_on(give, country, cast, at):
    old = give("kohne@numune.invalid")
    new = give("gelecek@numune.invalid", since=legal_day(at) + timedelta(days=10))
    end_address(address=new, by=cast.officer, at=at)
    old.refresh_from_db()
    assert old.until is None and not Address.objects.filter(value="gelecek@numune.invalid").exists()
    review = Review.objects.order_by("-pk").first()
    undo(review=review, by=cast.officer2, at=at, revert=undo_directory)
    back = Address.objects.get(value="gelecek@numune.invalid")
    old.refresh_from_db()
    assert (old.until, back.until) == (back.since - timedelta(days=1), None)


def test_the_history_of_a_body_tells_its_addresses_also_from_a_sheet_and_those_taken_out(
    give, country, cast, at
):
    later = give("gelecek@numune.invalid", since=legal_day(at) + timedelta(days=10))
    end_address(address=later, by=cast.officer, at=at)
    data = sheet("WATER001,utility,Nümunə Su İdarəsi,nümunə,AZ-GOY,complaint,email,qaz@numune.invalid,lövhə")
    import_directory(data=data, by=cast.officer, at=at)
    edit_authority(authority=country.water, name_en="Sample Water", by=cast.officer, at=at)
    told = history_of(country.water)
    assert [line.what for line in told][0] == "", "the newest is about the body"
    assert any("qaz@numune.invalid" in line.what and line.why and line.why != "csv" for line in told)
    assert sum("gelecek@numune.invalid" in line.what for line in told) == 2, "entered and taken out"
    assert history_of(country.executive) == []


def test_an_ended_address_is_no_longer_valid_the_day_after(give, country, cast, at):
    row = end_address(address=give("su@numune.invalid"), by=cast.officer, at=at)
    assert row.until == legal_day(at)
    assert address_for(country.water, "appeal", legal_day(at) + timedelta(days=1)) is None


def test_a_body_that_was_closed_yesterday_is_not_open_today(country, cast, at):
    today = legal_day(at)
    close_authority(authority=country.water, until=today - timedelta(days=1), by=cast.officer, at=at)
    assert not is_open(country.water, today) and is_open(country.water, today - timedelta(days=1))
    assert country.water not in open_bodies(today)
    assert country.water in open_bodies(today - timedelta(days=1))


def test_a_body_cannot_stand_above_itself(country, cast, at):
    with pytest.raises(Refused):
        edit_authority(authority=country.superior, superior=country.water, by=cast.officer, at=at)
    with pytest.raises(Refused):
        edit_authority(authority=country.water, parent=country.water, by=cast.officer, at=at)


def test_a_proposal_changes_nothing_until_an_officer_agrees(country, cast, at):
    address = {"purpose": "appeal", "channel": "post", "value": "Göyçay şəhəri, Nümunə küçəsi 1"}
    review = propose_change(
        authority=country.water, source="məktub blankı", by=cast.coordinator, at=at,
        values={"name_en": "Sample Water"}, address=address,
    )  # fmt: skip
    country.water.refresh_from_db()
    assert country.water.name_en != "Sample Water" and not Address.objects.exists()
    with pytest.raises(Refused):
        decide_review(review=review, verdict="agreed", by=cast.coordinator, at=at, apply=apply_proposal)
    decide_review(review=review, verdict="agreed", by=cast.officer, at=at, apply=apply_proposal)
    country.water.refresh_from_db()
    row = Address.objects.get()
    assert (country.water.name_en, country.water.source) == ("Sample Water", "məktub blankı")
    assert (row.value, row.source) == (address["value"], "məktub blankı")
    assert Change.objects.filter(table="address", by=cast.officer, why__contains="koordinator").count() == 1


def test_a_proposal_about_an_address_that_holds_does_not_let_it_begin_anew(give, country, cast, at):
    row = give("su@numune.invalid", since=legal_day(at) - timedelta(days=100))
    address = {
        "purpose": "appeal",
        "channel": "email",
        "value": "su@numune.invalid",
        "since": legal_day(at).isoformat(),
        "limit": 700,
    }
    review = propose_change(
        authority=country.water, source="lövhə", by=cast.coordinator, at=at, address=address
    )
    decide_review(review=review, verdict="agreed", by=cast.officer, at=at, apply=apply_proposal)
    row.refresh_from_db()
    assert (row.limit, row.since, Address.objects.count()) == (700, legal_day(at) - timedelta(days=100), 1)


def test_a_proposal_of_a_new_body_makes_it(country, cast, at):
    values = {"kind": "utility", "name_az": "Nümunə İşıq", "place_id": country.goychay.pk}
    review = propose_change(authority=None, source="lövhə", by=cast.coordinator, at=at, values=values)
    decide_review(review=review, verdict="agreed", by=cast.officer, at=at, apply=apply_proposal)
    body = Authority.objects.get(name_az="Nümunə İşıq")
    assert body.place == country.goychay and "nümune isiq" not in body.search_text
    assert "numune isiq" in body.search_text


@pytest.mark.parametrize("source, values", [("", {"name_en": "X"}), ("lövhə", {})])
def test_a_proposal_needs_a_source_and_a_change(country, cast, at, source, values):
    with pytest.raises(Refused):
        propose_change(authority=country.water, source=source, by=cast.coordinator, at=at, values=values)


def test_an_officers_change_can_be_undone_by_a_second_one(give, country, cast, at):
    old = give("kohne@numune.invalid")
    new = give("yeni@numune.invalid", at=at + timedelta(days=1))
    review = Review.objects.order_by("-pk").first()
    undo(review=review, by=cast.officer2, at=at + timedelta(days=2), revert=undo_directory)
    old.refresh_from_db()
    assert old.until is None and not Address.objects.filter(pk=new.pk).exists()


def test_what_was_changed_again_since_is_not_undone(country, cast, at):
    edit_authority(authority=country.water, name_en="One", by=cast.officer, at=at)
    first = Review.objects.get()
    edit_authority(authority=country.water, name_en="Two", by=cast.officer, at=at)
    with pytest.raises(Refused):
        undo(review=first, by=cast.officer2, at=at, revert=undo_directory)
    country.water.refresh_from_db()
    assert country.water.name_en == "Two"
    first.refresh_from_db()
    assert first.verdict == "", "who cannot undo has not decided"


def lines_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))


def sheet(
    *rows: str, head: str = "code,kind,name_az,source,place,purpose,channel,address,address_source"
) -> bytes:
    return "\n".join([head, *rows]).encode()


@pytest.fixture
def full(give, country, cast, at):
    """A directory with everything that could be lost: ended rows, limits, formulas, quotes, newlines."""
    give("kohne@numune.invalid")
    give("yeni@numune.invalid", at=at + timedelta(days=9), limit=1500, attachments=False)
    give("+994 12 000 00 00", channel="phone")
    give("'=1+1", channel="post", source='nümunə "dırnaq", vergül; nöqtəli')
    end_address(address=give("https://numune.invalid/forma", channel="portal"), by=cast.officer, at=at)
    give("https://numune.invalid/forma", channel="portal")  # the same again on the day on which it ended
    edit_authority(authority=country.executive, until=legal_day(at), by=cast.officer, at=at)


def test_out_and_in_again_changes_nothing_and_loses_nothing(full, cast, at):
    text = write_sheet()
    changes = Change.objects.count()
    report = import_directory(data=text.encode(), by=cast.officer, at=at)
    assert dict(report.counts) == {"unchanged": len(lines_of(text))}
    assert Change.objects.count() == changes and write_sheet() == text


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_an_emptied_directory_is_the_same_after_the_sheet_came_in(full, cast, at, kind):
    text, lines = write_sheet(kind), len(lines_of(write_sheet()))
    Address.objects.all().delete()
    Authority.objects.update(superior=None, parent=None)
    Authority.objects.all().delete()
    report = import_directory(data=text.encode(), by=cast.officer, at=at)
    assert dict(report.counts) == {"created": lines}
    assert write_sheet(kind).encode() == text.encode()
    undo(review=Review.objects.latest("pk"), by=cast.officer2, at=at, revert=undo_directory)
    assert not Authority.objects.exists(), "a second officer takes the whole file back"


def test_objects_of_json_are_reported_one_by_one(country, cast, at):
    rows = [
        {
            "kind": "utility",
            "name_az": "Nümunə Qaz",
            "source": "lövhə",
            "purpose": "appeal",
            "channel": "email",
            "address": "qaz@numune.invalid",
            "address_source": "lövhə",
            "attachments": False,
            "limit": 1500,
            "until": None,
        },
        {"kind": "utility", "name_az": "Nümunə İşıq", "source": "lövhə", "since": "dünən"},
        {"kind": "utility", "source": "lövhə"},
        {"code": "WATER001", "kind": "utility", "name_az": "Nümunə Su İdarəsi", "source": "nümunə"},
    ]
    report = import_directory(data=json.dumps(rows).encode(), by=cast.officer, at=at)
    assert [line.outcome for line in report.lines] == ["created", "error", "error", "unchanged"]
    assert "dünən" in report.lines[1].text and country.water.place == country.goychay
    assert Address.objects.filter(attachments=False, limit=1500).count() == 1


def test_a_sheet_that_opens_an_ended_address_again_ends_the_one_that_took_its_place(give, cast, at):
    give("kohne@numune.invalid")
    give("yeni@numune.invalid", at=at + timedelta(days=9))
    text = write_sheet().replace(f",{legal_day(at + timedelta(days=9))}\r\n", ",\r\n")
    report = import_directory(data=text.encode(), by=cast.officer, at=at + timedelta(days=10))
    assert not report.counts["error"]
    assert Address.objects.filter(until=None).count() == 1


def test_cells_that_a_spreadsheet_would_run_are_quoted(full):
    cells = {row["address"] for row in lines_of(write_sheet())}
    assert "'+994 12 000 00 00" in cells and "''=1+1" in cells


def test_a_rehearsal_reports_and_leaves_nothing(country, cast, at):
    data = sheet(",utility,Nümunə Qaz,lövhə,AZ-GOY,appeal,email,qaz@numune.invalid,lövhə")
    before = (Authority.objects.count(), Change.objects.count(), Review.objects.count())
    report = import_directory(data=data, by=cast.officer, at=at, dry=True)
    assert dict(report.counts) == {"created": 1}
    assert (Authority.objects.count(), Change.objects.count(), Review.objects.count()) == before
    assert not Address.objects.exists()


def test_a_bad_row_is_named_by_its_line_and_does_not_stop_the_others(country, cast, at):
    data = sheet(
        ",utility,Nümunə Qaz,lövhə,AZ-GOY,,,,",
        ",palace,Nümunə Saray,lövhə,,,,,",
        ",utility,Nümunə İşıq,,,,,,",
        ",utility,Nümunə Yol,lövhə,AZ-YOX,,,,",
        "",
        ",utility,Nümunə Su,lövhə,AZ-GOY,appeal,email,su@numune.invalid,",
        ",utility,Nümunə Rabitə,lövhə,AZ-GOY,appeal,pigeon,x,lövhə",
        ",utility,Nümunə Post,lövhə,AZ-GOY,appeal,email,post@numune.invalid,lövhə,artıq xana",
        ",utility,Nümunə Park,lövhə,AZ-GOY,appeal,email,park@numune.invalid,lövhə",
    )
    report = import_directory(data=data, by=cast.officer, at=at)
    assert [line.number for line in report.lines if line.outcome == "error"] == [3, 4, 5, 7, 8, 9]
    assert all(f" {line.number}:" in line.text for line in report.lines if line.outcome == "error")
    made = set(
        Authority.objects.filter(name_az__in=["Nümunə Qaz", "Nümunə Park"]).values_list("name_az", flat=True)
    )
    assert made == {"Nümunə Qaz", "Nümunə Park"}
    assert not Authority.objects.filter(name_az="Nümunə Su").exists(), "a line counts whole or not at all"
    assert Address.objects.get().value == "park@numune.invalid"


def test_a_sheet_without_codes_entered_twice_makes_each_body_once(country, cast, at):
    data = sheet(",utility,Nümunə Qaz,lövhə,AZ-GOY,appeal,email,qaz@numune.invalid,lövhə")
    import_directory(data=data, by=cast.officer, at=at)
    report = import_directory(data=data, by=cast.officer, at=at)
    assert dict(report.counts) == {"unchanged": 1}
    assert Authority.objects.filter(name_az="Nümunə Qaz").count() == 1


def test_a_byte_order_mark_semicolons_and_dotted_dates_are_read(country, cast, at):
    head = "kind;name_az;source;since;until"
    data = b"\xef\xbb\xbf" + sheet("utility;Nümunə Qaz;lövhə;01.02.2024;", head=head)
    assert dict(import_directory(data=data, by=cast.officer, at=at).counts) == {"created": 1}
    assert f"{Authority.objects.get(name_az='Nümunə Qaz').since:%F}" == "2024-02-01"


@pytest.mark.parametrize(
    "data",
    [
        b"", b"kind,name_az\nutility,X\n", b"kind,name_az,source,phone\n",
        b"kind,name_az,source\nutility,\xde\xfe,x", b"\x00\x01PK", b"x" * 5_000_001,
        b'kind,name_az,source\nutility,"' + b"x" * 200_000,
        b"[", b"[1]", b"[" * 99_999, b"[]", b'[{"kind": "utility", "name_az": "X", "source": "x", "phone": "1"}]',
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(country, cast, at, data):
    with pytest.raises(BadFile) as found:
        import_directory(data=data, by=cast.officer, at=at)
    assert len(str(found.value)) > 10


@pytest.mark.parametrize("cell", ["2024-02-30", "31.31.2024", "dünən"])
def test_a_wrong_date_is_an_error_of_its_line(country, cast, at, cell):
    data = sheet(f"utility,Nümunə Qaz,lövhə,{cell}", head="kind,name_az,source,since")
    report = import_directory(data=data, by=cast.officer, at=at)
    assert [line.outcome for line in report.lines] == ["error"] and cell in report.lines[0].text


def test_two_lines_that_differ_about_one_body_are_an_error_of_the_second(country, cast, at):
    data = sheet(
        "AAAA0001,utility,Nümunə Qaz,lövhə,AZ-GOY,appeal,email,a@numune.invalid,lövhə",
        "AAAA0001,utility,Nümunə Qaz İdarəsi,lövhə,AZ-GOY,appeal,post,Küçə 1,lövhə",
    )
    report = import_directory(data=data, by=cast.officer, at=at)
    assert [line.outcome for line in report.lines] == ["created", "error"]


def test_a_line_may_name_a_body_that_comes_later_in_the_sheet(country, cast, at):
    head = "code,kind,name_az,source,superior"
    data = sheet("AAAA0002,utility,Aşağı,lövhə,AAAA0001", "AAAA0001,ministry,Yuxarı,lövhə,", head=head)
    assert dict(import_directory(data=data, by=cast.officer, at=at).counts) == {"created": 2}
    assert Authority.objects.get(code="AAAA0002").superior.name_az == "Yuxarı"
    ring = sheet("BBBB0001,utility,Bir,lövhə,BBBB0002", "BBBB0002,utility,İki,lövhə,BBBB0001", head=head)
    assert dict(import_directory(data=ring, by=cast.officer, at=at).counts) == {"error": 2}


def test_a_column_that_the_sheet_lacks_changes_nothing(country, cast, at):
    data = sheet("WATER001,utility,Nümunə Su İdarəsi,nümunə", head="code,kind,name_az,source")
    assert dict(import_directory(data=data, by=cast.officer, at=at).counts) == {"unchanged": 1}
    country.water.refresh_from_db()
    assert country.water.superior == country.superior and country.water.place == country.goychay


def test_a_whole_sheet_is_undone_at_once(country, cast, at):
    before = write_sheet()
    data = sheet(
        "WATER001,utility,Başqa Ad,lövhə,AZ-GOY,appeal,email,su@numune.invalid,lövhə",
        ",utility,Nümunə Qaz,lövhə,AZ-GOY,,,,",
    )
    import_directory(data=data, by=cast.officer, at=at)
    undo(review=Review.objects.get(), by=cast.officer2, at=at, revert=undo_directory)
    assert write_sheet() == before


def test_the_shipped_bodies_load_once_without_an_invented_address(db, at):
    load_places(at=at)
    report = load_authorities(at=at)
    assert set(report.counts) == {"created"}, [line.text for line in report.lines if line.outcome == "error"]
    assert not Address.objects.exists()
    assert not Authority.objects.filter(source="").exists()
    assert (
        not Authority.objects.filter(name_en="").exists()
        and not Authority.objects.filter(name_ru="").exists()
    )
    assert Authority.objects.filter(kind="ministry").count() == 17
    for town in ("AZ-GA", "AZ-GOY", "AZ-KUR", "AZ-SAK", "AZ-IMI", "AZ-LAN", "AZ-AST", "AZ-SKR"):
        kinds = set(Authority.objects.filter(place__code=town).values_list("kind", flat=True))
        assert {"executive", "municipality"} <= kinds
    assert load_authorities(at=at).lines == []


def test_what_an_officer_changed_in_a_shipped_body_stays(cast, at):
    load_places(at=at)
    load_authorities(at=at)
    body = Authority.objects.filter(kind="municipality").first()
    edit_authority(authority=body, name_az="Dəqiqləşdirilmiş ad", by=cast.officer, at=at)
    load_authorities(at=at)
    assert Authority.objects.get(code=body.code).name_az == "Dəqiqləşdirilmiş ad"


def test_a_body_may_be_made_by_hand(country, cast, at):
    body = create_authority(kind="utility", name_az="Nümunə Qaz", source="lövhə", by=cast.officer, at=at)
    assert len(body.code) == 8
    with pytest.raises(Refused):
        create_authority(kind="utility", name_az="Nümunə Qaz", source="", by=cast.officer, at=at)
