"""Public pages: who sees what, how much they weigh, how often they ask the database."""

import gzip
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from icma.core.day import legal_day
from icma.front.views.home import levels
from icma.matters.models import Matter
from icma.people.models import Authority, Organisation, Place
from tests.front import rows

pytestmark = pytest.mark.usefixtures("standing_clock")
HEAVIEST = 20_000
MOST_QUERIES = 12


def weight(response) -> int:
    return len(gzip.compress(response.content, 6))


@pytest.fixture
def busy(country, at):
    """Matters of every stage, with letters, a running term, one that ended, and an answer."""

    def fill(n: int) -> list[Matter]:
        made = []
        for k in range(n):
            one = rows.matter(country, at - timedelta(hours=k), f"Su məsələsi {k}", stage="pressing",
                              authority=country.water, community=country.community, support_count=3)  # fmt: skip
            rows.entry(one, "raised", at - timedelta(days=40))
            rows.entry(one, "taken_up", at - timedelta(days=30), "Biz götürdük.")
            sent = rows.letter(one, country.water, date(2026, 2, 10), date(2026, 2, 12))
            rows.clock(sent, date(2026, 2, 12))
            made.append(one)
        return made

    return fill


PAGES = ["home", "matters", "letters", "answers", "terms", "record", "authorities", "communities", "places",
         "moderation_log", "about", "protect", "help", "data", "search"]  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_light_and_with_few_questions(
    name, busy, client, django_assert_max_num_queries
) -> None:
    busy(30)
    with django_assert_max_num_queries(MOST_QUERIES):
        response = client.get(reverse(name), {"q": "su"} if name == "search" else {})
    assert response.status_code == 200
    assert weight(response) <= HEAVIEST


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.one_engine
def test_every_page_opens_in_every_language(name, language, busy, client) -> None:
    busy(2)
    response = client.get(f"/{language}{reverse(name)}")
    assert response.status_code == 200
    assert f'<html lang="{language}">' in response.content.decode()


LISTS = ["home", "matters", "letters", "answers", "terms", "record", "authorities", "communities", "places",
         "moderation_log"]  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.one_engine
def test_one_row_asks_as_often_as_three_and_as_a_hundred(
    name, busy, country, at, client, connection_queries
) -> None:
    counts = []
    client.get(reverse("clocks"))  # the law of this edition is read once a process
    for more in (1, 2, 97):
        for one in busy(more):
            rows.answer(
                rows.letter(one, country.water, date(2026, 1, 10), date(2026, 1, 12)), date(2026, 1, 20)
            )
            rows.entry(one, "corrected", at, data={"rule": "insult"})
            village = Place.objects.create(
                code=rows.code("V"), kind="village", name_az=f"Nümunə {one.code}", parent=country.goychay
            )
            Authority.objects.create(
                code=rows.code("A"),
                kind="utility",
                name_az=f"Nümunə idarə {one.code}",
                place=village,
                source="nümunə",
            )
            Organisation.objects.create(
                code=rows.code("C"),
                kind="community",
                name=f"Nümunə {one.code}",
                seen="full",
                place=village,
                since=at.date(),
            )
        counts.append(connection_queries(lambda: client.get(reverse(name))))
    assert len(set(counts)) == 1 and counts[0] <= MOST_QUERIES


def test_a_long_thread_asks_as_often_as_a_short_one(busy, client, at, connection_queries) -> None:
    client.get(reverse("clocks"))  # the law of this edition is read once a process
    short, long = busy(2)
    for k in range(47):
        rows.entry(long, "added", at - timedelta(days=20, minutes=k), f"Əlavə {k}")
    counts = [
        connection_queries(lambda m=m: client.get(reverse("matter", args=[m.code]))) for m in (short, long)
    ]
    assert counts[0] == counts[1] <= MOST_QUERIES


def test_the_page_of_a_matter_shows_term_ladder_and_outcome_ahead(busy, client) -> None:
    (one,) = busy(1)
    text = client.get(reverse("matter", args=[one.code])).content.decode()
    assert one.title in text and "118/26" in text
    assert 'class="clock' in text
    assert 'href="/komek/"' in text


