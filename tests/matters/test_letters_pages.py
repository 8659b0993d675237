"""The wizard and the letter's page, as a coordinator uses them: forms, refusals, paper."""

import contextlib
import glob
import secrets
import tempfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from icma.core.action import Refused
from icma.core.day import legal_day, moment
from icma.core.models import Code
from icma.core.words import date_words
from icma.law import book as law_book
from icma.law.book import book
from icma.law.certainty import wording
from icma.law.letters import letter_text
from icma.law.models import Rule
from icma.matters.actions.clocks import confirm_silence
from icma.matters.actions.incoming import record_answer, record_unconsidered
from icma.matters.actions.letters import mark_sent, register
from icma.matters.actions.officials import DAYS
from icma.matters.compose import paper
from icma.matters.compose.text import Parts, asked_in, compose
from icma.matters.models import Clock, Letter
from icma.matters.views.letterpage import letter_words
from icma.people.models import Authority
from tests.matters.letters_kit import REGISTERED, SENT, came, drafted, photo, registered, sent, taken

pytestmark = pytest.mark.django_db
# New at every run, so that nothing else in the temporary folder can hold them by chance.
MARK = secrets.token_hex(8)
NAME, STREET = f"Kanarya{MARK} Nümunəzadə", f"Küçə{MARK} 7"


def wish(**more) -> dict[str, str]:
    given = {
        "sender": "community", "wish": "common", "facts": "Su gəlmir.", "demand": "Suyu verin.",
        "authority": "WATER001", "about": "", "find": "",
    }  # fmt: skip
    return given | more


def url(name: str, letter: Letter) -> str:
    return reverse(name, args=[letter.matter.code, letter.code])


@pytest.fixture
def coordinator(client_as):
    return client_as("coordinator")


def test_only_those_who_lead_the_matter_reach_the_wizard(country, cast, at, client_as):
    matter = taken(country, at)
    page = reverse("letter_new", args=[matter.code])
    assert client_as("coordinator").get(page).status_code == 200
    assert client_as("officer").get(page).status_code == 200
    for who in ("resident", "moderator", "official", "lawyer"):
        assert client_as(who).get(page).status_code == 404
    assert Client().get(page).status_code == 302


def test_whoever_is_sued_is_the_respondent_and_not_complained_of(
    country, cast, at, coordinator, standing_court
):
    """The last step of the ladder, from its button to the draft's own page."""
    letter = registered(country, cast, at)
    record_answer(
        letter=letter, answer="refusal", came=came(date(2026, 4, 10)), at=timezone.now(), by=cast.coordinator
    )
    page = reverse("letter_new", args=[letter.matter.code])
    first = coordinator.get(page, {"follows": letter.code, "wish": "claim"}).content.decode()
    assert standing_court.name_az in first  # only courts are offered
    given = wish(wish="claim", authority=standing_court.code, follows=letter.code)
    second = coordinator.post(page, given | {"step": "compose"})
    text = second.content.decode()
    assert "Cavabdeh: Nümunə Su İdarəsi" in text and "Şikayət edilən" not in text
    kept = {name: second.context["form"][name].value() for name in ("subject", "body")}
    draft = coordinator.post(
        page, given | kept | {"step": "keep", "once": "k" * 32}, follow=True
    ).content.decode()
    assert "<dt>Cavabdeh</dt>" in draft and "Şikayət edilən" not in draft


@pytest.fixture
def standing_court(country) -> Authority:
    return Authority.objects.create(
        code="COURT001", kind="court", name_az="Nümunə İnzibati Məhkəməsi", name_en="c", name_ru="c", source="nümunə",
        search_text="nümunə", sort_key="nümunə",
    )  # fmt: skip


def test_from_the_first_page_to_a_draft(country, cast, at, coordinator):
    matter = taken(country, at)
    page = reverse("letter_new", args=[matter.code])
    second = coordinator.post(page, wish(step="compose"))
    assert second.status_code == 200
    body = second.context["form"]["body"].value()
    assert "Suyu verin." in body
    assert [due.rule for due in second.context["dues"]] == ["appeal.general"]
    assert not Letter.objects.exists()
    keep = wish(step="keep", subject="Ərizə: su", body=body, address="", once="k1")
    for _ in range(4):  # four quick taps
        done = coordinator.post(page, keep)
    letter = Letter.objects.get()
    assert done.url == url("letter", letter)
    assert (letter.kind, letter.rule, letter.stage) == ("application", "appeal.general", "draft")
    assert coordinator.get(done.url).status_code == 200


