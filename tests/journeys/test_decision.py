"""A decision is watched from the draft to what was carried out; then its promise, rated by two and heard by the body."""

import re

import pytest

from icma.advocacy.models import Commitment, Decision, Observation, Point
from icma.matters.models import Entry, Matter
from tests.journeys.conftest import World
from tests.journeys.test_thread import words_read
from tests.journeys.visitor import Visitor

URL = "https://numune.invalid/plan"
KEPT = f"https://web.archive.org/web/{URL}"
REMARK = "Məktəbin qarşısındakı ağaclar saxlanılsın"


@pytest.mark.django_db
def test_a_decision_is_watched_and_a_promise_is_kept(world: World, stranger: Visitor) -> None:
    code = written(world)
    published(world, code)
    opened(world, code)
    remarked(world, stranger, code)
    observed(world, code)
    decided(world, code)
    answered(world, code)
    carried(world, code)
    promise = promised(world, code)
    rated_by_two(world, promise)
    heard(world, promise)


def written(world: World) -> str:
    """From the community's home, with the source where it was read."""
    coordinator = world.enter("coordinator")
    home = coordinator.open("/is/icma/GOYCAY01/")
    page = coordinator.open(home.link("/qerar/"))
    page = coordinator.fill(
        page, title="Bazar meydanının yeni planı", what="plan", text="Meydanda on dörd ağac kəsilir.",
        authority="EXEC0001", level="local", topic="infrastructure", place="AZ-GOY", url=URL, seen_on="2026-03-09",
    )  # fmt: skip
    code = Matter.objects.get(kind="decision").code
    page.says("web.archive.org")  # an address alone is no archived source
    assert "gonderin/" not in page.html
    anew = coordinator.open(page.link("deyisin/"))
    page = coordinator.fill(anew, url=f"https://web.archive.org/web/20260309/{URL}", seen_on="2026-03-09")
    coordinator.press(page, "gonderin/")
    assert Visitor().client.get(f"/m/{code}/").status_code == 404
    return code


def published(world: World, code: str) -> None:
    moderator = world.enter("moderator")
    desk = moderator.open(moderator.open("/is/moderasiya/").link(code))
    moderator.open(desk.link(f"/m/{code}/")).says("Meydanda on dörd ağac kəsilir.", "web.archive.org")
    moderator.press(desk, "yayimlayin")
    Visitor().open(f"/m/{code}/").says(
        "Bazar meydanının yeni planı", "layihədir", "Nümunə Rayon İcra Hakimiyyəti"
    )


def opened(world: World, code: str) -> None:
    """The law computes the last day, and says why and how sure it is."""
    world.on(3, 11)
    coordinator = world.enter("coordinator")
    page = coordinator.open(coordinator.open(f"/is/qerar/{code}/").link("muddet/"))
    coordinator.fill(page, rule="plan.display", opens_on="2026-03-11")
    Visitor().open(f"/m/{code}/").says(
        "12 may 2026", "Niyə məhz bu tarix?", "Sizin öz məktubunuzu əvəz etmir"
    )


def remarked(world: World, stranger: Visitor, code: str) -> None:
    """Without an account; public after a moderator, and only within the days."""
    page = stranger.open(stranger.open(f"/m/{code}/").link("/teklif/"))
    after = stranger.fill(page, text=REMARK)
    after.says("Təşəkkür edirik")
    after.never_says(REMARK)
    moderator = world.enter("moderator")
    moderator.fill(moderator.open(f"/is/moderasiya/{code}/"), show="1")
    Visitor().open(f"/m/{code}/").says(REMARK)


def observed(world: World, code: str) -> None:
    world.on(5, 13)
    resident, moderator = world.enter("resident"), world.enter("moderator")
    page = resident.open(resident.open(f"/m/{code}/").link("/musahide/"))
    assert not [
        link for link in Visitor().open(f"/m/{code}/").links if "/teklif/" in link
    ]  # its days are over
    resident.fill(page, on="2026-05-13", let_in="yes", agenda="no", minutes="no", present="40", spoke="9",
                  spoke_women="2", spoke_youth="1", words="Suallara on dəqiqə verildi.")  # fmt: skip
    Visitor().open(f"/m/{code}/").never_says("Suallara on dəqiqə")
    moderator.fill(moderator.open("/is/nezerden/"), verdict="agreed")
    assert Observation.objects.get().published_at is not None
    Visitor().open(f"/m/{code}/").says("Suallara on dəqiqə verildi.", "40", "9")


