"""The batcher: one transaction from signature to signed head; late, doubled or killed, it counts nobody twice."""

import json
import os
import shutil
import threading
from datetime import timedelta
from pathlib import Path

import pymerkle
import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from icma.advocacy import verify
from icma.advocacy.actions.log import batcher, leaves
from icma.advocacy.actions.log.batcher import log_signatures
from icma.advocacy.actions.log.leaves import Overtaken, log_petition, recount, root_of
from icma.advocacy.models import Checkpoint, Leaf, Petition, Signature
from icma.advocacy.publishing import NAMES, Damaged, folder, publish, rebuild
from icma.engines.merkle import leaf_hash
from icma.matters.models import Matter, Window
from tests.advocacy.log_kit import count_file, grown, petition_of, sign, told, withdraw

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def files_of_their_own(settings, tmp_path):
    settings.HOME = tmp_path


def bodies(petition):
    return [json.loads(row.body) for row in Checkpoint.objects.filter(petition=petition).order_by("number")]


@pytest.mark.django_db
def test_what_is_signed_is_logged_counted_and_published(country, at):
    petition, place, _nonces = grown(country, at)
    assert (petition.adds, petition.removes, petition.count, petition.shown) == (12, 2, 10, 10)
    found = recount(petition)
    assert found.agrees and (found.log, found.waiting) == (10, 0)
    assert [body["size"] for body in bodies(petition)] == [3, 7, 12, 14]
    assert count_file(place) | {"key": "", "root": "", "changed": "", "look": ""} == {
        "petition": "PETXT001", "title": "Su xətti", "count": 10, "paper": 0, "paused": False, "changed": "", "look": "", "goal": None, "mode": "open", "step": 1, "closed": False,
        "key": "", "root": "", "adds": 12, "removes": 2, "size": 14, "at": bodies(petition)[-1]["at"], "number": 4,
    }  # fmt: skip
    assert told(place)[0] == 0


@pytest.mark.django_db
def test_roots_are_those_of_an_independent_library(country, at):
    petition, place, nonces = grown(country, at, steps=(1, 2, 30), gone=3)
    hashes = place.joinpath("leaves.bin").read_bytes()
    data = {leaf_hash(d): d for d in data_of(petition, nonces)}
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for at_ in range(0, len(hashes), 32):
        tree.append_entry(data[hashes[at_ : at_ + 32]])
    for body in bodies(petition):
        assert tree.get_root(body["size"]).hex() == body["root"]
    assert root_of(petition) == tree.get_root()


def data_of(petition, nonces):
    """What was hashed, made here by hand as the docs say it."""
    code = petition.matter.code
    for nonce in nonces:
        commit = verify.commit_of(code, nonce).hex()
        yield f'{{"commit":"{commit}","kind":"add","petition":"{code}","v":1}}'.encode()
    for leaf in Leaf.objects.filter(petition=petition, removes__isnull=False):
        yield (
            f'{{"index":{leaf.removes},"kind":"remove","petition":"{code}","reason":"{leaf.reason}","v":1}}'.encode()
        )


@pytest.mark.django_db
def test_a_second_round_changes_nothing(country, at):
    petition, place, _nonces = grown(country, at)
    before = {path.name: path.read_bytes() for path in place.iterdir()}
    assert log_signatures(at=at + timedelta(hours=1)) == 0
    assert {path.name: path.read_bytes() for path in place.iterdir()} == before
    assert Checkpoint.objects.filter(petition=petition).count() == 4


@pytest.mark.django_db
@pytest.mark.parametrize("mode, seconds", [("open", 2), ("standard", 10)])
def test_checkpoints_keep_their_distance(country, at, mode, seconds):
    petition = petition_of(country, at, mode=mode)
    sign(petition, 1, at)
    assert log_signatures(at=at) == 1
    sign(petition, 1, at)
    assert log_signatures(at=at + timedelta(seconds=seconds - 1)) == 0
    assert log_signatures(at=at + timedelta(seconds=seconds)) == 1


