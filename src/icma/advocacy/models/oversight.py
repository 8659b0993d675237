"""Decisions while they are made, and what was promised."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from icma.advocacy.flow import COMMITMENT, DECISION
from icma.core.models import AppendOnly


class Decision(models.Model):
    """What a matter of kind `decision` needs more. Who decides: the matter's authority; until when: its windows (`remark`)."""

    class What(models.TextChoices):
        DRAFT_ACT = "draft_act", _("draft legal act")
        PLAN = "plan", _("urban plan")
        BUDGET = "budget", _("budget")
        SESSION = "session", _("session of a municipality or public council")
        TENDER = "tender", _("tender")

    matter = models.OneToOneField("matters.Matter", models.CASCADE, related_name="decision", primary_key=True)
    campaign = models.ForeignKey(
        "advocacy.Campaign", models.SET_NULL, null=True, blank=True, related_name="decisions"
    )
    what = models.CharField(_("what is decided"), max_length=10, choices=What)
    stage = models.CharField(max_length=8, choices=DECISION.choices, default="draft")
    source_url = models.URLField(_("source"), max_length=500, blank=True)
    source_seen_on = models.DateField(null=True, blank=True)
    archive = models.ForeignKey(
        "core.File",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The source as it was seen.",
    )
    rule = models.CharField(max_length=40, blank=True, help_text="Rule of law from which the window comes.")
    article = models.CharField(
        _("article"), max_length=160, blank=True, help_text="Where no rule of ours serves."
    )
    taken_on = models.DateField(null=True, blank=True)
    carried_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.matter_id)


class Point(models.Model):
    """Asked, decided, and the reasons given, side by side."""

    class Verdict(models.TextChoices):
        OPEN = "", _("not decided")
        ACCEPTED = "accepted", _("accepted")
        PARTLY = "partly", _("accepted in part")
        REJECTED = "rejected", _("not accepted")

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="points")
    asked = models.CharField(_("what was asked"), max_length=500)
    asked_on = models.DateField()
    decided = models.CharField(_("what was decided"), max_length=500, blank=True)
    reason = models.CharField(_("reason given"), max_length=500, blank=True)
    verdict = models.CharField(max_length=8, choices=Verdict, blank=True, default="")

    def __str__(self) -> str:
        return self.asked[:60]


class Observation(models.Model):
    """An observer's form from a session or hearing; public after a moderator has seen it."""

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
                condition=(Q(spoke=None) | Q(spoke_women=None) | Q(spoke_women__lte=F("spoke")))
                & (Q(spoke=None) | Q(spoke_youth=None) | Q(spoke_youth__lte=F("spoke"))),
                name="observation_not_more_than_all",
            )
        ]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.on}"


class Commitment(models.Model):
    """What a matter of kind `commitment` needs more: a promise that is verifiable, specific, sourced and public."""

    matter = models.OneToOneField(
        "matters.Matter", models.CASCADE, related_name="commitment", primary_key=True
    )
    campaign = models.ForeignKey(
        "advocacy.Campaign", models.SET_NULL, null=True, blank=True, related_name="commitments"
    )
    stage = models.CharField(
        max_length=12,
        choices=COMMITMENT.choices,
        default="not_started",
        help_text="Cache of the latest agreed rating.",
    )
    said_on = models.DateField(_("promised on"))
    due_on = models.DateField(_("promised until"), null=True, blank=True)
    source_url = models.URLField(_("source"), max_length=500, blank=True)
    archive = models.ForeignKey("core.File", models.PROTECT, null=True, blank=True, related_name="+")
    letter = models.ForeignKey(
        "matters.Letter",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The answer in which it was promised.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(source_url="") | Q(archive__isnull=False) | Q(letter__isnull=False),
                name="commitment_has_source",
            )
        ]

    def __str__(self) -> str:
        return str(self.matter_id)


class Rating(AppendOnly):
    """One rater's view of a commitment on a day, under a version of the rubric; a second one where it is disputed."""

    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="ratings")
    status = models.CharField(max_length=12, choices=COMMITMENT.choices)
    rubric = models.PositiveSmallIntegerField(help_text="Version of the rubric.")
    source_url = models.URLField(_("evidence"), max_length=500, blank=True)
    archive = models.ForeignKey("core.File", models.PROTECT, null=True, blank=True, related_name="+")
    second = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="first_of",
        help_text="The rating that this one checks.",
    )
    on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["commitment", "-on", "-id"], name="rating_latest")]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.status}"
