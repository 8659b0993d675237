"""What must fail does fail: error, never wrong text. And what is taken back, renewed or shredded is gone."""

from datetime import timedelta

import pytest

from icma.core.action import Refused
from icma.engines import vault
from icma.engines.vault import Unopened
from icma.legalaid.actions import complaints, consent
from icma.legalaid.actions.cases import offers
from icma.legalaid.actions.keys import cases as case_keys
from icma.legalaid.actions.keys import groups, pairs
from icma.legalaid.actions.keys.renewing import renew
from icma.legalaid.keeping import ring_of_code
from icma.legalaid.models import Case, Grant, KeyPair, Offer, Receipt, Sealed, SealedFile
from icma.legalaid.pairs import new_pair
from icma.legalaid.sealing import card_of, opened, put, rewrite, set_card
from icma.legalaid.unlocking import paper_key
from icma.legalaid.words import Compartment
from tests.legalaid import rings
from tests.legalaid.rings import AT, ON

pytestmark = pytest.mark.django_db
THREAD, FILE = Compartment.THREAD, Compartment.FILE
LOCKS = pairs.Locks(b"p" * 32, b"s" * 16, paper_key("x", b"t" * 16), b"t" * 16)


@pytest.fixture
def two():
    """A lawyer with a case and a card, a colleague without."""
    (_a, ring), (_b, other) = rings.lawyer("bir"), rings.lawyer("iki")
    case = rings.a_case(ring)
    set_card(ring=ring, case=case, value={"kind": "card", "title": "Torpaq"})
    return ring, other, case


def fresh(row: Sealed) -> Sealed:
    return Sealed.objects.select_related("case").get(pk=row.pk)


def note(ring, case, text="Qeyd", compartment=FILE) -> Sealed:
    return put(ring=ring, case=case, compartment=compartment, value={"kind": "note", "text": text}, on=ON)


def test_a_flipped_byte_and_swapped_rows_are_errors(two) -> None:
    ring, _other, case = two
    one, second = note(ring, case, "bir"), note(ring, case, "iki")
    a, b = bytes(one.blob), bytes(second.blob)
    for at in (0, 1, 24, 25, len(a) - 1):
        Sealed.objects.filter(pk=one.pk).update(blob=a[:at] + bytes([a[at] ^ 1]) + a[at + 1 :])
        with pytest.raises(Unopened):
            opened(ring, fresh(one))
    Sealed.objects.filter(pk=one.pk).update(blob=b)
    Sealed.objects.filter(pk=second.pk).update(blob=a)
    for row in (one, second):
        with pytest.raises(Unopened):
            opened(ring, fresh(row))


def test_an_older_state_of_a_row_or_a_card_put_back_is_an_error(two) -> None:
    ring, _other, case = two
    row = note(ring, case)
    before, card = bytes(row.blob), bytes(case.card)
    rewrite(ring=ring, row=row, value={"kind": "note", "text": "yeni"})
    Sealed.objects.filter(pk=row.pk).update(blob=before)
    set_card(ring=ring, case=case, value={"kind": "card", "title": "Başqa"})
    Case.objects.filter(pk=case.pk).update(card=card)
    with pytest.raises(Unopened):
        opened(ring, fresh(row))
    with pytest.raises(Unopened):
        card_of(ring, Case.objects.get(pk=case.pk))


def test_a_grant_replayed_for_another_case_compartment_epoch_or_holder_is_an_error(two) -> None:
    ring, other, case = two
    second = rings.a_case(other)
    grant = Grant.objects.get(case=case, compartment=FILE, holder=ring.pair)
    for change in ({"case": second}, {"epoch": 2}, {"holder": other.pair}, {"compartment": THREAD}):
        Grant.objects.filter(holder=other.pair).delete()
        Grant.objects.filter(case=case, compartment=THREAD, holder=ring.pair).delete()
        moved = Grant.objects.create(**{
            "case": case, "compartment": FILE, "epoch": grant.epoch, "holder": other.pair, "blob": grant.blob, "on": ON,
        } | change | ({"holder": ring.pair} if change.keys() & {"case", "epoch", "compartment"} else {}))  # fmt: skip
        who = rings.at_moment(other if "holder" in change else ring, AT)
        with pytest.raises(Unopened):
            who.key(moved.case, moved.compartment, moved.epoch)
        moved.delete()


