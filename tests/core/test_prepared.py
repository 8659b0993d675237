"""Prepared queries: the same rows as Django's, whatever they are asked with, and never another's."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.test.utils import CaptureQueriesContext

from icma.advocacy.models import Signature
from icma.core.access import STRANGER, Who, allowed
from icma.core.prepared import Prepared, prepared
from icma.matters.models import Clock, Matter
from icma.people.models import User
from tests.front import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def some(country, at):
    return [
        rows.matter(country, at, f"Məsələ {n}", changed_at=at - timedelta(days=n), support_count=n,
                    stage="open" if n % 2 else "taken")
        for n in range(6)
    ]  # fmt: skip


def test_numbers_words_dates_and_lists_find_what_django_finds(some, at) -> None:
    def asked(
        stages: tuple[str, ...], *, least: int, since: datetime, code: str, places: list[int]
    ) -> QuerySet[Matter]:
        wanted = Q(support_count__gte=least, changed_at__gt=since, place__in=places) | Q(code=code)
        return Matter.objects.filter(wanted, stage__in=stages).select_related("place").order_by("pk")

    ready, place = Prepared(asked), some[0].place_id
    for least in range(7):
        for days in (1, 3, 9):
            for stages in (("open",), ("open", "taken"), ("merged",)):
                given = {"least": least, "since": at - timedelta(days=days), "code": some[days % 6].code,
                         "places": [place, least + 10**6]}  # fmt: skip
                assert ready(stages, **given) == list(asked(stages, **given))
                assert ready.count(stages, **given) == asked(stages, **given).count()
    assert ready.untraced == [] and len(ready.kept) == 3


def test_rows_come_whole_with_their_types_and_what_they_lead_to(some, at) -> None:
    @prepared
    def one(*, code: str) -> QuerySet[Matter]:
        return Matter.objects.filter(code=code).select_related("place")

    (found,) = one(code=some[2].code)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert (found.changed_at, found.place) == (at - timedelta(days=2), some[2].place)
    assert len(asked) == 0 and found._state.adding is False


def test_values_annotations_and_prefetched_rows_come_as_django_gives_them(some) -> None:
    def pairs(*, least: int) -> QuerySet:
        return Matter.objects.filter(support_count__gte=least).annotate(twice=F("support_count") * 2).values_list(
            "code", "twice"
        ).order_by("pk")  # fmt: skip

    def whole(*, least: int) -> QuerySet[Matter]:
        return Matter.objects.filter(support_count__gte=least).prefetch_related("clocks").order_by("pk")

    assert Prepared(pairs)(least=3) == list(pairs(least=3)) != []
    with CaptureQueriesContext(connection) as asked:
        assert [list(row.clocks.all()) for row in Prepared(whole)(least=4)] == [[], []]
    assert len(asked) == 2


def test_who_asks_is_a_value_and_one_person_never_gets_what_is_anothers(some, country) -> None:
    @prepared
    def led(*, who: Who, at: datetime) -> QuerySet[Matter]:
        return allowed(Matter.objects.order_by("pk"), who, "lead", at)

    at, other = some[0].changed_at, country.community.pk + 1
    some[1].community = country.community
    some[1].save()
    user, someone = User(pk=1), User(pk=2)
    mine = Who(user=user, seats=(("coordinator", country.community.pk, None),))
    theirs = Who(user=someone, seats=(("coordinator", other, None),))
    for _turn in range(2):
        assert (led(who=mine, at=at), led(who=theirs, at=at), led(who=STRANGER, at=at)) == ([some[1]], [], [])
    assert len(led.kept) == 2 and led.untraced == []


def test_where_nobody_can_be_meant_the_database_is_not_asked(some) -> None:
    @prepared
    def nothing(*, least: int) -> QuerySet[Matter]:
        return Matter.objects.filter(pk__in=[], support_count=least)

    nothing(least=1)
    with CaptureQueriesContext(connection) as asked:
        assert nothing(least=2) == [] and nothing.count(least=3) == 0
    assert len(asked) == 0


def test_a_value_that_is_computed_with_leaves_the_query_as_django_makes_it(some) -> None:
    @prepared
    def near(*, least: int, text: str) -> QuerySet[Matter]:
        return Matter.objects.filter(support_count__gte=least + 1, title__contains=text).order_by("pk")

    assert [len(near(least=n, text="Məsələ")) for n in (0, 3, 5)] == [5, 2, 0]
    assert len(near.untraced) == 1


@pytest.mark.parametrize("value", [True, None, ("open",), 1.5])
def test_what_is_no_value_is_refused(value) -> None:
    @prepared
    def asked(*, thing: object) -> QuerySet[Matter]:
        return Matter.objects.filter(pk=1)

    with pytest.raises(TypeError):
        asked(thing=value)


def test_days_and_empty_lists(some, at) -> None:
    @prepared
    def due(*, day: date, ids: list[int]) -> QuerySet[Clock]:
        return Clock.objects.filter(due_on__lt=day, pk__in=ids)

    assert due(day=at.date(), ids=[]) == due(day=at.date(), ids=[1, 2]) == [] and due.untraced == []


def test_few_shapes_are_kept(some, monkeypatch) -> None:
    monkeypatch.setattr("icma.core.prepared.MOST", 2)

    @prepared
    def staged(stage: str) -> QuerySet[Matter]:
        return Matter.objects.filter(stage=stage)

    assert [len(staged(stage)) for stage in ("open", "taken", "merged", "open")] == [3, 3, 0, 3]
    assert len(staged.kept) == 2


@pytest.mark.parametrize("words", [["a", "b"], ["a"] * 8])
def test_lists_of_words_and_of_bytes(country, at, words) -> None:
    @prepared
    def coded(*, codes: list[str]) -> QuerySet[Matter]:
        return Matter.objects.filter(code__in=codes)

    @prepared
    def sealed(*, tags: list[bytes]) -> QuerySet[Signature]:
        return Signature.objects.filter(tag__in=tags)

    made = rows.matter(country, at, "Yol")
    assert coded(codes=[*words, made.code]) == [made] and coded(codes=words) == []
    assert sealed(tags=[word.encode() for word in words]) == []
    assert coded.untraced == sealed.untraced == []
