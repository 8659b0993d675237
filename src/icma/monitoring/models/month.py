"""What was seen on the spot, what a month brought, and the report that is made of it all."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from icma.matters.bands import AgeBand, Sex
from icma.monitoring.flow_outcomes import MONTH, PAPER
from icma.monitoring.models.outcomes import Told


class Visit(Told):
    """Somebody went there and looked. The photo is private; what it led to are tasks with dates."""

    code = models.CharField(max_length=8, unique=True)
    organisation = models.ForeignKey("people.Organisation", models.CASCADE, related_name="visits")
    initiative = models.ForeignKey(
        "monitoring.Initiative", models.SET_NULL, null=True, blank=True, related_name="visits"
    )
    matter = models.ForeignKey("matters.Matter", models.SET_NULL, null=True, blank=True, related_name="+")
    on = models.DateField(_("day"))
    who = models.CharField(_("who went"), max_length=120, help_text="Roles, no names.")
    place = models.ForeignKey("people.Place", models.PROTECT, related_name="+", help_text="A district.")
    findings = models.TextField(_("what was found"), max_length=3000)
    photo = models.ForeignKey("core.File", models.SET_NULL, null=True, blank=True, related_name="+")
    document = models.ForeignKey(
        "matters.Document", models.SET_NULL, null=True, blank=True, related_name="+",
        help_text="The copy that was handed to the matter to be redacted.",
    )  # fmt: skip
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["organisation", "-on", "-id"], name="visit_of")]

    def __str__(self) -> str:
        return f"{self.place_id} {self.on}"


class Month(Told):
    """A community's month. A month without a row, or with one that was not sent, is a month without a report."""

    organisation = models.ForeignKey("people.Organisation", models.CASCADE, related_name="months")
    first = models.DateField(help_text="First day of the month.")
    did = models.TextField(_("what we did"), max_length=3000, blank=True)
    changed = models.TextField(_("what changed"), max_length=2000, blank=True)
    hindered = models.TextField(_("what hindered"), max_length=2000, blank=True)
    quiet = models.BooleanField(default=False, help_text="Nothing was done this month: a report too.")
    stage = models.CharField(max_length=10, choices=MONTH.choices, default="draft")
    called_on = models.DateField(
        null=True, blank=True, help_text="Somebody of the union asked why nothing came."
    )
    called_by = models.ForeignKey("people.User", models.SET_NULL, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "first"], name="month_once"),
            models.CheckConstraint(
                condition=~Q(stage="sent") | Q(quiet=True) | ~Q(did=""), name="month_sent_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.first:%Y-%m}"


class MonthCount(models.Model):
    """How many took part in a month, by sex × age band; `unknown` is a category of both."""

    month = models.ForeignKey(Month, models.CASCADE, related_name="counts")
    sex = models.CharField(max_length=8, choices=Sex, default=Sex.UNKNOWN)
    band = models.CharField(max_length=8, choices=AgeBand, default=AgeBand.UNKNOWN)
    n = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["month", "sex", "band"], name="month_count_once"),
            models.CheckConstraint(condition=Q(n__lte=100_000), name="month_count_sane"),
        ]

    def __str__(self) -> str:
        return f"{self.month_id} {self.sex} {self.band} {self.n}"


class Paper(Told):
    """A report in one click: a project code (or one community), a period, words of its own, and the PDF once made."""

    code = models.CharField(max_length=8, unique=True)
    organisation = models.ForeignKey(
        "people.Organisation", models.CASCADE, null=True, blank=True, related_name="papers",
        help_text="Empty: every community of the project.",
    )  # fmt: skip
    project_code = models.CharField(max_length=24, blank=True)
    first = models.DateField()
    last = models.DateField()
    inside = models.BooleanField(
        default=False, help_text="For the community's own use: with its own head-counts."
    )
    narrative = models.TextField(_("in words"), max_length=5000, blank=True)
    printed_in = models.CharField(
        max_length=2, default="az", help_text="Headings and marks; its own words have theirs."
    )
    stage = models.CharField(max_length=8, choices=PAPER.choices, default="waiting")
    pdf = models.ForeignKey("core.File", models.SET_NULL, null=True, blank=True, related_name="+")
    found = models.JSONField(
        default=dict, blank=True, help_text="What it holds and lacks, in numbers and names."
    )
    began_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField(help_text="Figures as they stood then.")
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["at"], name="paper_waiting", condition=Q(stage="waiting"))]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=models.F("first")), name="paper_has_days"),
            models.CheckConstraint(
                condition=~Q(project_code="") | Q(organisation__isnull=False), name="paper_of_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_code} {self.first} – {self.last}"


class Omission(models.Model):
    """An outcome whose words one report leaves out, and why. The report itself says so and counts it."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="omissions")
    outcome = models.ForeignKey("monitoring.Outcome", models.CASCADE, related_name="omissions")
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["paper", "outcome"], name="omitted_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="omitted_for_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.outcome_id}"
