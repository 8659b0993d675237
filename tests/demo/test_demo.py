"""The demo country: everything stands in it, something is always due, nothing real is named, every page opens."""

import html
import re
from collections import Counter, deque
from datetime import datetime, timedelta

import pytest
from django.conf import settings as live
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import resolve

from icma.advocacy.models import Signature
from icma.core.day import BAKU, legal_day
from icma.demo.build import DemoRefused, build, fill
from icma.demo.campaigns import SIGNERS
from icma.demo.cast import CAST
from icma.demo.doors import DOORS, to_try
from icma.demo.tales import read_line, tales
from icma.events.models import Event
from icma.matters.actions.support import by_channel
from icma.matters.lateness import standing
from icma.matters.models import Clock, Document, Entry, Letter, Matter, Notice, Task
from icma.people.actions.accounts import freeze
from icma.people.models import Address, Authority, Change, Organisation, Place, Review, User
from tests.demo.conftest import BUILT
from tests.undefined import undefined

EIGHT = {"AZ-GA", "AZ-GOY", "AZ-KUR", "AZ-SAK", "AZ-IMI", "AZ-LAN", "AZ-AST", "AZ-SKR"}
TODAY = legal_day(BUILT)


# --- what is there ---------------------------------------------------------------------------------
def test_sixty_matters_seven_communities_eight_towns(demo):
    matters = Matter.objects.exclude(published_at=None).filter(imported=None)
    assert matters.count() >= 60
    assert set(matters.values_list("place__code", flat=True)) == EIGHT
    communities = Organisation.objects.filter(kind="community", imported=None)
    assert Counter(communities.values_list("seen", flat=True)) == {"full": 4, "region": 2, "unlisted": 1}
    assert set(matters.values_list("topic", flat=True)) == {
        "social", "gender", "ecology", "infrastructure", "economy", "other",
    }  # fmt: skip
    assert matters.filter(language="ru").count() >= 3
    oldest = matters.earliest("raised_at").raised_at
    assert timedelta(days=540) < BUILT - oldest < timedelta(days=620)  # about twenty months


def test_a_registration_number_bears_the_year_of_its_day(demo):
    """The tales move with the day on which the demo is built; “74/25” stood beside a date of 2026."""
    rows = Letter.objects.filter(registered_on__isnull=False, imported=None)
    found = [(row.number, row.registered_on) for row in rows]
    dated = [(number, on) for number, on in found if re.search(r"/\d\d$", number)]
    assert len(dated) > 5 and not [(n, on) for n, on in dated if not n.endswith(f"/{on:%y}")]


def test_letters_stand_at_every_end_of_the_ladder(demo):
    letters = Letter.objects.filter(direction="out").exclude(stage="draft")
    found = {standing(letter, TODAY).state for letter in letters}
    assert {
        "running", "base_passed", "no_record", "silent", "answered", "answered_late", "forwarded", "returned",
        "disputed",
    } <= found  # fmt: skip
    answers = set(Letter.objects.filter(direction="in", confirmed=True).values_list("answer", flat=True))
    assert {
        "substance", "partly", "formal", "refusal", "forwarded", "promise", "extension", "unconsidered",
    } <= answers  # fmt: skip
    assert Letter.objects.filter(direction="out", stage="sent").exists()  # waits for its registration
    assert Letter.objects.filter(direction="out", stage="draft").exists()
    assert Letter.objects.filter(direction="in", confirmed=False).exists()
    assert {"complaint", "ombudsman", "information", "proposal", "application"} <= set(
        letters.values_list("kind", flat=True)
    )
    assert {"resident", "several", "community", "union"} <= set(letters.values_list("sender", flat=True))


