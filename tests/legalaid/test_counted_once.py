"""Persons and initiatives are counted once, services each time."""

import re

import pytest
from django.urls import reverse

from icma.legalaid.actions import conflicts, consent, facts
from icma.legalaid.actions.desk import questions
from icma.legalaid.models import Case, KeyPair
from icma.legalaid.sealing import card_of, set_card
from icma.people.models import Place
from tests.legalaid import rings
from tests.legalaid.forms_kit import forms_of
from tests.legalaid.test_desk import TOLD, desk, staff  # noqa: F401  (fixtures)

pytestmark = pytest.mark.django_db


def counted(ring) -> list[tuple[str, bool, str]]:
    found = facts.opened_facts(ring, "2026Q1", "2026Q1")
    return sorted((fact.who, fact.first, fact.service) for fact in found)


def test_a_community_that_asks_twice_is_one_initiative_and_two_services(desk, cast, at) -> None:  # noqa: F811
    for community, matter in (("ICMA0001", "A"), ("ICMA0001", "B"), ("ICMA0002", "C"), ("", "D"), ("", "D")):
        row = questions.ask(
            text="Sual", title="Ad", matter=matter, letter="", community=community, by=cast.coordinator, at=at
        )
        questions.answer(row=row, text="Cavab", by=cast.lawyer, at=at)
    firsts = [first for who, first, _service in counted(desk) if who == "initiative"]
    assert (firsts.count(True), firsts.count(False)) == (3, 2)


QUICK = {"problem": "AZ-08", "sex": "female", "band": "30-44", "service": "advice", "minutes": "12"}


def test_quick_advice_counts_no_person_and_whoever_was_helped_before_is_no_new_one(desk, staff, at) -> None:  # noqa: F811
    assert staff.post(reverse("desk_quick"), QUICK | {"once": "1"}).status_code == 302
    assert staff.post(reverse("desk_quick"), QUICK | {"once": "2"}).status_code == 302
    assert 'name="known"' not in staff.get(reverse("desk_quick")).content.decode()
    case = rings.a_case(desk)
    consent.give(ring=desk, case=case, purpose="statistics", how="spoken", language="az", at=at)
    card = {
        "title": "Su",
        "client": "Aygün",
        "client_kind": "person",
        "sex": "female",
        "band": "30-44",
        "known": "on",
    }
    assert staff.post(reverse("case_card", args=[case.code]), card | {"once": "3"}).status_code == 302
    assert 'name="known"' in staff.get(reverse("case_card", args=[case.code])).content.decode()
    served = {"service": "drafting", "minutes": "30", "once": "4"}
    assert staff.post(reverse("case_add", args=[case.code, "xidmet"]), served).status_code == 302
    assert counted(desk) == [
        ("person", False, "advice"),
        ("person", False, "advice"),
        ("person", False, "drafting"),
    ]


def test_quick_advice_becomes_a_case_with_what_was_chosen_and_is_counted_there_alone(desk, staff, at) -> None:  # noqa: F811
    region = Place.objects.filter(kind="region").first()
    chosen = QUICK | {"region": region.code, "do": "case", "once": "q"}
    page = staff.post(reverse("desk_quick"), chosen)
    assert page.status_code == 200 and counted(desk) == []
    form = next(one for one in forms_of(page.content.decode()) if one.action == reverse("assisted"))
    carried = {one["name"]: one["value"] for one in form.fields if one["type"] == "hidden"}
    twice = [
        staff.post(reverse("assisted"), TOLD | carried | {"once": "w"}).content.decode() for _tap in "ab"
    ]
    assert len({re.search(r"<code>(.+?)</code>", html)[1] for html in twice}) == 1
    case = Case.objects.get()
    conflicts.judge(ring=desk, case=case, verdict="clear", at=at)
    take = reverse("case_take", args=[case.code])
    html = staff.get(take).content.decode()
    assert all(
        re.search(rf'value="{value}"\s+selected', html) for value in ("AZ-08", region.code, "female", "30-44")
    )
    card = {"verdict": "clear", "title": "Su", "client": "Aygün", "client_kind": "person", "problem": "AZ-08",
            "region": region.code, "sex": "female", "band": "30-44", "once": "t"}  # fmt: skip
    assert staff.post(take, card).status_code == 302
    case.refresh_from_db()
    assert card_of(rings.at_moment(desk, at), case)["region"] == region.code
    consent.give(ring=desk, case=case, purpose="statistics", how="spoken", language="az", at=at)
    staff.post(reverse("case_close_light", args=[case.code, "advice"]), {"once": "c"})
    assert counted(desk) == [("person", True, "advice")]


