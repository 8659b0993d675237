"""The reception: names before facts, walls, queue, writing down for somebody, quick advice."""

import hashlib
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from icma.core.action import Refused
from icma.core.codes import public_code
from icma.core.words import date_words
from icma.engines.vault import Unopened
from icma.front.notices.cases import words_of_case
from icma.legalaid.actions import conflicts, ending, facts
from icma.legalaid.actions.cases import offers, rows, taking
from icma.legalaid.actions.cases.telling import officers
from icma.legalaid.actions.desk import reception
from icma.legalaid.actions.intake import telling
from icma.legalaid.actions.intake.returning import said_in
from icma.legalaid.keeping import ENDED, ring_of_code
from icma.legalaid.models import Case, NamePage, Read, Receipt, Wall
from icma.legalaid.pairs import group_pair
from icma.legalaid.sealing import set_card
from icma.people.models import Mail
from tests.legalaid import rings
from tests.legalaid.test_intake import CODE, WORD
from tests.matters.support_kit import everything

pytestmark = pytest.mark.django_db
TOLD = {"what": f"Sirr {WORD}", "client": "Əliyeva Aygün", "other": "Nümunə Tikinti MMC", "paper": "none", "call": "no",
        "answers": "me", "language": "az", "agreed": "on"}  # fmt: skip


@pytest.fixture
def desk(country, cast, at, monkeypatch, settings, tmp_path):
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    monkeypatch.setattr(timezone, "now", lambda: at)
    conflicts.forget()
    _user, ring = rings.lawyer("lawyer", at)
    rings.groups(ring)
    rings.papers()
    return ring


@pytest.fixture
def staff(desk, client_as, at):
    client = client_as("lawyer")
    rings.unlock(client, desk, at)
    return client


def came(at, **more) -> Case:
    values = {name: value for name, value in (TOLD | more).items() if name not in ("language", "agreed")}
    return telling.take_down(values=values, language="az", at=at)[0]


def test_facts_open_only_after_a_verdict_and_not_to_whom_a_conflict_bars(desk, at) -> None:
    case = came(at)
    with pytest.raises(Refused):
        reception.open_facts(ring=desk, case=case, at=at)
    seen = str(conflicts.look(ring=desk, case=case, mine=set(), at=at))
    assert "Aygün" in seen and WORD not in seen
    conflicts.judge(ring=desk, case=case, verdict="clear", at=at)
    found = reception.open_facts(ring=desk, case=case, at=at)
    assert found["facts"]["what"] == f"Sirr {WORD}"
    assert conflicts.verdict_of(desk, case)["by"] == desk.user.pk and conflicts.verdict_of(desk, case)["at"]
    conflicts.judge(ring=desk, case=case, verdict="conflict", at=at)
    with pytest.raises(Refused):
        reception.open_facts(ring=desk, case=case, at=at)
    assert Wall.objects.filter(case=case, user=desk.user).exists()


def test_the_check_finds_the_name_in_other_letters_and_hides_cases_that_are_not_ones_own(desk, at) -> None:
    first = came(at, client="Səfərov Elçin", other="Əliyeva Aygün")
    conflicts.pack(ring=desk)
    case = came(at, client="Алиева Айгюн", other="")
    (hit,) = conflicts.look(ring=desk, case=case, mine=set(), at=at)["candidates"]
    assert (hit.name, hit.role, hit.case) == ("Əliyeva Aygün", "other", "")
    (hit,) = conflicts.look(ring=desk, case=case, mine={first.code}, at=at)["candidates"]
    assert hit.case == first.code
    conflicts.wall(case=first, user=desk.user, by=desk.user, at=at)
    assert conflicts.look(ring=desk, case=case, mine=set(), at=at)["candidates"] == []
    assert "Aygün" not in everything() and NamePage.objects.count() == 1
    _user, stranger = rings.lawyer("iki", at)
    with pytest.raises(Unopened):
        conflicts.columns(stranger)


def test_a_list_of_names_does_not_show_who_was_found(desk, at) -> None:
    """The chain stands in clear and is never erased: nothing in it is a plain hash of a name or of the case it is in."""
    first = came(at, client="Səfərov Elçin", other="Əliyeva Aygün")
    case = came(at, client="Алиева Айгюн", other="")
    (hit,) = conflicts.look(ring=desk, case=case, mine=set(), at=at)["candidates"]
    conflicts.look(ring=desk, case=case, mine={first.code}, at=at)
    tried = {hashlib.sha256(one.encode()).hexdigest() for one in (hit.name, hit.name.lower(), first.code)}
    found = list(Read.objects.filter(verb="conflict").values_list("refs", "count"))
    assert len(found) == 2 and all(refs and refs not in tried and n == 1 for refs, n in found)


