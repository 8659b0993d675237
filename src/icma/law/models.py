"""The law as data, in editions; and what it makes us owe to whoever asks what we hold about him or her."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from icma.core import models as core
from icma.law.flow import DATA


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


class TopicSign(models.Model):
    """An advocate has read the page of a problem topic. It holds for that text alone, and for twelve months."""

    code = models.CharField(max_length=8)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the topic's texts in all languages.")
    name = models.CharField(max_length=120, help_text="As it stands on the page.")
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, blank=True, related_name="+")
    on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "digest"], name="topic_signed_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.on}"


class DataRequest(models.Model):
    """A person asks what is held about him or her, to correct it or to erase it; the rules `pd.*` bind us.

    What was said stands sealed: words of a person are nobody's business but the officer's who answers.
    """

    class Kind(models.TextChoices):
        ACCESS = "access", _("What is kept about me, and who looked")
        CORRECT = "correct", _("Correct what is kept")
        ERASE = "erase", _("Erase what is kept")

    class Channel(models.TextChoices):
        WEB = "web", _("on the site")
        PAPER = "paper", _("on paper or by voice")

    code = models.CharField(max_length=8, unique=True)
    person = models.CharField(max_length=24, db_index=True)
    via = models.CharField(
        max_length=40, blank=True, help_text="How one without account comes back: `matter:7Q4FM2KD`."
    )
    kind = models.CharField(_("what is asked"), max_length=8, choices=Kind)
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.WEB)
    stage = models.CharField(max_length=12, choices=DATA.choices, default="waiting")
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("people.User", models.SET_NULL, null=True, blank=True, related_name="+")
    sealed = models.BinaryField(help_text="Sealed JSON: what was asked, what was answered.")

    class Meta:
        indexes = [models.Index(fields=["stage", "asked_at"], name="datarequest_waiting")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(stage="waiting"), name="datarequest_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"

    @property
    def term(self) -> "DataClock | None":
        """The term of the answer; no query where the clocks are prefetched."""
        return next((clock for clock in self.clocks.all() if clock.rule == "pd.access"), None)


class DataClock(core.Clock):
    """A term of ours on a data request: to answer, to refuse with reasons, to tell those who received it."""

    request = models.ForeignKey(DataRequest, models.CASCADE, related_name="clocks")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "rule"], name="dataclock_once")]

    def __str__(self) -> str:
        return f"{self.rule} {self.due_on}"


class DataEvent(core.ClockEvent):
    clock = models.ForeignKey(DataClock, models.CASCADE, related_name="events")

    def __str__(self) -> str:
        return f"{self.clock_id} {self.kind}"
