"""What a resident gave us, who looked, what was agreed to, what was sent or told."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from icma.core.models import AppendOnly


class Consent(models.Model):
    """What a person agreed to: subject, operator, purpose, data, term, withdrawal (Law 998-IIIQ, art. 8)."""

    person = models.CharField(max_length=24, db_index=True)
    purpose = models.CharField(max_length=24)
    text = models.CharField(max_length=16, help_text="Version of the consent text that was read or heard.")
    language = models.CharField(max_length=2)
    channel = models.CharField(max_length=8)
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.purpose} {self.at:%F}"


class Contact(models.Model):
    """The only place for a resident's name, phone, mail, address. Sealed under a key outside the database.

    One row a person and scope: who leads one matter does not see what was given for another.
    """

    person = models.CharField(max_length=24, db_index=True)
    purpose = models.CharField(max_length=24)
    scope = models.CharField(
        max_length=40, db_index=True, help_text="What it serves, e.g. `matter:7Q4FM2KD`."
    )
    sealed = models.BinaryField(help_text="XSalsa20-Poly1305 of a JSON object, padded; key in ICMA_KEYS.")
    at = models.DateTimeField()
    expires_on = models.DateField(null=True, blank=True, help_text="90 days after the matter ends.")
    silent_at = models.DateTimeField(
        null=True, blank=True, help_text="The person wants no more mail from us."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "scope"], name="contact_once")]

    def __str__(self) -> str:
        return self.person


class Opening(AppendOnly):
    """Somebody opened a contact: who, when, why. Shown to the person it is about."""

    person = models.CharField(max_length=24, db_index=True)
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    role = models.CharField(max_length=12)
    reason = models.CharField(max_length=24)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person} {self.at:%F}"


class Mail(models.Model):
    """One mail: person × digest day, or × urgent key, unique. The body is made when it is sent."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        DROPPED = "dropped", _("dropped")
        RETURNED = "returned", _("came back")

    person = models.CharField(max_length=24)
    key = models.CharField(max_length=80, help_text="`digest:2026-11-22` or an urgent key.")
    kind = models.CharField(max_length=24)
    language = models.CharField(max_length=2, default="az")
    data = models.JSONField(default=dict, help_text="References (codes, numbers of entries); never contents.")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField(help_text="Not before this moment; a failed try moves it on.")
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="mail_once")]
        indexes = [models.Index(fields=["state", "at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Told(models.Model):
    """Somebody without mail was told by a person: "Kimə deməli" with its tick."""

    person = models.CharField(max_length=24)
    matter = models.CharField(max_length=8, help_text="Code of the matter.")
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name_plural = "told"
        indexes = [models.Index(fields=["person", "matter", "at"], name="told_last")]

    def __str__(self) -> str:
        return f"{self.person} {self.matter}"
