"""Verbs of tales about the voice itself: raised, moderated, corrected, hidden, joined."""

from datetime import timedelta
from random import Random
from typing import Any

from icma.demo.pictures import photo as drawn
from icma.demo.scene import Scene
from icma.demo.tales import Line, Tale
from icma.matters.actions.joining import decide_notice, hide, merge
from icma.matters.actions.moderation import appeal, decide_photo, is_appealed, publish, reject, show_words
from icma.matters.actions.raising import add_photo, add_words, raise_matter, withdraw
from icma.matters.models import Matter
from icma.people.models import User

SEXES = ("female", "female", "male", "unknown")
BANDS = ("18-29", "30-44", "30-44", "45-59", "60+", "unknown")


def raised(scene: Scene, line: Line) -> None:
    """A voice: online by itself; on paper, by phone or at a meeting typed in by the coordinator."""
    tale, rng = scene.tale, scene.rng
    place = scene.country.places[tale.where]
    scene.lead = lead_at(scene)
    typed_in = tale.channel != "web"
    contact = {} if tale.author else reached(tale, rng)  # an account is reached by its own mail
    made = raise_matter(
        title=tale.title, text=tale.text, place=place, topic=tale.topic, spot=tale.spot, channel=tale.channel,
        village=scene.country.villages.get(tale.village), language=tale.language, contact=contact,
        consented=bool(contact), by=scene.lead if typed_in else scene.country.persons.get(tale.author),
        sex=rng.choice(SEXES), band=rng.choice(BANDS), at=scene.at,
    )  # fmt: skip
    scene.matter, scene.code = made.matter, made.code
    scene.country.matters[tale.key] = made.matter.pk
    scene.country.codes[tale.key] = made.code


def reached(tale: Tale, rng: Random) -> dict[str, Any]:
    """How somebody can be reached: by phone, by mail, or not at all."""
    if tale.channel == "phone" or rng.random() < 0.4:
        return {"phone": "+994 00 000 00 00", "hour": "14:00–16:00", "woman": rng.random() < 0.4}
    return {"mail": f"{tale.key}@numune.invalid"} if rng.random() < 0.5 else {}


def lead_at(scene: Scene) -> User:
    """The coordinator of the district's community, else the union's officer."""
    for key, group in scene.country.communities.items():
        if group.place is not None and group.place.code == scene.tale.where:
            return scene.country.leads[key]
    return scene.country.leads["union"]


def published(scene: Scene, line: Line) -> None:
    """By the moderator; after an appeal by the second one."""
    matter = scene.refresh()
    publish(matter=matter, at=scene.at, by=scene.person("moderator2" if is_appealed(matter) else "moderator"))


def rejected(scene: Scene, line: Line) -> None:
    """`reject RULE | words to the author`"""
    reject(
        matter=scene.refresh(),
        rule=line.words[0],
        text=line.text(),
        at=scene.at,
        by=scene.person("moderator"),
    )


def appealed(scene: Scene, line: Line) -> None:
    """`appeal | words`"""
    appeal(matter=scene.refresh(), text=line.text(), at=scene.at)


def withdrawn(scene: Scene, line: Line) -> None:
    withdraw(matter=scene.refresh(), at=scene.at)


def added(scene: Scene, line: Line) -> None:
    """`add | words`: a moderator has seen them the same day."""
    entry = add_words(matter=scene.refresh(), text=line.text(), at=scene.at)
    show_words(entry=entry, at=scene.at, by=scene.person("moderator"))


def photographed(scene: Scene, line: Line) -> None:
    """`photo KIND | caption`: shown at once when the matter is public, waiting otherwise."""
    matter = scene.refresh()
    document = add_photo(
        matter=matter, data=drawn(f"{scene.tale.key}{scene.step}"), kind=line.words[0], caption=line.text(),
        at=scene.at,
    )  # fmt: skip
    if matter.published_at is not None:
        decide_photo(document=document, show=True, clean=True, at=scene.at, by=scene.person("moderator"))


def hidden(scene: Scene, line: Line) -> None:
    """`hide | kind of sender | article`: a legal notice, followed within the hour."""
    hide(
        matter=scene.refresh(), sender=line.text(), basis=line.text(1), received_at=scene.at - timedelta(minutes=40),
        at=scene.at, by=scene.person("moderator"),
    )  # fmt: skip


def decided(scene: Scene, line: Line) -> None:
    """`decide VERDICT`: restored or removed."""
    notice = scene.refresh().notices.latest("pk")
    decide_notice(notice=notice, verdict=line.words[0], at=scene.at, by=scene.person("moderator2"))


def merged(scene: Scene, line: Line) -> None:
    """`merge KEY`: into the matter of another tale."""
    into = Matter.objects.get(pk=scene.country.matters[line.words[0]])
    merge(matter=scene.refresh(), into=into, at=scene.at, by=scene.person("moderator"))


VERBS = {
    "raise": raised, "publish": published, "reject": rejected, "appeal": appealed, "withdraw": withdrawn,
    "add": added, "photo": photographed, "hide": hidden, "decide": decided, "merge": merged,
}  # fmt: skip
