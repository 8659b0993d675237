"""Taking support back, paper codes, and receipts that are only given for what stands in the log."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from icma.advocacy.actions.codes import issue_paper
from icma.advocacy.actions.log import recount
from icma.advocacy.actions.log.batcher import log_signatures
from icma.advocacy.actions.log.invalidation import apply, propose, undo_rule
from icma.advocacy.actions.petitions import switch
from icma.advocacy.actions.signing import (
    Asked,
    Confirmation,
    commit_of,
    confirm_all,
    keep_pending,
    pending_of,
)
from icma.advocacy.models import Leaf, Pending, Signature
from icma.matters.models import Window

pytestmark = pytest.mark.django_db


def confirmed(petition, mail: str, wish: str = "sign"):
    row = pending_of(Asked(petition.pk, mail, wish=wish), timezone.now())
    keep_pending(rows=[row])
    return confirm_all(confirmations=[Confirmation(row.ref, timezone.now())])[0]


def test_a_receipt_is_of_the_leaf_and_a_second_confirmation_gets_none(make_petition) -> None:
    petition = make_petition("open")
    first, second = confirmed(petition, "a@numune.invalid"), confirmed(petition, "A+2@numune.invalid")
    assert (first.state, second.state, second.nonce) == ("counted", "counted", None)
    assert commit_of(petition.matter.code, first.nonce) == bytes(Signature.objects.get().commit)


def test_of_one_person_twice_in_a_batch_one_receipt_is_true_and_the_other_is_not_given(make_petition) -> None:
    petition = make_petition("open")
    rows = [
        pending_of(Asked(petition.pk, mail), timezone.now())
        for mail in ("a@numune.invalid", "A@numune.invalid")
    ]
    keep_pending(rows=rows)
    outcomes = confirm_all(confirmations=[Confirmation(row.ref, timezone.now()) for row in rows])
    given = [outcome.nonce for outcome in outcomes if outcome.nonce]
    assert [commit_of(petition.matter.code, nonce) for nonce in given] == [
        bytes(Signature.objects.get().commit)
    ]


def test_back_before_the_log_has_noticed_keeps_the_leaf_and_its_old_receipt(make_petition) -> None:
    petition, at = make_petition("open"), timezone.now()
    first = confirmed(petition, "a@numune.invalid")
    log_signatures(at=at)
    confirmed(petition, "a@numune.invalid", "withdraw")
    again = confirmed(petition, "a@numune.invalid")
    log_signatures(at=at + timedelta(minutes=1))
    row = Signature.objects.get()
    assert again.nonce is None and row.valid
    assert bytes(row.commit) == commit_of(petition.matter.code, first.nonce)
    assert Leaf.objects.count() == 1 and recount(petition).agrees


def test_withdrawn_logged_and_signed_again_are_three_leaves_and_a_new_receipt(make_petition) -> None:
    petition, at = make_petition("open"), timezone.now()
    confirmed(petition, "a@numune.invalid")
    for step, wish in enumerate(("withdraw", "sign")):
        log_signatures(at=at + timedelta(minutes=2 * step))
        again = confirmed(petition, "a@numune.invalid", wish)
        log_signatures(at=at + timedelta(minutes=2 * step + 1))
    assert Leaf.objects.count() == 3 and recount(petition).log == 1 and recount(petition).agrees
    assert commit_of(petition.matter.code, again.nonce) == bytes(Signature.objects.get().commit)


def test_what_a_rule_removed_does_not_come_back_by_signing(make_petition) -> None:
    petition = make_petition("open")
    confirmed(petition, "a@numune.invalid")
    Signature.objects.update(valid=False, reason="machine")
    confirmed(petition, "a@numune.invalid")
    assert Signature.objects.filter(valid=True).count() == 0


def test_who_was_taken_out_does_not_come_back_by_withdrawing_and_signing_again(make_petition, cast) -> None:
    petition, at, mail = make_petition("open"), timezone.now(), "a@numune.invalid"
    confirmed(petition, mail)
    log_signatures(at=at)
    rule = propose(petition=petition, reason="machine", criteria={"channel": "web"}, at=at, by=cast.moderator)
    apply(rule=rule, at=at, by=cast.moderator)
    for wish in ("withdraw", "withdraw", "sign", "sign"):
        assert confirmed(petition, mail, wish).nonce is None
        assert not Signature.objects.get().valid, wish
    log_signatures(at=at + timedelta(minutes=1))
    assert [leaf.reason for leaf in Leaf.objects.order_by("index")] == ["", rule.mark]
    undo_rule(rule=rule, at=at, by=cast.officer)
    row = Signature.objects.get()
    assert (row.valid, row.reason, bool(row.sealed), bool(row.host)) == (True, "", True, True)
    log_signatures(at=at + timedelta(minutes=2))
    assert recount(petition).log == 1 and recount(petition).agrees


def test_who_withdrew_from_under_a_rule_stays_out_when_it_is_undone_and_may_come_back(
    make_petition, cast
) -> None:
    petition, at, mail = make_petition("open"), timezone.now(), "a@numune.invalid"
    confirmed(petition, mail)
    rule = propose(petition=petition, reason="machine", criteria={"channel": "web"}, at=at, by=cast.moderator)
    apply(rule=rule, at=at, by=cast.moderator)
    confirmed(petition, mail, "withdraw")
    assert Signature.objects.get().sealed is None
    assert undo_rule(rule=rule, at=at, by=cast.officer) == 0
    row = Signature.objects.get()
    assert (row.valid, row.reason, row.sealed) == (False, "withdrawn", None)
    confirmed(petition, mail)
    assert Signature.objects.get().valid


def test_who_wants_to_leave_may_while_signing_is_paused(signer, cast) -> None:
    one, at = signer(), timezone.now()
    one.sign("a@numune.invalid")
    code = one.petition.matter.code
    paper = issue_paper(petition=one.petition, n=1, at=at)[0]
    one.client.post(f"/d/{code}/", {"code": paper})
    switch(petition=one.petition, name="signing_paused", on=True, at=at, by=cast.coordinator)
    assert f"/d/{code}/geri/" in one.client.get(f"/m/{code}/").content.decode()
    assert one.client.post(f"/d/{code}/geri/", {"mail": "a@numune.invalid"}).status_code == 303
    page = one.client.post(one.link("a@numune.invalid"))
    assert page.status_code == 200 and "geri götürüldü" in page.content.decode()
    assert one.client.post(f"/d/{code}/geri/", {"code": paper}).status_code == 200
    assert not Signature.objects.filter(valid=True).exists()
    assert "dayandırılıb" in one.client.post(f"/d/{code}/", {"mail": "b@numune.invalid"}).content.decode()


def test_after_the_end_nothing_is_taken_back(signer) -> None:
    one = signer()
    one.sign("a@numune.invalid")
    code = one.petition.matter.code
    one.client.post(f"/d/{code}/geri/", {"mail": "a@numune.invalid"})
    link = one.link("a@numune.invalid")
    Window.objects.update(closes_at=timezone.now() - timedelta(seconds=1))
    page = one.client.post(link)
    assert page.status_code == 410 and "Dəstəyi artıq geri götürmək olmur" in page.content.decode()
    assert one.client.post(f"/d/{code}/geri/", {"mail": "a@numune.invalid"}).status_code == 200
    assert Signature.objects.get().valid and Pending.objects.filter(wish="withdraw").count() == 1


# --- paper codes -------------------------------------------------------------------------------------
def test_a_paper_code_is_one_voice_however_often_it_is_typed(signer) -> None:
    one = signer()
    code = issue_paper(petition=one.petition, n=2, at=timezone.now())[0]
    for text in (code, code.lower(), code.replace("-", " ")):
        page = one.client.post(f"/d/{one.petition.matter.code}/", {"code": text, "sex": "female", "mail": ""})
        assert page.status_code == 200 and "Təşəkkür edirik" in page.content.decode()
    row = Signature.objects.get()
    assert (row.channel, row.valid, row.sex, row.sealed) == ("code", True, "female", None)
    assert not Pending.objects.exists() and not one.client.cookies


def test_a_paper_code_takes_its_voice_back(signer) -> None:
    one = signer()
    code = issue_paper(petition=one.petition, n=1, at=timezone.now())[0]
    one.client.post(f"/d/{one.petition.matter.code}/", {"code": code})
    page = one.client.post(f"/d/{one.petition.matter.code}/geri/", {"code": code})
    assert page.status_code == 200 and Signature.objects.get().reason == "withdrawn"


def test_codes_of_another_petition_mistyped_and_guessed_ones_answer_alike(signer, make_petition) -> None:
    one, other = signer(), make_petition(title="Başqa")
    foreign = issue_paper(petition=other, n=1, at=timezone.now())[0]
    mine = issue_paper(petition=one.petition, n=1, at=timezone.now())[0]
    pages = set()
    for text in (foreign, mine[:-1] + ("2" if mine[-1] != "2" else "3"), "AAAA-BBBB-CCCC"):
        page = one.client.post(f"/d/{one.petition.matter.code}/", {"code": text})
        assert page.status_code == 422
        pages.add(re.sub(r'nonce="[^"]*"', "", page.content.decode().replace(text, "")))

    assert len(pages) == 1 and not Signature.objects.exists()


def test_neither_address_nor_code_is_said(signer) -> None:
    one = signer()
    assert one.client.post(f"/d/{one.petition.matter.code}/", {"name": "Aysel"}).status_code == 422