def test_matters_ended_in_every_way_and_residents_had_their_say(demo):
    assert {"solved", "partly", "unsolved", "withdrawn"} <= set(
        Matter.objects.values_list("outcome", flat=True)
    )
    assert {
        "raised", "rejected", "open", "untaken", "taken", "pressing", "answered", "closed", "merged",
    } <= set(Matter.objects.values_list("stage", flat=True))  # fmt: skip
    by_themselves = Matter.objects.filter(outcome="solved", way="self")
    assert by_themselves.count() >= 5
    assert not Letter.objects.filter(matter__in=by_themselves).exists()
    verbs = Counter(Entry.objects.values_list("verb", flat=True))
    assert min(verbs[verb] for verb in ("outcome_confirmed", "outcome_denied", "reopened", "appealed")) >= 1
    assert Notice.objects.filter(verdict="restored").exists()


def test_people_meet_work_and_support(demo):
    held = Event.objects.filter(state="held")
    assert held.count() >= 15
    assert all(event.counts.exists() or event.attendances.exists() for event in held)
    assert Event.objects.filter(state="planned", starts_at__gt=BUILT).count() >= 2
    assert Task.objects.exclude(done_on=None).count() >= 20
    assert Task.objects.exclude(event="").values("event").distinct().count() >= 5, "meetings make tasks"
    assert (
        not held.exclude(kind__in=("clinic", "training")).filter(invitations=None).exists()
    )  # who comes to a clinic is asked no name, a training is open to all
    assert Task.objects.filter(done_on=None, until__lt=TODAY).exists()
    assert Task.objects.filter(done_on=None, until__gte=TODAY).exists()
    most = Matter.objects.latest("support_count")
    assert most.support_count >= 150
    assert set(by_channel(Matter.objects.get(title__startswith="Bazar küçəsində"))) == {
        "account",
        "mail",
        "code",
        "list",
    }
    assert Document.objects.filter(state="public").exclude(thumb=None).count() >= 8
    assert Document.objects.filter(state="waiting").exists()


def test_something_waits_for_a_second_person(demo):
    kinds = set(Review.objects.filter(verdict="").values_list("kind", flat=True))
    assert {"redaction", "proposal", "directory", "role"} <= kinds
    assert Clock.objects.filter(rule="own.moderate", state="running").count() >= 3


def test_due_dates_are_as_they_would_be_derived(demo):
    from icma.law.derive import answer_of

    for clock in Clock.objects.filter(state="running").select_related("edition"):
        assert answer_of(clock).due == clock.due_on


# --- something is always due -----------------------------------------------------------------------
def due_within_a_week(today) -> set[str]:
    week = today + timedelta(days=7)
    found = {
        "term"
        for _one in Clock.objects.filter(state="running", owner="authority", due_on__range=(today, week))
    }
    found |= {"promise" for _one in Letter.objects.filter(promised_on__range=(today, week))}
    found |= {"task" for _one in Task.objects.filter(done_on=None, until__range=(today, week))}
    return found | {
        "meeting" for event in Event.objects.filter(state="planned") if legal_day(event.starts_at) <= week
    }


def test_something_is_due_in_the_week_after_it_was_built(demo):
    assert due_within_a_week(TODAY) == {"term", "promise", "task", "meeting"}


@pytest.mark.one_engine
@pytest.mark.django_db
def test_something_is_due_also_when_it_is_built_in_the_middle_of_novruz():
    """In its own transaction, which is given up: nothing stays."""
    at = datetime(2026, 3, 25, 8, 5, tzinfo=BAKU)
    with transaction.atomic():
        call_command("flush", verbosity=0, interactive=False)
        fill(at=at, say=lambda text: None)
        assert due_within_a_week(legal_day(at)) == {"term", "promise", "task", "meeting"}
        assert Matter.objects.filter(kind="issue").count() == len(tales())
        assert set(Matter.objects.exclude(kind="issue").values_list("kind", flat=True)) == {
            "campaign",
            "petition",
            "decision",
            "commitment",
        }
        assert Signature.objects.filter(valid=True).count() == SIGNERS
        assert not Entry.objects.filter(at__gt=at).exists()
        assert not Entry.objects.filter(on__gt=legal_day(at)).exists()
        transaction.set_rollback(True)


