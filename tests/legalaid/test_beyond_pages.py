"""The pages beyond the case, as their readers use them."""

import json
import re
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.test import Client
from django.utils import timezone

from icma.core.day import legal_day
from icma.core.models import Once
from icma.events.actions import plan_event
from icma.front.jobs import run_all
from icma.legalaid import consenting
from icma.legalaid.actions import complaints, consent, facts
from icma.legalaid.actions.audit import head_words, note_read
from icma.legalaid.actions.facts import Service
from icma.legalaid.forms.desk import QuickForm
from icma.legalaid.forms.meeting import DayForm
from icma.legalaid.models import Case, Complaint, Fact, Head, Read, Tombstone, Wall
from icma.people.models import Mail
from tests.legalaid import rings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch, at):
    now = {"at": at}
    monkeypatch.setattr(timezone, "now", lambda: now["at"])
    return now


def opened(client_as, key, ring) -> Client:
    client = client_as(key)
    rings.unlock(client, ring)
    return client


def test_what_we_cannot_protect_is_said_in_three_languages(country):
    for prefix, running in (("", "hücum edənin nəzarəti altında"), ("/ru", "под контролем злоумышленника"),
                            ("/en", "running while an attacker controls it")):  # fmt: skip
        page = Client().get(f"{prefix}/komek/qoruma/").content.decode()
        assert running.casefold() in page.casefold()
        assert f'href="{prefix}/komek/qoruma/"' in Client().get(f"{prefix}/qoruma/").content.decode()


def test_a_client_takes_back_consents_sees_who_opened_and_says_what_we_are_worth(client_as, cast, country):
    _user, ring = rings.lawyer("lawyer")
    rings.groups(ring)
    case = rings.a_case(ring)
    for purpose in ("statistics", "storage"):
        consent.give(ring=ring, case=case, purpose=purpose, how="paper", language="az", at=rings.AT)
    facts.write(ring=ring, case=case, values=Service(), at=rings.AT)
    note_read(ring=ring, role="assignee", verb="file", case=case, at=rings.AT)
    _code, client_ring = rings.client(case, ring)
    client = Client()
    rings.come_back(client, client_ring)
    page = client.get("/komek/davam/raziliq/").content.decode()
    assert "işin hüquqşünası" in page and str(_user) not in page
    assert page.count("bunu biz yazmışıq") == 4, (
        "of each that we wrote down, where it stands and in the ledger"
    )
    assert client.post("/komek/davam/raziliq/", {"do": "grade", "grade": "5", "once": "a"}).status_code == 302
    assert Fact.objects.count() == 2
    client.post("/komek/davam/raziliq/", {"do": "revoke", "purpose": "statistics", "once": "b"})
    assert Fact.objects.count() == 1, "the grade leads to nobody and stays"
    client.post("/ru/komek/davam/raziliq/", {"do": "give", "purpose": "statistics", "once": "e"})
    held = {v["purpose"]: v["how"] + v["language"] for v in consenting.standing(ring, case)}
    assert held == {"storage": "paperaz", "statistics": "screenru"}
    assert client.get("/komek/davam/raziliq/").content.decode().count("bunu biz yazmışıq") == 3
    assert client.post("/komek/davam/raziliq/", {"do": "give", "purpose": "sharing"}).status_code == 404
    client.post("/komek/davam/raziliq/", {"do": "revoke", "purpose": "storage", "once": "c"})
    assert Case.objects.exists(), "without the tick nothing is erased"
    gone = client.post(
        "/komek/davam/raziliq/", {"do": "revoke", "purpose": "storage", "sure": "1", "once": "d"}
    )
    assert "İşiniz silindi" in gone.content.decode() and not Case.objects.exists()
    assert Tombstone.objects.get().reason == "client"


def test_the_lawyer_records_a_consent_and_a_hold(client_as, cast, country):
    _user, ring = rings.lawyer("lawyer")
    case = rings.a_case(ring)
    client = opened(client_as, "lawyer", ring)
    url = f"/huquq/{case.code}/raziliq/"
    form = {"do": "give", "purpose": "sharing", "to": "Nümunə Məhkəməsi", "how": "spoken", "language": "ru"}
    assert client.post(url, form | {"once": "a"}).status_code == 302
    assert "Nümunə Məhkəməsi" in client.get(url).content.decode()
    assert client.post(url, form | {"to": "", "once": "b"}).status_code == 302
    client.post(url, form | {"purpose": "storage", "to": "", "once": "d"})
    taken_back = {"do": "revoke", "purpose": "storage", "sure": "1"}
    page = client.post(url, taken_back | {"once": "e"}, follow=True).content.decode()
    assert "ikinci şəxs" in page and "Bu işin silinməsi xahiş olunub" in page and Case.objects.exists()
    client.post(url, {"do": "hold", "once": "c"})
    assert Case.objects.get().held
    assert Read.objects.filter(case=case.code, verb="consents", role="assignee").exists()
    _other, advocate = rings.lawyer("advocate", role="advocate")
    assert opened(client_as, "advocate", advocate).get(url).status_code == 404