def test_a_matter_before_moderation_is_nowhere(country, at, client) -> None:
    waiting = rows.matter(country, at, "Gizli sözlər", stage="raised", published_at=None)
    assert client.get(reverse("matter", args=[waiting.code])).status_code == 404
    for name in ("home", "matters", "search"):
        assert "Gizli sözlər" not in client.get(reverse(name), {"q": "gizli"}).content.decode().replace(
            'value="gizli"', ""
        )
    assert "Gizli" not in client.get(reverse("matters_csv")).getvalue().decode()
    assert "Gizli" not in client.get("/api/v1/matters/").content.decode()


def test_what_a_legal_notice_hides_leaves_a_tombstone_without_its_words(
    country, at, client, client_as
) -> None:
    one = rows.matter(country, at, "Sözlər burada idi", hidden_at=at)
    response = client.get(reverse("matter", args=[one.code]))
    assert response.status_code == 451
    assert "Sözlər burada idi" not in response.content.decode()
    assert client_as("moderator").get(reverse("matter", args=[one.code])).status_code == 200


def test_a_village_is_shown_once_three_matters_are_public_there(country, at, client, client_as) -> None:
    first = rows.matter(country, at, village=country.village)
    rows.matter(country, at, village=country.village)
    address = reverse("place", args=[country.village.code])
    offered = reverse("raise_form") + "?yer=" + country.goychay.code
    assert client.get(address).status_code == 404
    assert "Nümunəkənd" not in client.get(offered).content.decode()
    assert "Nümunəkənd" in client_as("coordinator").get(offered).content.decode()
    assert "Nümunəkənd" not in client.get(reverse("matter", args=[first.code])).content.decode()
    rows.matter(country, at, village=country.village)
    assert client.get(address).status_code == 200
    assert "Nümunəkənd" in client.get(offered).content.decode()
    assert "Nümunəkənd" in client.get(reverse("matter", args=[first.code])).content.decode()


@pytest.mark.parametrize("seen", ["region", "unlisted"])
def test_a_community_that_hides_its_name_is_named_nowhere(seen, country, at, busy, client) -> None:
    country.community.seen = seen
    country.community.save()
    (one,) = busy(1)
    addresses = [
        reverse("matter", args=[one.code]),
        reverse("place", args=["AZ-GOY"]),
        reverse("place", args=["MAR"]),
    ]
    addresses += [reverse(name) for name in PAGES] + ["/api/v1/matters/", "/api/v1/communities/"]
    addresses += [reverse(f"{name}_csv") for name in ("matters", "communities")]
    addresses += [reverse(f"{name}_atom") for name in ("matters", "communities")]
    addresses += [f"{reverse(name)}?q=goycay" for name in ("search", "communities")]
    for address in addresses:
        response = client.get(address)
        text = (response.getvalue() if response.streaming else response.content).decode()
        assert country.community.name not in text, address
        assert country.community.code not in text, address
    narrowed = client.get(reverse("matters"), {"community": country.community.code}).content.decode()
    assert country.community.name not in narrowed and "×" not in narrowed


@pytest.mark.parametrize("typed", ["gence", "GƏNCƏ", "goycay", "GÖYÇAY", "Göyçay"])
def test_search_finds_without_diacritics(typed, country, at, client) -> None:
    rows.matter(country, at, "Gəncə yolu və Göyçay suyu")
    text = client.get(reverse("search"), {"q": typed}).content.decode()
    assert "Gəncə yolu" in text


def test_a_search_of_ten_thousand_characters_says_so(country, client) -> None:
    response = client.get(reverse("search"), {"q": "a" * 10_000})
    assert response.status_code == 200
    assert "200" in response.content.decode()


@pytest.mark.parametrize("name", ["home", "matters", "matter", "mine"])
@pytest.mark.one_engine
def test_script_in_every_text_is_only_text(name, country, at, client, client_as) -> None:
    evil = "<script>alert(1)</script>"
    one = rows.matter(country, at, evil, text=evil, spot=evil, stage="taken", community=country.community)
    rows.entry(one, "added", at, evil)
    args = [one.code] if name == "matter" else []
    response = client_as("coordinator").get(reverse(name, args=args))
    assert response.status_code == 200
    assert evil not in response.content.decode()


def test_help_takes_nothing_and_is_kept_nowhere(client, db) -> None:
    response = client.get(reverse("help"))
    assert response.headers["Cache-Control"] == "no-store, private"
    text = response.content.decode()
    assert "<form" not in text and "<input" not in text


