"""Outcomes: harvested, sent, read by a moderator, held against somebody else's word; never made to vanish."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.core.day import legal_day
from icma.core.flow import Stale
from icma.engines.aztext import clean_text
from icma.matters.rules_of_moderation import RULES
from icma.monitoring.flow_outcomes import OUTCOME
from icma.monitoring.models import Outcome, Substantiation
from icma.people.access import held_on
from icma.people.actions.changes import log_change
from icma.people.models import Organisation, User

FIELDS = (
    "initiative", "node", "indicator", "matter", "letter", "who", "what", "on", "place", "where", "significance",
    "contribution", "sources", "planned", "sign", "language", "english",
)  # fmt: skip
LINES = ("who", "where")
MOST_SAID = 5  # words of others that one account writes down about one version
SHORTEST = 10  # a reason of fewer characters says nothing


@action
def harvest(*, organisation: Organisation, at: datetime, by: User, **values: Any) -> Outcome:
    """A draft of what changed; any of the four parts may still be missing. `values`: of FIELDS."""
    outcome = Outcome(code=public_code(), organisation=organisation, at=at, by=by)
    _fill(outcome, values, at)
    outcome.save(force_insert=True)
    return outcome


@action
def change_outcome(
    *, outcome: Outcome, was: int, at: datetime, by: User, why: str = "", **values: Any
) -> Outcome:
    """A draft is changed in place. What was sent becomes a new version, with a reason, which a moderator reads anew.

    What was told as a change for the worse keeps its day and its initiative: in their report it stands, whatever comes.

    `was`: the version the form was opened with; Stale if it is another by now.
    """
    here = (
        Outcome.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk=outcome.pk, version=was)
        .first()
    )
    if here is None:
        raise Stale(_("Somebody has already changed this. Look at the page again before you go on."))
    before = {"version": here.version, "sign": here.sign, "stage": here.stage}
    stood = (here.on, here.initiative_id)
    _fill(here, values, at)
    if here.stage == "draft":
        here.at, here.by, here.version = at, by, was + 1
        here.save()
        return here
    why = _reason(why)
    _complete(here)
    if here.was_negative and (here.on, here.initiative_id) != stood:
        raise Refused(
            _("A change for the worse keeps its day and its initiative. If they are wrong, withdraw it with the reason and tell it anew.")
        )  # fmt: skip
    changed = {name: getattr(here, name) for name in FIELDS}
    OUTCOME.take(
        here, "rewrite", version=was + 1, at=at, by=by, rule="", public_at=None,
        was_negative=here.was_negative or here.sign == Outcome.Sign.NEGATIVE, **changed,
    )  # fmt: skip
    after = {"version": here.version, "sign": here.sign, "stage": here.stage}
    log_change(table="outcome", row=here.code, before=before, after=after, by=by, at=at, why=why)
    return here


def _fill(outcome: Outcome, values: Mapping[str, Any], at: datetime) -> None:
    unknown = set(values) - set(FIELDS)
    if unknown:
        raise ValueError(f"not editable: {unknown}")
    for name, value in values.items():
        text = clean_text(value).strip() if isinstance(value, str) else value
        setattr(outcome, name, " ".join(text.split()) if name in LINES else text)
    if outcome.on and outcome.on > legal_day(at):
        raise Refused(_("This day lies ahead. Tell it when it has happened."))
    if outcome.letter and outcome.matter is None:
        outcome.matter = outcome.letter.matter
    _belongs(outcome)


def _belongs(outcome: Outcome) -> None:
    """What it is linked to is the community's own."""
    linked = outcome.node or outcome.indicator
    if outcome.initiative is None and linked is not None:
        outcome.initiative = linked.initiative
    wrong = (
        (outcome.initiative and outcome.initiative.organisation_id != outcome.organisation_id)
        or any(
            one and one.initiative_id != outcome.initiative_id for one in (outcome.node, outcome.indicator)
        )
        or (outcome.matter and outcome.matter.community_id != outcome.organisation_id)
        or (outcome.letter and outcome.letter.matter_id != outcome.matter_id)
    )
    if wrong:
        raise Refused(_("Choose an initiative, a step, an indicator and a letter that belong together."))


def missing(outcome: Outcome) -> list[str]:
    """Which of the four parts are not told yet, in the reader's words."""
    parts = (
        (outcome.who, _("who changed")), (outcome.what, _("what changed")), (outcome.on, _("when")),
        (outcome.place_id or outcome.where, _("where")),
    )  # fmt: skip
    return [str(label) for value, label in parts if not value]


