"""Public keys and wrapped keys: all that the server holds of the vault's keys. Design: docs/vault.md."""

from django.db import models
from django.db.models import Q

from icma.legalaid.words import Compartment, Group


class KeyPair(models.Model):
    """The public half of one holder of keys: a person of the staff, a group, a client's code, the recovery papers."""

    code = models.CharField(max_length=12, unique=True)
    owner = models.ForeignKey("people.User", models.CASCADE, null=True, blank=True, related_name="key_pairs")
    group = models.CharField(max_length=10, choices=Group, blank=True)
    public = models.BinaryField(help_text="Suite byte and public key.")
    mark = models.CharField(
        max_length=64,
        help_text="Keyed hash: who can only write to the database cannot put in a pair of his own.",
    )
    made_on = models.DateField()
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(owner=None) | Q(group=""), name="key_pair_of_a_person_or_a_group"
            ),
            models.UniqueConstraint(
                fields=["owner"],
                condition=Q(retired_on=None, owner__isnull=False),
                name="one_key_pair_a_person",
            ),
            models.UniqueConstraint(
                fields=["group"], condition=Q(retired_on=None) & ~Q(group=""), name="one_key_pair_a_group"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class KeyWrap(models.Model):
    """A pair's seed, locked: by its owner's vault passphrase, by a recovery code, or for a member of the group."""

    class Method(models.TextChoices):
        PASSPHRASE = "passphrase", "passphrase"
        PAPER = "paper", "paper"
        MEMBER = "member", "member"

    pair = models.ForeignKey(KeyPair, models.CASCADE, related_name="wraps")
    method = models.CharField(max_length=10, choices=Method)
    member = models.ForeignKey(KeyPair, models.CASCADE, null=True, blank=True, related_name="memberships")
    salt = models.BinaryField(default=b"")
    blob = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pair", "method", "member"], name="one_wrap_a_way", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.pair_id} {self.method}"


class Unlocked(models.Model):
    """The server's half of an unlocked session: opens nothing without the other half in the browser's cookie.

    Of somebody of the staff, or of a client who has come back with a code.
    """

    hash = models.CharField(max_length=64, unique=True)
    pair = models.ForeignKey(KeyPair, models.CASCADE, related_name="+")
    user = models.ForeignKey("people.User", models.CASCADE, null=True, blank=True, related_name="+")
    blob = models.BinaryField()
    at = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pair_id)


class Grant(models.Model):
    """One compartment's key of one case for one holder, until a minute. `cached`: the same under the holder's own key.

    `mark`: keyed hash of whose it is and until when, so that no row that was put in by hand is given another key.
    """

    case = models.ForeignKey("legalaid.Case", models.CASCADE, related_name="grants")
    compartment = models.CharField(max_length=6, choices=Compartment)
    epoch = models.PositiveSmallIntegerField(default=1)
    holder = models.ForeignKey(KeyPair, models.CASCADE, related_name="grants")
    blob = models.BinaryField()
    cached = models.BinaryField(default=b"")
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, blank=True, related_name="+")
    on = models.DateField()
    expires_at = models.DateTimeField(null=True, blank=True)
    mark = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "compartment", "epoch", "holder"], name="one_grant_a_holder"
            )
        ]
        indexes = [models.Index(fields=["holder", "compartment", "case"], name="grant_of_holder")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.compartment} {self.holder_id}"
