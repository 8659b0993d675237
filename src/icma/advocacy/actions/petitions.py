"""A petition is prepared, published by a moderator, signed within its window, tightened, paused, closed."""

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from nacl.public import PrivateKey

from icma.advocacy import keyring
from icma.advocacy.actions.log import STEP, drop_acts, log_petition
from icma.advocacy.actions.updates import forget_followers
from icma.advocacy.models import Campaign, Pending, Petition, Sheet, Signature, Tactic
from icma.core.action import Refused, action
from icma.core.day import legal_day, moment
from icma.core.flow import Stale
from icma.matters.actions import preparing
from icma.matters.actions.thread import note
from icma.matters.models import Matter, Window
from icma.people.models import Authority, Organisation, Place, User

SIGN = "sign"  # verb of the window
LONGEST = timedelta(days=366)
MODES = tuple(Petition.Mode.values)  # in the order of their protection
KEY_BYTES = 32
GRACE = timedelta(days=7)  # after the last day, for sheets of paper that were signed in time


@action
def prepare_petition(
    *,
    community: Organisation,
    title: str,
    text: str,
    place: Place,
    topic: str,
    authority: Authority | None,
    mode: str,
    opens_on: date,
    closes_on: date,
    at: datetime,
    by: User,
    goal: int | None = None,
    campaign: Campaign | None = None,
    tactic: Tactic | None = None,
    public_key: bytes | None = None,
    language: str = "az",
) -> Petition:
    """A petition that a community writes; it can be signed once a moderator has published it and its window is open.

    `tactic`: the step of the campaign's plan that it is made from."""
    _check(mode, opens_on, closes_on, public_key, legal_day(at))
    matter = preparing.prepare(
        kind=Matter.Kind.PETITION, title=title, text=text, place=place, topic=topic, community=community,
        authority=authority, grew_from=[campaign.matter] if campaign else None, language=language, at=at, by=by,
    )  # fmt: skip
    Window.objects.create(
        matter=matter, verb=SIGN, opens_at=moment(opens_on, 0), closes_at=_end_of(closes_on)
    )
    keyring.make(matter.code)
    if tactic is not None and campaign is not None:
        Tactic.objects.filter(pk=tactic.pk, campaign=campaign, made="").update(made=f"petition:{matter.code}")
    return Petition.objects.create(
        matter=matter,
        campaign=campaign,
        mode=mode,
        goal=goal,
        public_key=None if mode == "protected" else public_key,
    )


def _end_of(day: date) -> datetime:
    return moment(day + timedelta(days=1), 0)


def _check(mode: str, opens_on: date, closes_on: date, public_key: bytes | None, today: date) -> None:
    if mode not in MODES:
        raise Refused(_("Choose how the signers are protected."))
    if closes_on < max(opens_on, today):
        raise Refused(_("The last day lies before the first, or in the past."))
    if closes_on - opens_on > LONGEST:
        raise Refused(_("A petition runs for a year at most."))
    if public_key is not None and len(public_key) != KEY_BYTES:
        raise Refused(_("This is not a public key: it has 64 hexadecimal signs."))


def new_key_pair() -> tuple[str, bytes]:
    """(secret to print and keep offline, as 64 hexadecimal signs; public half that the server keeps)."""
    secret = PrivateKey.generate()
    return bytes(secret).hex(), bytes(secret.public_key)


@action
def set_key(*, petition: Petition, public_key: bytes, at: datetime, by: User) -> None:
    """The campaign's public key, once: what is sealed to one key cannot be read with another."""
    if len(public_key) != KEY_BYTES or petition.mode == Petition.Mode.PROTECTED:
        raise Refused(_("This is not a public key: it has 64 hexadecimal signs."))
    if not Petition.objects.filter(pk=petition.pk, public_key=None).update(public_key=public_key):
        raise Refused(_("The key is set already."))
    petition.public_key = public_key
    note(matter=petition.matter, verb="petition_key", at=at, by=by, visibility="team")


def lacks_key(petition: Petition) -> bool:
    """Identities would be kept in no form at all: nobody could ever be asked, and no scan be sealed."""
    return petition.mode != Petition.Mode.PROTECTED and not petition.public_key


@action
def submit_petition(*, petition: Petition, at: datetime, by: User) -> None:
    """Send it to a moderator. Refused without the key to which names are sealed."""
    if lacks_key(petition):
        raise Refused(_("The campaign's key is not set."))
    preparing.submit(matter=petition.matter, at=at, by=by)


