"""Verbs of tales about what a community does with a matter, who stands behind it and how it ends."""

from random import Random

from icma.demo.attendance import said
from icma.demo.scene import Scene
from icma.demo.tales import Line
from icma.matters.actions.outcome import close_matter, confirm_outcome, reopen
from icma.matters.actions.support import (
    canonical,
    enter_sheet,
    follow,
    person_of,
    support,
    support_by_account,
)
from icma.matters.actions.taking import leave, take_up


def taken(scene: Scene, line: Line) -> None:
    """`take COMMUNITY WAY`"""
    key, way = line.words
    scene.lead = scene.country.leads[key]
    matter = scene.refresh()
    take_up(matter=matter, community=scene.country.communities[key], way=way, at=scene.at, by=scene.lead)


def left(scene: Scene, line: Line) -> None:
    """`leave REASON | what one can do alone`"""
    leave(
        matter=scene.refresh(),
        reason=line.words[0],
        text=line.text(),
        at=scene.at,
        by=scene.person("officer"),
    )


def supported(scene: Scene, line: Line) -> None:
    """`support N CHANNEL`: so many persons, each once; on a coordinator's list they stand on one sheet."""
    number, channel = int(line.words[0]), line.words[1]
    matter, name = scene.refresh(), f"{scene.tale.key}-{scene.step}"
    if channel == "list":
        enter_sheet(matter=matter, sheet=name, n=number, at=scene.at, by=scene.lead)
        return
    mails = [f"{name}-{one}@numune.invalid" for one in range(number)]
    rng = Random(f"said {name}")
    for mail in mails:
        support(matter=matter, key=mail, channel=channel, at=scene.at, **said(rng))
    if channel != "code":
        scene.voices += mails


def followed(scene: Scene, line: Line) -> None:
    """`follow N`"""
    for _one in range(int(line.words[0])):
        mail = f"{scene.tale.key}-f{len(scene.voices)}@numune.invalid"
        follow(matter=scene.refresh(), person=person_of(mail), mail=mail, at=scene.at)
        scene.voices.append(mail)


def watched(scene: Scene, line: Line) -> None:
    """`watch PERSON`: somebody of the cast supports it and follows it."""
    person = scene.person(line.words[0])
    matter = scene.refresh()
    support_by_account(matter=matter, by=person, at=scene.at)
    follow(matter=matter, person=person.person, by=person, at=scene.at)


def closed(scene: Scene, line: Line) -> None:
    """`close OUTCOME | what changed | for whom`"""
    close_matter(
        matter=scene.refresh(), outcome=line.words[0], changed=line.text(), whom=line.text(1), at=scene.at,
        by=scene.lead,
    )  # fmt: skip


def confirmed(scene: Scene, line: Line, agrees: bool = True) -> None:
    """`confirm N`: so many residents say that it is so; who had no part until now follows it first."""
    number = int(line.words[0])
    if len(scene.voices) < number:
        followed(scene, Line("follow", words=(str(number - len(scene.voices)),)))
    matter = scene.refresh()
    for mail in scene.voices[:number]:
        confirm_outcome(
            matter=matter, person=person_of(mail), key=canonical(mail), agrees=agrees, at=scene.at
        )


def denied(scene: Scene, line: Line) -> None:
    """`deny N`"""
    confirmed(scene, line, agrees=False)


def reopened(scene: Scene, line: Line) -> None:
    """`reopen | why`"""
    reopen(matter=scene.refresh(), why=line.text(), at=scene.at, by=scene.lead)


VERBS = {
    "take": taken, "leave": left, "support": supported, "follow": followed, "watch": watched, "close": closed,
    "confirm": confirmed, "deny": denied, "reopen": reopened,
}  # fmt: skip