def test_going_back_keeps_what_was_typed(country, at, coordinator):
    matter = taken(country, at)
    back = coordinator.post(reverse("letter_new", args=[matter.code]), wish(step="back", demand="Öz sözüm"))
    assert "Öz sözüm" in back.content.decode()
    assert not back.context["form"].errors


def test_looking_for_a_body_by_name_without_diacritics(country, at, coordinator):
    matter = taken(country, at)
    found = coordinator.post(
        reverse("letter_new", args=[matter.code]), wish(step="find", find="icra hakimiyyeti", authority="")
    )
    assert found.context["found"] == [country.executive]
    assert "EXEC0001" in found.content.decode()
    assert 'formaction="#id_find"' in found.content.decode()  # one comes back to what was found


def test_a_complaint_goes_to_the_higher_body_by_itself(country, at, coordinator):
    matter = taken(country, at)
    page = reverse("letter_new", args=[matter.code])
    second = coordinator.post(page, wish(step="compose", wish="complaint", authority="", about="WATER001"))
    assert second.context["authority"] == country.superior
    assert len(second.context["dues"]) == 2
    same = coordinator.post(
        page, wish(step="compose", wish="complaint", authority="WATER001", about="WATER001")
    )
    assert same.context["form"].non_field_errors() and "Nümunə Nazirliyi" in same.content.decode()


def test_a_closed_body_is_refused_on_the_page_and_nothing_typed_is_lost(country, at, coordinator):
    country.water.until = date(2026, 3, 1)
    country.water.save()
    matter = taken(country, at)
    again = coordinator.post(
        reverse("letter_new", args=[matter.code]), wish(step="compose", facts="Mənim sözlərim")
    )
    assert again.context["form"].non_field_errors()
    assert "Mənim sözlərim" in again.content.decode()


@pytest.mark.parametrize(
    "bad",
    [
        {"facts": ""},
        {"demand": "x" * 2001},
        {"authority": "NOSUCH00"},
        {"wish": "nothing"},
        {"sender": "union"},
        {"authority": ""},
    ],
)
def test_bad_first_pages_are_told_what_is_wrong(country, at, coordinator, bad):
    matter = taken(country, at)
    again = coordinator.post(reverse("letter_new", args=[matter.code]), wish(step="compose", **bad))
    assert again.status_code == 422 and again.context["form"].errors


def test_script_in_every_field_stays_text(country, at, coordinator):
    matter = taken(country, at, title="<script>alert(1)</script>")
    evil = "<script>alert(2)</script>"
    page = coordinator.post(
        reverse("letter_new", args=[matter.code]), wish(step="compose", facts=evil, demand=evil)
    )
    assert "<script>alert" not in page.content.decode()


def test_without_the_csrf_token_nothing_is_written(country, cast, at):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.coordinator, backend="django.contrib.auth.backends.ModelBackend")
    letter = drafted(country, cast, at)
    assert client.post(url("letter_sent", letter), {"channel": "post", "on": "2026-03-12"}).status_code == 403
    assert Letter.objects.get().stage == "draft"


def test_a_letter_under_another_matters_address_is_nowhere(country, cast, at, coordinator):
    letter = drafted(country, cast, at)
    other = taken(country, at, "TAKEN002")
    assert coordinator.get(reverse("letter", args=[other.code, letter.code])).status_code == 404


def test_sent_and_registered_through_the_forms(country, cast, at, coordinator):
    letter = drafted(country, cast, at)
    proof = SimpleUploadedFile("qebz.jpg", photo())
    done = coordinator.post(
        url("letter_sent", letter), {"channel": "post", "on": "2026-03-12", "proof": proof, "once": "a"}
    )
    assert done.status_code == 302
    early = coordinator.post(
        url("letter_registered", letter), {"number": "12", "on": "2026-03-11", "once": "b"}
    )
    assert early.status_code == 422 and early.context["form"].non_field_errors()
    assert 'value="12"' in early.content.decode()
    assert (
        coordinator.post(
            url("letter_registered", letter), {"number": "12", "on": "2026-03-13", "once": "c"}
        ).status_code
        == 302
    )
    assert Clock.objects.get(letter=letter).due_on == date(2026, 4, 14)
    assert "2026-04-14" in coordinator.get(url("letter", letter)).content.decode()


