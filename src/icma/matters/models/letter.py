"""Letters out to authorities and in from them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from icma.matters.flow import LETTER


class Letter(models.Model):
    """A letter. Out: draft → sent → registered → answered. In: what the authority wrote, and how it came.

    Name and home address of a sender are never here: they are typed on the print page and live in memory.
    """

    class Direction(models.TextChoices):
        OUT = "out", _("to the authority")
        IN = "in", _("from the authority")

    class Kind(models.TextChoices):
        APPLICATION = "application", _("application")
        PROPOSAL = "proposal", _("proposal")
        COMPLAINT = "complaint", _("complaint")
        INFORMATION = "information", _("information request")
        REMINDER = "reminder", _("reminder")
        OMBUDSMAN = "ombudsman", _("complaint to the Ombudsman")
        CLAIM = "claim", _("claim to court")

    class Sender(models.TextChoices):
        RESIDENT = "resident", _("a resident")
        SEVERAL = "several", _("several residents")
        COMMUNITY = "community", _("the community's lead")
        UNION = "union", _("the union")

    class Answer(models.TextChoices):
        SUBSTANCE = "substance", _("answered on the substance")
        PARTLY = "partly", _("satisfied in part")
        FORMAL = "formal", _("formal reply")
        REFUSAL = "refusal", _("refusal")
        FORWARDED = "forwarded", _("forwarded")
        PROMISE = "promise", _("promise with a date")
        EXTENSION = "extension", _("extension of the term")
        REGISTRATION = "registration", _("note of registration")
        UNCONSIDERED = "unconsidered", _("left without consideration")

    code = models.CharField(max_length=8, unique=True)
    matter = models.ForeignKey("matters.Matter", models.CASCADE, related_name="letters")
    direction = models.CharField(max_length=3, choices=Direction)
    stage = models.CharField(max_length=12, choices=LETTER.choices, default="draft")
    kind = models.CharField(max_length=12, choices=Kind, blank=True)
    authority = models.ForeignKey("people.Authority", models.PROTECT, related_name="letters")
    address = models.ForeignKey(
        "people.Address", models.PROTECT, null=True, blank=True, related_name="letters"
    )
    sender = models.CharField(max_length=10, choices=Sender, blank=True)
    channel = models.CharField(
        max_length=6, blank=True, help_text="people.Address.Channel by which it went or came."
    )
    rule = models.CharField(max_length=40, blank=True, help_text="Rule of law whose term it starts.")
    language = models.CharField(max_length=2, default="az")
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"), blank=True)
    about = models.ForeignKey(
        "people.Authority", models.PROTECT, null=True, blank=True, related_name="+",
        help_text="The body complained of: it must not be the addressee.",
    )  # fmt: skip
    answers = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replies")
    follows = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followed_by")
    answer = models.CharField(max_length=12, choices=Answer, blank=True, help_text="In: what kind of answer.")
    number = models.CharField(_("registration number"), max_length=60, blank=True)
    created_at = models.DateTimeField()
    dated_on = models.DateField(null=True, blank=True, help_text="In: the date the letter itself bears.")
    sent_on = models.DateField(null=True, blank=True)
    registered_on = models.DateField(null=True, blank=True)
    received_on = models.DateField(null=True, blank=True, help_text="In: the day it reached the sender.")
    promised_on = models.DateField(null=True, blank=True)
    forwarded_to = models.ForeignKey(
        "people.Authority", models.PROTECT, null=True, blank=True, related_name="forwarded_letters"
    )
    summary = models.CharField(_("public summary"), max_length=500, blank=True)
    scan = models.ForeignKey("core.File", models.SET_NULL, null=True, blank=True, related_name="+")
    redacted = models.ForeignKey("core.File", models.SET_NULL, null=True, blank=True, related_name="+")
    with_qr = models.BooleanField(default=False)
    lawyer_seen_on = models.DateField(null=True, blank=True)
    confirmed = models.BooleanField(
        default=True, help_text="False: entered through an official's link, unconfirmed."
    )

    class Meta:
        indexes = [
            models.Index(fields=["matter", "created_at"], name="letter_matter"),
            models.Index(fields=["authority", "direction", "-sent_on", "-id"], name="letter_authority"),
            models.Index(fields=["direction", "-sent_on", "-id"], name="letter_recent"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(about=None) | ~Q(about=F("authority")), name="letter_not_to_the_accused"
            ),
            models.CheckConstraint(
                condition=Q(registered_on=None) | Q(sent_on=None) | Q(registered_on__gte=F("sent_on")),
                name="letter_registered_after_sent",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class InMail(models.Model):
    """A mail that came for a letter, in quarantine: its words stand in a sealed file alone, and none is ever public.

    Whoever leads the matter enters what it says as an answer, or puts it aside.
    """

    class Kind(models.TextChoices):
        MESSAGE = "message", _("E-mail")
        FORWARDED = "forwarded", _("Forwarded e-mail")
        AUTO = "auto", _("Automatic reply")
        BOUNCE = "bounce", _("Undelivered mail")

    class State(models.TextChoices):
        NEW = "new", _("not read yet")
        FILED = "filed", _("entered")
        DISMISSED = "dismissed", _("put aside")

    code = models.CharField(max_length=8, unique=True)
    letter = models.ForeignKey(Letter, models.CASCADE, related_name="mails")
    tag = models.CharField(
        max_length=44, help_text="HMAC-SHA256 of its Message-ID under a key outside the database."
    )
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    auth = models.JSONField(default=dict, help_text="What our mail server found: spf, dkim, dmarc.")
    received_at = models.DateTimeField()
    file = models.ForeignKey("core.File", models.SET_NULL, null=True, blank=True, related_name="+")
    by = models.ForeignKey(
        "people.User", models.SET_NULL, null=True, blank=True, related_name="+",
        help_text="Who added it as a file; empty when it came by mail.",
    )  # fmt: skip
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("people.User", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["letter", "tag"], name="inmail_once")]
        indexes = [models.Index(fields=["received_at"], name="inmail_new", condition=Q(state="new"))]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"

    @property
    def matter(self) -> models.Model:
        return self.letter.matter

    @property
    def is_confirmed(self) -> bool:
        """Did our mail server find that it really comes from the domain that it names?"""
        return self.auth.get("dmarc") == "pass"
