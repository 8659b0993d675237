"""A petition whose count anyone can check. No row here holds a name or an address in clear.

Signing waits in `Pending` until it is confirmed; a confirmed one is a `Signature` (one a tag and petition); the
batcher gives it a `Leaf` of the log and signs a `Checkpoint`. What no longer counts gets a leaf of removal.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from icma.core.models import AppendOnly
from icma.matters.bands import AgeBand, Sex


class Petition(models.Model):
    """What a matter of kind `petition` needs more. Its text, place, authority and windows (`sign`): the matter's."""

    class Mode(models.TextChoices):
        OPEN = "open", _("open")
        STANDARD = "standard", _("standard")
        PROTECTED = "protected", _("protected")

    matter = models.OneToOneField("matters.Matter", models.CASCADE, related_name="petition", primary_key=True)
    campaign = models.ForeignKey(
        "advocacy.Campaign", models.PROTECT, null=True, blank=True, related_name="petitions"
    )
    mode = models.CharField(_("protection"), max_length=10, choices=Mode, default=Mode.STANDARD)
    public_key = models.BinaryField(
        null=True, blank=True, help_text="X25519 key to which identities are sealed; its secret is offline."
    )
    goal = models.PositiveIntegerField(_("goal"), null=True, blank=True)
    adds = models.PositiveIntegerField(
        default=0, help_text="Leaves of the log that add; written by the batcher alone."
    )
    removes = models.PositiveIntegerField(default=0, help_text="Leaves of the log that remove.")
    peaks = models.BinaryField(
        default=b"", help_text="Frontier of the log: 32 bytes a complete subtree, largest first."
    )
    shown = models.PositiveIntegerField(
        default=0, help_text="The number on the page; in protected mode in steps of 25."
    )
    shown_at = models.DateTimeField(null=True, blank=True)
    signing_paused = models.BooleanField(default=False)
    mail_paused = models.BooleanField(default=False)
    count_frozen = models.BooleanField(default=False)
    closed_at = models.DateTimeField(
        null=True, blank=True, help_text="After the last leaf; protected: key and tags are gone."
    )

    def __str__(self) -> str:
        return str(self.matter_id)

    @property
    def size(self) -> int:
        """Leaves of the log."""
        return self.adds + self.removes

    @property
    def count(self) -> int:
        return self.adds - self.removes


class Channel(models.TextChoices):
    WEB = "web", _("confirmed online")
    CODE = "code", _("paper code")
    SHEET = "sheet", _("paper sheet")