def test_a_client_a_number_and_a_contact_are_found_however_the_case_came_to_know_them(
    desk, staff, at
) -> None:
    first = came(at, client="Səfərov Elçin", other="", phone="050 123 45 67")
    case = came(at, client="Quliyeva Nərgiz", other="", phone="+994 50 1234567")
    (hit,) = conflicts.look(ring=desk, case=case, mine=set(), at=at)["candidates"]
    assert (hit.why, hit.role) == ("phone", "client")
    conflicts.judge(ring=desk, case=first, verdict="clear", at=at)
    card = {"title": "Su", "client": "Həsənova Leyla", "contact": "055 765 43 21, 2026-03-20 axşam"}
    taking.take_up(ring=desk, case=first, card=card, verdict="clear", at=at)
    taking.change_card(ring=desk, case=first, card={"client": "Kərimova Sevda"}, at=at)
    rows.add_party(
        ring=desk, case=first, name="Nümunə", role="witness", acts_as="", contact="Bakı, 070 111 22 33", at=at
    )
    for asked in ("Гасанова Лейла", "Kerimova Sevda", "0557654321", "070-111-22-33"):
        page = staff.post(f"/huquq/novbe/{case.code}/", {"asked": asked})
        assert page.status_code == 200 and first.code in page.content.decode(), asked
    witness = {"role": "witness", "acts_as": "", "contact": ""}
    rows.add_party(ring=desk, case=first, name="Kərimova Sevda", at=at, **witness)
    conflicts.pack(ring=desk)
    cases, _roles, written, *_rest = conflicts.columns(desk)
    assert list(zip(cases, written, strict=True)).count((first.code, "Kərimova Sevda")) == 1
    kept = len(cases)
    taking.change_card(ring=desk, case=first, card={"stage": "Məhkəmə"}, at=at)
    conflicts.pack(ring=desk)
    assert len(conflicts.columns(desk)[0]) == kept  # nothing new was told


def test_an_erased_case_is_in_no_answer(desk, at) -> None:
    first = came(at, client="Səfərov Elçin", other="")
    conflicts.pack(ring=desk)
    first.delete()
    case = came(at, client="Safarov Elchin", other="")
    assert conflicts.look(ring=desk, case=case, mine=set(), at=at)["candidates"] == []


@pytest.mark.one_engine
def test_one_name_among_20000_is_found_and_ten_are_shown_at_most(desk, at) -> None:
    cases = Case.objects.bulk_create(
        [Case(code=public_code(), opened_on=rings.ON, touched_on=rings.ON) for _ in range(100)]
    )
    for n, case in enumerate(cases):
        conflicts.register(case=case, names=[("client", f"Soyad{n * 200 + k} Ad{k}") for k in range(200)])
    conflicts.pack(ring=desk)
    case = came(at)
    conflicts.look(ring=desk, case=case, mine=set(), at=at)
    found = conflicts.candidates(desk, ["Soyad77 Ad77"], case.code, set(), set())
    assert 1 <= len(found) <= 10 and "Soyad77 Ad77" in str(found)


def test_urgent_ones_stand_first_and_the_queue_says_nothing_of_what_happened(desk, staff, at) -> None:
    calm, urgent = came(at), came(at, triggers=["detention"], woman=True)
    page = staff.get("/huquq/novbe/").content.decode()
    assert page.index(urgent.code) < page.index(calm.code) and WORD not in page and "Aygün" not in page
    assert WORD not in staff.get(f"/huquq/novbe/{calm.code}/").content.decode()
    assert staff.get(f"/huquq/novbe/{calm.code}/danisilan/").status_code == 302
    assert staff.post(f"/huquq/novbe/{calm.code}/", {"verdict": "possible"})["Location"].endswith(
        "/danisilan/"
    )
    facts = staff.get(f"/huquq/novbe/{calm.code}/danisilan/").content.decode()
    assert WORD in facts and "Yardım alana sənəd gəlibmi?" in facts and "Sizə zəng" not in facts


