"""Meetings and who came: signed in, counted by heads, or both, and never mixed up."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from icma.matters.bands import AgeBand, Sex


class Event(models.Model):
    """A meeting. Hour and place go to the invited only, unless the community chose otherwise."""

    class Kind(models.TextChoices):
        MEETING = "meeting", _("meeting")
        HEARING = "hearing", _("public hearing")
        AUTHORITY = "authority", _("meeting with an authority")
        VISIT = "visit", _("visit")
        CLINIC = "clinic", _("legal clinic")
        TRAINING = "training", _("training")

    class Spot(models.TextChoices):
        OFFICE = "office", _("office of the community")
        PUBLIC = "public", _("school, club or library")
        HOME = "home", _("somebody's home")
        ONLINE = "online", _("online")

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        HELD = "held", _("held")
        CANCELLED = "cancelled", _("cancelled")

    code = models.CharField(max_length=8, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.MEETING)
    organisation = models.ForeignKey("people.Organisation", models.CASCADE, related_name="events")
    matter = models.ForeignKey(
        "matters.Matter", models.SET_NULL, null=True, blank=True, related_name="events"
    )
    place = models.ForeignKey("people.Place", models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField(_("title"), max_length=160)
    agenda = models.TextField(_("agenda"), blank=True)
    starts_at = models.DateTimeField(_("begins"))
    spot = models.CharField(_("kind of place"), max_length=8, choices=Spot, default=Spot.PUBLIC)
    where = models.CharField(_("where"), max_length=200, blank=True)
    access = models.JSONField(
        default=list, help_text="Access needs met: child care, transport, step-free, hour…"
    )
    is_open = models.BooleanField(
        default=False, help_text="Hour and place are public: chosen after a warning."
    )
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    minutes = models.TextField(_("minutes"), blank=True)
    decisions = models.TextField(_("decisions"), blank=True)
    minutes_public = models.BooleanField(default=False)
    present = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="Attendances over all its days, written by the count alone; empty: not counted.",
    )

    class Meta:
        indexes = [models.Index(fields=["organisation", "starts_at"])]

    def __str__(self) -> str:
        return self.title


class Session(models.Model):
    """One more day of a training or a hearing. The first day is the event itself and has no row."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="sessions")
    number = models.PositiveSmallIntegerField()
    on = models.DateField(_("day"))
    title = models.CharField(_("what for"), max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "number"], name="session_once"),
            models.CheckConstraint(condition=Q(number__gte=2), name="session_after_first"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.number}"


class HeadCount(models.Model):
    """How many were in the room, by sex × age band; `unknown` is a category of both. Nobody is told apart by it."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="counts")
    session = models.PositiveSmallIntegerField(default=1)
    sex = models.CharField(max_length=8, choices=Sex, default=Sex.UNKNOWN)
    band = models.CharField(max_length=8, choices=AgeBand, default=AgeBand.UNKNOWN)
    n = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "session", "sex", "band"], name="headcount_once"),
            models.CheckConstraint(condition=Q(n__lte=5000), name="headcount_sane"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.sex} {self.band} {self.n}"


class Sheet(models.Model):
    """A paper list that was entered: by its own number, so that entering it again replaces it."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="sheets")
    session = models.PositiveSmallIntegerField(default=1)
    number = models.CharField(max_length=20)
    total = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many stand on the paper in all."
    )
    at = models.DateTimeField(help_text="When it was entered last.")
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "session", "number"], name="attendance_sheet_once")
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.number}"


class Attendance(models.Model):
    """One person on one day of an event, with what was said of sex and age at the door.

    `person` tells one person apart over several meetings: an account's opaque key, or a keyed tag of the name from
    which no name can be read; empty where nobody asked. A name or an address is a Contact, and goes after its term.
    """

    class State(models.TextChoices):
        REGISTERED = "registered", _("is expected")
        CAME = "came", _("came")
        ABSENT = "absent", _("did not come")

    class Way(models.TextChoices):
        LIST = "list", _("on a list")
        DOOR = "door", _("at the door, by phone")
        PAPER = "paper", _("from a paper list")

    event = models.ForeignKey(Event, models.CASCADE, related_name="attendances")
    session = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State)
    way = models.CharField(max_length=6, choices=Way)
    person = models.CharField(max_length=24, blank=True)
    sex = models.CharField(max_length=8, choices=Sex, default=Sex.UNKNOWN)
    band = models.CharField(max_length=8, choices=AgeBand, default=AgeBand.UNKNOWN)
    sheet = models.ForeignKey(Sheet, models.CASCADE, null=True, blank=True, related_name="rows")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "session", "person"], name="attendance_once", condition=~Q(person="")
            )
        ]
        indexes = [models.Index(fields=["person"], name="attendance_person", condition=~Q(person=""))]

    def __str__(self) -> str:
        return f"{self.event_id} {self.state}"


class NeedUsed(models.Model):
    """How many used what made it easier to come: child care, transport…"""

    event = models.ForeignKey(Event, models.CASCADE, related_name="needs_used")
    need = models.CharField(max_length=12)
    n = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "need"], name="need_used_once")]
        verbose_name_plural = "needs used"

    def __str__(self) -> str:
        return f"{self.event_id} {self.need} {self.n}"


class Invitation(models.Model):
    """Somebody who is told hour and place."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="invitations")
    person = models.CharField(max_length=24)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "person"], name="invited_once")]

    def __str__(self) -> str:
        return f"{self.event_id} {self.person}"
