"""Pages of the log: everybody sees what the count rests on; those who lead and moderate do its work."""

import json
import re
import secrets
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from icma.advocacy import keyring
from icma.advocacy.actions.log.audit import draw_sample
from icma.advocacy.actions.log.batcher import log_signatures
from icma.advocacy.actions.log.sheets import enter_sheet
from icma.advocacy.models import (
    AuditSample,
    Checkpoint,
    Invalidation,
    Leaf,
    Petition,
    Sheet,
    Signature,
    Witness,
)
from icma.advocacy.publishing import folder
from icma.core.action import Refused
from icma.engines.merkle import verify_consistency, verify_inclusion
from icma.front.reviews import KINDS
from icma.matters.models import Window
from icma.people.models import Opening, Review
from tests.advocacy.log_kit import grown, petition_of, sign, told

WORK = "/is/petisiya/PETXT001"


@pytest.fixture(autouse=True)
def files_of_their_own(settings, tmp_path):
    settings.HOME = tmp_path


@pytest.fixture
def petition(country):
    at = timezone.now()
    petition = petition_of(country, at, mode="standard")
    sign(petition, 30, at)
    log_signatures(at=at)
    petition.refresh_from_db()
    return petition


@pytest.mark.django_db
def test_everybody_reads_what_the_count_proves_and_what_not(petition, django_assert_max_num_queries):
    Client().get("/m/PETXT001/jurnal/")
    with django_assert_max_num_queries(12):
        answer = Client().get("/m/PETXT001/jurnal/")
    page = answer.content.decode()
    assert answer.status_code == 200 and "verify.py" in page and "/d/PETXT001/fayl" in page
    assert "real və ayrı-ayrı" in page and "sübut etmir" in page
    for name in (
        "verify.py",
        "count.json",
        "checkpoints.jsonl",
        "leaves.bin",
        "removals.jsonl",
        "witnesses.jsonl",
    ):
        assert Client().get(f"/d/PETXT001/fayl/{name}").status_code == 200, name


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["vereqler", "sahidler", "secme", "cixarma"])
def test_the_work_is_not_for_strangers(petition, client_as, path):
    assert Client().get(f"{WORK}/{path}/").status_code == 302
    assert client_as("resident").get(f"{WORK}/{path}/").status_code == 404


@pytest.mark.django_db
def test_who_leads_takes_nothing_out_and_names_no_witness(petition, client_as):
    for path in ("cixarma", "sahidler"):
        assert client_as("coordinator").get(f"{WORK}/{path}/").status_code == 404


@pytest.mark.django_db
def test_a_sheet_is_entered_once_however_often_the_button_is_pressed(petition, client_as):
    client = client_as("coordinator")
    given = {
        "name": "1",
        "dated_on": timezone.localdate().isoformat(),
        "total": "12",
        "addresses": "\n".join(f"a{n}@misal.example" for n in range(10)),
        "once": "k1",
    }
    for _press in range(2):
        assert client.post(f"{WORK}/vereqler/", given).status_code == 302
    assert Sheet.objects.get().total == 12 and Signature.objects.filter(channel="sheet").count() == 12
    assert client.post(f"{WORK}/vereqler/", given | {"once": "k2"}).status_code == 422
    assert client.get(f"{WORK}/vereqler/").status_code == 200


@pytest.mark.django_db
def test_what_a_sheet_shows_is_the_same_whether_its_people_had_signed_or_not(country, client_as, cast):
    at, typed, seen = timezone.now(), [f"a{n}@misal.example" for n in range(10)], set()
    for code, known in (("PETXT002", 0), ("PETXT003", 7)):
        petition = petition_of(country, at, code, mode="standard")
        for mail in typed[:known]:
            tag = keyring.tag_of(code, mail)
            Signature.objects.create(petition=petition, tag=tag, on=at.date(), commit=secrets.token_bytes(32))
        sheet = enter_sheet(
            petition=petition,
            name="1",
            dated_on=at.date(),
            total=12,
            at=at,
            by=cast.coordinator,
            addresses=typed,
        )
        pages = [
            Client().get(f"/m/{code}/jurnal/"),
            client_as("coordinator").get(f"/is/petisiya/{code}/vereqler/"),
        ]
        tables = [re.findall("<tbody>.*</tbody>", page.content.decode(), re.S) for page in pages]
        assert all(sheet.code in table[-1] for table in tables)
        seen.add(str(tables).replace(code, "").replace(sheet.code, ""))
    assert len(seen) == 1