class Signature(models.Model):
    """One person, one signature: unique petition and tag. `valid` is wanted, `leaf` is logged; the batcher makes them agree."""

    petition = models.ForeignKey(Petition, models.CASCADE, related_name="signatures", db_index=False)
    tag = models.BinaryField(
        max_length=32,
        null=True,
        help_text="HMAC-SHA256 under the petition's key; erased when a protected one closes.",
    )
    channel = models.CharField(max_length=5, choices=Channel, default=Channel.WEB)
    on = models.DateField()
    place = models.ForeignKey(
        "people.Place", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    sex = models.CharField(max_length=8, choices=Sex, default=Sex.UNKNOWN)
    band = models.CharField(max_length=8, choices=AgeBand, default=AgeBand.UNKNOWN)
    sealed = models.BinaryField(
        null=True,
        blank=True,
        help_text="Name and address sealed to the petition's public key; never in protected mode.",
    )
    host = models.BinaryField(
        max_length=8,
        null=True,
        blank=True,
        help_text="Keyed mark of the mail host, for invalidation; not in protected mode.",
    )
    sheet = models.ForeignKey(
        "advocacy.Sheet", models.PROTECT, null=True, blank=True, related_name="signatures", db_index=False
    )
    commit = models.BinaryField(
        max_length=32, help_text="SHA-256 over petition and the receipt's nonce; the nonce is not kept."
    )
    valid = models.BooleanField(default=True)
    reason = models.CharField(
        max_length=16, blank=True, help_text="Published reason code where it no longer counts."
    )
    leaf = models.PositiveIntegerField(null=True, blank=True, help_text="Number of its live leaf that adds.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["petition", "tag"], name="signature_once")]
        indexes = [
            models.Index(
                fields=["petition"], name="signature_to_log",
                condition=Q(valid=True, leaf=None) | Q(valid=False, leaf__isnull=False),
            ),
            models.Index(fields=["petition", "leaf"], name="signature_leaf"),
            models.Index(fields=["petition", "sheet"], name="signature_sheet", condition=Q(sheet__isnull=False)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.petition_id} {self.pk}"


class Pending(models.Model):
    """Somebody asked to sign (or to withdraw): waits for its mail, then for the confirmation; empties itself after it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for its mail")
        SENDING = "sending", _("being sent")
        MAILED = "mailed", _("waiting for confirmation")
        DONE = "done", _("confirmed")
        DROPPED = "dropped", _("not sent")

    petition = models.ForeignKey(Petition, models.CASCADE, related_name="pending", db_index=False)
    ref = models.CharField(
        max_length=26, unique=True, help_text="Random; link and code are derived from it under a key."
    )
    wish = models.CharField(max_length=8, default="sign", help_text="sign or withdraw")
    sealed = models.BinaryField(
        help_text="Sealed {mail, name, place, sex, band, updates}; key `contacts`; emptied when done."
    )
    language = models.CharField(max_length=2, default="az")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries_left = models.PositiveSmallIntegerField(default=5, help_text="Of the eight-digit code.")
    at = models.DateTimeField(help_text="Asked; a failed mail does not move it.")
    next_at = models.DateTimeField(help_text="Not mailed before.")
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["next_at", "id"], name="pending_to_mail", condition=Q(state__in=("waiting", "sending"))),
            models.Index(fields=["at"], name="pending_old"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.ref


class Leaf(AppendOnly):
    """One entry of the log as it was hashed. Holds nothing about a person."""

    petition = models.ForeignKey(Petition, models.CASCADE, related_name="leaves", db_index=False)
    index = models.PositiveIntegerField()
    hash = models.BinaryField(max_length=32)
    removes = models.PositiveIntegerField(
        null=True, blank=True, help_text="Number of the leaf that it removes; null: it adds."
    )
    reason = models.CharField(max_length=16, blank=True)

    class Meta:
        verbose_name_plural = "leaves"
        constraints = [models.UniqueConstraint(fields=["petition", "index"], name="leaf_once")]
        indexes = [
            models.Index(
                fields=["petition", "index"], name="leaf_removals", condition=Q(removes__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.petition_id} {self.index}"


class Checkpoint(AppendOnly):
    """The signed head of the log: size, adds, removes, root, time, and the hash of the one before."""

    petition = models.ForeignKey(Petition, models.CASCADE, related_name="checkpoints", db_index=False)
    number = models.PositiveIntegerField()
    body = models.TextField(help_text="Canonical JSON that was signed, one line.")
    signature = models.BinaryField(max_length=64, help_text="Ed25519 over body.")
    size = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["petition", "number"], name="checkpoint_once")]

    def __str__(self) -> str:
        return f"{self.petition_id} {self.number}"


class Witness(AppendOnly):
    """A partner co-signed a checkpoint with a key of its own."""

    checkpoint = models.ForeignKey(Checkpoint, models.CASCADE, related_name="witnesses")
    name = models.CharField(max_length=120)
    key = models.BinaryField(max_length=32)
    signature = models.BinaryField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["checkpoint", "key"], name="witness_once")]

    def __str__(self) -> str:
        return self.name


class Sheet(models.Model):
    """A sheet of paper: how many signed, its hash; the scan is sealed or stays away."""

    code = models.CharField(max_length=8, unique=True)
    petition = models.ForeignKey(Petition, models.CASCADE, related_name="sheets")
    name = models.CharField(_("number of the sheet"), max_length=60)
    dated_on = models.DateField()
    total = models.PositiveIntegerField(_("signatures on the sheet"))
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the scan.")
    scan = models.BinaryField(
        null=True, blank=True, help_text="Sealed to the petition's public key while it is uploaded."
    )
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["petition", "name", "dated_on"], name="sheet_once")]

    def __str__(self) -> str:
        return self.name


class Invalidation(models.Model):
    """A rule by which signatures no longer count: published, counted beforehand, reversible."""

    code = models.CharField(max_length=8, unique=True)
    petition = models.ForeignKey(Petition, models.CASCADE, related_name="invalidations")
    reason = models.CharField(max_length=16)
    criteria = models.JSONField(default=dict, help_text="host mark (hex), sheet code, channel, from, until.")
    matched = models.PositiveIntegerField(help_text="By the dry run.")
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.reason} {self.code}"

    @property
    def mark(self) -> str:
        """What stands on each leaf that the rule removes."""
        return f"{self.reason}:{self.code}"


class AuditSample(models.Model):
    """A random sample that was asked whether they signed: how many, how many said yes."""

    petition = models.ForeignKey(Petition, models.CASCADE, related_name="audits")
    on = models.DateField()
    size = models.PositiveIntegerField(null=True, help_text="Leaves of the log from which it was drawn.")
    seed = models.CharField(max_length=64, help_text="Root of the checkpoint: the draw can be repeated.")
    n = models.PositiveIntegerField()
    reachable = models.PositiveIntegerField(
        null=True, help_text="Of the drawn: who has a sealed address and could be asked."
    )
    confirmed = models.PositiveIntegerField(null=True, blank=True)
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.petition_id} {self.n}"
