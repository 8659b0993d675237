"""Verbs of tales about letters: what is written, sent, registered, answered or not."""

from datetime import date, timedelta

from icma.core.action import Refused
from icma.demo.pictures import scan
from icma.demo.scene import Scene
from icma.demo.tales import Line
from icma.law.book import book
from icma.law.letters import letter_text
from icma.matters.actions.clocks import confirm_silence, object_to
from icma.matters.actions.incoming import (
    Came,
    record_answer,
    record_extension,
    record_forwarding,
    record_unconsidered,
)
from icma.matters.actions.letters import draft, mark_sent, register
from icma.matters.actions.officials import answer_by_code, issue_reply_code
from icma.matters.actions.redaction import redact
from icma.matters.compose.addressee import addresses
from icma.matters.compose.pictures import Box
from icma.matters.compose.text import Parts, compose
from icma.matters.compose.wishes import WISHES, text_and_rule
from icma.matters.grounds import Ground
from icma.matters.models import Clock, Letter
from icma.people.models import Authority


def letter(scene: Scene, line: Line) -> None:
    """`letter BODY WISH SENDER | what is asked`"""
    body, wish, sender = line.words
    write(scene, scene.country.bodies[body], wish, sender, line.text())


def complain(scene: Scene, line: Line) -> None:
    """`complain BODY | what is asked`: about the body of the letter before."""
    write(
        scene,
        scene.country.bodies[line.words[0]],
        "complaint",
        scene.letter.sender,
        line.text(),
        scene.letter,
    )


def ombudsman(scene: Scene, line: Line) -> None:
    write(scene, scene.country.bodies["OMBUD"], "ombudsman", scene.letter.sender, line.text(), scene.letter)


def write(
    scene: Scene, body: Authority, wish: str, sender: str, demand: str, follows: Letter | None = None
) -> None:
    """Compose as the wizard does, and keep the draft."""
    matter, law, wanted = scene.refresh(), book(), WISHES[wish]
    reply = follows.replies.order_by("-dated_on").first() if follows else None
    clock = follows.clocks.filter(owner="authority").order_by("-pk").first() if follows else None
    key, rule = text_and_rule(wanted, follows, reply)
    about = follows.authority if follows and wish in ("complaint", "ombudsman") else None
    parts = Parts(
        matter, body, sender, matter.text, demand, scene.day, about=about, earlier=follows, reply=reply, clock=clock
    )  # fmt: skip
    made = compose(letter_text(key), rule, parts, law)
    fitting = [a for a in addresses(body, wanted.kind, scene.day) if not a.limit or a.limit >= len(made.body)]
    scene.letters.append(
        draft(
            matter=matter,
            authority=body,
            kind=wanted.kind,
            sender=sender,
            subject=made.subject,
            body=made.body,
            rule=rule,
            address=fitting[0] if fitting else None,
            about=about,
            follows=follows,
            with_qr=sender in ("community", "union"),
            at=scene.at,
            by=scene.lead,
        )  # fmt: skip
    )


def send(scene: Scene, line: Line) -> None:
    """`send CHANNEL`"""
    mark_sent(letter=scene.letter, channel=line.words[0], on=scene.day, at=scene.at, by=scene.lead)


def of_year(number: str, on: date) -> str:
    """ "74/25" told of a day in 2027 is "74/27": the days of the tales move, and an office counts anew each year."""
    head, slash, year = number.rpartition("/")
    return f"{head}/{on:%y}" if slash and len(year) == 2 else number


def registered(scene: Scene, line: Line) -> None:
    """`register NUMBER`"""
    register(
        letter=scene.letter,
        number=of_year(line.words[0], scene.day),
        on=scene.day,
        at=scene.at,
        by=scene.lead,
    )


def came(scene: Scene, line: Line, with_scan: bool = False) -> Came:
    """What arrived on the day of the line, written a few days earlier, with a number of its own."""
    written = scene.days.on_or_before(scene.day - timedelta(days=scene.rng.randint(0, 3)))
    written = max(written, scene.letter.registered_on or scene.letter.sent_on)
    number = f"{scene.rng.randint(3, 99)}-{scene.rng.randint(100, 990)}"
    data = scan(f"{scene.tale.key}{scene.step}") if with_scan else None
    return Came(written, scene.day, "post", number, line.text(), data)


def answer(scene: Scene, line: Line) -> None:
    """`answer KIND [days before today of what is promised] [ground of a refusal] [scan] | summary`"""
    kind, *more = line.words
    promised = next((int(word) for word in more if word.lstrip("-").isdigit()), None)
    on = scene.days.today - timedelta(days=promised) if promised is not None else None
    ground = next((word for word in more if word in Ground.values), "")
    record_answer(
        letter=scene.letter, answer=kind, came=came(scene, line, "scan" in more), promised_on=on, at=scene.at,
        by=scene.lead, ground=ground,
    )  # fmt: skip


def extend(scene: Scene, line: Line) -> None:
    """`extend AMOUNT | summary`: in the rule's own unit."""
    amount = int(line.words[0])
    rule = book().rules[scene.letter.rule]
    basis = next((e.basis for e in rule.extensions if e.amount == amount), "")
    record_extension(
        letter=scene.letter, came=came(scene, line), amount=amount, basis=basis, at=scene.at, by=scene.lead
    )  # fmt: skip


def forward(scene: Scene, line: Line) -> None:
    """`forward BODY NUMBER | summary`: the other body has registered it by then."""
    body, number = line.words
    _notice, there = record_forwarding(
        letter=scene.letter, to=scene.country.bodies[body], came=came(scene, line), at=scene.at, by=scene.lead,
        new_number=of_year(number, scene.day), new_registered_on=scene.day,
    )  # fmt: skip
    scene.letters.append(there)


def unconsidered(scene: Scene, line: Line) -> None:
    record_unconsidered(letter=scene.letter, came=came(scene, line), at=scene.at, by=scene.lead)


def silence(scene: Scene, line: Line) -> None:
    confirm_silence(letter=scene.letter, on=scene.day, at=scene.at, by=scene.lead)


def objected(scene: Scene, line: Line) -> None:
    """`object KIND | words`: the authority's official says that it has answered."""
    clock = Clock.objects.filter(letter=scene.letter, owner="authority", state="running").first()
    if clock is None:
        raise Refused(f"{scene.tale.key}: no term runs")
    object_to(clock=clock, kind=line.words[0], text=line.text(), at=scene.at, by=scene.person("official"))


def redacted(scene: Scene, line: Line) -> None:
    """`redact`: the last answer's scan, its name and signature covered; it waits for a second person."""
    reply = scene.letter.replies.exclude(scan=None).order_by("-pk").first()
    if reply is None:
        raise Refused(f"{scene.tale.key}: no scan yet")
    boxes = [Box(1, 8, 14, 36, 4), Box(1, 60, 78, 32, 17)]
    redact(thing=reply, boxes=boxes, at=scene.at, by=scene.lead)


def replied(scene: Scene, line: Line) -> None:
    """`reply NUMBER | summary`: through the code printed in the letter, so nobody has confirmed it yet."""
    letter = scene.letter
    issue_reply_code(letter=letter, at=scene.at)
    answer_by_code(
        letter=letter, came=Came(scene.day, scene.day, "", line.words[0], line.text()), at=scene.at
    )


VERBS = {
    "letter": letter, "complain": complain, "ombudsman": ombudsman, "send": send, "register": registered,
    "answer": answer, "extend": extend, "forward": forward, "unconsidered": unconsidered, "silence": silence,
    "object": objected, "redact": redacted, "reply": replied,
}  # fmt: skip