def test_the_clients_code_another_lawyer_and_an_ended_grant_open_nothing(two) -> None:
    ring, other, case = two
    _code, client = rings.client(case, ring)
    row, shared = note(ring, case), note(ring, case, "salam", THREAD)
    assert opened(client, fresh(shared))["text"] == "salam"
    for who in (client, other):
        with pytest.raises(Unopened):
            opened(who, fresh(row))
    until = AT + timedelta(minutes=10)
    case_keys.share(ring=ring, case=case, compartments=[FILE], to=other.pair, at=AT, until=until)
    assert opened(rings.at_moment(other, AT), fresh(row))
    with pytest.raises(Unopened):
        opened(rings.at_moment(other, until), fresh(row))


def test_nothing_is_given_to_a_retired_key_or_to_one_that_was_put_into_the_database(two) -> None:
    ring, other, case = two
    KeyPair.objects.filter(pk=other.pair.pk).update(public=vault.public_of(vault.new_seed()))
    with pytest.raises(Refused):
        case_keys.share(
            ring=ring, case=case, compartments=[FILE], to=KeyPair.objects.get(pk=other.pair.pk), at=AT
        )
    _user, third = rings.lawyer("uch")
    pairs.give_up(user=third.user, by=ring.user, at=AT)
    with pytest.raises(Refused):
        case_keys.share(
            ring=ring, case=case, compartments=[FILE], to=KeyPair.objects.get(pk=third.pair.pk), at=AT
        )


def test_a_groups_public_key_that_was_exchanged_is_noticed_by_its_members() -> None:
    _user, ring = rings.lawyer("bir")
    rings.groups(ring, names=("intake",))
    KeyPair.objects.filter(group="intake").update(public=vault.public_of(vault.new_seed()))
    with pytest.raises(Unopened):
        rings.at_moment(ring, AT).group("intake")


def test_unsharing_seals_everything_anew_and_a_kept_key_is_worth_nothing(two) -> None:
    """The colleague even keeps the old key; rows, card and later rows open only to who has stayed."""
    ring, other, case = two
    rings.papers()
    row, _client = note(ring, case), rings.client(case, ring)
    case_keys.share(ring=ring, case=case, compartments=[THREAD, FILE], to=other.pair, at=AT)
    kept = rings.at_moment(other, AT)
    old = kept.key(case, FILE)
    case_keys.unshare(ring=ring, case=case, holder=other.pair, at=AT)
    now = Case.objects.get(pk=case.pk)
    assert (now.thread_epoch, now.file_epoch) == (2, 2)
    later = rings.at_moment(ring, AT)
    assert opened(later, fresh(row))["text"] == "Qeyd" and card_of(later, now)["title"] == "Torpaq"
    assert _client[1].key(now, THREAD) == later.key(now, THREAD)  # the client's code goes on
    for attempt in (lambda: kept.key(now, FILE), lambda: opened(rings.at_moment(other, AT), fresh(row))):
        with pytest.raises(Unopened):
            attempt()
    place = f"{case.code}|file|{row.code}|2|{row.rev}"
    with pytest.raises(Unopened):
        vault.unseal(old, bytes(fresh(row).blob), place)
    assert not Grant.objects.filter(holder=other.pair, case=case).exists()


def test_a_grant_that_was_put_in_or_prolonged_by_hand_gets_no_new_key(two) -> None:
    """Who can only write to the database names a colleague as a holder, and prolongs what has an end."""
    ring, other, case = two
    _code, guest = rings.client(case, ring)
    until = AT + timedelta(days=1)
    case_keys.share(ring=ring, case=case, compartments=[THREAD], to=other.pair, at=AT, until=until)
    Grant.objects.filter(case=case, holder=other.pair).update(expires_at=None)
    mine = Grant.objects.get(case=case, compartment=FILE, holder=ring.pair)
    Grant.objects.create(
        case=case, compartment=FILE, holder=other.pair, blob=b"x", by=None, on=mine.on, mark=mine.mark
    )
    for compartment in (THREAD, FILE):
        case_keys.rotate(ring=ring, case=Case.objects.get(pk=case.pk), compartment=compartment, at=AT)
    new = Grant.objects.filter(case=case, epoch=2)
    assert not new.filter(holder=other.pair).exists() and new.filter(holder=ring.pair).count() == 2
    assert new.filter(holder=guest.pair).count() == 1


