"""What was changed, and the second person."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from icma.core.models import AppendOnly


class Change(AppendOnly):
    """The audit of directory, roles and rules: what a row was, what it became."""

    at = models.DateTimeField()
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, blank=True, related_name="+")
    table = models.CharField(max_length=24)
    row = models.CharField(max_length=40)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["table", "row"])]

    def __str__(self) -> str:
        return f"{self.table} {self.row}"


class Review(models.Model):
    """The second person, in one table and nowhere else.

    `before`: nothing happens until another person agrees. `after`: it has happened and can be undone
    for 14 days; it stands on the list "Nəzərdən keçirin".
    """

    class When(models.TextChoices):
        BEFORE = "before", _("needs a second person")
        AFTER = "after", _("look it over")

    class Verdict(models.TextChoices):
        AGREED = "agreed", _("agreed")
        REFUSED = "refused", _("refused")
        UNDONE = "undone", _("undone")

    when = models.CharField(max_length=6, choices=When)
    kind = models.CharField(max_length=24)
    subject = models.CharField(max_length=80)
    data = models.JSONField(default=dict)
    asked_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    organisation = models.ForeignKey(
        "people.Organisation", models.CASCADE, null=True, blank=True, related_name="+"
    )
    verdict = models.CharField(max_length=8, choices=Verdict, blank=True)
    decided_by = models.ForeignKey("people.User", models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("asked_by")),
                name="review_second_person",
            )
        ]
        indexes = [models.Index(fields=["verdict", "kind"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
