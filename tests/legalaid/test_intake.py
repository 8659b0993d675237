"""Coming for help and back: six screens, a code, nothing in clear between them, nothing learned by guessing."""

import re
import secrets
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.utils import timezone

from icma.core.parts import AWAY
from icma.engines import codes
from icma.front.views.errors import server_error
from icma.legalaid.actions.desk import reception
from icma.legalaid.actions.intake.telling import clear_unended
from icma.legalaid.actions.keys.sessions import clear
from icma.legalaid.models import Case, Grant, Receipt, Sealed, Tombstone
from icma.legalaid.views import intake as views
from icma.people.models import Mail
from tests.legalaid import rings
from tests.matters.support_kit import everything

pytestmark = pytest.mark.django_db
WORD = "kanarqapi5521"
CODE = re.compile(r"<code>([0-9A-Z-]{24})</code>")
TELL = (
    {"what": f"Su kəsilib {WORD}", "triggers": []},
    {"other": f"{WORD} MMC", "client": f"Aygün {WORD}"},
    {"papers": f"bir məktub {WORD}"},
    {"paper": "none"},
    {"call": "yes", "phone": f"050 {WORD}", "answers": "me", "hour": "axşam", "woman": "on"},
)


@pytest.fixture
def desk(country, cast, at, monkeypatch, settings, tmp_path):
    """A lawyer in all groups, and the moment of the cast."""
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    monkeypatch.setattr(timezone, "now", lambda: at)
    _user, ring = rings.lawyer("lawyer", at)
    rings.groups(ring)
    rings.papers()
    return ring


def tells(client: Client, *screens: dict, prefix: str = "") -> None:
    for n, values in enumerate(screens, 1):
        response = client.post(f"{prefix}/komek/yazin/{n}/", values)
        assert response.status_code == 302, response.content.decode()


def shown(client: Client) -> str:
    page = client.post("/komek/yazin/kod/", {"do": "show"})
    return CODE.search(page.content.decode())[1]


def whole(client: Client, *screens: dict) -> str:
    tells(client, *(screens or TELL))
    code = shown(client)
    assert client.post("/komek/yazin/kod/", {"code": code}).status_code == 302
    return code


def test_six_screens_with_a_file_lead_to_a_code_and_nothing_lies_in_clear_between_them(desk, at) -> None:
    client = Client()
    for n, values in enumerate(TELL, 1):
        assert client.get(f"/komek/yazin/{n}/").status_code == 200
        more = (
            {"files": [SimpleUploadedFile(f"{WORD}.pdf", b"%PDF-1.4 " + WORD.encode() * 99)]}
            if n == 3
            else {}
        )
        response = client.post(f"/komek/yazin/{n}/", values | more)
        assert response.status_code == 302 and "no-store" in response["Cache-Control"]
        assert WORD not in everything()
        assert not any(WORD in str(value) for value in client.session.values())
        assert not Grant.objects.filter(holder__group="intake").exists()  # the reception is given nothing yet
    assert WORD in client.get("/komek/yazin/1/").content.decode()  # one may go back and correct
    code = shown(client)
    wrong = client.post("/komek/yazin/kod/", {"code": codes.secret_code(secrets.token_bytes(12))})
    assert wrong.status_code == 422 and not Grant.objects.filter(holder__group="intake").exists()
    assert client.post("/komek/yazin/kod/", {"code": code.lower().replace("-", " ")})["Location"].endswith(
        "/oldu/"
    )
    assert Grant.objects.filter(holder__group="intake").count() == 1
    assert WORD not in everything()
    stored = " ".join(str(row) for row in Case.objects.values()) + " ".join(
        str(row) for row in Receipt.objects.values()
    )
    assert "127.0.0.1" not in stored and "Mozilla" not in everything()


def test_an_error_loses_nothing_that_was_typed(desk) -> None:
    client = Client()
    tells(client, *TELL[:4])
    page = client.post("/komek/yazin/5/", {"call": "yes", "phone": "", "answers": "me", "hour": WORD})
    assert page.status_code == 422 and WORD in page.content.decode()
    late = client.post("/komek/yazin/4/", {"paper": "decision", "served_on": "2026-05-01"})
    assert late.status_code == 422 and "2026-05-01" in late.content.decode()
    client.cookies.clear()
    gone = client.post("/komek/yazin/3/", {"papers": f"uzun bir mətn, iki sənəd {WORD}"})
    assert gone.status_code == 409 and WORD in gone.content.decode()