def decided(world: World, code: str) -> None:
    world.on(5, 20)
    coordinator = world.enter("coordinator")
    page = coordinator.open(coordinator.open(f"/is/qerar/{code}/").link("qebul/"))
    refused = coordinator.fill(page, result="changed", on="2026-05-18", ok=False)
    assert refused.status == 422  # no source
    bare = coordinator.fill(refused, result="changed", on="2026-05-18", url=f"{URL}/qerar", ok=False)
    bare.says("web.archive.org")  # an address alone, and the page may be another one tomorrow
    coordinator.fill(bare, result="changed", on="2026-05-18", url=f"{KEPT}/qerar")
    public = Visitor().open(f"/m/{code}/")
    public.says("Dəyişikliklə qəbul edilib", "qeyd yoxdur", "məlum deyil")
    public.never_says("əsas göstərilməyib")


def answered(world: World, code: str) -> None:
    """That no reason was given is entered only with a source."""
    coordinator = world.enter("coordinator")
    entry = Entry.objects.get(verb="remarked", visibility="public")
    page = coordinator.open(coordinator.open(f"/is/qerar/{code}/").link(f"teklif/{entry.pk}/"))
    page.says(REMARK)
    refused = coordinator.fill(page, verdict="rejected", on="2026-05-18", told="none", ok=False)
    assert refused.status == 422 and not Point.objects.exists()
    coordinator.fill(refused, verdict="rejected", on="2026-05-18", told="none", url=f"{URL}/protokol")
    row = re.search(r'<tr id="t-.*?</tr>', Visitor().open(f"/m/{code}/").html, re.S)
    assert row and REMARK in row[0] and "qəbul edilməyib" in row[0] and "əsas göstərilməyib" in row[0]


def carried(world: World, code: str) -> None:
    world.on(9, 14)
    coordinator = world.enter("coordinator")
    page = coordinator.open(coordinator.open(f"/is/qerar/{code}/").link("icra/"))
    coordinator.fill(page, on="2026-09-10", text="Meydan açıldı.", url=f"{KEPT}/foto")
    assert Decision.objects.get().stage == "carried"
    Visitor().open("/qerarlar/?stage=carried").says("Bazar meydanının yeni planı")


def promised(world: World, decision: str) -> str:
    """A promise that grew from the decision; what makes it none is said before a moderator sees it."""
    coordinator, moderator = world.enter("coordinator"), world.enter("moderator")
    page = coordinator.open(f"/is/icma/GOYCAY01/ved/?mesele={decision}")
    coordinator.fill(
        page, title="Meydana əlli ağac əkiləcək", text="Payızda əlli ağac əkəcəyik.", check_by="Əlli ağac sayılır.",
        said_on="2026-09-10", said_at="session", due_on="2026-11-20", authority="WATER001", level="local",
        topic="ecology", place="AZ-GOY", url=f"{KEPT}/ved", seen_on="2026-09-11",
    )  # fmt: skip
    code = Matter.objects.get(kind="commitment").code
    coordinator.press(coordinator.open(f"/is/ved/{code}/"), "gonderin/")
    moderator.press(moderator.open(f"/is/moderasiya/{code}/"), "yayimlayin")
    Visitor().open(f"/m/{code}/").says("Əlli ağac sayılır.", "pozuntu demək deyil")
    return code


def rated_by_two(world: World, code: str) -> None:
    """The day passes: overdue, nobody has looked. Somebody looks: a breach. The second, who finds the work in the list, sees the same."""
    world.on(11, 26)
    public = Visitor().open(f"/m/{code}/")
    public.says("müddəti keçib, baxılmayıb", "pozuntu demək deyil")
    assert 'class="tag late"' not in public.html
    coordinator, officer = world.enter("coordinator"), world.enter("officer")
    mine = coordinator.open("/is/")
    mine.says("Meydana əlli ağac əkiləcək")
    coordinator.fill(coordinator.open(mine.link(f"/is/ved/{code}/qiymet/")), status="limited", on="2026-11-26",
                     text="On iki ağac var.", url=f"{KEPT}/say")  # fmt: skip
    assert 'class="tag late"' in Visitor().open(f"/m/{code}/").html
    look = officer.open(officer.open("/is/nezerden/").link(f"/is/ved/{code}/ikinci/"))
    officer.fill(look, status="limited", on="2026-11-26", url=f"{KEPT}/say-2")
    words_read(world, code)
    Visitor().open(f"/m/{code}/").says("On iki ağac var.", "ikinci şəxs də eyni görüb", "Limited")


def heard(world: World, code: str) -> None:
    """The body does not agree: its word stands there, and no lateness until somebody else has looked."""
    official = world.enter("official")
    page = official.open(official.open(f"/m/{code}/").link("qurumun-sozu/"))
    official.fill(page, text="Qalan ağaclar gələn həftə əkilir.", disagrees="on")
    words_read(world, code)
    public = Visitor().open(f"/m/{code}/")
    public.says("Qalan ağaclar gələn həftə əkilir.", "razı deyil", "burada qurum özü yazıb")
    assert 'class="tag late"' not in public.html and Commitment.objects.get().disputed_at is not None