# --- built once, and only where it may --------------------------------------------------------------
def test_a_second_run_changes_nothing_and_is_quick(demo, django_assert_max_num_queries):
    before = (Change.objects.count(), Entry.objects.count(), Matter.objects.count())
    with django_assert_max_num_queries(3):
        assert build(at=BUILT + timedelta(days=3), fresh=False, say=demo.append) is False
    assert (Change.objects.count(), Entry.objects.count(), Matter.objects.count()) == before


def test_an_older_demo_says_how_it_is_brought_up_to_date(demo):
    said: list[str] = []
    assert build(at=BUILT + timedelta(days=9), fresh=False, say=said.append) is False
    assert "--fresh" in said[0]


def test_it_is_not_built_outside_demo_mode(demo, settings):
    settings.IS_DEMO = False
    with pytest.raises(DemoRefused, match="ICMA_MODE"):
        build(at=BUILT, fresh=True, say=demo.append)


@pytest.mark.django_db
def test_a_real_database_is_left_alone(settings):
    """Neither a plain run nor --fresh touches what is not marked as a demo."""
    settings.IS_DEMO = True
    with transaction.atomic():
        call_command("flush", verbosity=0, interactive=False)
        User.objects.create_user("somebody@example.org")
        for fresh in (False, True):
            with pytest.raises(DemoRefused, match="left alone"):
                build(at=BUILT, fresh=fresh, say=lambda text: None)
        assert User.objects.count() == 1
        transaction.set_rollback(True)


# --- nothing real -----------------------------------------------------------------------------------
def test_every_name_says_that_it_is_a_sample(demo):
    names = [
        *Authority.objects.values_list("name_az", flat=True),
        *Organisation.objects.values_list("name", flat=True),
    ]
    names += User.objects.values_list("pseudonym", flat=True)
    names += Place.objects.filter(kind="village").values_list("name_az", flat=True)
    assert [name for name in names if "Nümunə" not in name] == []
    assert User.objects.exclude(email__endswith="@numune.invalid").count() == 0
    wild = [
        a.value for a in Address.objects.all() if "numune.invalid" not in a.value and "Nümunə" not in a.value
    ]
    assert wild == []
    without = Authority.objects.filter(addresses=None)
    assert without.count() >= 5  # their pages say that the address is not confirmed


def test_tales_that_cannot_be_read_are_refused():
    with pytest.raises(ValueError):
        read_line("soon raise")


# --- the doors ---------------------------------------------------------------------------------------
def test_the_page_has_a_door_for_each_of_the_cast(demo):
    page = Client().get("/numune/").content.decode()
    assert {door.key for door in DOORS} == {person.key for person in CAST}
    assert page.count('name="who"') == len(CAST)
    assert to_try()["code"] in page


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.key)
def test_a_door_opens_and_the_second_factor_is_given(demo, door):
    client = Client()
    answer = client.post("/numune/", {"who": door.key, "once": "k" * 8}, follow=True)
    assert answer.status_code == 200
    assert str(answer.context["user"]) == door.name
    person = next(person for person in CAST if person.key == door.key)
    assert answer.wsgi_request.who.has(person.role) or not person.role
    assert answer.wsgi_request.who.strong


def test_one_may_go_through_another_door_at_once(demo):
    client = Client()
    client.post("/numune/", {"who": "officer", "once": "a" * 8})
    answer = client.post("/numune/", {"who": "resident", "once": "a" * 8}, follow=True)
    assert str(answer.context["user"]) == "Nümunə sakin"
    assert not answer.wsgi_request.who.has("officer")


def test_nobody_comes_in_without_csrf_as_a_stranger_or_frozen(demo):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/numune/", {"who": "officer"}).status_code == 403
    client = Client()
    assert "_auth_user_id" not in client.post("/numune/", {"who": "<script>"}).wsgi_request.session
    lawyer, officer = (User.objects.get(email=f"{key}@numune.invalid") for key in ("lawyer", "officer"))
    freeze(user=lawyer, by=officer, at=BUILT)
    answer = client.post("/numune/", {"who": "lawyer", "once": "b" * 8})
    assert answer.status_code == 200
    assert "dondurulub" in answer.content.decode()


