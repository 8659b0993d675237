"""An initiative, its tree of results, its indicators, and what was reported.

A report is a decimal value, or words, or the reason why there is none: never two of them, never nothing, and the
database says so. A row that was sent is never written again: a correction is a row that `replaces` it. Together
with `Target` and `Definition`, which are only added to, this gives any figure as it stood on any day.
"""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from icma.core.models import AppendOnly
from icma.matters.bands import AgeBand, Sex
from icma.monitoring.flow import INITIATIVE, REPORT, SHOWN

GRACE = timedelta(days=14)  # from the end of a period to the day a report is late


class Initiative(models.Model):
    """What a community has set out to change, and how it will see whether that has come."""

    code = models.CharField(max_length=8, unique=True)
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="initiatives")
    matter = models.ForeignKey(
        "matters.Matter", models.SET_NULL, null=True, blank=True, related_name="initiatives"
    )
    title = models.CharField(_("name of the initiative"), max_length=120)
    text = models.TextField(_("what you want to change, and how"), max_length=2000, blank=True)
    project_code = models.CharField(_("code of the project"), max_length=24, blank=True, db_index=True)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    stage = models.CharField(max_length=8, choices=INITIATIVE.choices, default="plan")
    shown = models.CharField(max_length=8, choices=SHOWN.choices, default="team")
    search_text = models.CharField(max_length=400, help_text="Its title, folded.")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="initiative_has_length")
        ]
        ordering = ["-starts_on", "code"]

    def __str__(self) -> str:
        return self.title


class Node(models.Model):
    """One box of the theory of change: what must come about, and what has to hold for it to lead further."""

    class Kind(models.TextChoices):
        IMPACT = "impact", _("the lasting change")
        OUTCOME = "outcome", _("what changes for people")
        OUTPUT = "output", _("what is there because of us")
        ACTIVITY = "activity", _("what we do")

    code = models.CharField(max_length=8, unique=True)
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="nodes")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    kind = models.CharField(_("level"), max_length=8, choices=Kind)
    title = models.CharField(_("in one sentence"), max_length=200)
    assumptions = models.TextField(_("what has to hold for this"), max_length=1000, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.title


class Reporter(models.Model):
    """Who reports: the community, a member, a partner; at a place, from–to. The unit of "2 of 3 have reported"."""

    code = models.CharField(max_length=8, unique=True)
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="reporters")
    name = models.CharField(_("who reports"), max_length=120)
    organisation = models.ForeignKey(
        "people.Organisation", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    place = models.ForeignKey("people.Place", models.PROTECT, null=True, blank=True, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True, help_text="First day without it.")
    made_at = models.DateTimeField(help_text="Before this moment nobody waited for it.")

    class Meta:
        ordering = ["since", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def last_day(self) -> date | None:
        return self.until and self.until - timedelta(days=1)

    def owes(self, period: "Period") -> bool:
        """Does it report for this period: was it there on one of its days?"""
        return self.since <= period.last and (self.until is None or self.until > period.first)


class Indicator(models.Model):
    """What is counted, in which direction it should go, and how single reports make one figure."""

    class Kind(models.TextChoices):
        COUNT = "count", _("a number")
        RATIO = "ratio", _("a share: how many of how many")
        SCORE = "score", _("a mark on a scale")
        TEXT = "text", _("in words")

    class Direction(models.TextChoices):
        UP = "up", _("should grow")
        DOWN = "down", _("should fall")

    class Periods(models.TextChoices):
        SUM = "sum", _("add up the periods")
        LATEST = "latest", _("the latest period counts")
        MAX = "max", _("the highest period counts")
        RATIO = "ratio", _("parts and wholes of all periods")

    class Reporters(models.TextChoices):
        SUM = "sum", _("add up those who report")
        MAX = "max", _("the highest of those who report")
        RATIO = "ratio", _("parts and wholes of all who report")
        NONE = "none", _("no common figure: each stands alone")

    class Frequency(models.TextChoices):
        MONTH = "month", _("every month")
        QUARTER = "quarter", _("every quarter")
        HALF = "half", _("every half-year")
        YEAR = "year", _("every year")
        ONCE = "once", _("once, at the end")

    code = models.CharField(max_length=8, unique=True)
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="indicators")
    node = models.ForeignKey(Node, models.SET_NULL, null=True, blank=True, related_name="indicators")
    title = models.CharField(_("what is counted"), max_length=160)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.COUNT)
    direction = models.CharField(
        _("direction of change"), max_length=4, choices=Direction, default=Direction.UP
    )
    baseline = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    baseline_none_reason = models.CharField(max_length=200, blank=True)
    top = models.DecimalField(
        max_digits=8, decimal_places=2, null=True, blank=True, help_text="Highest mark of a scale."
    )
    across_periods = models.CharField(max_length=8, choices=Periods, default=Periods.SUM)
    across_reporters = models.CharField(max_length=8, choices=Reporters, default=Reporters.SUM)
    frequency = models.CharField(
        _("how often it is reported"), max_length=8, choices=Frequency, default=Frequency.QUARTER
    )
    counts_people = models.BooleanField(default=False, help_text="Reports are broken down by sex and age.")
    sheet = models.JSONField(default=dict, blank=True, help_text="Reference sheet: see monitoring/sheet.py.")
    order = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(baseline=None) | Q(baseline_none_reason=""), name="baseline_or_why_none"
            )
        ]
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.title