def _complete(outcome: Outcome) -> None:
    if lacks := missing(outcome):
        raise Refused(_("An outcome says who changed what, when and where. Missing: %(parts)s") % {"parts": ", ".join(lacks)})  # fmt: skip


def _reason(why: str) -> str:
    why = " ".join(clean_text(why).split())
    if not SHORTEST <= len(why) <= 300:
        raise Refused(
            _("Give the reason in 10 to 300 characters: everybody who reads the report will see it.")
        )
    return why


@action
def send_outcome(*, outcome: Outcome, at: datetime, by: User) -> None:
    """Out of the draft: from now on it counts in every report. Refused while one of the four parts is missing."""
    _complete(outcome)
    negative = outcome.was_negative or outcome.sign == Outcome.Sign.NEGATIVE
    OUTCOME.take(outcome, "send", at=at, was_negative=negative)


@action
def drop_draft(*, outcome: Outcome, at: datetime, by: User) -> None:
    """Only what was never sent can be thrown away."""
    if not Outcome.objects.filter(pk=outcome.pk, stage="draft").delete()[0]:
        raise Stale(_("It was sent already: it can be withdrawn with a reason, not thrown away."))


@action
def withdraw_outcome(*, outcome: Outcome, why: str, at: datetime, by: User) -> None:
    """Taken back with a reason. Its words go from the public pages; that there was one stays in every report."""
    OUTCOME.take(outcome, "withdraw", why=_reason(why), public_at=None)


# --- a moderator reads it --------------------------------------------------------------------------
@action
def publish_outcome(*, outcome: Outcome, version: int, at: datetime, by: User) -> None:
    """The version that was read becomes public. Never by the one who wrote it."""
    OUTCOME.take(_read(outcome, version, by), "publish", public_at=at, rule="")


@action
def keep_outcome(*, outcome: Outcome, version: int, rule: str, at: datetime, by: User) -> None:
    """Not for everybody, by this rule; it stays in the report."""
    if rule not in RULES:
        raise Refused(_("Choose the rule that it does not keep."))
    OUTCOME.take(_read(outcome, version, by), "keep", rule=rule, public_at=None)


def _read(outcome: Outcome, version: int, by: User) -> Outcome:
    here = (
        Outcome.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk=outcome.pk, version=version)
        .first()
    )
    if here is None:
        raise Stale(_("Somebody has already changed this. Look at the page again before you go on."))
    if here.by_id == by.pk:
        raise Refused(_("You have written it yourself: somebody else reads it."))
    return here


# --- somebody else's word --------------------------------------------------------------------------
def is_inside(user: User, outcome: Outcome, at: datetime) -> bool:
    """Does this person hold any seat in the contributing community, or mentor it, or have written it?"""
    seats = user.memberships.filter(held_on(legal_day(at)), organisation=outcome.organisation_id)
    return user.pk in (outcome.by_id, outcome.organisation.mentor_id) or seats.exists()


@action
def substantiate(
    *, outcome: Outcome, version: int, verdict: str, at: datetime, by: User, words: str = "", says: str = ""
) -> Substantiation:
    """What an independent person says of this version. `says`: whose word it is, when written down for somebody."""
    words, says = clean_text(words).strip(), " ".join(clean_text(says).split())
    if is_inside(by, outcome, at):
        raise Refused(_("You belong to the community that contributed to it: somebody from outside says whether it was so."))  # fmt: skip
    if verdict not in Substantiation.Verdict.values:
        raise Refused(_("Choose what you say of it."))
    if verdict in ("partly", "no") and len(words) < SHORTEST:
        raise Refused(_("Say in words what was otherwise."))
    if len(words) > 1000 or len(says) > 120:
        raise Refused(_("The text is too long."))
    open_ = Outcome.objects.filter(pk=outcome.pk, version=version, stage__in=("sent", "public", "kept"))
    if not open_.exists():
        raise Stale(_("Somebody has already changed this. Look at the page again before you go on."))
    mine = outcome.substantiations.filter(version=version, by=by)
    if (not says and mine.filter(says="").exists()) or mine.count() >= MOST_SAID:
        raise Refused(_("You have said it already of this version."))
    return Substantiation.objects.create(
        outcome=outcome, version=version, verdict=verdict, words=words, says=says, at=at, by=by
    )
