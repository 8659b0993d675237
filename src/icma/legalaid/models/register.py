"""The register of conflicts, and the chain of who has opened what."""

from django.db import models

from icma.core.models import AppendOnly


class Name(models.Model):
    """Names of one case, wrapped for the conflicts group until one of its members packs them into pages."""

    case = models.ForeignKey("legalaid.Case", models.CASCADE, related_name="names")
    blob = models.BinaryField()
    packed = models.BooleanField(
        default=False, help_text="Stands in a page; deleting the case takes it out of there."
    )

    def __str__(self) -> str:
        return str(self.case_id)


class NamePage(models.Model):
    """Up to 2,000 prepared names, sealed under the conflicts group's own key, for matching in memory."""

    number = models.PositiveIntegerField(unique=True)
    rev = models.PositiveIntegerField(default=1)
    blob = models.BinaryField()

    def __str__(self) -> str:
        return str(self.number)


class Read(AppendOnly):
    """Somebody opened something: one row in the transaction that returned it, chained by hash. No words."""

    seq = models.PositiveIntegerField(unique=True)
    at = models.DateTimeField()
    user = models.ForeignKey(
        "people.User",
        models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        help_text="Stays, as a number, when the account is erased: the chain is over it.",
    )
    role = models.CharField(max_length=12)
    verb = models.CharField(max_length=16)
    case = models.CharField(max_length=8, blank=True, db_index=True, help_text="Code; stays after erasure.")
    count = models.PositiveIntegerField(default=1)
    refs = models.CharField(max_length=64, blank=True, help_text="Hash of the sorted references.")
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return str(self.seq)


class Head(models.Model):
    """The chain's last hash, kept apart and printed daily: a deleted tail or an old backup shows against it."""

    seq = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.seq)