def test_a_queue_longer_than_its_page_says_so_and_who_came_alone_stands_before_the_flood(
    desk, staff, at, monkeypatch
) -> None:
    """Five hundred false cries for help came first: the page was cut there, and the true one was on no page."""
    monkeypatch.setattr("icma.legalaid.views.desk.SHOWN", 2)
    flood = [came(at, triggers=["violence"], many=True) for _ in range(3)]
    true = came(at, triggers=["detention"])
    page = staff.get("/huquq/novbe/").content.decode()
    assert page.index(true.code) < page.index(flood[0].code) and flood[1].code not in page
    assert "müraciətdən 1–2" in page and "Tək gələn: 1." in page and "?sehife=2" in page
    rest = staff.get("/huquq/novbe/?sehife=2").content.decode()
    assert flood[1].code in rest and flood[2].code in rest and true.code not in rest
    monkeypatch.setattr(reception, "MOST", 3)
    assert "Hələ baxılmayan: 1." in staff.get("/huquq/novbe/?sehife=x").content.decode()


def test_behind_a_wall_there_is_no_case_anywhere(desk, staff, at) -> None:
    case = came(at)
    conflicts.judge(ring=desk, case=case, verdict="clear", at=at)
    conflicts.wall(case=case, user=desk.user, by=desk.user, at=at)
    paths = [
        f"/huquq/novbe/{case.code}/{rest}" for rest in ("", "danisilan/", "divar/", "imtina/", "fayl/x/")
    ]
    assert {
        staff.get(path).status_code
        for path in [*paths, f"/huquq/goturun/{case.code}/", f"/huquq/{case.code}/"]
    } == {404}
    assert case.code not in staff.get("/huquq/novbe/").content.decode()


def test_a_wall_is_built_for_an_officer_who_sits_at_the_reception(desk, staff, client_as, cast, at) -> None:
    """The other side is the officer's cousin: until now only lawyers could be chosen, and the officer read the names."""
    seat = rings.ring_for(cast.officer, at)
    rings.join(seat, group_pair("intake"), desk.group("intake"))
    officer, case = client_as("officer"), came(at)
    rings.unlock(officer, seat, at)
    page = f"/huquq/novbe/{case.code}/"
    assert case.code in officer.get("/huquq/novbe/").content.decode()
    assert staff.post(f"{page}divar/", {"who": cast.officer.pk, "once": "a"}).status_code == 302
    assert case.code not in officer.get("/huquq/novbe/").content.decode()
    assert officer.get(page).status_code == 404 and cast.officer not in officers(case, at)


def test_one_page_for_somebody_else_gives_a_code_that_has_to_be_changed(desk, client_as, at) -> None:
    writer, urgent = client_as("coordinator"), TOLD | {"triggers": ["eviction"], "once": "x"}
    page, again = (writer.post("/huquq/novbe/yazin/", urgent).content.decode() for _tap in "ab")
    code = CODE.search(page)[1]
    assert CODE.search(again)[1] == code, "tapped twice"
    assert "bu gün zəng etsin" in page and "bu gün zəng etsin" in again
    assert Case.objects.count() == 1 and WORD not in everything()
    client = Client()
    client.post("/komek/davam/", {"code": code})
    assert client.get("/komek/davam/")["Location"].endswith("/komek/davam/kod/")
    for path in ("/komek/davam/raziliq/", "/komek/davam/silin/"):  # whoever heard it neither reads nor erases
        assert client.get(path)["Location"].endswith("/komek/davam/kod/")
    lost = CODE.search(client.post("/komek/davam/kod/").content.decode())[1]
    assert client.get("/komek/davam/")["Location"].endswith("/komek/davam/kod/"), (
        "not before it was typed back"
    )
    fresh = CODE.search(client.post("/komek/davam/kod/").content.decode())[1]
    assert client.post("/komek/davam/kod/", {"code": lost}).status_code == 422
    assert client.post("/komek/davam/kod/", {"code": fresh}).status_code == 302
    assert "Burada cavab gözləməyin" in client.get("/komek/davam/").content.decode()
    assert not Receipt.objects.exclude(lookup__startswith=ENDED).get().must_change
    assert Client().post("/komek/davam/", {"code": code}).status_code == 422
    assert Client().post("/komek/davam/", {"code": fresh}).status_code == 302
    assert re.search("name=.phone", writer.get("/huquq/novbe/yazin/").content.decode())


