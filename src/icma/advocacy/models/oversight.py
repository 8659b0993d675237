"""Decisions while they are made, and what was promised."""

from urllib.parse import urlsplit

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from icma.advocacy.flow import COMMITMENT, DECISION
from icma.core.models import AppendOnly


class Level(models.TextChoices):
    LOCAL = "local", _("local")
    CENTRAL = "central", _("central")


# Keepers of the web's past: what they hold does not change when the page does, and anybody can look there.
ARCHIVES = ("web.archive.org", "archive.org", "archive.ph", "archive.is", "archive.today", "perma.cc")


class Source(models.Model):
    """Where something can be read: an address and the day it was seen there, a kept copy, or an answer.

    The copy is private until a second person has released it; its hash is public from the beginning.
    """

    code = models.CharField(max_length=8, unique=True)
    matter = models.ForeignKey("matters.Matter", models.CASCADE, related_name="sources")
    url = models.URLField(_("address of the source"), max_length=500, blank=True)
    seen_on = models.DateField(_("seen there on"))
    file = models.ForeignKey("core.File", models.PROTECT, null=True, blank=True, related_name="+")
    letter = models.ForeignKey(
        "matters.Letter", models.PROTECT, null=True, blank=True, related_name="+",
        help_text="The answer in which it stands.",
    )  # fmt: skip
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(url="") | Q(file__isnull=False) | Q(letter__isnull=False),
                name="source_leads_somewhere",
            )
        ]

    def __str__(self) -> str:
        return self.url or self.code

    @property
    def host(self) -> str:
        """Whose page it is: short enough for a telephone; the link leads to the whole address."""
        return urlsplit(self.url).netloc

    @property
    def in_archive(self) -> bool:
        return self.host in ARCHIVES


class Decision(models.Model):
    """What a matter of kind `decision` needs more. Who decides: the matter's authority; until when: its window `remark`."""

    class What(models.TextChoices):
        DRAFT_ACT = "draft_act", _("draft legal act")
        PLAN = "plan", _("urban plan")
        BUDGET = "budget", _("budget")
        SESSION = "session", _("session of a municipality or public council")
        TENDER = "tender", _("tender")

    class Result(models.TextChoices):
        OPEN = "", _("not decided")
        ADOPTED = "adopted", _("adopted")
        CHANGED = "changed", _("adopted with changes")
        REFUSED = "refused", _("not adopted")

    matter = models.OneToOneField("matters.Matter", models.CASCADE, related_name="decision", primary_key=True)
    what = models.CharField(_("what is decided"), max_length=10, choices=What)
    level = models.CharField(_("level"), max_length=8, choices=Level, default=Level.LOCAL)
    stage = models.CharField(max_length=8, choices=DECISION.choices, default="draft")
    result = models.CharField(max_length=8, choices=Result, blank=True, default="")
    source = models.ForeignKey(
        Source, models.PROTECT, related_name="+", help_text="Where the draft was seen."
    )
    rule = models.CharField(max_length=40, blank=True, help_text="Rule of law from which the window comes.")
    article = models.CharField(
        _("article"), max_length=160, blank=True, help_text="Where no rule of ours serves."
    )
    taken_on = models.DateField(null=True, blank=True)
    carried_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=[*DECISION.stages]), name="decision_stage_is_known")
        ]
        indexes = [models.Index(fields=["stage", "-matter"], name="decision_stage")]

    def __str__(self) -> str:
        return str(self.matter_id)


class Point(models.Model):
    """What was decided on one published remark, and the reasons that were given. The remark stands in its entry."""

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", _("accepted")
        PARTLY = "partly", _("accepted in part")
        REJECTED = "rejected", _("not accepted")

    class Told(models.TextChoices):
        UNKNOWN = "", _("not known")
        GIVEN = "given", _("the body gave its reasons")
        NONE = "none", _("no reason given")

    entry = models.OneToOneField("matters.Entry", models.CASCADE, related_name="point", primary_key=True)
    decision = models.ForeignKey(Decision, models.CASCADE, related_name="points")
    verdict = models.CharField(_("what was decided on it"), max_length=8, choices=Verdict)
    decided = models.CharField(_("in the body's words"), max_length=500, blank=True)
    told = models.CharField(_("reasons"), max_length=8, choices=Told, blank=True, default="")
    reason = models.CharField(_("reasons that it gave"), max_length=1000, blank=True)
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, related_name="+")
    on = models.DateField(help_text="Day on which it was decided.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(told="given") & ~Q(reason="") | ~Q(told="given") & Q(reason=""),
                name="point_reasons_in_words",
            ),
            # That none were given is a fact that somebody saw somewhere, not an empty field.
            models.CheckConstraint(
                condition=~Q(told="none") | Q(source__isnull=False), name="point_silence_has_a_source"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.verdict}"