def test_papers_are_granted_whatever_is_made_and_what_was_made_before_at_the_next_unlocking(two) -> None:
    ring, _other, case = two
    rings.papers()
    later = rings.a_case(ring)
    papers = KeyPair.objects.get(group="recovery")
    assert Grant.objects.filter(holder=papers, case=later).count() == 2
    assert pairs.grant_papers(ring=ring) == 2 and pairs.grant_papers(ring=ring) == 0
    assert Grant.objects.filter(holder=papers, case=case).count() == 2
    case_keys.rotate(ring=ring, case=case, compartment=FILE, at=AT)
    assert Grant.objects.filter(holder=papers, case=case, epoch=2).count() == 1


def test_a_renewed_pair_opens_what_the_old_one_did_and_the_old_one_nothing(two) -> None:
    ring, _other, case = two
    rings.groups(ring, names=("intake",))
    intake, key = rings.an_intake()
    new = renew(ring=ring, locks=LOCKS, at=AT)
    assert new.pair.pk != ring.pair.pk and card_of(rings.at_moment(new, AT), Case.objects.get(pk=case.pk))
    assert rings.at_moment(new, AT).key(intake, THREAD) == key
    with pytest.raises(Unopened):
        rings.at_moment(ring, AT).key(case, FILE)


def test_complaints_and_offers_go_over_to_the_new_pair_and_a_client_keeps_the_code(two, country) -> None:
    ring, other, case = two
    rings.groups(ring, other, names=("conflicts",))
    _row, secret = complaints.complain(text="Bizi gözlətdilər.", without=[], at=AT)
    given = rings.a_case(other)
    consent.give(ring=other, case=given, purpose="representation", how="spoken", language="az", at=AT)
    set_card(ring=other, case=given, value={"kind": "card", "client": "Aygün"})
    offers.offer(ring=other, case=given, kind="assign", to=ring.user, summary="Qısaca", at=AT)
    new = rings.at_moment(renew(ring=ring, locks=LOCKS, at=AT), AT)
    row, offer = complaints.readable(new.pair).get(), Offer.objects.get()
    assert complaints.read(row=row, ring=new, at=AT)[0]["text"] == "Bizi gözlətdilər."
    assert offers.parties_of(new, offer) == [["Aygün", "client"]]
    assert not complaints.readable(ring.pair).exists() and complaints.come_back(secret=secret, at=AT)


def test_after_a_leak_a_kept_seed_and_a_kept_copy_of_the_database_open_nothing_that_is_there_now(two) -> None:
    ring, other, case = two
    rings.groups(ring, other, names=("intake",))
    case_keys.share(ring=ring, case=case, compartments=[THREAD, FILE], to=other.pair, at=AT)
    row, code = note(ring, case), rings.client(case, ring)[0]
    waiting, _key = rings.an_intake()
    stolen = {(c.pk, k): ring.key(c, k) for c, k in ((case, FILE), (case, THREAD), (waiting, THREAD))}
    group = ring.group("intake")
    new = rings.at_moment(renew(ring=ring, locks=LOCKS, at=AT, leaked=True), AT)
    case, waiting = Case.objects.get(pk=case.pk), Case.objects.get(pk=waiting.pk)
    for ring_now in (new, rings.at_moment(other, AT)):
        assert opened(ring_now, fresh(row))["text"] == "Qeyd" and ring_now.group("intake") != group
        keys = {(c.pk, k): ring_now.key(c, k) for c, k in ((case, FILE), (case, THREAD), (waiting, THREAD))}
        assert not set(keys.values()) & set(stolen.values())
    assert ring_of_code(code, AT)[0].key(case, THREAD) == new.key(case, THREAD)
    assert not groups.needs_renewal("intake")