def test_a_lawyer_hears_that_nothing_is_counted_and_it_is_once_the_client_agrees(desk, staff, at) -> None:  # noqa: F811
    case = rings.a_case(desk)
    page, new = reverse("case", args=[case.code]), reverse("case_add", args=[case.code, "xidmet"])
    card = {"title": "Su", "client": "Aygün", "client_kind": "person", "sex": "female", "band": "30-44"}
    assert staff.post(reverse("case_card", args=[case.code]), card | {"once": "1"}).status_code == 302
    served = staff.post(
        new, {"service": "drafting", "minutes": "30", "once": "2"}, follow=True
    ).content.decode()
    assert served.count("razılıq verməyib") == 2 and "rəqəmlərə düşmür" in served, (
        "said once and standing on the page"
    )
    note = {"text": "Danışdıq", "service": "advice", "once": "3"}
    told = staff.post(reverse("case_add", args=[case.code, "qeyd"]), note, follow=True).content.decode()
    assert told.count("razılıq verməyib") == 2 and counted(desk) == []
    consent.give(ring=desk, case=case, purpose="statistics", how="spoken", language="az", at=at)
    after = staff.get(page).content.decode()
    assert "razılıq verməyib" not in after and "rəqəmlərə düşmür" not in after
    assert counted(desk) == [("person", False, "advice"), ("person", True, "drafting")]
    staff.get(page)
    assert len(counted(desk)) == 2, "once"
    consent.revoke(ring=desk, case=case, purpose="statistics", at=at)
    gone = staff.get(page).content.decode()
    assert counted(desk) == [] and gone.count("rəqəmlərə düşmür") == 2, "both services say so"


def test_advice_that_nobody_can_count_is_not_called_counted(desk, staff, at) -> None:  # noqa: F811
    KeyPair.objects.filter(group="statistics").delete()
    answer = staff.post(reverse("desk_quick"), QUICK | {"once": "1"})
    assert answer.status_code == 422 and "açarı yoxdur" in answer.content.decode()
    case = rings.a_case(desk)
    consent.give(ring=desk, case=case, purpose="statistics", how="spoken", language="az", at=at)
    set_card(ring=desk, case=case, value={"kind": "card", "title": "Su", "client": "A"})
    closed = staff.post(reverse("case_close_light", args=[case.code, "advice"]), {"once": "2"}, follow=True)
    assert "açarı yoxdur" in closed.content.decode()


def test_who_writes_down_for_somebody_is_asked_of_the_client_and_not_as_the_client(desk, staff) -> None:  # noqa: F811
    pages = [
        staff.get(reverse("assisted")).content.decode(),
        staff.post(reverse("assisted"), {"call": "yes", "once": "n"}).content.decode(),
    ]
    for page in pages:
        assert "Yardım alanın adı" in page and "Yardım alana zəng etmək olarmı?" in page
        for ours in (
            "Adınız",
            "şikayətçisiniz",
            "Sizə zəng",
            "Sizə sənəd",
            "Sizə hansı",
            "mənimlə",
            "kodumla",
            "almısınız",
            "Öz sözlərinizlə",
        ):
            assert ours not in page, ours
