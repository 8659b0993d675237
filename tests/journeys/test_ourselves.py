"""Özümüz: a community solves a matter by itself, with a meeting and tasks, and no letter is written."""

import re

import pytest

from icma.events.models import Event
from icma.matters.models import Act, Entry, Letter, Matter, Task
from tests.journeys.conftest import World
from tests.journeys.test_thread import TITLE, published, raised, taken_up, words_read
from tests.journeys.visitor import Visitor

WHAT = "Körpünün taxtalarını dəyişmək"


@pytest.mark.django_db
def test_a_community_solves_a_matter_by_itself(world: World, stranger: Visitor):
    code, secret = raised(stranger)
    published(world, code)
    taken_up(world, code, "self")
    assert Matter.objects.get().stage == "doing"
    planned_meeting(world, code)
    held_meeting(world, code)
    needed_tools(world, code)
    neighbour_takes_it(world, code)
    done_and_ended(world, code, secret)


def planned_meeting(world: World, code: str) -> None:
    """Hour and place go to the invited; a stranger learns neither."""
    coordinator = world.enter("coordinator")
    page = coordinator.open("/is/icma/GOYCAY01/gorus/")
    matter = str(Matter.objects.get().pk)
    page = coordinator.fill(
        page, title="Körpünü necə düzəldək", kind="meeting", matter=matter, on="2026-03-14", hour="16:00",
        spot="public", where="Nümunə klub", access=["children"], agenda="Kim nə gətirir", indoors="on",
    )  # fmt: skip
    coordinator.fill(page, groups=["members"])
    event = Event.objects.get()
    assert event.state == "planned"
    asked = Visitor().client.get(f"/gorus/{event.code}/")  # the invited may sign in; others learn nothing
    assert asked.status_code == 302 and "login" in asked["Location"]
    assert "Nümunə klub" not in Visitor().open(f"/m/{code}/").text


def held_meeting(world: World, code: str) -> None:
    """Counted within a minute on a phone; the public sees how many came, and the task that was decided."""
    world.on(3, 14, 19)
    event = Event.objects.get()
    coordinator = world.enter("coordinator")
    page = coordinator.open(f"/gorus/{event.code}/say/")
    page = coordinator.fill(page, **{"female_30-44": "7", "male_45-59": "4", "female_18-29": "3"})
    page = coordinator.fill(
        page, minutes="Taxta var, mismar var.", decisions="Şənbə günü iş.", **{"task-0-title": WHAT}
    )
    assert Task.objects.get().title == WHAT
    public = Visitor().open(f"/m/{code}/")
    public.says("İştirakçı: 14")
    public.never_says("Taxta var", "30-44", "30–44")
    assert sum(act.n for act in Act.objects.filter(verb="attend")) == 14


def needed_tools(world: World, code: str) -> None:
    coordinator = world.enter("coordinator")
    page = coordinator.open(coordinator.open(f"/m/{code}/").link(f"/m/{code}/is/"))
    coordinator.fill(page, kind="tools", title="İki nərdivan", until="2026-03-17", is_public="on")
    Visitor().open(f"/m/{code}/").never_says("İki nərdivan")
    moderator = world.enter("moderator")
    moderator.press(moderator.open("/is/nezerden/"), "/is/nezerden/", verdict="agreed")
    public = Visitor().open(f"/m/{code}/")
    public.says("İki nərdivan")
    assert not re.search(r"AZN|₼|\bpul köçür", public.text)


def neighbour_takes_it(world: World, code: str) -> None:
    """ "I can": whoever was slower is told so."""
    resident, other = world.enter("resident"), world.enter("officer2")
    task = Task.objects.get(title="İki nərdivan")
    door = resident.open(f"/m/{code}/").link(f"/{task.code}/")
    pages = [visitor.open(door) for visitor in (resident, other)]
    resident.fill(pages[0], "until")
    other.fill(pages[1], "until", ok=False)
    task.refresh_from_db()
    assert str(task.who) == "Nümunə sakin"
    assert "Nümunə sakin" not in Visitor().open(f"/m/{code}/").text


def done_and_ended(world: World, code: str, secret: str) -> None:
    world.on(3, 17, 18)
    coordinator = world.enter("coordinator")
    for task in Task.objects.all():
        page = coordinator.open(coordinator.open(f"/m/{code}/").link(f"/m/{code}/is/"))
        coordinator.press(page, f"/{task.code}/edildi/")
    assert not Task.objects.filter(done_on=None).exists()
    page = coordinator.open(f"/m/{code}/bitirin/")
    coordinator.fill(page, outcome="solved", changed="Körpü möhkəmdir.", whom="küçənin sakinləri üçün")
    words_read(world, code)
    public = Visitor().open(f"/m/{code}/")
    public.says("Körpü möhkəmdir.", "əll olundu", TITLE)
    assert not Letter.objects.exists()
    author = Visitor()
    author.fill(author.open("/menim/"), code=secret)
    author.fill(author.open(f"/m/{code}/netice/"), agrees="yes")
    assert Entry.objects.filter(verb="outcome_confirmed").count() == 1
    assert re.search(r"\b1\b", Visitor().open(f"/m/{code}/netice/").text)
