"""A release: one table of one measure for one closed quarter, as the world may see it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

LICENCE = "CC BY 4.0"


class ReleaseQuerySet(models.QuerySet["Release"]):
    def out(self) -> "ReleaseQuerySet":
        """What everybody may read."""
        return self.filter(state=Release.State.AGREED)

    def known(self) -> "ReleaseQuerySet":
        """What an attacker may hold: all that was ever out, since nothing can be called back."""
        return self.filter(state__in=(Release.State.AGREED, Release.State.WITHDRAWN))


class Release(models.Model):
    """What was counted is not kept here: only the cells that may be seen, byte for byte as the second person saw them.

    Never changed once agreed; a withdrawn one stays as a tombstone, and still counts for the attacker.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("prepared, not yet asked for")
        ASKED = "asked", _("waits for a second person")
        AGREED = "agreed", _("published")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    code = models.CharField(max_length=8, unique=True)
    measure = models.CharField(max_length=40)
    dimensions = models.JSONField(default=list, help_text="Names, in the order of the keys of the cells.")
    first = models.DateField(help_text="First day of a quarter.")
    last = models.DateField(help_text="Its last day.")
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    body = models.BinaryField(help_text="JSON: cells with status and value, words, method.")
    records = models.BinaryField(
        default=bytes, help_text="Of the public record: its rows as CSV, compressed."
    )
    sha256 = models.CharField(max_length=64, help_text="Of the body.")
    audit = models.JSONField(default=dict, help_text="How it was protected and what the attack found.")
    beside = models.JSONField(
        default=list, help_text="Codes of the releases that the attacker was given too."
    )
    licence = models.CharField(max_length=24, default=LICENCE)
    made_by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    decided_by = models.ForeignKey("people.User", models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, help_text="Why it was refused or withdrawn.")

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["measure", "state", "first"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("made_by")),
                name="release_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("agreed", "withdrawn")) | Q(decided_at__isnull=False),
                name="release_decided",
            ),
            models.CheckConstraint(condition=Q(first__lte=models.F("last")), name="release_span"),
        ]

    def __str__(self) -> str:
        return self.code
