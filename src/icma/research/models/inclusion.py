"""What inclusion keeps: sums of acts, who lives where, markers, and goals that the union has set."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from icma.core.models import AppendOnly
from icma.matters.bands import AgeBand, Sex


class ActQuarter(models.Model):
    """A quarter whose acts were summed; `mark` says of which acts, so that a change is noticed."""

    first = models.DateField(unique=True)
    mark = models.CharField(max_length=80)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.first:%F}"


class ActSum(models.Model):
    """Acts of a quarter by level, region, sex, band and channel. Derived: a job makes it anew when acts have changed.

    Rows with "*" for sex, band and channel are the sums over them: their grand total may be live, no part of it.
    """

    quarter = models.ForeignKey(ActQuarter, models.CASCADE, related_name="sums")
    level = models.CharField(max_length=12)
    region = models.CharField(max_length=24, help_text='Code of the region, or "unknown".')
    sex = models.CharField(max_length=8)
    band = models.CharField(max_length=8)
    channel = models.CharField(max_length=8)
    n = models.PositiveBigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["level", "region"], name="actsum_totals", condition=Q(sex="*"))]

    def __str__(self) -> str:
        return f"{self.level} {self.n}"


class PopulationTable(models.Model):
    """One table of who lives where, as an office published it; its rows stand and fall together."""

    code = models.CharField(max_length=8, unique=True)
    source = models.CharField(_("source"), max_length=200)
    year = models.PositiveSmallIntegerField(_("year"))
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(source=""), name="population_has_source")]

    def __str__(self) -> str:
        return f"{self.source}, {self.year}"


class PopulationCell(models.Model):
    """How many of one sex and band live in a district; bands as for acts, and children under 14."""

    UNDER = "0-13"

    table = models.ForeignKey(PopulationTable, models.CASCADE, related_name="cells")
    place = models.ForeignKey("people.Place", models.PROTECT, related_name="+")
    sex = models.CharField(max_length=8, choices=Sex)
    band = models.CharField(max_length=8, choices=[(UNDER, "0–13"), *AgeBand.choices])
    n = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["table", "place", "sex", "band"], name="population_cell_once")
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.sex} {self.band} {self.n}"


class Marker(AppendOnly):
    """How far a campaign or an initiative aims at equality; the latest row of a subject and kind is today's.

    No row: nobody has looked yet, which is not 0. `met` counts the minimum criteria of the score that were ticked.
    """

    class Subject(models.TextChoices):
        CAMPAIGN = "campaign", _("campaign")
        INITIATIVE = "initiative", _("initiative")

    class Which(models.TextChoices):
        GENDER = "gender", _("gender marker")
        YOUTH = "youth", _("youth marker")

    kind = models.CharField(max_length=10, choices=Subject)
    subject = models.CharField(max_length=8, help_text="Code of the campaign's matter or of the initiative.")
    which = models.CharField(max_length=6, choices=Which)
    version = models.PositiveSmallIntegerField()
    score = models.PositiveSmallIntegerField()
    criteria = models.JSONField(default=list)
    met = models.PositiveSmallIntegerField()
    on = models.DateField()
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject", "which", "version"], name="marker_version"),
            models.CheckConstraint(
                condition=Q(score=0) | Q(score=1, met__gte=5) | Q(score=2, met__gte=6),
                name="marker_needs_its_criteria",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.which} {self.score}"


class Goal(models.Model):
    """A share that the union wants to reach: for a group at a level, until a day."""

    level = models.CharField(max_length=12)
    group = models.CharField(max_length=12)
    share = models.DecimalField(max_digits=4, decimal_places=3, help_text="A fraction of one.")
    until = models.DateField()
    on = models.DateField(help_text="When it was set.")
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(share__gt=0, share__lt=1), name="goal_is_a_share"),
            models.UniqueConstraint(fields=["level", "group"], condition=Q(ended_on=None), name="goal_once"),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.group} {self.share}"