def test_declined_with_a_reason_and_another_address_which_the_client_reads(desk, staff, at) -> None:
    case, code = telling.take_down(
        values={k: v for k, v in TOLD.items() if k not in ("language", "agreed")}, language="az", at=at
    )
    assert (
        staff.post(f"/huquq/novbe/{case.code}/imtina/", {"reason": "full"}).status_code == 422
    )  # names come first
    conflicts.judge(ring=desk, case=case, verdict="clear", at=at)
    assert (
        staff.post(
            f"/huquq/novbe/{case.code}/imtina/", {"reason": "full", "referral": "Vəkillər Kollegiyası"}
        ).status_code
        == 302
    )
    client = Client()
    client.post("/komek/davam/", {"code": code})
    fresh = CODE.search(client.post("/komek/davam/kod/").content.decode())[1]
    client.post("/komek/davam/kod/", {"code": fresh})
    assert "Vəkillər Kollegiyası" in client.get("/komek/davam/").content.decode()


def test_quick_advice_is_a_fact_without_a_case(desk, staff, at) -> None:
    sent = {
        "problem": "AZ-08",
        "region": "MAR",
        "sex": "female",
        "band": "30-44",
        "service": "advice",
        "minutes": "12",
        "once": "q",
    }
    for _ in range(2):
        assert staff.post("/huquq/novbe/suretli/", sent).status_code == 302
    (fact,) = facts.opened_facts(desk, "2026Q1", "2026Q1")
    assert (fact.problem, fact.region, fact.minutes) == ("AZ-08", "MAR", 12) and not Case.objects.exists()
    assert not fact.first, "a service, and no person: nobody is named"


def test_a_guest_behind_a_wall_finds_the_case_in_no_list_search_board_calendar_or_count(
    desk, client_as, at
) -> None:
    from icma.legalaid import agenda
    from icma.legalaid.actions.cases.rows import set_term

    user, guest = rings.lawyer("advocate", at, role="advocate")
    case = rings.a_case(desk, guest, urgent=True)
    card = {"kind": "card", "title": f"Torpaq {WORD}", "client": "Aygün"}
    set_card(ring=desk, case=case, value=card)
    set_term(ring=desk, case=case, title="Cavab", on=rings.ON, at=at)
    client = client_as("advocate")
    rings.unlock(client, guest, at)
    pages = lambda: "".join(  # noqa: E731
        [client.get(path).content.decode() for path in ("/huquq/", "/huquq/muddetler/", "/huquq/novbe/")]
        + [client.post("/huquq/", {"words": WORD}).content.decode(), agenda.agenda_of(user, at).decode()]
    )
    assert pages().count(case.code[:4]) >= 4 and client.get(f"/huquq/{case.code}/").status_code == 200
    conflicts.wall(case=case, user=user, by=desk.user, at=at)
    assert case.code[:4] not in pages() and WORD not in pages().replace(f'value="{WORD}"', "")
    assert client.get(f"/huquq/{case.code}/").status_code == 404
    assert client.post(f"/huquq/{case.code}/yeni/qeyd/", {"text": "x"}).status_code == 404


def test_what_becomes_urgent_while_it_waits_jumps_the_queue(desk, at) -> None:
    waits = [came(at), came(at, paper="decision", served_on=at.date()), came(at)]
    assert not Case.objects.filter(urgent=True).exists()
    late = at + timedelta(days=26)

    def queue(when):
        cases = Case.objects.filter(assignee=None)
        return reception.open_queue(ring=rings.at_moment(desk, when), cases=cases, at=when)

    assert [row.urgent for row in queue(at)] == [False, False, False]
    first, *others = queue(late)
    assert (first.code, first.urgent) == (waits[1].code, True) and not any(row.urgent for row in others)
    assert Case.objects.get(urgent=True).pk == waits[1].pk


@pytest.mark.parametrize("language", ["ru", "en", ""])
def test_a_client_is_declined_in_his_own_language(desk, at, language) -> None:
    values = {name: value for name, value in TOLD.items() if name not in ("language", "agreed")}
    case, code = telling.take_down(values=values, language=language, at=at)
    conflicts.judge(ring=desk, case=case, verdict="clear", at=at)
    with translation.override("az"):
        reception.decline(ring=desk, case=case, reason="solved", text="", referral="Ombudsman", at=at)
    ring = ring_of_code(code, at)[0]
    (told,) = [one["text"] for one in said_in(ring, case) if one["kind"] == "message"]
    with translation.override(language or "az"):
        assert str(reception.REASONS["solved"]) in told
        assert translation.gettext("Where you may turn: %(where)s") % {"where": "Ombudsman"} in told