def test_a_stale_form_is_told_so(country, cast, at, coordinator):
    letter = sent(country, cast, at)
    again = coordinator.post(url("letter_sent", letter), {"channel": "hand", "on": "2026-03-12", "once": "z"})
    assert again.status_code == 422 and again.context["form"].non_field_errors()
    assert Letter.objects.get().channel == "post"


def test_a_file_that_is_not_what_it_says_is_refused(country, cast, at, coordinator):
    letter = drafted(country, cast, at)
    fake = SimpleUploadedFile(
        "qebz.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "image/jpeg"
    )
    again = coordinator.post(
        url("letter_sent", letter), {"channel": "post", "on": "2026-03-12", "proof": fake, "once": "f"}
    )
    assert again.context["form"].non_field_errors()
    assert Letter.objects.get().stage == "draft"


def test_everything_that_can_come_is_entered_through_one_form(country, cast, at, coordinator):
    base = {
        "step": "keep",
        "dated_on": "2026-03-16",
        "received_on": "2026-03-17",
        "number": "5",
        "summary": "Cavab",
    }
    for n, (what, more, stage) in enumerate([
        ("substance", {}, "answered"), ("promise", {"promised_on": "2026-06-01"}, "answered"),
        ("extension", {}, "registered"),
        ("forwarded", {"to": "EXEC0001"}, "forwarded"), ("unconsidered", {}, "returned"),
    ]):  # fmt: skip
        letter = registered(country, cast, at, matter=taken(country, at, f"TAKEN1{n:02d}"))
        page = url("letter_incoming", letter)
        assert coordinator.get(page).status_code == 200
        assert coordinator.post(page, base | more | {"what": what, "once": f"w{n}"}).status_code == 302, what
        assert Letter.objects.get(pk=letter.pk).stage == stage
        assert coordinator.get(url("letter", letter)).status_code == 200
        reply = Letter.objects.get(answers=letter, direction="in")
        assert coordinator.get(url("letter", reply)).status_code == 200


@pytest.mark.parametrize(
    "what,field", [("promise", "promised_on"), ("forwarded", "to"), ("registration", "reg_on")]
)
def test_what_a_kind_needs_is_asked_for(country, cast, at, coordinator, what, field):
    letter = sent(country, cast, at)
    again = coordinator.post(
        url("letter_incoming", letter),
        {"step": "keep", "what": what, "dated_on": "2026-03-16", "received_on": "2026-03-16"},
    )
    assert field in again.context["form"].errors


def test_the_ladder_leads_to_the_next_letter(country, cast, at, coordinator):
    letter = registered(country, cast, at)
    address = reverse("letter_new", args=[letter.matter.code])
    given = wish(
        step="keep", wish="complaint", authority="", about="", follows=letter.code, subject="Şikayət",
        body="Mətn", address="",
    )  # fmt: skip
    page = coordinator.get(f"{address}?follows={letter.code}&wish=complaint")
    assert page.context["follows"] == letter
    # Nobody has asked yet whether an answer came: the page says so, and keeps nothing.
    assert page.context["ask_first"] and url("silence", letter) in page.content.decode()
    assert coordinator.post(address, given).status_code == 422 and not Letter.objects.filter(kind="complaint")
    now = timezone.now()
    confirm_silence(letter=letter, on=legal_day(now), at=now, by=cast.coordinator)
    page = coordinator.get(f"{address}?follows={letter.code}&wish=complaint")
    assert not page.context["ask_first"] and "yazılı cavab" in page.context["form"]["demand"].value()
    kept = coordinator.post(address, given)
    assert kept.status_code == 302
    complaint = Letter.objects.get(kind="complaint")
    assert (complaint.follows, complaint.about, complaint.authority) == (
        letter,
        country.water,
        country.superior,
    )


