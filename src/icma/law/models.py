"""The law as data, in editions."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Edition(models.Model):
    """A state of rules and calendar. Number n holds every row with since ≤ n and (until empty or > n)."""

    number = models.PositiveIntegerField(unique=True)
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=200, help_text="What changed and why.")
    digest = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of its rules, signatures and days."
    )

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return str(self.number)


class Versioned(models.Model):
    """A row that holds from one edition (`since`) until before another (`until`, empty = still)."""

    since = models.PositiveIntegerField()
    until = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        abstract = True


class Rule(Versioned):
    """One statutory term in the form of law/data/rules.json; `key` never changes."""

    key = models.CharField(max_length=40, db_index=True)
    data = models.JSONField(
        help_text="One object of rules.json: unit, amount, start, roll, direction, certainty…"
    )
    signed_by = models.CharField(max_length=120, blank=True, help_text="Name of the advocate.")
    signed_on = models.DateField(null=True, blank=True)
    examples = models.JSONField(default=list, help_text="Three worked examples the advocate checked.")
    is_sample = models.BooleanField(default=False, help_text="An invented signature of the demo ('nümunə').")

    class Meta:
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(until=None), name="rule_live_once"),
            models.UniqueConstraint(fields=["key", "since"], name="rule_version"),
        ]

    def __str__(self) -> str:
        return self.key


class CalendarDay(Versioned):
    """A non-working day, or a weekend day that is worked."""

    day = models.DateField(db_index=True)
    working = models.BooleanField()
    name = models.CharField(max_length=200)
    provisional = models.BooleanField(default=False)
    source = models.CharField(max_length=300)

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["day"], condition=Q(until=None), name="day_live_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class LetterText(models.Model):
    """A text of a letter with its article; approved by an advocate or marked as a draft."""

    key = models.CharField(max_length=40)
    language = models.CharField(max_length=2, default="az")
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(_("title"), max_length=160)
    body = models.TextField(_("text"))
    rule = models.CharField(max_length=40, blank=True)
    signed_by = models.CharField(max_length=120, blank=True)
    signed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "language", "version"], name="letter_text_version")
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.language}"
