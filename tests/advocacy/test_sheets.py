"""Sheets of paper, witnesses, sums, figures by place."""

import itertools
import json
from collections import defaultdict
from datetime import timedelta

import pytest
from django.utils import timezone
from nacl.public import PrivateKey, SealedBox
from nacl.signing import SigningKey

from icma.advocacy import jobs, keyring, offline, reviews
from icma.advocacy.actions.log.batcher import log_signatures
from icma.advocacy.actions.log.invalidation import apply, propose
from icma.advocacy.actions.log.sheets import enter_sheet
from icma.advocacy.actions.log.sums import count_acts, drop_acts, recount_acts
from icma.advocacy.actions.log.witnesses import cosign
from icma.advocacy.actions.petitions import tighten
from icma.advocacy.figures import safe_counts
from icma.advocacy.forms.log import PaperForm
from icma.advocacy.models import Checkpoint, Sheet, Signature
from icma.advocacy.publishing import folder
from icma.core.action import Refused
from icma.core.day import legal_day
from icma.matters.models import Act, Window
from icma.people.models import Review
from tests.advocacy.log_kit import count_file, grown, petition_of, sign, told, withdraw
from tests.matters.support_kit import everything

NINE = [f"n{n}@misal.example" for n in range(9)]
PDF = "%PDF-1.4 imzalar: Nümunə Adlı, nümunə küçəsi 5".encode()


@pytest.fixture(autouse=True)
def files_of_their_own(settings, tmp_path):
    settings.HOME = tmp_path


@pytest.fixture
def petition(country, at):
    return petition_of(country, at, mode="standard")


def sheet_of(petition, at, cast, **more) -> Sheet:
    given = {"name": "A 1", "dated_on": at.date(), "total": 10, "at": at, "by": cast.coordinator}
    return enter_sheet(petition=petition, **given | more)


@pytest.mark.django_db
def test_a_sheet_counts_less_those_who_are_counted_and_is_shown_apart(petition, at, cast):
    for mail in ("ada@gmail.com", "b@misal.example"):
        tag = keyring.tag_of("PETXT001", mail)
        Signature.objects.create(petition=petition, tag=tag, on=at.date(), commit=bytes(32))
    typed = ["A.D.A+x@gmail.com", "n0@misal.example", "B@Misal.example", *NINE]
    sheet_of(petition, at, cast, total=15, addresses=typed)
    log_signatures(at=at)
    found = count_file(folder("PETXT001"))
    assert (found["count"], found["paper"]) == (14, 12) and told(folder("PETXT001"))[0] == 0


@pytest.mark.django_db
def test_no_sheet_says_whether_one_address_has_signed(country, petition, at, cast):
    """Neither alone, nor spelled in ten ways, nor beside too few others; in a protected petition never."""
    spelled = [f"ada+{n}@gmail.com" for n in range(10)]
    for typed in (["ada@gmail.com"], spelled, [*NINE[1:], "ada@gmail.com"], [*NINE, "N1@misal.example"]):
        with pytest.raises(Refused):
            sheet_of(petition, at, cast, total=len(typed), addresses=typed)
    hidden = petition_of(country, at, code="PETXT002", mode="protected")
    with pytest.raises(Refused):
        sheet_of(hidden, at, cast, addresses=[*NINE, "ada@gmail.com"])
    assert not Sheet.objects.exists() and not Signature.objects.exists()
    assert "addresses" in PaperForm(petition=petition).fields
    assert "addresses" not in PaperForm(petition=hidden).fields


@pytest.mark.django_db
def test_who_signs_online_after_the_sheet_counts_once(petition, at, cast):
    sheet_of(petition, at, cast, addresses=[*NINE, "c@misal.example"])
    row = Signature(
        petition=petition, tag=keyring.tag_of("PETXT001", "c@misal.example"), on=at.date(), commit=bytes(32)
    )
    Signature.objects.bulk_create([row], ignore_conflicts=True)
    log_signatures(at=at)
    assert count_file(folder("PETXT001"))["count"] == 10