@pytest.mark.parametrize(
    "written", ["050 222 33 44", "050 222 33 44 (ərim cavab verir)", "ev: +994 50 222-33-44"]
)
def test_a_number_is_found_among_the_words_that_stand_around_it(desk, at, written) -> None:
    """A frightened client writes whose telephone it is; the other side comes with the same number."""
    came(at, client="Aygün", call="yes", phone=written)
    for asked in ("0502223344", "qardaşı Rauf, 050-222-33-44"):
        other = came(at, client="Rauf", other=asked)
        found = conflicts.look(ring=desk, case=other, mine=set(), at=at)["candidates"]
        assert any(hit.why == "phone" and "222" in hit.name and hit.role == "client" for hit in found), asked


def test_the_lawyer_is_told_that_nobody_mails_the_client_by_itself(desk, staff, at) -> None:
    case = came(at, mail="gizli@numune.invalid")
    conflicts.judge(ring=desk, case=case, verdict="clear", at=at)
    taking.take_up(ring=desk, case=case, card={"title": "Su", "client": "Aygün"}, verdict="clear", at=at)
    page = staff.get(f"/huquq/{case.code}/").content.decode()
    assert "oraya özünüz yazın" in page and "gizli@numune.invalid" in page
    assert not Mail.objects.exists() and "gizli@numune.invalid" not in everything()


def test_who_is_asked_to_help_sees_the_other_side_that_the_client_named(
    desk, country, at, monkeypatch
) -> None:
    """Without it a colleague who acts for the other side would find no conflict and read the file."""
    monkeypatch.setattr(offers, "given", lambda *_: True)
    colleague, other = rings.lawyer("advocate", at)
    case = came(at)
    conflicts.judge(ring=desk, case=case, verdict="clear", at=at)
    taking.take_up(
        ring=desk, case=case, card={"title": "Su", "client": TOLD["client"]}, verdict="clear", at=at
    )
    made = offers.offer(ring=desk, case=case, kind="transfer", to=colleague, summary="", at=at)
    assert [TOLD["other"], "opponent"] in offers.parties_of(other, made)
    conflicts.pack(ring=desk)
    assert [name for name in conflicts.columns(desk)[2] if name == TOLD["other"]] == [TOLD["other"]]


def test_a_number_that_stands_among_words_takes_one_place_of_ten(desk, at) -> None:
    for _ in range(6):
        came(at, client="", other="", phone="050 123 45 67 axşam")
    case = came(at, client="", other="", phone="0501234567")
    found = conflicts.look(ring=desk, case=case, mine=set(), at=at)["candidates"]
    assert len(found) == 6 and {hit.why for hit in found} == {"phone"}


def test_the_lawyer_hears_that_the_client_has_erased_the_case(desk, at) -> None:
    case = came(at)
    conflicts.judge(ring=desk, case=case, verdict="clear", at=at)
    taking.take_up(ring=desk, case=case, card={"title": "Su", "client": "Aygün"}, verdict="clear", at=at)
    ending.erase(case=case, reason="client", at=at)
    (mail,) = Mail.objects.all()
    assert mail.person == desk.user.person and case.code in words_of_case(mail)["sentence"]
    assert not Case.objects.exists()


def test_the_erased_case_s_address_tells_its_lawyer_the_day_and_nobody_else_that_it_ever_was(
    desk, staff, client_as, cast, at
) -> None:
    colleague = client_as("advocate")
    rings.unlock(colleague, rings.ring_for(cast.advocate, at), at)
    by_client, by_time = came(at), came(at)
    for case in (by_client, by_time):
        conflicts.judge(ring=desk, case=case, verdict="clear", at=at)
        taking.take_up(
            ring=desk, case=case, card={"title": "gizli-ad", "client": "Aygün"}, verdict="clear", at=at
        )
    Case.objects.filter(pk=by_client.pk).update(deputy=cast.advocate)
    conflicts.wall(case=by_client, user=cast.advocate, by=desk.user, at=at)
    by_client.refresh_from_db()
    note = reverse("case_add", args=[by_client.code, "qeyd"])
    ending.erase(case=by_client, reason="client", at=at)
    ending.erase(case=by_time, reason="term", at=at)
    told = staff.get(reverse("case", args=[by_client.code]))
    html = told.content.decode()
    assert (
        told.status_code == 410
        and date_words(at.date()) in html
        and "Aygün" not in html
        and "gizli-ad" not in html
    )
    assert staff.post(note, {"text": "yarımçıq", "once": "n"}).status_code == 410
    assert staff.get(reverse("case", args=[by_time.code])).status_code == 404
    for browser in (colleague, client_as("officer")):  # walled off; no lawyer of it
        for url in (reverse("case", args=[by_client.code]), note):
            assert browser.get(url).status_code != 410
    assert colleague.get(reverse("case", args=[by_client.code])).status_code == 404