@pytest.mark.django_db
def test_a_backlog_is_made_up_batch_after_batch(country, at, monkeypatch):
    monkeypatch.setattr(leaves, "MOST", 4)
    monkeypatch.setattr(batcher, "MOST", 4)
    petition = petition_of(country, at)
    sign(petition, 11, at)
    assert log_signatures(at=at) == 11
    assert [body["size"] for body in bodies(petition)] == [4, 8, 11]


@pytest.mark.django_db
def test_order_of_the_log_is_not_the_order_of_signing(country, at):
    petition = petition_of(country, at)
    sign(petition, 40, at)
    log_signatures(at=at)
    order = Signature.objects.order_by("pk").values_list("leaf", flat=True)
    assert sorted(order) == list(range(40)) != list(order)


@pytest.mark.django_db
def test_who_withdraws_and_comes_back_gets_a_new_leaf(country, at):
    petition = petition_of(country, at)
    sign(petition, 1, at)
    for number, valid in enumerate((True, False, True)):
        Signature.objects.update(valid=valid, reason="" if valid else "withdrawn")
        log_signatures(at=at + number * MINUTE)
    petition.refresh_from_db()
    assert (petition.adds, petition.removes, petition.shown) == (2, 1, 1)
    assert list(Leaf.objects.order_by("index").values_list("removes", "reason")) == [
        (None, ""), (0, "withdrawn"), (None, ""),
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_clock_set_back_stops_nothing_and_no_checkpoint_goes_back(country, at):
    petition = petition_of(country, at)
    for moment in (at, at - timedelta(days=2), at + MINUTE):
        sign(petition, 2, at)
        assert log_signatures(at=moment) == 2
    times = [body["at"] for body in bodies(petition)]
    assert times == sorted(times) and times[0] == times[1] < times[2]
    assert told(place_of(petition))[0] == 0


def place_of(petition):
    return folder(petition.matter.code)


@pytest.mark.django_db
def test_a_frozen_count_shows_nothing_new_until_it_thaws(country, at):
    petition, place, _nonces = grown(country, at, gone=0)
    before = count_file(place)
    Petition.objects.update(count_frozen=True)
    sign(petition, 3, at)
    assert log_signatures(at=at + timedelta(hours=1)) == 0 and count_file(place) == before
    Petition.objects.update(count_frozen=False)
    assert log_signatures(at=at + timedelta(hours=2)) == 3 and count_file(place)["count"] == 15


@pytest.mark.django_db
def test_a_count_that_cannot_be_put_in_its_place_leaves_the_old_one_whole(country, at, monkeypatch):
    petition, place, _nonces = grown(country, at, gone=0)
    before, put = (place / "count.json").read_bytes(), Path.replace

    def refused(draft, target):
        if target.name == "count.json":
            raise OSError("No space left on device")
        return put(draft, target)

    sign(petition, 3, at)
    with monkeypatch.context() as full:
        full.setattr(Path, "replace", refused)
        assert log_signatures(at=at + timedelta(hours=1)) == 3
    assert (place / "count.json").read_bytes() == before
    log_signatures(at=at + timedelta(hours=2))
    assert count_file(place)["count"] == 15 and told(place)[0] == 0


@pytest.mark.django_db
def test_killed_between_commit_and_writing_the_next_round_heals(country, at, monkeypatch):
    petition, place, _nonces = grown(country, at, gone=0)
    sign(petition, 4, at)
    with monkeypatch.context() as broken:
        broken.setattr(batcher, "publish", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            log_signatures(at=at + timedelta(hours=1))
    assert count_file(place)["count"] == 12 and recount(petition).log == 16
    log_signatures(at=at + timedelta(hours=1))
    assert count_file(place)["count"] == 16 and told(place)[0] == 0


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["leaves.bin", "checkpoints.jsonl", "removals.jsonl", "count.json"])
@pytest.mark.parametrize("left", [0, 0.5, 0.99, None])
def test_a_file_that_a_dying_writer_left_half_done_is_mended(country, at, name, left):
    petition, place, _nonces = grown(country, at)
    path = place / name
    whole = path.read_bytes()
    path.unlink() if left is None else path.write_bytes(whole[: int(len(whole) * left)])
    sign(petition, 2, at)
    log_signatures(at=at + timedelta(hours=1))
    assert told(place)[0] == 0, told(place)[1]
    assert count_file(place)["count"] == 12


@pytest.mark.django_db
def test_files_are_rebuilt_from_the_database_to_the_byte(country, at):
    petition, place, _nonces = grown(country, at)
    before = {path.name: path.read_bytes() for path in place.iterdir()}
    rebuild(petition)
    assert {path.name: path.read_bytes() for path in place.iterdir()} == before


@pytest.mark.django_db
def test_a_proxy_with_an_account_of_its_own_reads_what_is_public_and_nothing_else(country, at):
    before = os.umask(0o077)  # that of the server and of the jobs
    try:
        petition, place, _nonces = grown(country, at)
        rebuild(petition, lambda *_: "page")
    finally:
        os.umask(before)
    assert {path.name for path in place.iterdir() if path.stat().st_mode & 0o004} == set(NAMES)
    assert [one.stat().st_mode & 0o007 for one in (place, place.parent)] == [0o005, 0o005]


@pytest.mark.django_db
def test_files_of_a_closed_petition_come_back_after_a_backup_was_restored(country, at):
    petition, place, _nonces = grown(country, at)
    Petition.objects.filter(pk=petition.pk).update(closed_at=at)
    petition.refresh_from_db()
    publish(petition)
    before = count_file(place)
    shutil.rmtree(place)
    log_signatures(at=at, sweep=True)
    assert count_file(place) == before and told(place)[0] == 0


@pytest.mark.django_db
def test_a_database_whose_leaves_were_changed_publishes_nothing(country, at):
    petition, place, _nonces = grown(country, at)
    before = (place / "leaves.bin").read_bytes()
    Leaf.objects.filter(index=5).update(hash=bytes(32))
    with pytest.raises(Damaged):
        rebuild(petition)
    assert (place / "leaves.bin").read_bytes() == before


@pytest.mark.django_db
def test_the_slower_of_two_batchers_writes_nothing(country, at, monkeypatch):
    petition = petition_of(country, at)
    sign(petition, 3, at)
    append = leaves._append

    def overtaken(petition, log, rows):
        Petition.objects.filter(pk=petition.pk).update(adds=7)
        return append(petition, log, rows)

    monkeypatch.setattr(leaves, "_append", overtaken)
    with pytest.raises(Overtaken), transaction.atomic():
        leaves._log(pk=petition.pk, at=at, hurry=False, last=False)
    assert log_petition(pk=petition.pk, at=at) == 0
    assert not Leaf.objects.exists() and not Checkpoint.objects.exists()
    assert Signature.objects.filter(leaf=None).count() == 3


@pytest.mark.django_db
def test_the_database_gives_no_number_twice(country, at):
    petition, *_rest = grown(country, at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Leaf.objects.bulk_create([Leaf(petition=petition, index=3, hash=bytes(32))])


@pytest.mark.django_db(transaction=True)
def test_many_batchers_at_once_count_nobody_twice(country, at):
    petition = petition_of(country, at)
    sign(petition, 300, at)
    errors = []

    def work(number):
        try:
            for step in range(4):
                log_signatures(at=at + timedelta(seconds=10 * step + number))
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    found = recount(petition)
    assert found.agrees and found.log == 300 and Leaf.objects.count() == 300
    assert sorted(Leaf.objects.values_list("index", flat=True)) == list(range(300))
    assert told(place_of(petition))[0] == 0


@pytest.mark.django_db
def test_finding_what_waits_reads_the_small_index(country, at):
    if connection.vendor != "sqlite":
        pytest.skip("SQLite explains this way")
    petition = petition_of(country, at)
    with connection.cursor() as cursor:
        rows = Signature.objects.filter(leaves.TO_LOG, petition=petition.pk).order_by()
        sql, words = rows.query.sql_with_params()
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", words)
        assert "signature_to_log" in str(cursor.fetchall())


# --- protected ----------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_protected_count_moves_by_steps_of_25(country, at):
    petition, seen = petition_of(country, at, mode="protected"), []
    for minute in range(30):
        sign(petition, 4, at)
        log_signatures(at=at + minute * MINUTE)
        petition.refresh_from_db()
        seen.append(petition.shown)
    assert set(seen) == {0, 25, 50, 75, 100}
    sizes = [body["size"] for body in bodies(petition)]
    assert all(b - a >= 25 for a, b in zip([0, *sizes], sizes, strict=False))
    assert recount(petition).waiting == 20 and told(place_of(petition))[0] == 0


@pytest.mark.django_db
def test_a_single_withdrawal_from_a_protected_petition_waits_for_the_next_step(country, at):
    petition = petition_of(country, at, mode="protected")
    sign(petition, 50, at)
    log_signatures(at=at)
    withdraw(petition, 1)
    sign(petition, 24, at)
    log_signatures(at=at + timedelta(days=1))
    assert [body["size"] for body in bodies(petition)] == [50]
    sign(petition, 1, at)
    log_signatures(at=at + timedelta(days=2))
    assert bodies(petition)[-1]["adds"] == 75 and bodies(petition)[-1]["removes"] == 1
    assert count_file(place_of(petition))["count"] == 50  # 74, rounded down
    assert told(place_of(petition))[0] == 0


@pytest.mark.django_db
def test_the_end_of_a_protected_petition_shows_no_small_step_but_never_too_many(country, at):
    petition = petition_of(country, at, mode="protected")
    sign(petition, 30, at)
    log_signatures(at=at)
    assert log_petition(pk=petition.pk, at=at + MINUTE, last=True) == 0  # five more: the number stays 25
    Signature.objects.filter(leaf=None).delete()
    withdraw(petition, 2)
    assert log_petition(pk=petition.pk, at=at + MINUTE, last=True) == 2  # else 25 were said where 23 are
    petition.refresh_from_db()
    assert petition.shown == 0 and petition.count == 23


# --- what the page shows besides the count ------------------------------------------------------------
@pytest.mark.django_db
def test_the_page_is_drawn_anew_when_its_state_changes_and_only_then(country, at):
    petition, place, _nonces = grown(country, at)
    drawn = []

    def draw(one, language, head):
        drawn.append(language)
        return f"{one.signing_paused} {one.mode}"

    log_signatures(at=at + MINUTE, draw=draw)
    assert drawn == []
    for change in ({"signing_paused": True}, {"mode": "standard"}, {"goal": 500}):
        Petition.objects.update(**change)
        log_signatures(at=at + MINUTE, draw=draw)
        log_signatures(at=at + MINUTE, draw=draw)
        assert drawn == ["az", "ru", "en"], change
        drawn.clear()
    assert (place / "page.az.html").read_text() == "True standard"


@pytest.mark.django_db
def test_the_page_is_drawn_anew_when_its_window_opens(country):
    now = timezone.now()
    petition = petition_of(country, now)
    Window.objects.update(opens_at=now + MINUTE)
    drawn = []
    for moment in (now, now, now + 2 * MINUTE):
        log_signatures(at=moment, draw=lambda _one, language, _head: drawn.append(language) or "")
    assert drawn.count("az") == 2 and petition.size == 0


@pytest.mark.django_db
def test_files_of_a_hidden_petition_go_and_come_back_with_it(country, at):
    petition, place, _nonces = grown(country, at)
    before = (place / "leaves.bin").read_bytes()
    Matter.objects.update(hidden_at=at)
    log_signatures(at=at + MINUTE)
    assert not place.exists()
    Matter.objects.update(hidden_at=None)
    log_signatures(at=at + MINUTE)
    assert (place / "leaves.bin").read_bytes() == before and told(place)[0] == 0
