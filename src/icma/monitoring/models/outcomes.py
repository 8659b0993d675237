"""What changed: outcomes that somebody else has looked at, and stories that were chosen for reasons."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from icma.monitoring.flow_outcomes import COLLECTION, OUTCOME, STORY


class Told(models.Model):
    """Words in the language in which they were written, and what they say in English, where somebody wrote it."""

    language = models.CharField(max_length=2, default="az")
    english = models.CharField(_("summary in English"), max_length=800, blank=True)

    class Meta:
        abstract = True


class Outcome(Told):
    """Who changed what, when and where, and what the community had to do with it (outcome harvesting).

    A draft may lack any of the four; nothing else may. Once sent it is never deleted: withdrawn or not public,
    it is still counted in every report.
    """

    class Sign(models.TextChoices):
        POSITIVE = "positive", _("for the better")
        NEGATIVE = "negative", _("for the worse")

    class Planned(models.TextChoices):
        PLANNED = "planned", _("it was planned")
        UNPLANNED = "unplanned", _("it was not planned")

    code = models.CharField(max_length=8, unique=True)
    organisation = models.ForeignKey("people.Organisation", models.CASCADE, related_name="outcomes")
    initiative = models.ForeignKey(
        "monitoring.Initiative", models.SET_NULL, null=True, blank=True, related_name="outcomes"
    )
    node = models.ForeignKey(
        "monitoring.Node", models.SET_NULL, null=True, blank=True, related_name="outcomes"
    )
    indicator = models.ForeignKey(
        "monitoring.Indicator", models.SET_NULL, null=True, blank=True, related_name="outcomes"
    )
    matter = models.ForeignKey("matters.Matter", models.SET_NULL, null=True, blank=True, related_name="+")
    letter = models.ForeignKey(
        "matters.Letter", models.SET_NULL, null=True, blank=True, related_name="+",
        help_text="The authority's answer in which the change can be seen.",
    )  # fmt: skip
    who = models.CharField(_("who changed"), max_length=200, blank=True, help_text="A body or a role.")
    what = models.TextField(_("what changed"), max_length=1500, blank=True)
    on = models.DateField(_("when"), null=True, blank=True)
    place = models.ForeignKey("people.Place", models.PROTECT, null=True, blank=True, related_name="+")
    where = models.CharField(_("where exactly"), max_length=200, blank=True)
    significance = models.TextField(_("why it matters"), max_length=1500, blank=True)
    contribution = models.TextField(_("what the community did for it"), max_length=1500, blank=True)
    sources = models.TextField(_("where it can be seen"), max_length=1000, blank=True)
    planned = models.CharField(max_length=10, choices=Planned, default=Planned.PLANNED)
    sign = models.CharField(max_length=8, choices=Sign, default=Sign.POSITIVE)
    was_negative = models.BooleanField(default=False, help_text="It was sent as negative once: never unset.")
    stage = models.CharField(max_length=10, choices=OUTCOME.choices, default="draft")
    version = models.PositiveSmallIntegerField(default=1)
    rule = models.CharField(max_length=24, blank=True, help_text="Rule cited when it was not published.")
    why = models.CharField(max_length=300, blank=True, help_text="Why it was withdrawn.")
    at = models.DateTimeField(help_text="This version was written.")
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")
    public_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "on", "id"], name="outcome_of"),
            models.Index(fields=["at"], name="outcome_waiting", condition=Q(stage="sent")),
            models.Index(fields=["-id"], name="outcome_public", condition=Q(stage="public")),
        ]
        constraints = [
            models.CheckConstraint(
                name="outcome_says_who_what_when_where",
                condition=Q(stage="draft")
                | ~Q(who="") & ~Q(what="") & Q(on__isnull=False) & (Q(place__isnull=False) | ~Q(where="")),
            ),
            models.CheckConstraint(
                name="outcome_withdrawn_says_why", condition=~Q(stage="withdrawn") | ~Q(why="")
            ),
        ]

    def __str__(self) -> str:
        return self.who or self.code


class Substantiation(models.Model):
    """What somebody who does not belong to the community says of an outcome."""

    class Verdict(models.TextChoices):
        FULLY = "fully", _("it was so")
        PARTLY = "partly", _("it was partly so")
        NO = "no", _("it was not so")
        UNKNOWN = "unknown", _("cannot say")

    outcome = models.ForeignKey(Outcome, models.CASCADE, related_name="substantiations")
    version = models.PositiveSmallIntegerField(help_text="Version of the outcome that was read.")
    verdict = models.CharField(max_length=8, choices=Verdict)
    words = models.CharField(_("in words"), max_length=1000, blank=True)
    says = models.CharField(
        _("whose word it is"), max_length=120, blank=True, help_text="A role and a body, where not the writer's own."
    )  # fmt: skip
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["outcome", "version", "by"], condition=Q(says=""), name="substantiated_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.outcome_id} {self.verdict}"


class Collection(models.Model):
    """One round of stories of most significant change: a question, a time, levels at which is chosen."""

    code = models.CharField(max_length=8, unique=True)
    organisation = models.ForeignKey("people.Organisation", models.CASCADE, related_name="collections")
    title = models.CharField(_("title"), max_length=120)
    question = models.CharField(_("question"), max_length=300)
    opens_on = models.DateField()
    closes_on = models.DateField()
    stage = models.CharField(max_length=10, choices=COLLECTION.choices, default="open")
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=models.F("opens_on")), name="collection_has_days"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Story(Told):
    """What somebody told; the community writes it down. Who told it is known to the community alone."""

    class Domain(models.TextChoices):
        LIFE = "life", _("people's lives")
        VOICE = "voice", _("taking part")
        GROUP = "group", _("the community itself")
        BODY = "body", _("decisions of authorities")
        LESSON = "lesson", _("what went wrong, lessons")

    code = models.CharField(max_length=8, unique=True)
    collection = models.ForeignKey(Collection, models.CASCADE, related_name="stories")
    organisation = models.ForeignKey("people.Organisation", models.CASCADE, related_name="stories")
    domain = models.CharField(_("what it is about"), max_length=8, choices=Domain)
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("story"), max_length=4000)
    matters = models.CharField(_("why it matters to the teller"), max_length=600, blank=True)
    teller = models.CharField(max_length=40, help_text="A first name or a role; for the community alone.")
    agreed = models.BooleanField(default=False, help_text="The teller agrees that everybody may read it.")
    on = models.DateField(_("told on"))
    stage = models.CharField(max_length=10, choices=STORY.choices, default="sent")
    rule = models.CharField(max_length=24, blank=True)
    told_on = models.DateField(
        null=True, blank=True, help_text="The teller was told what was chosen and why."
    )
    told_by = models.ForeignKey("people.User", models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")
    public_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="story_waiting", condition=Q(stage="sent")),
            models.Index(fields=["-id"], name="story_public", condition=Q(stage="public")),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(stage="public") | Q(agreed=True), name="story_public_agreed")
        ]

    def __str__(self) -> str:
        return self.title


class Choice(models.Model):
    """At one level, in one domain, this story was chosen; the reasons are kept."""

    class Level(models.TextChoices):
        COMMUNITY = "community", _("in the community")
        REGION = "region", _("among the communities")
        UNION = "union", _("in the union")

    collection = models.ForeignKey(Collection, models.CASCADE, related_name="choices")
    story = models.ForeignKey(Story, models.CASCADE, related_name="choices")
    level = models.CharField(max_length=10, choices=Level)
    domain = models.CharField(max_length=8, choices=Story.Domain)
    scope = models.CharField(max_length=8, blank=True, help_text="Code of the community at the first level.")
    reasons = models.TextField(_("why this one"), max_length=2000)
    deciders = models.CharField(_("who chose"), max_length=120)
    on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["collection", "level", "scope", "domain"], name="chosen_once"),
            models.CheckConstraint(condition=~Q(reasons=""), name="chosen_for_reasons"),
        ]

    def __str__(self) -> str:
        return f"{self.story_id} {self.level}"
