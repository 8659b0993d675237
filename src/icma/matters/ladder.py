"""The ladder: for each end of a letter the steps that may come next, as data.

A step names its letter, whom it goes to, the rules behind it, from which day it may be taken and until when;
our own side is shown the safe day first. A complaint goes to the superior body, never to the one complained of.
The last step is always the same: the bare link to legal aid.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from icma.engines.clocks import compute
from icma.law.book import Book, book
from icma.law.certainty import page_mark, status_of, weakest
from icma.law.words import in_language
from icma.matters.lateness import clock_of
from icma.matters.models import Clock, Letter
from icma.people.models import Authority

HELP = "/komek/"
DAY = timedelta(days=1)
Text = str | Promise
Kind, Answer = Letter.Kind, Letter.Answer


@dataclass(frozen=True, slots=True)
class Spec:
    """A step as the law has it. `opens` and `closes` are counted from an anchor: sent, registered, ended (the
    authority's term), reply (the day it reached us), promise. `opens_rule`: not before so long after it."""

    key: str
    title: Text
    kind: str
    to: str
    why: Text
    opens: str = "reply"
    opens_rule: str = ""
    closes: tuple[str, ...] = ()
    closes_from: str = "reply"
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rung:
    """A step on a day.

    state: open, later (opens_on lies ahead), over (the last day has passed), taken (its letter exists), missing
    (the directory knows nobody to send it to). `safe_on`: the day to aim at; `last_on`: the law's last day;
    `safe_other_on`, `last_other_on`: by a later rule, which holds only on a condition of its own (`other_if`, in
    words of the law). `needs_asking`: first ask the sender whether anything came.
    """

    key: str
    title: Text
    kind: str
    to: Authority | None
    rules: tuple[str, ...]
    why: Text
    state: str
    opens_on: date | None = None
    opens_safe_on: date | None = None
    safe_on: date | None = None
    last_on: date | None = None
    safe_other_on: date | None = None
    last_other_on: date | None = None
    other_if: str = ""
    needs_asking: bool = False
    mark: str = ""
    taken: Letter | None = None
    url: str = ""

    @property
    def is_open(self) -> bool:
        return self.state == "open"

    @property
    def begun(self) -> Letter | None:
        """Its letter, where that is written and not sent."""
        return self.taken if self.taken is not None and self.taken.stage == "draft" else None

    def main_over(self, today: date) -> bool:
        """Has the term ended that needs no condition?"""
        return self.last_on is not None and self.last_on < today

    def term(self, today: date) -> tuple[date | None, date | None]:
        """(safe day, last day) of the term that runs on `today`: the main one, then the one on a condition."""
        if self.main_over(today) and self.last_other_on is not None:
            return self.safe_other_on, self.last_other_on
        return self.safe_on, self.last_on


COMPLAINT = ("adm.complaint", "adm.complaint.noinfo")
_SUPERIOR = _("Complaint to the superior body")
_OMBUDSMAN = _("Complaint to the Ombudsman")
_COURT = _("Claim to the administrative court")
_ASK = _("Information request")


def _complaint(why: Text, **more: str) -> Spec:
    return Spec("complaint", _SUPERIOR, Kind.COMPLAINT, "superior", why, closes=COMPLAINT, **more)


def _ombudsman(**more: str) -> Spec:
    why = _("Free of charge; within a year")
    return Spec(
        "ombudsman", _OMBUDSMAN, Kind.OMBUDSMAN, "ombudsman", why, closes=("ombudsman.lodge",), **more
    )


def _contest(why: Text, *rules: str) -> Spec:
    return Spec("claim", _COURT, Kind.CLAIM, "court", why, closes=rules)


_ENDED = {"opens": "ended", "closes_from": "ended"}
SILENT = (
    Spec("reminder", _("Reminder to the authority"), Kind.REMINDER, "same", _("The term has ended"), opens="ended"),
    Spec("information", _ASK, Kind.INFORMATION, "same", _("Ask what was done with the letter and by whom"),
         opens="ended", cites=("info.general",)),
    _complaint(_("No answer within the term"), **_ENDED),
    _ombudsman(**_ENDED),
    Spec("claim", _COURT, Kind.CLAIM, "court", _("Against silence, not earlier than the law allows"),
         opens="registered", opens_rule="apc.claim.silence.earliest"),
)  # fmt: skip
BRANCHES: dict[str, tuple[Spec, ...]] = {
    "registration": (
        Spec("reminder", _("Ask for the number and date of registration"), Kind.REMINDER, "same",
             _("The authority must confirm the registration"), opens="sent", opens_rule="adm.regnote"),
    ),
    "silent": SILENT,
    "refusal": (
        Spec("information", _ASK, Kind.INFORMATION, "same", _("Ask for the documents behind the refusal"),
             cites=("info.general",)),
        _complaint(_("Against the refusal")),
        _ombudsman(),
        _contest(_("Against the refusal, or to oblige the authority"), "apc.claim.compel", "apc.claim.contest"),
    ),
    "formal": (
        Spec("reminder", _("Ask for an answer on the substance"), Kind.REMINDER, "same",
             _("The reply does not say what was decided and why")),
        Spec("information", _ASK, Kind.INFORMATION, "same", _("Ask in exact questions"), cites=("info.general",)),
        _complaint(_("Against the reply")),
        _ombudsman(),
        _contest(_("Against the reply"), "apc.claim.contest"),
    ),
    "partly": (
        Spec("rest", _("A new letter about the rest"), Kind.APPLICATION, "same", _("What remains to be done")),
        _complaint(_("Against the part that was refused")),
        _contest(_("Against the part that was refused"), "apc.claim.contest"),
    ),
    "forwarded": (
        Spec("reminder", _("Ask the new body for its number and date"), Kind.REMINDER, "forwarded",
             _("The term runs there from its registration"), opens="reply", opens_rule="adm.regnote"),
        _complaint(_("If it was sent to the body complained of, or to one that cannot decide")),
    ),
    "promise": (
        Spec("reminder", _("Ask whether the promise was kept"), Kind.REMINDER, "same", _("The promised day has passed"),
             opens="promise"),
        _complaint(_("If the promise is not kept; the term runs from the reply"), opens="promise"),
        _ombudsman(opens="promise"),
    ),
    "unconsidered": (
        Spec("again", _("The letter again, with the defect repaired"), Kind.APPLICATION, "same",
             _("Name, address and what was missing"), cites=("info.defects",)),
        _complaint(_("Against leaving it without consideration")),
        _ombudsman(),
        _contest(_("Against leaving it without consideration"), "apc.claim.contest"),
    ),
    "substance": (
        _complaint(_("If you do not agree with the decision")),
        _contest(_("If you do not agree with the decision"), "apc.claim.contest"),
    ),
    "": (),
}  # fmt: skip
# What a step with a last day is called where its letter is not known.
TITLES = {"complaint": _SUPERIOR, "ombudsman": _OMBUDSMAN, "claim": _COURT}
# A letter to the Ombudsman or to a court has its own continuation: an advocate tells it, not a table.
BEYOND = (Kind.OMBUDSMAN, Kind.CLAIM)
# These say that nobody answered; a reminder and a request for information only ask.
ASSERTS = (Kind.COMPLAINT, *BEYOND)
_BRANCH = {
    Answer.SUBSTANCE: "substance", Answer.PARTLY: "partly", Answer.FORMAL: "formal", Answer.REFUSAL: "refusal",
    Answer.FORWARDED: "forwarded", Answer.PROMISE: "promise", Answer.UNCONSIDERED: "unconsidered",
}  # fmt: skip


def rungs(
    letter: Letter, today: date, *, law: Book | None = None, known: Sequence[Letter] | None = None
) -> list[Rung]:
    """The steps after `letter` on `today`, in the order in which they are usually taken.

    Costs three queries; none where `law` and `known` are given: all letters of the matter, with
    `authority__superior` selected and `clocks` prefetched.
    """
    law = law or book()
    letters = list(known) if known is not None else _letters_of(letter)
    reply = reply_to(letter, letters)
    letter = next((row for row in letters if row.pk == letter.pk), letter)
    clock = clock_of(letter)
    branch = branch_of(letter, reply, clock, today, law)
    ladder = _Ladder(letter, today, law, letters, reply, clock)
    steps = [ladder.rung(spec) for spec in BRANCHES[branch]]
    return [
        *steps,
        Rung("help", _("Free legal aid"), "", None, (), _("A lawyer looks at it with you"), "open", url=HELP),
    ]


def _letters_of(letter: Letter) -> list[Letter]:
    rows = Letter.objects.filter(matter=letter.matter_id).defer("body", "summary")
    return list(rows.select_related("authority__superior", "forwarded_to").prefetch_related("clocks"))


def unasked(steps: Sequence[Rung], kind: str) -> bool:
    """Would a letter of this kind say that nobody answered, which nobody has confirmed for this step?"""
    return any(rung.needs_asking for rung in steps if rung.kind == kind)


def too_early(steps: Sequence[Rung], kind: str) -> Rung | None:
    """The step of this kind, where it is not open yet; None where one is, or where the ladder has none."""
    mine = [rung for rung in steps if rung.kind == kind]
    return mine[0] if mine and all(rung.state == "later" for rung in mine) else None


def has_no_place(steps: Sequence[Rung], kind: str) -> bool:
    """A complaint, to whomever, is a step of the ladder or none: where the letter stands now it has no ground."""
    return kind in ASSERTS and not any(rung.kind == kind for rung in steps)


def reply_to(letter: Letter, letters: Sequence[Letter]) -> Letter | None:
    """The answer that ends the wait: of several the latest; extensions and notes of registration end nothing."""
    ends = [row for row in letters if row.answers_id == letter.pk and row.answer in _BRANCH and row.confirmed]
    return max(ends, key=lambda row: (row.dated_on or row.received_on or date.min, row.pk), default=None)


def branch_of(letter: Letter, reply: Letter | None, clock: Clock | None, today: date, law: Book) -> str:
    """Which end this letter has come to; '' where nothing may be done yet or any more."""
    if letter.stage in ("draft", "dropped", "received") or letter.kind in BEYOND:
        return ""
    if reply is not None:
        return _BRANCH[reply.answer]
    if letter.stage == "sent":
        return "registration" if letter.sent_on else ""
    if clock is None or clock.state != Clock.State.RUNNING or clock.disputed_at:
        return ""
    return "silent"


@dataclass(frozen=True)
class _Ladder:
    letter: Letter
    today: date
    law: Book
    letters: list[Letter]
    reply: Letter | None
    clock: Clock | None

    def anchor(self, name: str) -> date | None:
        """The day from which something is counted."""
        if name == "ended":
            return self.clock.due_on if self.clock else None
        if name == "reply":
            return self._reached()
        if name == "promise":
            return self.reply.promised_on if self.reply else None
        return self.letter.registered_on if name == "registered" else self.letter.sent_on

    def _reached(self) -> date | None:
        """The day the reply reached us; where nobody noted it, the earliest that the law presumes."""
        if self.reply is None or self.reply.received_on or not self.reply.dated_on:
            return self.reply.received_on if self.reply else None
        rule = "adm.served.post" if self.reply.channel == "post" else "adm.served.electronic"
        served = compute(self.law.rules[rule], self.reply.dated_on, self.law.calendar)
        return served.earliest.due if served.earliest else self.reply.dated_on

    def rung(self, spec: Spec) -> Rung:
        opens, opens_safe = self._opens(spec)
        last = sorted(self._ends(spec))
        days = [day for day, _safe, _rule in last]
        other = last[-1] if len(set(days)) > 1 else (None, None, "")
        to = self._addressee(spec.to)
        used = tuple(rule for rule in (spec.opens_rule, *spec.closes, *spec.cites) if rule)
        taken = self._taken(spec)
        return Rung(
            spec.key, spec.title, self._kind(spec), to, used, spec.why,
            state=self._state(spec, opens, opens_safe, days, to, taken),
            opens_on=opens, opens_safe_on=opens_safe,
            safe_on=min((safe for _day, safe, _rule in last), default=None), last_on=min(days, default=None),
            safe_other_on=other[1], last_other_on=other[0], other_if=self._condition(other[2]),
            needs_asking=self._needs_asking(spec), mark=self._mark(spec, used), taken=taken,
        )  # fmt: skip

    def _opens(self, spec: Spec) -> tuple[date | None, date | None]:
        """(the law's first day, the day that is safe for us)."""
        start = self.anchor(spec.opens)
        if start is None:
            return None, None
        if spec.key == "complaint" and spec.opens == "promise":
            # A promise does not stop the term: where that ends first, nobody need wait.
            last, _safe = self._last(spec.closes[0], spec.closes_from)
            if last is not None and last <= start:
                start = (self.anchor("reply") or start) - DAY  # the day of the reply itself
        if not spec.opens_rule:
            first = start + DAY if spec.opens in ("ended", "promise") else start
            return first, first
        answer = compute(self.law.rules[spec.opens_rule], start, self.law.calendar)
        if answer.rule.direction == "not_before":
            return answer.due, answer.safe
        ends = answer.latest.due if answer.latest else start
        return ends + DAY, ends + DAY

    def _ends(self, spec: Spec) -> Iterator[tuple[date, date, str]]:
        """(last day, safe day, rule) by each rule that closes the step and has a day."""
        for rule in spec.closes:
            last, safe = self._last(rule, spec.closes_from)
            if last is not None:
                yield last, safe or last, rule

    def _condition(self, rule: str) -> str:
        return in_language(self.law.rules[rule].condition) if rule else ""

    def _last(self, rule: str, anchor: str) -> tuple[date | None, date | None]:
        """(the law's last day, the safe day) for our own side; for a silence counted from its earliest reading."""
        start = self.anchor(anchor)
        if start is None:
            return None, None
        if anchor == "ended" and self.clock is not None:
            start = min(start, self.clock.earliest_on)
        answer = compute(self.law.rules[rule], start, self.law.calendar)
        return (answer.earliest.due if answer.earliest else None), answer.safe

    def _addressee(self, to: str) -> Authority | None:
        """Whom the directory knows; the Ombudsman and the court are chosen when the letter is written."""
        if to == "same":
            return self.letter.authority
        if to == "forwarded":
            return (self.reply.forwarded_to if self.reply else None) or self.letter.forwarded_to
        if to == "superior":
            higher = self.letter.authority.superior
            accused = {self.letter.authority_id, self.letter.about_id}
            return higher if higher is not None and higher.pk not in accused else None
        return None

    def _taken(self, spec: Spec) -> Letter | None:
        """Its letter, if somebody wrote it. What the authority passed on is our old letter, and no step of ours."""
        kind, passed_on = self._kind(spec), (self.letter.kind, self.letter.forwarded_to_id)
        mine = [row for row in self.letters if row.follows_id == self.letter.pk and row.kind == kind]
        mine = [row for row in mine if row.stage != "dropped" and row.direction == "out"]
        return next((row for row in mine if (row.kind, row.authority_id) != passed_on), None)

    def _kind(self, spec: Spec) -> str:
        """A letter that is written again stays what it was."""
        return self.letter.kind if spec.key == "again" else spec.kind

    def _state(
        self, spec: Spec, opens: date | None, safe: date | None, days: list[date], to: Authority | None,
        taken: Letter | None,
    ) -> str:  # fmt: skip
        if taken is not None:
            return "taken"
        if days and self.today > max(days):
            return "over"
        first = safe or opens
        if first is None or first > self.today:
            return "later"
        return "missing" if to is None and spec.to in ("superior", "forwarded", "same") else "open"

    def _needs_asking(self, spec: Spec) -> bool:
        """Silence is asserted anew at each step: asked since the last term in the chain ran out?"""
        if self._kind(spec) not in ASSERTS:
            return False
        if spec.opens not in ("ended", "registered") or self.clock is None or self.clock.owner != "authority":
            return False
        ended = [self.clock.due_on]
        for row in self.letters:
            if row.follows_id == self.letter.pk and (next_clock := clock_of(row)) is not None:
                ended.append(next_clock.due_on)
        since = max((day for day in ended if day < self.today), default=None)
        return since is not None and (self.clock.asked_on is None or self.clock.asked_on <= since)

    def _mark(self, spec: Spec, used: tuple[str, ...]) -> str:
        """How sure its days are: those counted from the end of the authority's term are no surer than that."""
        if self.clock is not None and "ended" in (spec.opens, spec.closes_from):
            used = (*used, self.clock.rule)
        return page_mark(weakest(status_of(self.law, rule) for rule in used)) if used else ""