def test_who_lost_everything_gets_back_from_colleagues_what_they_share(two) -> None:
    ring, other, case = two
    case_keys.share(ring=ring, case=case, compartments=[THREAD, FILE], to=other.pair, at=AT)
    alone, guest = rings.a_case(ring), rings.a_case(ring)
    case_keys.share(
        ring=ring, case=guest, compartments=[FILE], to=other.pair, at=AT
    )  # who leads nothing there
    Case.objects.filter(pk__in=[case.pk, guest.pk]).update(assignee=ring.user)
    Case.objects.filter(pk=case.pk).update(deputy=other.user)
    assert pairs.give_up(user=ring.user, by=other.user, at=AT) == sorted([alone.code, guest.code])
    seed = vault.new_seed()
    back = new_pair(public=vault.public_of(seed), owner=ring.user, on=ON)
    again = rings.Ring(seed=seed, pair=back, user=ring.user, at=AT)
    with pytest.raises(Refused):
        pairs.regrant(ring=other, cases=[case], to=back, fingerprint=other.fingerprint(), at=AT)
    given = {"cases": [case, alone], "to": back, "fingerprint": again.fingerprint()}
    assert pairs.regrant(ring=other, at=AT, **given) == 1
    assert again.key(case, FILE) == rings.at_moment(other, AT).key(case, FILE)
    with pytest.raises(Unopened):
        again.key(alone, FILE)


def test_an_offer_to_who_has_lost_the_key_is_called_off(two) -> None:
    """It was sealed for the old pair: with the new one its page said that something is damaged, for good."""
    ring, other, case = two
    set_card(ring=ring, case=case, value={"kind": "card", "title": "a", "client": "Aygün"})
    consent.give(ring=ring, case=case, purpose="representation", how="spoken", language="az", at=AT)
    row = offers.offer(ring=ring, case=case, kind="assign", to=other.user, summary="", at=AT)
    pairs.give_up(user=other.user, by=ring.user, at=AT)
    row.refresh_from_db()
    assert (row.state, bytes(row.parties)) == ("revoked", b"")


def test_whoever_leaves_a_group_opens_nothing_new_and_the_others_everything_old() -> None:
    (_a, stays), (_b, goes) = rings.lawyer("bir"), rings.lawyer("iki")
    old = rings.groups(stays, goes, names=("statistics", "intake"))
    fact = vault.wrap(vault.public_of(old["statistics"]), b"f" * 32, "fact")
    waiting, key = rings.an_intake()
    for name in ("statistics", "intake"):
        groups.remove_member(ring=stays, name=name, member=goes.pair, at=AT)
    newer, _key = rings.an_intake()
    later, gone = rings.at_moment(stays, AT), rings.at_moment(goes, AT)
    assert later.opened_by_group("statistics", fact, "fact") == b"f" * 32
    assert later.group("statistics") != old["statistics"] and later.key(waiting, THREAD) == key
    assert later.key(newer, THREAD) and not groups.needs_renewal("intake")
    for attempt in (
        lambda: gone.group("statistics"),
        lambda: gone.key(newer, THREAD),
        lambda: gone.key(waiting, THREAD),
    ):
        with pytest.raises(Unopened):
            attempt()


def test_shredding_leaves_no_key_no_row_and_no_byte(
    two, settings, tmp_path, django_capture_on_commit_callbacks
) -> None:
    settings.HOME = tmp_path
    ring, _other, case = two
    code, _client = rings.client(case, ring)
    row = note(ring, case)
    SealedFile.objects.create(row=row, name="ab" * 16, on=ON)
    place = tmp_path / "vault" / "ab" / ("ab" * 16)
    place.parent.mkdir(parents=True)
    place.write_bytes(b"x")
    pk = case.pk
    with django_capture_on_commit_callbacks(execute=True):
        case_keys.shred(case=case)
    assert not place.exists() and rings.ring_of_code(code, AT) is None
    for model in (Grant, Receipt, Sealed):
        assert not model.objects.filter(case_id=pk).exists()
    assert KeyPair.objects.filter(owner=None, group="").count() == 0