def test_from_the_second_screen_on_no_link_leads_away_from_what_was_typed(desk) -> None:
    """The pages are kept nowhere: who looks at another one and comes back finds an empty form."""
    client = Client()
    away = [f'href="{path}"' for path in ("/komek/davam/", "/komek/qoruma/", "/komek/kagiz/")]
    assert all(link in client.get("/komek/yazin/1/").content.decode() for link in away)
    tells(client, *TELL[:1])
    assert not any(link in client.get("/komek/yazin/2/").content.decode() for link in away)


def test_a_flood_that_claims_urgency_stands_behind_who_came_alone(desk, at, monkeypatch) -> None:
    """Nobody is refused and nobody loses the mark: a village shares one connection."""
    for free in (False, False, True):
        monkeypatch.setattr(views, "within", lambda *_args, free=free, **_more: free)
        whole(Client(), TELL[0] | {"triggers": ["violence"]}, *TELL[1:])
    rows = reception.open_queue(ring=desk, cases=Case.objects.all(), at=at)
    assert [(row.urgent, row.many) for row in rows] == [(True, False), (True, True), (True, True)]
    assert rows[0].code == Case.objects.last().code and Mail.objects.count() == 2


@pytest.mark.parametrize(
    ("more", "urgent"),
    [({}, False), ({"triggers": ["violence"]}, True), ({"paper": "offence"}, True),
     ({"paper": "civil", "served_on": "2026-02-12"}, True), ({"paper": "civil", "served_on": "2026-03-10"}, True),
     ({"paper": "civil", "served_on": "2026-03-12"}, False),
     ({"event_on": "2026-03-18"}, True)],
)  # fmt: skip
def test_what_cannot_wait_jumps_the_queue(desk, more, urgent) -> None:
    client = Client()
    when = {"paper": more.get("paper", "none")} | {k: v for k, v in more.items() if k.endswith("_on")}
    whole(client, {"what": "Nə isə", "triggers": more.get("triggers", [])}, *TELL[1:3], when, TELL[4])
    assert Case.objects.get().urgent is urgent
    assert "tel:" in client.get("/komek/yazin/oldu/").content.decode() or not urgent


def comes_back(code: str, **more: str) -> Client:
    client = Client()
    assert client.post("/komek/davam/", {"code": code, **more}).status_code == 302
    return client


@pytest.mark.django_db(transaction=True)
def test_the_code_opens_the_thread_takes_words_and_files_is_changed_and_erases(desk) -> None:
    code = whole(Client())
    typed = code.lower().replace("0", "o").replace("1", "l").replace("-", "  ")
    client = comes_back(typed)
    sent = {
        "text": f"əlavə {WORD}",
        "files": [SimpleUploadedFile(f"{WORD}.pdf", WORD.encode() * 500)],
        "once": "a",
    }
    for _ in range(2):
        client.post(
            "/komek/davam/", {**sent, "files": [SimpleUploadedFile(f"{WORD}.pdf", WORD.encode() * 500)]}
        )
    page = client.get("/komek/davam/").content.decode()
    assert page.count(f"əlavə {WORD}") == 1 and WORD not in everything()
    path = re.search(r"/komek/davam/fayl/\w+/", page)[0]
    assert b"".join(client.get(path).streaming_content) == WORD.encode() * 500
    fresh = CODE.search(client.post("/komek/davam/kod/").content.decode())[1]
    assert Client().post("/komek/davam/", {"code": code}).status_code == 422
    client = comes_back(fresh)
    assert client.post("/komek/davam/silin/", {}).status_code == 422 and Case.objects.exists()
    assert client.post("/komek/davam/silin/", {"sure": "on"}).status_code == 200
    assert not Case.objects.exists() and not Sealed.objects.exists() and not Receipt.objects.exists()
    assert Tombstone.objects.get().reason == "client"


def bare(response) -> bytes:
    """A page without what is random in each."""
    return re.sub(rb'(name="csrfmiddlewaretoken" value|nonce|value)="[^"]*"', b"", response.content)