@pytest.mark.django_db
def test_the_same_sheet_again_and_nonsense_are_refused(petition, at, cast):
    sheet_of(petition, at, cast)
    for more in (
        {"name": " a  1 "}, {"name": "B", "total": 0}, {"name": "B", "total": 501}, {"name": "  "},
        {"name": "B", "dated_on": at.date() + timedelta(days=2)},
        {"name": "B", "total": 9, "addresses": [*NINE, "x@misal.example"]},
        {"name": "B", "addresses": [*NINE, "no address"]}, {"name": "B", "scan": b"MZ not a scan"},
    ):  # fmt: skip
        with pytest.raises(Refused):
            sheet_of(petition, at, cast, **more)
    assert Sheet.objects.count() == 1 and Signature.objects.count() == 10


@pytest.mark.django_db
def test_a_closed_petition_takes_no_sheet(petition, at, cast):
    petition.closed_at = at
    with pytest.raises(Refused):
        sheet_of(petition, at, cast)


@pytest.mark.django_db
def test_sheets_of_the_last_day_are_entered_for_seven_days_and_then_the_number_is_final(petition, at, cast):
    ends, week = Window.objects.get(matter=petition.pk).closes_at, timedelta(days=7)
    last = legal_day(ends - timedelta(seconds=1))
    jobs.end(ends + week - timedelta(hours=1), lambda *_: "")
    sheet_of(petition, ends + week - timedelta(hours=1), cast, dated_on=last)
    with pytest.raises(Refused):
        sheet_of(petition, ends + timedelta(days=2), cast, name="B", dated_on=last + timedelta(days=1))
    with pytest.raises(Refused):
        sheet_of(petition, ends + week, cast, name="B", dated_on=last)
    jobs.end(ends + week, lambda *_: "")
    petition.refresh_from_db()
    assert petition.closed_at == ends + week and petition.shown == 10


@pytest.mark.django_db
def test_a_protected_petition_takes_no_sheet_after_its_last_day(country, at, cast):
    petition = petition_of(country, at, mode="protected")
    ends = Window.objects.get(matter=petition.pk).closes_at
    with pytest.raises(Refused):
        sheet_of(petition, ends, cast)


@pytest.mark.django_db
def test_a_scan_is_sealed_to_the_campaigns_key_and_nowhere_in_clear(
    petition, at, cast, tmp_path, monkeypatch, capsys
):
    secret = PrivateKey.generate()
    petition.public_key = bytes(secret.public_key)
    sheet = sheet_of(petition, at, cast, scan=PDF, addresses=[*NINE, "d@misal.example"])
    assert SealedBox(secret).decrypt(bytes(sheet.scan)) == PDF
    text = everything()
    assert "Nümunə Adlı" not in text and "d@misal.example" not in text
    sealed = tmp_path / "sheet.sealed"
    sealed.write_bytes(sheet.scan)
    monkeypatch.setattr("getpass.getpass", lambda _words: bytes(secret).hex())
    assert offline.main(["open", str(sealed), str(tmp_path / "out.pdf")]) == 0
    opened = tmp_path / "out.pdf"
    assert opened.read_bytes() == PDF and opened.stat().st_mode & 0o077 == 0
    capsys.readouterr()
    wrong = tmp_path / "other.pdf"
    monkeypatch.setattr("getpass.getpass", lambda _words: "ab" * 32)
    for words, said in [
        (["open", str(sealed), str(wrong)], "This key does not open it"), (["open", "nothing"], "Cannot be opened"),
        (["witness", str(sealed), str(tmp_path)], "Cannot be read"), (["new-key", str(opened)], "left alone"),
    ]:  # fmt: skip
        assert (
            offline.main(words) == 1 and said in (told := capsys.readouterr().out) and told.count("\n") == 1
        )
    assert offline.main(["witness", "key"]) == 2 and not wrong.exists() and opened.read_bytes() == PDF


@pytest.mark.django_db
@pytest.mark.parametrize("mode, key", [("protected", True), ("standard", False)])
def test_without_a_key_or_in_protected_mode_only_the_hash_of_a_scan_is_kept(country, at, cast, mode, key):
    petition = petition_of(country, at, mode=mode)
    petition.public_key = bytes(PrivateKey.generate().public_key) if key else None
    sheet = sheet_of(petition, at, cast, scan=PDF)
    assert sheet.scan is None and len(sheet.sha256) == 64