@pytest.mark.django_db
def test_who_leads_may_say_that_no_further_sheet_comes(petition, client_as):
    client, work = client_as("coordinator"), f"{WORK}/"
    client.post(f"{work}yekun/", {"once": "a"})
    assert Petition.objects.get().closed_at is None  # support is still taken
    assert "Kağız vərəqlər nə vaxtadək" in client.get(f"{work}vereqler/").content.decode()
    Window.objects.update(closes_at=timezone.now() - timedelta(minutes=1))
    assert f'action="{work}yekun/"' in client.get(work).content.decode()
    assert "Say hələ yekun deyil" in Client().get("/m/PETXT001/").content.decode()
    client.post(f"{work}yekun/", {"once": "b"})
    found = Petition.objects.get()
    assert found.closed_at and found.shown == 30
    assert f"{work}yekun/" not in client.get(work).content.decode()
    assert "Say hələ yekun deyil" not in client.get("/m/PETXT001/").content.decode()


@pytest.mark.django_db
def test_single_proofs_lead_to_the_signed_roots_and_ask_no_database(
    country, at, monkeypatch, django_assert_num_queries
):
    petition, *_rest = grown(country, at)
    heads = {row.size: bytes.fromhex(json.loads(row.body)["root"]) for row in Checkpoint.objects.all()}
    size, address = max(heads), "/d/PETXT001/subut/"
    leaves = [bytes(row) for row in Leaf.objects.order_by("index").values_list("hash", flat=True)]
    with django_assert_num_queries(0):
        for index, leaf in enumerate(leaves):
            found = Client().get(address, {"yarpaq": index}).json()
            path = [bytes.fromhex(node) for node in found["proof"]]
            assert found["hash"] == leaf.hex() and verify_inclusion(leaf, index, size, path, heads[size])
            assert not verify_inclusion(leaf, (index + 1) % size, size, path, heads[size])
        for old in heads:
            for new in (n for n in heads if n >= old):
                found = Client().get(address, {"kohne": old, "yeni": new}).json()
                path = [bytes.fromhex(node) for node in found["proof"]]
                assert verify_consistency(old, new, heads[old], heads[new], path)
        for wrong in ("", "?yarpaq=14", "?yarpaq=-1", "?yarpaq=x", "?kohne=0", "?kohne=7&yeni=99"):
            assert Client().get(address + wrong).status_code == 404, wrong
        monkeypatch.setattr("icma.advocacy.views.proofs.MOST", size - 1)
        assert Client().get(address, {"yarpaq": 0}).status_code == 404  # a great log is recomputed at home
        assert Client().get("/d/ZZZZZZZZ/subut/?yarpaq=0").status_code == 404


@pytest.mark.django_db
def test_a_rule_is_counted_put_in_force_and_undone_on_its_page(petition, client_as):
    client = client_as("moderator")
    day = timezone.localdate().isoformat()
    given = {"reason": "machine", "first": day, "until": day, "once": "a"}
    assert client.post(f"{WORK}/cixarma/", given).status_code == 302
    rule = Invalidation.objects.get()
    assert rule.matched == 30 and rule.applied_at is None
    assert client.get(f"{WORK}/cixarma/{rule.code}/").status_code == 405
    for step, left in (("apply", 0), ("undo", 30)):
        assert client.post(f"{WORK}/cixarma/{rule.code}/", {"step": step, "once": step}).status_code == 302
        assert Signature.objects.filter(valid=True).count() == left
        assert client.get(f"{WORK}/cixarma/").status_code == 200
        assert rule.code in Client().get("/m/PETXT001/jurnal/").content.decode() or step == "undo"


@pytest.mark.django_db
def test_names_of_a_sample_wait_for_the_second_person_and_each_taking_is_written(petition, client_as, cast):
    client, at, names = client_as("officer"), timezone.now(), f"{WORK}/secme/adlar/"
    assert client.post(f"{WORK}/secme/", {"n": "20", "once": "a"}).status_code == 302
    assert client.post(names).status_code == 404
    Review.objects.update(verdict="agreed", decided_by=cast.moderator, decided_at=at)
    assert client.get(names).status_code == 404 and not Opening.objects.exists()
    for times in (1, 2):
        answer = client.post(names)
        assert answer.status_code == 200 and len(answer.content.splitlines()) == 20
        written = Opening.objects.filter(person="petition:PETXT001", by=cast.officer, role="officer")
        assert written.count() == times
    page = client.get(f"{WORK}/secme/").content.decode()
    assert page.count(f"· {cast.officer}") == 2 and f'<form method="post" action="{names}">' in page
    assert client.post(f"{WORK}/secme/", {"confirmed": "19", "once": "b"}).status_code == 302
    assert AuditSample.objects.get().confirmed == 19
    assert "19" in Client().get("/m/PETXT001/jurnal/").content.decode()


