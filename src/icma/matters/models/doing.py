"""What people do and bring: supports, tasks, documents, acts; and legal notices against a matter."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from icma.core.models import SealedText
from icma.matters.bands import AgeBand, Channel, Doing, Sex


class Support(models.Model):
    """One row of a tally: a keyed tag of an account or a confirmed address. No person can be read from it."""

    class Channel(models.TextChoices):
        ACCOUNT = "account", _("account")
        MAIL = "mail", _("confirmed mail")
        CODE = "code", _("paper code")
        LIST = "list", _("coordinator's list")

    matter = models.ForeignKey("matters.Matter", models.CASCADE, related_name="supports")
    tag = models.CharField(max_length=44, help_text="HMAC-SHA256 under a key outside the database, base64.")
    channel = models.CharField(max_length=8, choices=Channel)
    on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "tag"], name="support_once")]
        indexes = [models.Index(fields=["matter", "channel"], name="support_channel")]

    def __str__(self) -> str:
        return f"{self.matter_id}"


class Task(models.Model):
    """Something to be done or brought: hands, tools, knowledge, a place. No money."""

    class Kind(models.TextChoices):
        DO = "do", _("to do")
        HANDS = "hands", _("hands")
        TOOLS = "tools", _("tools")
        KNOWLEDGE = "knowledge", _("knowledge")
        SPOT = "spot", _("a place")

    code = models.CharField(max_length=8, unique=True)
    organisation = models.ForeignKey("people.Organisation", models.CASCADE, related_name="tasks")
    matter = models.ForeignKey("matters.Matter", models.CASCADE, null=True, blank=True, related_name="tasks")
    event = models.CharField(max_length=8, blank=True, help_text="Code of the event that made it.")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.DO)
    title = models.CharField(_("what"), max_length=160)
    who = models.ForeignKey("people.User", models.SET_NULL, null=True, blank=True, related_name="tasks")
    who_said = SealedText(_("who (first name or role)"), blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    is_public = models.BooleanField(default=False, help_text="Shown on the matter's page as a need.")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "done_on", "until"], name="task_open")]

    def __str__(self) -> str:
        return self.title


class Document(models.Model):
    """A photo or paper of a matter. Only moderated, re-encoded thumbnails are public."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("photo")
        HANDWRITING = "handwriting", _("handwritten text")
        MINUTES = "minutes", _("minutes")
        PROOF = "proof", _("proof")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for a moderator")
        PUBLIC = "public", _("public")
        PRIVATE = "private", _("not public")

    code = models.CharField(max_length=8, unique=True)
    matter = models.ForeignKey("matters.Matter", models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    file = models.ForeignKey("core.File", models.PROTECT, related_name="+")
    thumb = models.ForeignKey("core.File", models.PROTECT, null=True, blank=True, related_name="+")
    caption = models.CharField(_("caption"), max_length=160, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class Notice(models.Model):
    """A legal notice to remove something: hidden within the hour it asks, then decided. The log is public."""

    class Verdict(models.TextChoices):
        OPEN = "", _("being decided")
        RESTORED = "restored", _("shown again")
        REMOVED = "removed", _("removed")

    matter = models.ForeignKey("matters.Matter", models.CASCADE, related_name="notices")
    received_at = models.DateTimeField()
    sender = models.CharField(_("from (kind of sender)"), max_length=60)
    basis = models.CharField(_("article it cites"), max_length=160)
    hidden_at = models.DateTimeField()
    verdict = models.CharField(max_length=8, choices=Verdict, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.matter_id} {self.received_at:%F}"


class Act(models.Model):
    """What inclusion is measured from: verb, channel, place, and sex and age band where given at the act."""

    verb = models.CharField(max_length=16, choices=Doing)
    channel = models.CharField(max_length=8, choices=Channel)
    place = models.ForeignKey("people.Place", models.PROTECT, null=True, blank=True, related_name="+")
    sex = models.CharField(max_length=8, choices=Sex, default=Sex.UNKNOWN)
    band = models.CharField(max_length=8, choices=AgeBand, default=AgeBand.UNKNOWN)
    on = models.DateField(help_text="A date, never a time.")
    matter = models.ForeignKey("matters.Matter", models.SET_NULL, null=True, blank=True, related_name="acts")
    person_key = models.CharField(
        max_length=24, blank=True, help_text="Opaque and erasable; empty for counts."
    )
    n = models.PositiveIntegerField(default=1)
    source = models.CharField(
        max_length=40,
        blank=True,
        help_text="What was counted, e.g. `event:7Q4FM2KD`: corrected counts replace.",
    )

    class Meta:
        indexes = [
            models.Index(fields=["on", "verb"], name="act_on"),
            models.Index(fields=["source"], name="act_source", condition=~models.Q(source="")),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.on}"