class Observation(models.Model):
    """An observer's record of a session or hearing: counts, never names; public after a moderator has seen it."""

    class Tri(models.TextChoices):
        YES = "yes", _("yes")
        NO = "no", _("no")
        UNKNOWN = "unknown", _("not known")

    code = models.CharField(max_length=8, unique=True)
    decision = models.ForeignKey(Decision, models.CASCADE, related_name="observations")
    on = models.DateField(_("date"))
    let_in = models.CharField(_("were observers let in?"), max_length=8, choices=Tri, default=Tri.UNKNOWN)
    agenda = models.CharField(
        _("was the agenda published before?"), max_length=8, choices=Tri, default=Tri.UNKNOWN
    )
    minutes = models.CharField(_("were the minutes given?"), max_length=8, choices=Tri, default=Tri.UNKNOWN)
    present = models.PositiveIntegerField(_("present"), null=True, blank=True)
    spoke = models.PositiveIntegerField(_("spoke"), null=True, blank=True)
    spoke_women = models.PositiveIntegerField(_("women among them"), null=True, blank=True)
    spoke_youth = models.PositiveIntegerField(_("young people among them"), null=True, blank=True)
    words = models.CharField(_("what was seen"), max_length=1000, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(spoke=None) | Q(present=None) | Q(spoke__lte=F("present")))
                & (Q(spoke=None) | Q(spoke_women=None) | Q(spoke_women__lte=F("spoke")))
                & (Q(spoke=None) | Q(spoke_youth=None) | Q(spoke_youth__lte=F("spoke"))),
                name="observation_not_more_than_all",
            ),
            models.UniqueConstraint(fields=["decision", "by", "on"], name="observation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.on}"


class Commitment(models.Model):
    """What a matter of kind `commitment` needs more: a promise that is verifiable, specific, sourced and public."""

    class Said(models.TextChoices):
        SESSION = "session", _("at a public meeting or session")
        MEDIA = "media", _("in the media")
        SITE = "site", _("on an official page")
        PAPER = "paper", _("in a programme or plan")
        LETTER = "letter", _("in an answer to a letter")

    matter = models.OneToOneField(
        "matters.Matter", models.CASCADE, related_name="commitment", primary_key=True
    )
    level = models.CharField(_("level"), max_length=8, choices=Level, default=Level.LOCAL)
    stage = models.CharField(
        max_length=12,
        choices=COMMITMENT.choices,
        default="unrated",
        help_text="Cache of what the ratings come to.",
    )
    rated_on = models.DateField(
        null=True, blank=True, help_text="Cache: the day of which that status speaks."
    )
    said_on = models.DateField(_("promised on"))
    said_at = models.CharField(_("where it was promised"), max_length=8, choices=Said)
    due_on = models.DateField(_("promised until"), null=True, blank=True)
    check_by = models.CharField(_("how anyone can see that it is done"), max_length=500, blank=True)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+")
    disputed_at = models.DateTimeField(
        null=True, blank=True, help_text="The authority, or a second rater, does not agree."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=[*COMMITMENT.stages]), name="commitment_stage_is_known"
            )
        ]
        indexes = [
            models.Index(fields=["stage", "-matter"], name="commitment_stage"),
            models.Index(fields=["due_on"], name="commitment_due"),
        ]

    def __str__(self) -> str:
        return str(self.matter_id)


class Rating(AppendOnly):
    """One rater's view of a commitment on a day, under a version of the rubric; further ones check the first."""

    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="ratings")
    status = models.CharField(max_length=12, choices=COMMITMENT.choices)
    rubric = models.PositiveSmallIntegerField(help_text="Version of the rubric.")
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", help_text="No status without one.")
    first = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="checks",
        help_text="The rating that this one checks.",
    )
    on = models.DateField(help_text="Day of which it speaks.")
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(status="unrated"), name="rating_says_something")]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.status}"
