"""Meetings and who came, as counts."""

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

    class Meta:
        indexes = [models.Index(fields=["organisation", "starts_at"])]

    def __str__(self) -> str:
        return self.title


class HeadCount(models.Model):
    """How many came, by sex × age band; `unknown` is a category of both."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="counts")
    sex = models.CharField(max_length=8, choices=Sex, default=Sex.UNKNOWN)
    band = models.CharField(max_length=8, choices=AgeBand, default=AgeBand.UNKNOWN)
    n = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "sex", "band"], name="headcount_once"),
            models.CheckConstraint(condition=Q(n__lte=5000), name="headcount_sane"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.sex} {self.band} {self.n}"


class Invitation(models.Model):
    """Somebody who is told hour and place."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="invitations")
    person = models.CharField(max_length=24)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "person"], name="invited_once")]

    def __str__(self) -> str:
        return f"{self.event_id} {self.person}"
