"""Verbs of tales about what a community does with a matter, who stands behind it and how it ends."""

from icma.demo.scene import Scene
from icma.demo.tales import Line
from icma.matters.actions.outcome import close_matter, confirm_outcome, reopen
from icma.matters.actions.support import follow, support
from icma.matters.actions.taking import choose_way, leave, take_up
from icma.people.models import person_key


def taken(scene: Scene, line: Line) -> None:
    """`take COMMUNITY WAY`"""
    key, way = line.words
    scene.lead = scene.country.leads[key]
    matter = scene.refresh()
    take_up(matter=matter, community=scene.country.communities[key], at=scene.at, by=scene.lead)
    choose_way(matter=matter, way=way, at=scene.at, by=scene.lead)


def left(scene: Scene, line: Line) -> None:
    """`leave REASON | what one can do alone`"""
    leave(matter=scene.refresh(), reason=line.words[0], text=line.text(), at=scene.at, by=scene.person("officer"))


def supported(scene: Scene, line: Line) -> None:
    """`support N CHANNEL`: so many persons, each once."""
    number, channel = line.words
    matter = scene.refresh()
    for one in range(int(number)):
        support(matter=matter, person=f"demo:{scene.tale.key}:{scene.step}:{one}", channel=channel, on=scene.day)


def followed(scene: Scene, line: Line) -> None:
    """`follow N`"""
    for _one in range(int(line.words[0])):
        follow(matter=scene.refresh(), person=person_key(), at=scene.at)


def closed(scene: Scene, line: Line) -> None:
    """`close OUTCOME | what changed | for whom`"""
    close_matter(
        matter=scene.refresh(), outcome=line.words[0], changed=line.text(), whom=line.text(1), at=scene.at,
        by=scene.lead,
    )  # fmt: skip


def confirmed(scene: Scene, line: Line) -> None:
    """`confirm N`: so many residents say that it is so."""
    for one in range(int(line.words[0])):
        confirm_outcome(matter=scene.refresh(), person=f"{scene.tale.key}:{scene.step}:{one}", agrees=True, at=scene.at)


def denied(scene: Scene, line: Line) -> None:
    """`deny N | why`"""
    for one in range(int(line.words[0])):
        confirm_outcome(matter=scene.refresh(), person=f"{scene.tale.key}:{scene.step}:{one}", agrees=False, at=scene.at)


def reopened(scene: Scene, line: Line) -> None:
    reopen(matter=scene.refresh(), at=scene.at, by=scene.lead)


VERBS = {
    "take": taken, "leave": left, "support": supported, "follow": followed, "close": closed, "confirm": confirmed,
    "deny": denied, "reopen": reopened,
}  # fmt: skip