class Definition(AppendOnly):
    """How an indicator was measured from a moment on: plain values, so that an old figure can be got again."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="definitions")
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")
    data = models.JSONField(help_text="kind, direction, baseline, across_periods, across_reporters.")

    class Meta:
        indexes = [models.Index(fields=["indicator", "at"])]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.at:%F}"


class Period(models.Model):
    """A span for which each reporter owes one report. `last` belongs to it."""

    code = models.CharField(max_length=8, unique=True)
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="periods")
    first = models.DateField()
    last = models.DateField()
    is_locked = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "first"], condition=Q(gone_at=None), name="period_once"
            ),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="period_has_length"),
        ]
        ordering = ["first", "id"]

    def __str__(self) -> str:
        return f"{self.first}–{self.last}"

    @property
    def late_from(self) -> date:
        return self.last + GRACE


class Target(AppendOnly):
    """Where an indicator should be: at the end (`period` empty) or in one period; for all or for one group.

    Only added to: the row last set counts, and what stood before stays readable.
    """

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="targets")
    period = models.ForeignKey(Period, models.CASCADE, null=True, blank=True, related_name="targets")
    sex = models.CharField(max_length=8, choices=Sex, blank=True, help_text="Empty: everyone.")
    band = models.CharField(max_length=8, choices=AgeBand, blank=True, help_text="Empty: every age.")
    place = models.ForeignKey("people.Place", models.PROTECT, null=True, blank=True, related_name="+")
    value = models.DecimalField(max_digits=16, decimal_places=4, null=True, help_text="Empty: taken back.")
    set_at = models.DateTimeField()
    set_by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["indicator", "set_at"])]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.value}"


class Report(models.Model):
    """One reporter's word on one period. Written until it is sent; then fixed for good."""

    class Reason(models.TextChoices):
        NOT_DUE = "not_due", _("not due yet")
        NOT_REPORTED = "not_reported", _("was not counted")
        NOT_APPLICABLE = "not_applicable", _("does not apply")
        REFUSED = "refused", _("was refused to us")
        LOST = "lost", _("was lost")

    code = models.CharField(max_length=8, unique=True)
    period = models.ForeignKey(Period, models.PROTECT, related_name="reports")
    reporter = models.ForeignKey(Reporter, models.PROTECT, related_name="reports")
    author = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    place = models.ForeignKey("people.Place", models.PROTECT, null=True, blank=True, related_name="+")
    value = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    said = models.TextField(_("in words"), max_length=2000, blank=True, help_text="Indicators in words.")
    reason = models.CharField(max_length=14, choices=Reason, blank=True)
    numerator = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    denominator = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    note = models.TextField(_("remark"), max_length=1000, blank=True)
    state = models.CharField(max_length=9, choices=REPORT.choices, default="draft")
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    why = models.CharField(_("why it is corrected"), max_length=500, blank=True)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey("people.User", models.PROTECT, null=True, blank=True, related_name="+")
    superseded_at = models.DateTimeField(null=True, blank=True, help_text="A correction was confirmed.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(value__isnull=False, reason="", said="")
                | (Q(value=None, said="") & ~Q(reason=""))
                | (Q(value=None, reason="") & ~Q(said="")),
                name="report_value_or_reason",
            ),
            models.CheckConstraint(
                condition=Q(numerator=None, denominator=None)
                | Q(
                    numerator__isnull=False,
                    denominator__gt=0,
                    numerator__lte=F("denominator"),
                    value__isnull=False,
                ),
                name="report_share_of_a_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("author")), name="report_second_person"
            ),
            models.UniqueConstraint(
                fields=["period", "reporter"],
                condition=Q(state="confirmed", superseded_at=None),
                name="report_confirmed_once",
            ),
        ]
        indexes = [models.Index(fields=["state", "sent_at"])]
        ordering = ["made_at", "id"]

    def __str__(self) -> str:
        return self.code


class ReportCell(models.Model):
    """A crossed cell of a report. The cells of a report add up to its value: what is not known is a cell too."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="cells")
    sex = models.CharField(max_length=8, choices=Sex, default=Sex.UNKNOWN)
    band = models.CharField(max_length=8, choices=AgeBand, default=AgeBand.UNKNOWN)
    place = models.ForeignKey("people.Place", models.PROTECT, null=True, blank=True, related_name="+")
    value = models.DecimalField(max_digits=16, decimal_places=4)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "sex", "band", "place"], name="cell_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(value__gte=0), name="cell_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.sex} {self.band}"


class Evidence(models.Model):
    """A picture or paper that shows a report to be so: stamped with the hash of its bytes, private."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="evidence")
    file = models.ForeignKey("core.File", models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, help_text="As it came, before anything was done to it.")
    title = models.CharField(_("what it shows"), max_length=120, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return self.sha256[:12]


class Word(models.Model):
    """One remark in the talk about a report; a report that came back carries at least one."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="words")
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    text = models.TextField(max_length=1000)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.report_id} {self.at:%F}"
