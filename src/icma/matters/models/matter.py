"""Matter: what somebody raised and what becomes of it; who takes part; how matters hang together."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from icma.matters.bands import Channel, Topic
from icma.matters.flow import MATTER


class Matter(models.Model):
    """A məsələ. At most 25 columns; what one kind needs more stands in a one-to-one table above."""

    class Kind(models.TextChoices):
        ISSUE = "issue", _("issue")
        REQUEST = "request", _("request")
        CAMPAIGN = "campaign", _("campaign")
        PETITION = "petition", _("petition")
        DECISION = "decision", _("decision")
        COMMITMENT = "commitment", _("commitment")

    class Way(models.TextChoices):
        AUTHORITY = "authority", _("demand it from an authority")
        SELF = "self", _("do it ourselves")
        BOTH = "both", _("both")

    class Outcome(models.TextChoices):
        SOLVED = "solved", _("solved")
        PARTLY = "partly", _("solved in part")
        UNSOLVED = "unsolved", _("not solved")
        UNANSWERED = "unanswered", _("left without an answer")
        WITHDRAWN = "withdrawn", _("withdrawn")

    code = models.CharField(max_length=8, unique=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.ISSUE)
    title = models.CharField(_("title"), max_length=140)
    text = models.TextField(_("what happened"), max_length=5000, blank=True)
    language = models.CharField(max_length=2, default="az")
    place = models.ForeignKey("people.Place", models.PROTECT, related_name="matters")
    village = models.ForeignKey(
        "people.Place", models.PROTECT, null=True, blank=True, related_name="village_matters"
    )
    spot = models.CharField(_("where exactly"), max_length=120, blank=True)
    topic = models.CharField(_("topic"), max_length=16, choices=Topic)
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.WEB)
    stage = models.CharField(max_length=12, choices=MATTER.choices, default="raised")
    way = models.CharField(max_length=10, choices=Way, blank=True)
    community = models.ForeignKey(
        "people.Organisation", models.SET_NULL, null=True, blank=True, related_name="matters"
    )
    authority = models.ForeignKey(
        "people.Authority", models.PROTECT, null=True, blank=True, related_name="matters"
    )
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    reason = models.CharField(max_length=24, blank=True, help_text="Rule cited when rejected or not taken.")
    # Its own index would hold NULL for nearly every row and mislead SQLite's planner: a partial one serves.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", db_index=False
    )
    hidden_at = models.DateTimeField(null=True, blank=True, help_text="Hidden on a legal notice.")
    raised_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()
    support_count = models.PositiveIntegerField(default=0, help_text="Cache, written by the batcher only.")
    search_text = models.TextField()

    full_text = True  # migration 0002_search made the index; core.search.find uses it

    class Meta:
        indexes = [
            models.Index(fields=["-changed_at", "-id"], name="matter_recent"),
            models.Index(fields=["place", "-changed_at", "-id"], name="matter_place_recent"),
            models.Index(fields=["topic", "-changed_at", "-id"], name="matter_topic_recent"),
            models.Index(fields=["stage", "-changed_at", "-id"], name="matter_stage_recent"),
            models.Index(fields=["authority", "-changed_at", "-id"], name="matter_authority_recent"),
            models.Index(fields=["community", "-changed_at", "-id"], name="matter_community_recent"),
            models.Index(
                fields=["-changed_at", "-id"],
                name="matter_public_recent",
                condition=Q(published_at__isnull=False, hidden_at=None, merged_into=None),
            ),
            models.Index(
                fields=["merged_into"], name="matter_merged", condition=Q(merged_into__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="matter_not_into_itself")
        ]

    def __str__(self) -> str:
        return self.title


class Part(models.Model):
    """A person's part in a matter: author, coordinator, follower, mentor. `person` is opaque."""

    class Role(models.TextChoices):
        AUTHOR = "author", _("author")
        COORDINATOR = "coordinator", _("coordinator")
        FOLLOWER = "follower", _("follower")

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="parts")
    person = models.CharField(max_length=24, db_index=True)
    role = models.CharField(max_length=12, choices=Role)
    user = models.ForeignKey("people.User", models.CASCADE, null=True, blank=True, related_name="parts")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True, help_text="The feed is read up to here.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "person", "role"], name="part_once")]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.role}"


class Link(models.Model):
    """`source` grew from, is part of, answers or duplicates `target`."""

    class Kind(models.TextChoices):
        GREW_FROM = "grew_from", _("grew from")
        PART_OF = "part_of", _("part of")
        ANSWERS = "answers", _("answers")
        DUPLICATES = "duplicates", _("duplicates")

    source = models.ForeignKey(Matter, models.CASCADE, related_name="links")
    target = models.ForeignKey(Matter, models.CASCADE, related_name="linked")
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "target", "kind"], name="link_once")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"

    @staticmethod
    def words(kind: str, outgoing: bool) -> str:
        """Of the other matter, on the page of this one: `outgoing` when this one is the source."""
        if kind == Link.Kind.GREW_FROM:
            return str(_("where this began") if outgoing else _("grew out of this"))
        return str(Link.Kind(kind).label)


class Window(models.Model):
    """What may be done from–to: access rules join it, so the calendar is the permission."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="windows")
    verb = models.CharField(max_length=16)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.matter_id} {self.verb}"