def test_clinics_of_one_title_are_told_apart_and_place_and_clinic_stay_chosen(
    client_as, cast, country
) -> None:
    _user, ring = rings.lawyer("lawyer")
    rings.groups(ring)
    staff, at = opened(client_as, "lawyer", ring), timezone.now()
    first, second = (
        plan_event(
            organisation=country.community, title="Hüquqşünas qəbulu", kind="clinic",
            starts_at=at + timedelta(days=n), at=at, by=None,
        )
        for n in (0, 1)
    )  # fmt: skip
    told = [label for form in (QuickForm(today=legal_day(at)), DayForm(today=legal_day(at)))
            for label in re.findall(r"<option[^>]*>([^<]+Hüquqşünas qəbulu[^<]*)<", form.as_p())]  # fmt: skip
    assert len(set(told)) == 2 and len(told) >= 3 and all(str(country.community) in one for one in told)
    sent = {"problem": "AZ-08", "region": "MAR", "clinic": first.code, "sex": "male", "band": "60+",
            "service": "advice", "minutes": "9", "once": "z"}  # fmt: skip
    page = staff.post("/huquq/novbe/suretli/", sent, follow=True).content.decode()
    assert re.findall(r'value="(\S+)" selected', page)[:2] == ["MAR", "unknown"]
    assert f'value="{first.code}" selected' in page and f'value="{second.code}" selected' not in page


def test_who_supervises_sees_openings_that_stand_out_and_no_case_behind_a_wall(client_as, cast, country):
    officer, ring = rings.lawyer("officer", role="officer")
    _user, curious = rings.lawyer("lawyer")
    _a, assignee = rings.lawyer("advocate", role="advocate")
    case, hidden = rings.a_case(assignee), rings.a_case(assignee)
    Wall.objects.create(case=hidden, user=officer, on=rings.ON)
    note_read(ring=assignee, role="assignee", verb="case", case=case, at=rings.AT)
    note_read(ring=curious, role="guest", verb="case", case=case, at=rings.AT)
    note_read(ring=curious, role="guest", verb="case", case=hidden, at=rings.AT)
    for _n in range(51):
        note_read(ring=assignee, role="assignee", verb="file", case=case, at=rings.AT)
    page = opened(client_as, "officer", ring).get("/huquq/baxislar/").content.decode()
    assert page.count(case.code) == 1 and hidden.code not in page and "52" in page
    assert case.code not in opened(client_as, "lawyer", curious).get("/huquq/baxislar/").content.decode()


def test_a_complaint_goes_from_a_stranger_to_who_may_read_it_and_back(client_as, cast, country, clock):
    (_u, lawyer), (_v, officer) = rings.lawyer("lawyer"), rings.lawyer("officer", role="officer")
    rings.groups(lawyer, officer, names=("conflicts",))
    stranger = Client()
    form = {"text": "Zəngimə cavab vermədilər.", "without": [lawyer.pair.code], "once": "a"}
    page = stranger.post("/komek/sikayet/", form).content.decode()
    secret = re.search(r"<code>([0-9A-Z-]{24})</code>", page).group(1)
    again = stranger.post("/komek/sikayet/", form).content.decode()
    assert f"<code>{secret}</code>" in again and Complaint.objects.count() == 1, "tapped twice"
    kept = json.dumps(list(Once.objects.values_list("result", flat=True)))
    assert secret not in kept
    row = Complaint.objects.get()
    about, reader = opened(client_as, "lawyer", lawyer), opened(client_as, "officer", officer)
    assert row.code not in about.get("/huquq/sikayetler/").content.decode()
    assert about.get(f"/huquq/sikayetler/{row.code}/").status_code == 404
    assert row.code in reader.get("/huquq/sikayetler/").content.decode()
    assert "Zəngimə" in reader.get(f"/huquq/sikayetler/{row.code}/").content.decode()
    reader.post(f"/huquq/sikayetler/{row.code}/", {"text": "Üzr istəyirik.", "final": "on", "once": "b"})
    back = stranger.post("/komek/sikayet/davam/", {"code": secret, "text": "", "once": "c"}).content.decode()
    assert "Üzr istəyirik." in back
    last = "1" if secret[-1] == "0" else "0"
    wrong = stranger.post("/komek/sikayet/davam/", {"code": secret[:-1] + last, "once": "d"})
    assert wrong.status_code == 422
    clock["at"] += timedelta(minutes=11)
    assert secret not in stranger.post("/komek/sikayet/", form).content.decode(), "found in a browser later"