@pytest.mark.one_engine
def test_wrong_and_erased_codes_are_told_the_same_and_10000_guesses_lock_nobody_out(
    desk, django_assert_num_queries
) -> None:
    erased = whole(Client())
    comes_back(erased).post("/komek/davam/silin/", {"sure": "on"})
    live = whole(Client())
    other = codes.secret_code(secrets.token_bytes(12))
    with django_assert_num_queries(1):
        one = Client().post("/komek/davam/", {"code": erased})
    with django_assert_num_queries(1):
        two = Client().post("/komek/davam/", {"code": other})
    assert bare(one) == bare(two) and one.status_code == two.status_code == 422
    client = Client(enforce_csrf_checks=False)
    for _ in range(300):
        assert (
            client.post("/komek/davam/", {"code": codes.secret_code(secrets.token_bytes(12))}).status_code
            == 422
        )
    assert comes_back(live).get("/komek/davam/").status_code == 200


@pytest.mark.one_engine
def test_ten_thousand_guesses_find_nothing_and_96_of_100_typos_are_told_to_be_typos(desk) -> None:
    from icma.legalaid.keeping import ring_of_code

    code = whole(Client())
    assert all(
        ring_of_code(codes.secret_code(secrets.token_bytes(12)), rings.AT) is None for _ in range(10_000)
    )
    plain, found = codes.normalise(code), 0
    tries = [(at, symbol) for at in range(20) for symbol in codes.ALPHABET if symbol != plain[at]]
    for at, symbol in tries:
        found += codes.is_typo(plain[:at] + symbol + plain[at + 1 :])
    assert found / len(tries) >= 0.96


def test_what_was_never_sent_is_erased_after_a_day_and_what_was_sent_stays(desk, at) -> None:
    whole(Client())
    tells(Client(), *TELL[:3])
    assert Case.objects.count() == 2
    assert clear_unended(at + timedelta(hours=3)) == 0
    assert clear_unended(at + timedelta(days=2)) == 1
    assert Case.objects.count() == 1 and not Tombstone.objects.exists()


def test_without_a_reception_nothing_is_taken_in(country, cast) -> None:
    page = Client().get("/komek/yazin/1/").content.decode()
    assert "<textarea" not in page
    assert Client().post("/komek/yazin/1/", TELL[0]).status_code == 422 and not Case.objects.exists()


def test_pages_in_three_languages_leave_no_word_in_titles_and_have_a_way_off(desk) -> None:
    for prefix in ("", "/ru", "/en"):
        client = Client()
        titles = set()
        for n, values in enumerate(TELL, 1):
            page = client.get(f"{prefix}/komek/yazin/{n}/").content.decode()
            assert "data-exit" in page and len(page) < 60_000
            titles.add(re.search("<title>(.*?)</title>", page)[1])
            tells(client, *TELL[:n], prefix=prefix) if n == 1 else client.post(
                f"{prefix}/komek/yazin/{n}/", values
            )
        assert len(titles) == 1


def test_dates_are_plain_days(desk) -> None:
    client = Client()
    tells(client, *TELL[:3], {"paper": "decision", "served_on": "2026-03-02"})
    assert date(2026, 3, 2).isoformat() in client.get("/komek/yazin/4/").content.decode()


def test_the_quick_way_out_leaves_nothing_open_on_a_shared_telephone(desk, django_assert_num_queries) -> None:
    """Half way through the screens and in the thread: whoever goes back to the page finds a question for the code."""
    writing, reading = Client(), comes_back(whole(Client()))
    tells(writing, *TELL[:2])
    assert WORD in writing.get("/komek/yazin/1/").content.decode()
    assert WORD in reading.get("/komek/davam/").content.decode()
    for client, page in ((writing, "/komek/yazin/1/"), (reading, "/komek/davam/")):
        way = re.search(r'href="([^"]+)"[^>]* data-exit', client.get(page).content.decode())[1]
        with django_assert_num_queries(0):  # a locked database keeps nobody here
            out = client.get(way)
        assert (out.status_code, out["Location"]) == (302, AWAY) and "no-store" in out["Cache-Control"]
        again = client.get(page)
        assert again.status_code == 200 and WORD not in again.content.decode()
    assert reading.get("/komek/davam/kod/").status_code == 302


def tapped_twice(client: Client, page: str, values: dict) -> tuple[str, str]:
    """Two taps on a slow line: both are answered, the browser keeps the second answer and never gets the first cookie."""
    first = Client()
    first.cookies.load(dict(client.cookies.items()))
    shown = [one.post(page, values).content.decode() for one in (first, client)]
    return tuple(CODE.search(html)[1] for html in shown)