@pytest.mark.django_db
def test_a_sealed_scan_waits_for_the_second_person_and_each_taking_is_written(petition, client_as, cast):
    """By POST, after a second factor; it is sealed, but whoever leads may hold the key that opens it."""
    client, at, page = client_as("coordinator"), timezone.now(), f"{WORK}/vereqler/"
    sheet = Sheet.objects.create(
        code="SHEET001", petition=petition, name="1", dated_on=at.date(), total=3, at=at, scan=b"sealed names", sha256="0" * 64,
    )  # fmt: skip
    scan = f"{page}{sheet.code}/"
    weak = client_as("coordinator", strong=False).post(scan)
    assert weak.status_code == 302 and page in weak["Location"] and weak["Location"] != page
    assert client.get(scan).status_code == 404 and not Review.objects.filter(kind="scan").exists()
    for _twice in range(2):
        assert client.post(scan)["Location"] == page
    review, kind = Review.objects.get(kind="scan"), next(kind for kind in KINDS if kind.name == "scan")
    assert kind.describe(review) and "ikinci şəxs" in client.get(page).content.decode()
    with pytest.raises(Refused):
        kind.decide(review=review, verdict="agreed", by=cast.coordinator, at=at)
    assert not Opening.objects.exists()
    kind.decide(review=review, verdict="agreed", by=cast.officer, at=at)
    assert client.post(scan).content == b"sealed names"
    row = Opening.objects.get(person="petition:PETXT001", reason="petition_scan")
    assert (row.by, row.role) == (cast.coordinator, "coordinator")
    assert f"· {cast.coordinator}" in client.get(page).content.decode()
    assert (
        client_as("coordinator", strong=False).post(scan).status_code == 302 and Opening.objects.count() == 1
    )


@pytest.mark.django_db
def test_names_of_a_sample_ask_for_a_second_factor_too(petition, client_as, cast):
    draw_sample(petition=petition, n=10, at=timezone.now(), by=cast.officer)
    Review.objects.update(verdict="agreed", decided_by=cast.moderator, decided_at=timezone.now())
    answer = client_as("coordinator", strong=False).post(f"{WORK}/secme/adlar/")
    assert answer.status_code == 302 and not Opening.objects.exists()


@pytest.mark.django_db
def test_a_witness_is_pasted(petition, client_as, tmp_path, capsys, django_capture_on_commit_callbacks):
    from icma.advocacy import offline

    offline.main(["new-key", str(tmp_path / "key")])
    capsys.readouterr()
    offline.main(["witness", str(tmp_path / "key"), str(folder("PETXT001"))])
    client, given = (
        client_as("moderator"),
        {"name": "Universitet", "printed": capsys.readouterr().out, "once": "a"},
    )
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"{WORK}/sahidler/", given).status_code == 302
    assert Witness.objects.count() == 1 and told(folder("PETXT001"))[0] == 0
    assert client.post(f"{WORK}/sahidler/", given | {"printed": "1 2", "once": "b"}).status_code == 422
    assert "Universitet" in Client().get("/m/PETXT001/jurnal/").content.decode()


@pytest.mark.django_db
def test_pages_stand_in_every_state(country, client_as, cast, settings, tmp_path):
    at = timezone.now()
    petition, _place, _nonces = grown(country, at, steps=(20, 20), gone=5, mode="standard")
    draw_sample(petition=petition, n=10, at=at, by=cast.officer)
    for client, paths in (
        (Client(), ["/m/PETXT001/jurnal/", "/ru/m/PETXT001/jurnal/", "/en/m/PETXT001/jurnal/", "/is/petisiya/offline.py"]),
        (client_as("officer"), [f"{WORK}/{p}/" for p in ("vereqler", "sahidler", "secme", "cixarma")] + ["/m/PETXT001/jurnal/"]),
    ):  # fmt: skip
        for path in paths:
            assert client.get(path).status_code == 200, path