def test_two_people_get_the_head_and_the_readers_hear_of_a_complaint(client_as, cast, country, clock):
    (_u, lawyer), (_v, officer) = rings.lawyer("lawyer"), rings.lawyer("officer", role="officer")
    rings.groups(lawyer, officer, names=("conflicts",))
    note_read(ring=lawyer, role="assignee", verb="case", case="AAAA2222", at=rings.AT)
    complaints.complain(text="Çox gözlədim.", without=[lawyer.pair.code], at=rings.AT)
    run_all(clock["at"])
    run_all(clock["at"] + timedelta(hours=1))
    heads = [m for m in outbox.outbox if head_words(Head.objects.get()) in m.body]
    assert len(heads) == 2 and len({m.to[0] for m in heads}) == 2
    told = [m for m in outbox.outbox if Complaint.objects.get().code in m.body]
    assert {m.to[0] for m in told} == {officer.user.email}
    assert "gözlədim" not in "".join(m.body for m in outbox.outbox)


def test_figures_are_shown_when_a_second_person_has_let_them_out(client_as, cast, country, clock):
    (_u, analyst), (_v, officer) = rings.lawyer("lawyer"), rings.lawyer("officer", role="officer")
    rings.groups(analyst)
    for n in range(120):
        facts.write(values=Service(first=n < 110, sex="female", problem="AZ-10"), at=rings.AT)
    for _n in range(7):
        facts.write(values=Service(ended=True, service="drafting", outcome="settled"), at=rings.AT)
    clock["at"] += timedelta(days=30)
    analyst, officer = rings.at_moment(analyst, clock["at"]), rings.at_moment(officer, clock["at"])
    maker, second = opened(client_as, "lawyer", analyst), opened(client_as, "officer", officer)
    assert "2026, I rüb" in maker.get("/huquq/reqemler/").content.decode()
    maker.post("/huquq/reqemler/", {"do": "propose", "once": "a"})
    assert "120" not in Client().get("/komek/reqemler/").content.decode().split("<main")[1]
    number = re.search(
        r'name="release" value="(\d+)"', second.get("/huquq/reqemler/").content.decode()
    ).group(1)
    assert "/huquq/reqemler/" in second.get("/is/nezerden/").content.decode()
    maker.post("/huquq/reqemler/", {"do": "agree", "release": number, "once": "b"})
    assert "110" not in Client().get("/komek/reqemler/").content.decode().split("<main")[1]
    second.post("/huquq/reqemler/", {"do": "agree", "release": number, "once": "c"})
    for address in ("/komek/reqemler/", "/haqqinda/"):
        page = Client().get(address).content.decode()
        assert "ən azı 100" in page and "110" in page and "120" in page
    about = Client().get("/haqqinda/").content.decode()
    assert "≥ 110" in about and "≥ 120" in about, "what is below five is in no sum: at least so many"
    page = Client().get("/komek/reqemler/").content.decode()
    assert "İşlər necə bitib" in page and "barışıqla" in page.split("İşlər necə bitib")[1].lower()
    assert "İşlər: " not in page, "the heading of the section says it"
    assert "gizlədilib" in page.split('id="how"')[1] and "Boş xana" not in page


def test_who_acts_hears_that_the_client_took_it_back_and_reads_it_on_the_case(client_as, cast, country):
    _user, ring = rings.lawyer("lawyer")
    case = rings.a_case(ring)
    for purpose, to in (("representation", ""), ("sharing", "Ombudsman"), ("statistics", "")):
        consent.give(ring=ring, case=case, purpose=purpose, how="paper", language="az", to=to, at=rings.AT)
    _code, client_ring = rings.client(case, ring)
    staff, client = opened(client_as, "lawyer", ring), Client()
    assert "razılığı geri götürüb" not in staff.get(f"/huquq/{case.code}/").content.decode()
    assert not Mail.objects.exists()
    rings.come_back(client, client_ring)
    for n, (purpose, to) in enumerate((("representation", ""), ("sharing", "Ombudsman"), ("statistics", ""))):
        values = {"do": "revoke", "purpose": purpose, "to": to, "once": str(n)}
        client.post("/komek/davam/raziliq/", values)
    assert Mail.objects.get().data["why"] == "news", "once until the case is opened"
    page = staff.get(f"/huquq/{case.code}/").content.decode()
    assert page.count("razılığı geri götürüb") == 2, "of statistics the services say it"
    assert "Bir quruma ötürmək: Ombudsman" in page
    consent.give(ring=ring, case=case, purpose="representation", how="paper", language="az", at=rings.AT)
    assert staff.get(f"/huquq/{case.code}/").content.decode().count("razılığı geri götürüb") == 1