@pytest.mark.django_db
def test_a_petition_that_becomes_protected_drops_its_scans(petition, at, cast):
    petition.public_key = bytes(PrivateKey.generate().public_key)
    sheet = sheet_of(petition, at, cast, scan=PDF)
    tighten(petition=petition, mode="protected", at=at, by=cast.coordinator)
    sheet.refresh_from_db()
    assert sheet.scan is None and sheet.sha256


@pytest.mark.django_db
def test_a_sheet_that_does_not_stand_up_is_taken_out(petition, at, cast):
    sheet = sheet_of(petition, at, cast)
    sign(petition, 3, at)
    log_signatures(at=at)
    rule = propose(
        petition=petition, reason="sheet", criteria={"sheet": sheet.code}, at=at, by=cast.moderator
    )
    assert apply(rule=rule, at=at, by=cast.moderator) == 10
    log_signatures(at=at + timedelta(hours=1))
    found = count_file(folder("PETXT001"))
    assert (found["count"], found["paper"]) == (3, 0)


@pytest.mark.django_db
def test_a_protected_petition_does_not_tell_its_paper_apart(country, at, cast):
    petition = petition_of(country, at, mode="protected")
    sheet_of(petition, at, cast, total=30)
    log_signatures(at=at)
    found = count_file(folder("PETXT001"))
    assert (found["count"], found["paper"]) == (25, None)


# --- witnesses ----------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_partner_signs_a_checkpoint_with_the_offline_program(
    country, at, tmp_path, capsys, django_capture_on_commit_callbacks
):
    petition, place, _nonces = grown(country, at)
    offline.main(["new-key", str(tmp_path / "key")])
    public = capsys.readouterr().out.strip()
    offline.main(["witness", str(tmp_path / "key"), str(place)])
    number, key, signature = capsys.readouterr().out.split()
    assert key == public and (tmp_path / "key").stat().st_mode & 0o077 == 0
    with django_capture_on_commit_callbacks(execute=True):
        cosign(petition=petition, number=int(number), name="Universitet", key=key, signature=signature, at=at)
    assert "Universitet" in (place / "witnesses.jsonl").read_text() and told(place)[0] == 0
    for name, changed in (("another name", signature), ("Universitet", signature)):
        with pytest.raises(Refused):
            cosign(petition=petition, number=4, name=name, key=key, signature=changed, at=at)


@pytest.mark.django_db
def test_a_signature_that_does_not_fit_is_no_witness(country, at):
    petition, place, _nonces = grown(country, at)
    body, other = Checkpoint.objects.get(number=2).body.encode(), SigningKey.generate()
    good, key = other.sign(body).signature.hex(), bytes(other.verify_key).hex()
    own = keyring.signer()
    for number, name, key_, signature in (
        (1, "A", key, good), (9, "A", key, good), (2, " ", key, good), (2, "A", "zz", good), (2, "A", key, "00"),
        (2, "A", bytes(own.verify_key).hex(), own.sign(body).signature.hex()),
    ):  # fmt: skip
        with pytest.raises(Refused):
            cosign(petition=petition, number=number, name=name, key=key_, signature=signature, at=at)
    row = {"number": 2, "name": "A", "key": key, "signature": good, "at": ""}
    (place / "witnesses.jsonl").write_text(json.dumps(row) + "\n")
    assert told(place)[0] == 0
    (place / "witnesses.jsonl").write_text(json.dumps(row | {"number": 1}) + "\n")
    assert told(place)[0] == 1


# --- sums ---------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_acts_are_the_sums_of_what_is_counted_and_corrected_sums_replace(petition, country, at, cast):
    sign(petition, 4, at, place=country.goychay, sex="female", band="18-29")
    sign(petition, 3, at, place=country.goychay, sex="male")
    sheet_of(petition, at, cast, total=5)
    log_signatures(at=at)
    for _again in range(2):
        count_acts(on=at.date(), at=at)
        found = Act.objects.filter(verb="sign").order_by("n").values_list("channel", "sex", "n", "person_key")
        assert list(found) == [("web", "male", 3, ""), ("web", "female", 4, ""), ("paper", "unknown", 5, "")]
    withdraw(petition, 12)
    log_signatures(at=at + timedelta(hours=1))
    recount_acts(petition=petition)
    assert not Act.objects.filter(verb="sign").exists()