def test_what_is_half_written_stays_in_the_browser_step_by_step_and_goes_once_it_is_kept(
    country, cast, at, coordinator
):
    letter = registered(country, cast, at)
    address = reverse("letter_new", args=[letter.matter.code])
    keys = set()
    for query in ("", f"?follows={letter.code}&wish=reminder", f"?follows={letter.code}&wish=information"):
        key = coordinator.get(address + query).context["draft_key"]
        assert f'data-draft="{key}"' in coordinator.get(address + query).content.decode()
        keys.add(key)
    assert len(keys) == 3
    given = wish(step="keep", subject="Ərizə", body="Mətn", address="")
    first = coordinator.post(address, given | {"body": ""}).content.decode()
    assert "data-draft-done" not in first  # an error clears nothing
    kept = coordinator.post(address, given, follow=True)
    assert f'data-draft-done="letter-{letter.matter.code}--"' in kept.content.decode()
    later = coordinator.get(kept.request["PATH_INFO"]).content.decode()
    assert "data-draft-done" not in later  # looking at it again clears nothing that was begun meanwhile


def test_a_step_is_not_written_before_it_opens(country, cast, at, coordinator):
    now = timezone.now()
    letter = drafted(country, cast, at)
    mark_sent(letter=letter, channel="post", on=legal_day(now), at=now, by=cast.coordinator)
    address = reverse("letter_new", args=[letter.matter.code])
    given = wish(
        step="keep", wish="complaint", authority="", about="", follows=letter.code, subject="Şikayət", body="Mətn",
        address="",
    )  # fmt: skip
    # Not registered: a complaint has no ground at all, and is not offered.
    page = coordinator.get(f"{address}?follows={letter.code}&wish=complaint")
    assert [name for name, _ in page.context["form"].fields["wish"].choices] == ["reminder"]
    assert coordinator.post(address, given).context["form"].errors["wish"]
    register(letter=letter, number="1", on=legal_day(now), at=now, by=cast.coordinator)
    page = coordinator.get(f"{address}?follows={letter.code}&wish=complaint")
    assert page.context["early"].key == "complaint" and "hələ tezdir" in page.content.decode()
    refused = coordinator.post(address, given)
    assert refused.status_code == 422 and "hələ tezdir" in str(refused.context["form"].errors)
    with pytest.raises(Refused, match="hələ tezdir"):  # nor by any other way
        drafted(
            country,
            cast,
            now,
            matter=letter.matter,
            kind="reminder",
            follows=letter,
            rule="",
            subject="X",
            body="Y",
        )
    assert Letter.objects.filter(direction="out").count() == 1


def test_a_letter_to_which_nothing_follows_leads_back_and_shows_no_form(country, cast, at, coordinator):
    letter = sent(country, cast, at, kind="reminder", rule="")
    register(letter=letter, number="7", on=SENT, at=at, by=cast.coordinator)
    page = coordinator.get(reverse("letter_new", args=[letter.matter.code]) + f"?follows={letter.code}")
    assert "data-draft=" not in page.content.decode() and url("letter", letter) in page.content.decode()


@pytest.mark.parametrize(("days", "offered"), [(-1, False), (0, False), (1, True)])
def test_asked_and_nothing_came_is_offered_from_the_day_after_the_term(
    country, cast, at, coordinator, days, offered
):
    letter, today = registered(country, cast, at), legal_day(timezone.now())
    Clock.objects.filter(letter=letter).update(due_on=today - timedelta(days=days), latest_on=today)
    for name in ("letter", "clock"):
        page = coordinator.get(url(name, letter)).content.decode()
        assert (url("silence", letter) in page.split('class="queue"')[0]) == offered, name
    if offered:
        confirm_silence(letter=letter, on=today, at=timezone.now(), by=cast.coordinator)
        page = coordinator.get(url("clock", letter)).content.decode()
        assert url("silence", letter) not in page  # once a day is enough


def test_a_letters_page_names_no_safe_day_that_is_past(country, cast, at, coordinator):
    letter = registered(country, cast, at)
    for item in coordinator.get(url("letter", letter)).context["rungs"]:
        rung, today = item["rung"], legal_day(timezone.now())
        if rung.safe_on and rung.safe_on < today:
            assert date_words(rung.safe_on) not in item["days"]
        if rung.last_on and rung.last_on < today:
            assert date_words(rung.last_on) not in item["days"] or "bitib" in item["days"]
            assert item["other"] == ""
    soon = letter_words(letter, cast.who("coordinator"), moment(date(2026, 4, 20)))["rungs"]
    complaint = next(item for item in soon if item["rung"].key == "complaint")
    assert date_words(complaint["rung"].safe_on) in complaint["days"]
    assert date_words(complaint["rung"].last_other_on) not in complaint["days"]
    assert complaint["rung"].other_if in complaint["other"]
    assert date_words(complaint["rung"].last_other_on) in complaint["other"]
    late = letter_words(letter, cast.who("coordinator"), moment(complaint["rung"].last_on))["rungs"]
    complaint = next(item for item in late if item["rung"].key == "complaint")
    assert complaint["rung"].safe_on < complaint["rung"].last_on
    assert date_words(complaint["rung"].safe_on) not in complaint["days"]
    over = letter_words(
        letter, cast.who("coordinator"), moment(complaint["rung"].last_on + timedelta(days=1))
    )
    complaint = next(item for item in over["rungs"] if item["rung"].key == "complaint")
    for words in (
        complaint["rung"].last_on,
        complaint["rung"].safe_other_on,
        complaint["rung"].last_other_on,
    ):
        assert date_words(words) in complaint["days"]
    assert complaint["rung"].other_if in complaint["days"] and complaint["other"] == ""