def test_errors_speak_the_readers_language_and_ask_no_database(client, db, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        response = client.get("/ru/net-takoy-stranicy/")
    assert response.status_code == 404
    assert '<html lang="ru">' in response.content.decode()


def test_a_stale_form_is_told_what_to_do(country, client_as) -> None:
    client = client_as("resident")
    client.handler.enforce_csrf_checks = True
    response = client.post(reverse("account"), {"pseudonym": "x"})
    assert response.status_code == 403
    assert '<html lang="az">' in response.content.decode()


def test_a_fault_of_ours_has_a_page_that_needs_no_database(rf, db, django_assert_num_queries) -> None:
    from icma.front.views.errors import server_error

    with django_assert_num_queries(0):
        response = server_error(rf.get("/ru/"))
    assert response.status_code == 500 and b"<h1>" in response.content


def test_machines_are_answered(client, country, at, settings) -> None:
    one = rows.matter(country, at)
    assert client.get("/healthz").content == b"ok\n"
    assert "Sitemap:" in client.get("/robots.txt").content.decode()
    assert one.code in client.get("/sitemap.xml").content.decode()
    settings.IS_DEMO = True
    assert "Disallow: /\n" in client.get("/robots.txt").content.decode()
    for address in ("/", "/ru/", "/en/"):
        page = client.get(address).content.decode()
        assert 'content="noindex"' in page and '<strong lang="az">Nümunə</strong>' in page


def test_terms_go_into_a_calendar_without_words_about_persons(busy, client) -> None:
    (one,) = busy(1)
    text = client.get(reverse("matter_ics", args=[one.code])).content.decode()
    assert "BEGIN:VEVENT" in text and "20260314" in text and one.code in text


def test_the_officials_page_of_a_closed_body_says_so(country, client) -> None:
    country.water.until = date(2026, 1, 1)
    country.water.save()
    assert "2026" in client.get(reverse("authority", args=[country.water.code])).content.decode()


def test_matters_are_narrowed_by_any_body_that_was_asked(busy, country, client) -> None:
    busy(1)
    asked, unasked = country.water, country.superior
    page = client.get(reverse("matters")).content.decode()
    assert f'<option value="{asked.code}">' in page
    assert f'<option value="{unasked.code}">' not in page
    came = client.get(reverse("matters"), {"authority": unasked.code}).content.decode()
    assert f'<option value="{unasked.code}" selected>' in came
    empty = client.get(reverse("matters"), {"authority": asked.code, "topic": "gender"}).content.decode()
    assert "Su məsələsi" not in empty and f'<option value="{asked.code}" selected>' in empty


@pytest.mark.parametrize("name", ["home", "matters", "terms", "matter"])
def test_confirmed_silence_bears_its_hourglass_and_a_missing_record_does_not(
    name, country, at, client
) -> None:
    one = rows.matter(country, at, stage="pressing", authority=country.water)
    sent = rows.letter(one, country.water, date(2025, 6, 1), date(2025, 6, 2))
    term = rows.clock(sent, date(2025, 6, 2))
    address = reverse(name, args=[one.code] if name == "matter" else [])
    assert "tag late" not in client.get(address).content.decode()
    type(term).objects.filter(pk=term.pk).update(asked_on=date(2026, 3, 1))
    assert '<span class="tag late"><svg' in client.get(address).content.decode()


@pytest.mark.parametrize(
    "most, steps", [(0, (1, 3, 6)), (8, (1, 3, 6)), (20, (1, 5, 20)), (49, (1, 5, 20)), (900, (1, 10, 50))]
)
def test_the_map_finds_its_steps(most, steps) -> None:
    assert levels(most) == steps


def test_terms_of_the_week_stand_under_their_day(country, at, client) -> None:
    one = rows.matter(country, at, stage="pressing", authority=country.water)
    today = legal_day(timezone.now())
    sent = rows.letter(one, country.water, today - timedelta(days=31), today - timedelta(days=29))
    rows.clock(sent, today - timedelta(days=29))  # due after thirty days: tomorrow
    week = client.get(reverse("home")).content.decode().split('<dl class="facts">')[1].split("</dl>")[0]
    assert one.title in week and "sabah" in week and "bu gün" not in week