def test_who_taps_twice_on_a_slow_telephone_keeps_what_was_told_and_gets_the_code_that_is_shown(
    desk, at
) -> None:
    client = Client()
    tells(client, *TELL)
    lost, kept = tapped_twice(client, "/komek/yazin/kod/", {"do": "show"})
    assert client.post("/komek/yazin/kod/", {"code": lost}).status_code == 422
    assert client.post("/komek/yazin/kod/", {"code": kept}).status_code == 302
    assert Receipt.objects.count() == 1, "nothing of the other codes is left"
    thief = comes_back(kept)  # somebody has seen the paper and is in
    gone, new = tapped_twice(client, "/komek/davam/kod/", {})
    assert WORD in client.get("/komek/davam/").content.decode()
    assert (
        thief.get("/komek/davam/").status_code == 200
        and WORD not in thief.get("/komek/davam/").content.decode()
    )
    for code in (lost, kept, gone):
        assert Client().post("/komek/davam/", {"code": code}).status_code == 422
    assert comes_back(new).get("/komek/davam/").status_code == 200
    clear(at=at + timedelta(hours=1))
    assert Receipt.objects.count() == 1


def test_who_taps_twice_on_erase_is_not_told_that_nothing_was_saved(desk) -> None:
    client = comes_back(whole(Client()))
    first = Client()
    first.cookies.load(dict(client.cookies.items()))
    assert first.post("/komek/davam/silin/", {"sure": "on"}).status_code == 200
    page = client.post("/komek/davam/silin/", {"sure": "on"}).content.decode()
    assert "silinib" in page and "heç nə yadda" not in page and "Kilidi" not in page


def test_a_changed_code_is_typed_back_and_a_slip_of_the_pen_is_told_while_another_can_be_had(desk) -> None:
    client = comes_back(whole(Client()))
    page = client.post("/komek/davam/kod/").content.decode()
    wrong = client.post("/komek/davam/kod/", {"code": codes.secret_code(secrets.token_bytes(12))})
    assert (
        wrong.status_code == 422 and "Yeni kod göstərin" in wrong.content.decode() and 'name="code"' in page
    )
    fresh = CODE.search(client.post("/komek/davam/kod/").content.decode())[1]
    right = client.post("/komek/davam/kod/", {"code": fresh.lower()})
    assert right.status_code == 302 and right["Location"].endswith("/komek/davam/")
    comes_back(fresh)


def test_who_has_sent_a_file_reads_that_it_came_and_that_no_answer_is_there_yet(desk) -> None:
    urgent = [{"what": WORD, "triggers": ["violence"]}, *TELL[1:]]
    for tell, waits in ((TELL, "Hələ cavab yoxdur"), (urgent, "Növbəmizdə birincidir")):
        client = Client()
        tells(client, *tell)
        files = {"papers": "", "files": [SimpleUploadedFile("qərar.pdf", WORD.encode() * 99)]}
        assert client.post("/komek/yazin/3/", files).status_code == 302
        assert "qərar.pdf" in client.get("/komek/yazin/3/").content.decode()
        client.post("/komek/yazin/kod/", {"code": shown(client)})
        sent = client.get("/komek/yazin/oldu/").content.decode()
        assert ("İki-üç gündən sonra" in sent) == (tell is TELL) and ('href="tel:112"' in sent) == (
            tell is urgent
        )
        page = client.get("/komek/davam/").content.decode()
        assert waits in page and "qərar.pdf" in page


def test_what_is_refused_to_who_came_for_help_has_the_quick_way_out(desk) -> None:
    large = Client().post(
        "/komek/davam/", data=b"x", content_type="multipart/form-data", CONTENT_LENGTH="99000000"
    )
    closed = Client().post("/komek/davam/silin/", {"sure": "on"})
    forged = Client(enforce_csrf_checks=True).post("/komek/davam/", {"code": "x"})
    nothing, broken = (
        Client().get("/komek/davam/yoxdur/"),
        server_error(RequestFactory().post("/komek/davam/")),
    )
    for page, status in ((large, 413), (closed, 409), (forged, 403), (nothing, 404), (broken, 500)):
        text = page.content.decode()
        assert (
            page.status_code == status
            and "data-exit" in text
            and "icma.js" in text
            and "/petisiyalar/" not in text
        )
    assert "data-exit" not in Client().get("/yoxdur/").content.decode()
    assert (
        "/petisiyalar/" not in Client().get("/komek/yazin/1/").content.decode()
    )  # nor a way to lose what was typed