def test_the_text_file_holds_the_body_alone(country, cast, at, coordinator):
    letter = drafted(country, cast, at)
    got = coordinator.get(url("letter_text", letter))
    assert got.content.decode() == letter.body
    assert got["Content-Disposition"].startswith("attachment") and got["X-Content-Type-Options"] == "nosniff"


# --- the paper ---------------------------------------------------------------------------------------
def _everywhere(needle: str) -> list[str]:
    """Tables, files and folders that hold the canary."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [table for row in cursor.fetchall() if needle in repr(row)]
    recent = timezone.now().timestamp() - 120
    places = [*glob.glob(str(settings.HOME / "**"), recursive=True), *glob.glob(tempfile.gettempdir() + "/*")]
    for path in map(Path, places):
        # what others keep beside it comes and goes, and is not always for us to read
        with contextlib.suppress(FileNotFoundError, PermissionError):
            told = path.stat()
            if path.is_file() and told.st_mtime > recent and told.st_size < 20_000_000:
                found += [str(path)] if needle.encode() in path.read_bytes() else []
    return found


@pytest.mark.parametrize("make", ["pdf", "page"])
def test_name_and_address_go_onto_the_paper_and_stay_nowhere(country, cast, at, coordinator, caplog, make):
    letter = drafted(country, cast, at, sender="resident")
    caplog.set_level("DEBUG")
    got = coordinator.post(url("letter_print", letter), {"name": NAME, "address": STREET, "make": make})
    assert got.status_code == 200
    if make == "pdf":
        import io

        from pypdf import PdfReader

        assert got["Content-Type"] == "application/pdf"
        text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(got.content)).pages)
        assert "Nümunəzadə" in text and "Suyun verilməsini" in text
    else:
        assert NAME in got.content.decode()
    assert "no-store" in got["Cache-Control"]
    coordinator.post(
        url("letter_print", letter), {"name": NAME, "address": "", "make": make}
    )  # an error keeps nothing either
    assert _everywhere(MARK) == []
    assert MARK not in caplog.text and MARK not in repr(dict(coordinator.session))
    assert not Code.objects.filter(purpose="official").exists()


def test_a_communitys_print_bears_a_code_that_opens_that_letter_alone(country, cast, at, coordinator):
    letter = drafted(country, cast, at, with_qr=True)
    page = coordinator.post(
        url("letter_print", letter), {"name": NAME, "address": STREET, "with_code": "on", "make": "page"}
    ).content.decode()
    code = Code.objects.get(purpose="official")
    assert code.subject == f"letter:{letter.code}"
    assert "/cavab/" in page and "data:image/svg+xml" in page and f"/m/{letter.matter.code}" in page


def test_of_several_people_each_signs_for_himself(country, cast, at, coordinator):
    letter = drafted(country, cast, at, sender="several")
    names = "Nümunə Birinci\n\n  Nümunə İkinci \n"
    page = coordinator.post(url("letter_print", letter), {"name": names, "address": STREET, "make": "page"})
    signs = [line for line in page.content.decode().splitlines() if "İmza:" in line]
    assert len(signs) == 2 and "Nümunə Birinci" in signs[0] and "Nümunə İkinci" in signs[1]
    page = coordinator.post(
        url("letter_print", letter), {"name": "Nümunə Tək", "address": STREET, "make": "page"}
    )
    signs = [line for line in page.content.decode().splitlines() if "İmza:" in line]
    assert len(signs) == 1 and "Tək" not in signs[0]


def test_the_paper_says_how_long_its_code_holds(country, cast, at, coordinator):
    given = {"name": NAME, "address": STREET, "with_code": "on", "make": "page"}
    page = coordinator.post(url("letter_print", drafted(country, cast, at)), given).content.decode()
    assert f"Kod ({DAYS} gün qüvvədədir)" in page
    kept = Code.objects.get(purpose="official")
    assert (kept.expires_at - timezone.now()).days in (DAYS - 1, DAYS)


def test_where_the_pdf_library_is_incomplete_the_page_says_what_to_install(
    country, cast, at, coordinator, monkeypatch
):
    def missing(html: str) -> bytes:
        raise paper.NoPango

    monkeypatch.setattr(paper, "pdf", missing)
    letter = drafted(country, cast, at)
    got = coordinator.post(url("letter_print", letter), {"name": NAME, "address": STREET, "make": "pdf"})
    assert got.status_code == 200 and "Pango" in got.content.decode()
    assert NAME in got.content.decode()


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/pixel.png", "file:///etc/hostname"])
def test_a_letter_loads_nothing_from_elsewhere(address):
    with pytest.raises(ValueError):
        paper.only_data()(address)


def test_scans_go_through_their_door_alone(country, cast, at, client_as):
    from icma.matters.actions.letters import mark_sent

    letter = mark_sent(
        letter=drafted(country, cast, at), channel="post", on=SENT, proof=photo(), at=at, by=cast.coordinator
    )
    for who, status in (
        ("coordinator", 200),
        ("officer", 200),
        ("resident", 404),
        ("official", 404),
        ("stranger", 302),
    ):
        got = client_as(who).get(url("letter_scan", letter))
        assert got.status_code == status, who
    got = client_as("officer").get(url("letter_scan", letter))
    assert got["Content-Disposition"].startswith("attachment") and "no-store" in got["Cache-Control"]
    assert Client().get(url("letter_copy", letter)).status_code == 404


def test_the_letters_page_costs_the_same_for_one_reply_and_three(
    country, cast, at, coordinator, django_assert_max_num_queries
):
    from django.test.utils import CaptureQueriesContext

    from icma.matters.actions.incoming import record_answer
    from tests.matters.letters_kit import came, later

    letter = registered(country, cast, at)
    counts = []
    for n in range(3):
        record_answer(
            letter=Letter.objects.get(pk=letter.pk),
            answer="formal",
            came=came(date(2026, 3, 20 + n)),
            at=later(2026, 4, 1),
            by=cast.coordinator,
        )
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert coordinator.get(url("letter", letter)).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[2]


def test_the_next_letter_looks_at_the_answer_not_at_a_later_extension(country, cast, at, coordinator):
    from icma.matters.actions.incoming import keep_incoming, record_answer
    from tests.matters.letters_kit import came, later

    now = later(2026, 5, 1)
    letter = registered(country, cast, at)
    record_answer(
        letter=letter, answer="formal", came=came(date(2026, 4, 1), number="31"), at=now, by=cast.coordinator
    )
    keep_incoming(letter=letter, answer="extension", came=came(date(2026, 4, 9)), at=now, by=cast.coordinator)
    page = reverse("letter_new", args=[letter.matter.code])
    second = coordinator.post(page, wish(step="compose", wish="reminder", follows=letter.code, authority=""))
    assert second.context["text"].key == "reminder.formal"
    assert "Cavabın nömrəsi: 31" in second.context["form"]["body"].value()


def test_the_search_for_the_canary_would_find_it(country, cast, at):
    drafted(country, cast, at, body=f"Mətn {MARK}")
    assert _everywhere(MARK) == ["matters_letter"]


def test_a_letter_that_is_written_again_asks_what_it_asked_and_what_remains_is_left_to_its_writer(
    country, cast, at, coordinator
):
    body = compose(
        letter_text("application"), "appeal.general",
        Parts(taken(country, at, "AGAIN001"), country.water, "community", "Su gəlmir.", "Suyu verin.\n\nTəmir edin.", SENT),
        book(),
    ).body  # fmt: skip
    letter = registered(country, cast, at, body=body)
    address = reverse("letter_new", args=[letter.matter.code])
    record_unconsidered(letter=letter, came=came(REGISTERED), at=at, by=cast.coordinator)
    form = coordinator.get(f"{address}?follows={letter.code}&wish=again").context["form"]
    assert form["demand"].value() == "Suyu verin.\n\nTəmir edin."
    assert asked_in("Başqa sözlərlə yazılıb.") == ""
    other = registered(country, cast, at, matter=taken(country, at, "REST0001"))
    record_answer(letter=other, answer="partly", came=came(REGISTERED), at=at, by=cast.coordinator)
    address = reverse("letter_new", args=[other.matter.code])
    assert (
        coordinator.get(f"{address}?follows={other.code}&wish=rest").context["form"]["demand"].value() == ""
    )


def test_where_only_one_body_can_get_it_it_is_chosen(country, cast, at, coordinator):
    letter = registered(country, cast, at)
    now = timezone.now()
    confirm_silence(letter=letter, on=legal_day(now), at=now, by=cast.coordinator)
    Authority.objects.create(
        code="OMBUDS01",
        kind="ombudsman",
        name_az="Nümunə Müvəkkil",
        source="nümunə",
        search_text="x",
        sort_key="x",
    )
    address = reverse("letter_new", args=[letter.matter.code])
    page = coordinator.get(f"{address}?follows={letter.code}&wish=ombudsman")
    assert page.context["form"]["authority"].value() == "OMBUDS01"
    assert '<option value="OMBUDS01" selected>' in page.content.decode()


def test_a_copy_of_a_sent_letter_bears_the_day_on_which_it_went(country, cast, at, coordinator):
    given = {"name": NAME, "address": STREET, "make": "page"}
    page = coordinator.post(url("letter_print", sent(country, cast, at)), given).content.decode()
    assert f"Tarix: {SENT:%d.%m.%Y}" in page
    page = coordinator.post(
        url("letter_print", drafted(country, cast, at, matter=taken(country, at, "TODAY001"))), given
    )
    assert f"Tarix: {legal_day(timezone.now()):%d.%m.%Y}" in page.content.decode()


def test_a_draft_that_an_answer_has_overtaken_says_so(country, cast, at, coordinator):
    letter = registered(country, cast, at)
    now = timezone.now()
    confirm_silence(letter=letter, on=legal_day(now), at=now, by=cast.coordinator)
    complaint = drafted(
        country, cast, now, matter=letter.matter, kind="complaint", authority=country.superior, about=country.water,
        follows=letter, rule="adm.complaint.decision",
    )  # fmt: skip
    assert "Bu müddətdə cavab gəlib" not in coordinator.get(url("letter", complaint)).content.decode()
    record_answer(
        letter=letter, answer="formal", came=came(REGISTERED), at=timezone.now(), by=cast.coordinator
    )
    assert "Bu müddətdə cavab gəlib" in coordinator.get(url("letter", complaint)).content.decode()


def test_a_draft_whose_accusation_is_no_longer_covered_says_so_before_it_is_printed(
    country, cast, at, coordinator
):
    """Written while an advocate's signature stood; then the rule was changed and nobody has signed it."""
    said = "Bu, artıq deyilə bilməz"
    letter = registered(country, cast, at, rule="adm.decision")
    now, on = timezone.now(), {"signed_by": "Nümunə", "signed_on": date(2026, 1, 1)}
    clock = letter.clocks.get()
    confirm_silence(letter=letter, on=legal_day(now), at=now, by=cast.coordinator)
    Rule.objects.filter(key="adm.decision").update(**on)
    law_book._book.cache_clear()
    try:
        sentence = wording(law_book.book(), "adm.decision", "az", clock.latest_on).sentence
        draft = drafted(
            country, cast, now, matter=letter.matter, kind="reminder", rule="", follows=letter,
            body=f"Salam.\n{sentence}\nXahiş edirik.",
        )  # fmt: skip
        pages = [url("letter", draft), url("letter_print", draft)]
        assert not any(said in coordinator.get(page).content.decode() for page in pages)
        Rule.objects.filter(key="adm.decision").update(signed_by="", signed_on=None)
        law_book._book.cache_clear()
        assert all(said in coordinator.get(page).content.decode() for page in pages)
        plain = drafted(
            country, cast, now, matter=letter.matter, kind="reminder", rule="", follows=letter,
            body="Cavab göndərilibsə, surətini verin.",
        )  # fmt: skip
        assert said not in coordinator.get(url("letter_print", plain)).content.decode()
    finally:
        law_book._book.cache_clear()