@pytest.mark.django_db
def test_the_daily_job_corrects_earlier_days_and_twice_is_once(petition, at):
    sign(petition, 4, at)
    log_signatures(at=at)
    jobs.acts(at)
    withdraw(petition, 1)
    later = at + timedelta(days=9)
    log_signatures(at=later)
    for _again in range(2):
        jobs.acts(later)
        assert list(Act.objects.filter(verb="sign").values_list("n", "on")) == [(3, at.date())]


@pytest.mark.django_db
def test_acts_of_a_day_on_which_all_withdrew_are_gone_too(petition, at):
    sign(petition, 4, at)
    log_signatures(at=at)
    count_acts(on=at.date(), at=at)
    withdraw(petition, 4)
    log_signatures(at=at + timedelta(hours=1))
    count_acts(on=at.date(), at=at)
    assert not Act.objects.filter(verb="sign").exists()


@pytest.mark.django_db
def test_a_protected_petition_writes_no_acts_and_drops_those_it_had(country, petition, at):
    hidden = petition_of(country, at, code="PETXT002", mode="protected")
    sign(hidden, 50, at)
    sign(petition, 4, at)
    log_signatures(at=at)
    count_acts(on=at.date(), at=at)
    assert {act.matter_id for act in Act.objects.filter(verb="sign")} == {petition.pk}
    assert recount_acts(petition=hidden) == 0
    drop_acts(petition=petition)
    assert not Act.objects.filter(verb="sign").exists()


# --- figures by place ---------------------------------------------------------------------------------
def worlds(cells: int, most: int):
    """Every way in which 0 to `most` people live in all cells but the last, which is for those who did not say."""
    for total in range(most + 1):
        for cuts in itertools.combinations(range(total + cells - 1), cells - 1):
            edges = (-1, *cuts, total + cells - 1)
            yield total, tuple(b - a - 1 for a, b in itertools.pairwise(edges))


@pytest.mark.parametrize("cells, most", [(2, 60), (3, 45), (4, 31), (5, 23)])
def test_no_figure_by_place_points_at_fewer_than_ten_even_by_subtraction(cells, most):
    """Whoever knows the rule and the total knows of no group of hidden districts that it is 1 to 9 people."""
    seen = defaultdict(list)
    for total, people in worlds(cells, most):
        shown = safe_counts({place: n for place, n in enumerate(people[:-1]) if n}, total)
        assert all(n >= 10 and n % 10 == 0 and n <= people[place] < n + 10 for place, n in shown.items())
        hidden = total - sum(people[place] for place in shown)
        assert not shown or hidden == 0 or hidden >= 10, people
        seen[total, tuple(sorted(shown.items()))].append(people)
    for (_total, shown), possible in seen.items():
        dark = [place for place in range(cells) if place not in dict(shown)]
        for n in range(1, len(dark) + 1):
            for group in itertools.combinations(dark, n):
                if not shown and n == cells:
                    continue  # the total itself is public
                sums = {sum(people[place] for place in group) for people in possible}
                assert len(sums) > 1 or not 0 < min(sums) < 10, (group, possible[0])


# --- a second person -----------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_second_person_is_shown_every_sheet_and_takes_out_what_does_not_stand_up(petition, at, cast):
    made = sheet_of(petition, at, cast, total=12, addresses=[*NINE, "ada@gmail.com"])
    log_signatures(at=at)
    review = Review.objects.get(kind="sheet")
    kind = next(one for one in reviews.KINDS if one.name == "sheet")
    shown = [str(value) for _label, value in kind.describe(review)]
    assert shown[1:4] == [made.name, "12", "10"]
    assert "ada@" not in str(review.data)  # what was typed is in no row
    with pytest.raises(Refused):
        kind.decide(review=review, verdict="undone", by=cast.coordinator, at=at)
    kind.decide(review=review, verdict="undone", by=cast.officer, at=at)
    log_signatures(at=at + timedelta(minutes=1))
    found = count_file(folder("PETXT001"))
    assert (found["count"], found["paper"]) == (0, 0) and told(folder("PETXT001"))[0] == 0


@pytest.mark.django_db
def test_the_page_of_reviews_tells_of_a_sheet_and_leads_to_its_log(petition, at, cast, client_as):
    sheet_of(petition, at, cast)
    Review.objects.update(asked_at=timezone.now())  # what is older than 14 days can no longer be undone
    page = client_as("officer").get("/is/nezerden/").content.decode()
    assert "/m/PETXT001/jurnal/" in page