@action
def tighten(*, petition: Petition, mode: str, at: datetime, by: User) -> None:
    """A stricter mode; what the stricter one does not keep is erased at once. Loosening is refused."""
    if mode not in MODES or MODES.index(mode) <= MODES.index(petition.mode):
        raise Refused(_("Protection can only be made stricter."))
    if not Petition.objects.filter(pk=petition.pk, mode=petition.mode).update(mode=mode):
        raise Stale(_("Somebody else has changed it just now."))
    petition.refresh_from_db(fields=["mode", "shown"])
    if mode == Petition.Mode.PROTECTED:
        Petition.objects.filter(pk=petition.pk).update(public_key=None, shown=petition.shown // STEP * STEP)
        Signature.objects.filter(petition=petition).update(
            sealed=None, host=None, place=None, sex="unknown", band="unknown"
        )
        Sheet.objects.filter(petition=petition).update(scan=None)
        drop_acts(petition=petition)
        forget_followers(petition=petition, at=at)
    note(matter=petition.matter, verb="petition_tightened", at=at, by=by, data={"mode": mode})


def forget_keys() -> int:
    """Destroy the keys of protected petitions that have closed; how many. After the commit that erased their tags."""
    rows = Petition.objects.filter(mode=Petition.Mode.PROTECTED, closed_at__isnull=False)
    closed = [code for code in rows.values_list("matter__code", flat=True) if keyring.exists(code)]
    for code in closed:
        keyring.destroy(code)
    return len(closed)


@action
def switch(*, petition: Petition, name: str, on: bool, at: datetime, by: User) -> None:
    """Pause signing, pause mail, or freeze the count: for a day on which something must be looked at first."""
    if name not in ("signing_paused", "mail_paused", "count_frozen"):
        raise ValueError(name)
    Petition.objects.filter(pk=petition.pk).update(**{name: on})
    setattr(petition, name, on)
    note(
        matter=petition.matter,
        verb="petition_switched",
        at=at,
        by=by,
        visibility="team",
        data={"name": name, "on": on},
    )


@action
def end_early(*, petition: Petition, at: datetime, by: User) -> None:
    """No support is taken from now on; the log stays open for sheets."""
    running = Window.objects.filter(matter=petition.matter_id, verb=SIGN, opens_at__lt=at, closes_at__gt=at)
    if petition.closed_at or not running.update(closes_at=at):
        raise Refused(_("The petition is not running."))
    note(matter=petition.matter, verb="petition_ended", at=at, by=by, visibility="team")


def final_at(petition: Petition, window: Window | None) -> datetime | None:
    """When the number is final: seven days after the last day, for the sheets; a protected petition keeps no key so long."""
    if window is None or window.closes_at is None:
        return None
    return window.closes_at + (timedelta() if petition.mode == Petition.Mode.PROTECTED else GRACE)


@action
def drop_waiting(*, at: datetime) -> int:
    """Mails of petitions that take no support any more are not sent; how many."""
    over = Window.objects.filter(verb=SIGN, closes_at__lte=at, matter__petition__closed_at=None)
    rows = Pending.objects.filter(
        state__in=(Pending.State.WAITING, Pending.State.SENDING), petition__in=over.values("matter")
    )
    return rows.update(state=Pending.State.DROPPED, sealed=b"")


@action
def state_number(*, petition: Petition, at: datetime, by: User) -> None:
    """Who leads it says that no further sheet comes: the number is final now. Refused while support is taken."""
    window = Window.objects.filter(matter=petition.matter_id, verb=SIGN).first()
    if petition.closed_at or petition.count_frozen or window is None or (window.closes_at or at) >= at:
        raise Refused(_("Support is still being taken, or the count is frozen."))
    close_petition(petition=petition, at=at, complete=True)


@action
def close_petition(*, petition: Petition, at: datetime, complete: bool = False) -> None:
    """When the number is final: the last leaves are logged, and a protected petition forgets its tags (and then its key).

    What still waits for an answer is emptied. A frozen count waits until somebody has thawed it. `complete`: no
    further sheet comes.
    """
    window = Window.objects.filter(matter=petition.matter_id, verb=SIGN).first()
    ends = window.closes_at if complete and window else final_at(petition, window)
    if petition.closed_at or petition.count_frozen or ends is None or ends > at:
        return
    while log_petition(pk=petition.pk, at=at, last=True):
        pass
    if petition.mode == Petition.Mode.PROTECTED:
        Signature.objects.filter(petition=petition).update(tag=None)
    Pending.objects.filter(petition=petition).exclude(state=Pending.State.DONE).update(
        state=Pending.State.DROPPED, sealed=b""
    )
    Petition.objects.filter(pk=petition.pk).update(closed_at=at)
    petition.refresh_from_db()
    note(
        matter=petition.matter, verb="petition_closed", at=at, data={"n": petition.shown},
        once=f"petition_closed:{petition.matter_id}",
    )  # fmt: skip
