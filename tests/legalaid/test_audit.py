"""Who has opened what: every deletion and edit shows, the cut tail and yesterday's database against a head."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from icma.cli import main
from icma.core.action import action
from icma.legalaid.actions.audit import head_words, keep_head, note_read, verify
from icma.legalaid.models import Read
from tests.legalaid import rings

pytestmark = pytest.mark.django_db


def some_rows(n=6):
    user, ring = rings.lawyer("oxuyan")
    case = rings.a_case(ring)
    note_read(ring=ring, role="assignee", verb="list", refs=[case.code, "AAAA2222"], at=rings.AT)
    for minute in range(n - 1):
        note_read(ring=ring, role="assignee", verb="case", case=case, at=rings.AT + timedelta(minutes=minute))
    return user, ring, case


def test_a_list_is_one_row_without_words_and_an_opening_is_one_row():
    user, _ring, case = some_rows()
    first, second = Read.objects.order_by("seq")[:2]
    assert (first.seq, first.verb, first.count, first.case) == (1, "list", 2, "")
    assert len(first.refs) == 64 and case.code not in first.refs
    assert (second.user_id, second.case, second.count, second.prev) == (user.pk, case.code, 1, first.hash)
    assert list(verify()) == []


@pytest.mark.parametrize(
    "harm",
    [
        lambda rows: rows.filter(seq=3)._raw_delete("default"),
        lambda rows: rows.filter(seq=1)._raw_delete("default"),
        lambda rows: rows.filter(seq=3).update(user=None),
        lambda rows: rows.filter(seq=3).update(at=rings.AT - timedelta(days=1)),
        lambda rows: rows.filter(seq=6).update(case="ZZZZ9999"),
        lambda rows: rows.filter(seq=1).update(count=1),
    ],
)
def test_a_row_that_is_gone_or_was_changed_shows(harm):
    some_rows()
    harm(Read.objects.all())
    assert list(verify())


def test_a_tail_that_was_cut_and_a_database_of_yesterday_show_against_a_head(capsys):
    _user, ring, case = some_rows()
    at_six = keep_head(at=rings.AT)
    note_read(ring=ring, role="assignee", verb="file", case=case, at=rings.AT)
    outside = head_words(keep_head(at=rings.AT))
    assert main(["verify-audit", "--head", outside]) == 0
    Read.objects.filter(seq=7)._raw_delete("default")
    assert list(verify()), "the heads in the database know of it"
    type(at_six).objects.filter(seq=7).delete()  # now also those are as they were yesterday
    assert not list(verify())
    capsys.readouterr()
    assert main(["verify-audit"]) == 0 and "Give --head" in capsys.readouterr().out
    assert main(["verify-audit", "--head", outside]) == 1
    assert "row 7 existed" in capsys.readouterr().err


def test_a_chain_that_was_written_anew_shows_against_a_head():
    _user, ring, case = some_rows()
    head = keep_head(at=rings.AT)
    Read.objects.all()._raw_delete("default")
    type(head).objects.all().delete()
    for _n in range(6):
        note_read(ring=ring, role="assignee", verb="list", at=rings.AT)
    assert not list(verify())
    assert list(verify((head.seq, head.hash)))


def test_an_account_that_is_erased_does_not_break_the_chain():
    user, _ring, case = some_rows()
    case.delete()
    user.delete()
    assert list(verify()) == []


def test_what_is_not_returned_is_not_written_down():
    _user, ring, case = some_rows()

    @action
    def opens():
        note_read(ring=ring, role="assignee", verb="file", case=case, at=rings.AT)
        raise ValueError

    with pytest.raises(ValueError):
        opens()
    assert Read.objects.count() == 6


@pytest.mark.django_db(transaction=True)
def test_of_many_who_open_at_once_no_row_is_lost():
    faults = []

    @action
    def opens():
        note_read(ring=None, role="client", verb="thread", case="AAAA2222", at=rings.AT)

    def work():
        try:
            for _n in range(10):
                opens()
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _n in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not faults
    assert Read.objects.count() == 40
    assert list(verify()) == []
    with transaction.atomic():
        Read.objects.all()._raw_delete("default")
