"""What stands beside cases: facts for figures, questions to the lawyer, templates."""

from django.db import models
from django.db.models import Q


class Fact(models.Model):
    """One service for the figures: sealed for the statistics key, without a link to a case or another fact."""

    code = models.CharField(max_length=12, unique=True)
    quarter = models.CharField(max_length=6, help_text="2026Q4")
    blob = models.BinaryField()

    def __str__(self) -> str:
        return self.code


class Release(models.Model):
    """Figures of whole quarters, small numbers withheld already; public once a second person has agreed."""

    since = models.CharField(max_length=6, help_text="2026Q1, the first quarter of it.")
    through = models.CharField(max_length=6, unique=True, help_text="2026Q4, the last one.")
    body = models.BinaryField(help_text="Tables as JSON, as they are published; no persons.")
    made_by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")
    made_on = models.DateField()
    agreed_by = models.ForeignKey("people.User", models.SET_NULL, null=True, blank=True, related_name="+")
    agreed_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.since}–{self.through}"


class Complaint(models.Model):
    """A complaint about us, sealed for those of the conflicts group whom the sender did not strike out, one by one."""

    code = models.CharField(max_length=8, unique=True)
    lookup = models.CharField(max_length=64, unique=True, help_text="Of the sender's code, as in Receipt.")
    on = models.DateField()
    first_by = models.DateField(help_text="A first answer: one working day.")
    due_on = models.DateField(help_text="The answer: 15 working days.")
    first_on = models.DateField(null=True, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    rev = models.PositiveSmallIntegerField(default=1)
    keys = models.BinaryField(help_text="The key for each reader's pair, and under the sender's code.")
    words = models.BinaryField(help_text="Complaint and answers, sealed.")

    def __str__(self) -> str:
        return self.code


class Question(models.Model):
    """'Ask the lawyer' from a letter or a campaign: no facts about persons; the text comes back. Words are sealed."""

    code = models.CharField(max_length=8, unique=True)
    asked_by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")
    asked_on = models.DateField()
    due_on = models.DateField(help_text="Three working days.")
    words = models.BinaryField(help_text="Question, text, what it is about.")
    answered_by = models.ForeignKey("people.User", models.SET_NULL, null=True, blank=True, related_name="+")
    answered_on = models.DateField(null=True, blank=True)
    answer = models.BinaryField(default=b"")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_on=None) | Q(answered_by__isnull=False), name="answered_by_somebody"
            )
        ]

    def __str__(self) -> str:
        return self.code