def test_the_doors_stand_only_in_the_demo(demo, settings):
    settings.IS_DEMO = False
    assert Client().get("/numune/").status_code == 404
    settings.ROOT_URLCONF = "icma.urls"
    assert not live.IS_DEMO
    assert Client().get("/numune/").status_code == 404


# --- every page opens ----------------------------------------------------------------------------------
LEAVE = re.compile(
    r"^/(s/|ru/|en/|hesab/(?!$)|is/.*\.csv)|\.(csv|atom|ics|png|jpg|pdf|txt)$|[?&](after|before|q)="
)


def kind_of(url: str) -> str:
    """The view behind an address, in which language and with which questions: `/m/ABC/` and `/m/DEF/` are of one kind."""
    path, _, query = url.partition("?")
    return f"{resolve(path).route}?{sorted(part.partition('=')[0] for part in query.split('&'))}"


def crawl(client: Client, begin: list[str], each: int) -> dict[str, tuple[int, str]]:
    """Pages that can be reached by links, at most `each` of a kind (matters ten times as many): address → (status, page)."""
    seen: dict[str, tuple[int, str]] = {}
    queue, met = deque(begin), set(begin)
    opened: Counter[str] = Counter()
    while queue:
        url = queue.popleft()
        kind = kind_of(url)
        if opened[kind] >= each * (10 if kind.startswith("m/<code>/?") else 1):
            continue
        opened[kind] += 1
        answer = client.get(url)
        page = answer.content.decode() if "html" in answer.get("Content-Type", "") else ""
        seen[url] = (answer.status_code, page)
        links = (
            [answer["Location"]] if answer.status_code in (301, 302) else re.findall(r'href="([^"]+)"', page)
        )
        for link in links:
            link = html.unescape(link).split("#")[0]
            link = url.split("?")[0] + link if link.startswith("?") else link
            if link.startswith("/") and not LEAVE.search(link) and link not in met:
                met.add(link)
                queue.append(link)
    return seen


def wrong_pages(seen: dict[str, tuple[int, str]]) -> list[str]:
    found = [f"{url} {status}" for url, (status, _page) in seen.items() if status not in (200, 301, 302)]
    for url, (_status, page) in seen.items():
        found += [f"{url} {variable}" for variable in undefined(page)]
        if page and ("Nümunə</strong>" not in page or 'content="noindex"' not in page):
            found.append(f"{url} does not say that it is a sample")
    return found


def test_a_stranger_reaches_every_public_page_and_none_fails(demo, marked):
    seen = crawl(Client(), ["/"], each=9)
    assert wrong_pages(seen) == []
    shown = Matter.objects.filter(published_at__isnull=False, hidden_at=None, merged_into=None)
    reached = {url.split("/")[2] for url in seen if url.startswith("/m/")}
    assert len(seen) > 150
    assert len(reached & set(shown.values_list("code", flat=True))) >= 25


@pytest.mark.parametrize("door", [
    # Who opens most doors asks both databases.
    pytest.param(door, id=door.key, marks=[] if door.key == "officer" else pytest.mark.one_engine)
    for door in DOORS
])  # fmt: skip
def test_each_of_the_cast_finds_a_workspace_where_every_link_opens(demo, marked, door):
    client = Client()
    client.post("/numune/", {"who": door.key, "once": "c" * 8})
    seen = crawl(client, ["/is/", "/hesab/"], each=1)
    assert wrong_pages(seen) == []
    assert len(seen) > 20


def test_russian_and_english_pages_open_too(demo, marked):
    for first in ("/ru/", "/en/"):
        client = Client()
        for url in (first, f"{first}numune/", f"{first}meseleler/"):
            answer = client.get(url)
            assert answer.status_code == 200
            assert "⟦" not in answer.content.decode()
