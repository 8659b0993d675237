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
    words = models.BinaryField(help_text="Complaint and answers, sealed.")

    def __str__(self) -> str:
        return self.code


class ComplaintKey(models.Model):
    """A complaint's key for one reader, or under the sender's code (no holder). Backed up for 14 days alone, as grants are."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="wraps")
    holder = models.ForeignKey("legalaid.KeyPair", models.CASCADE, null=True, blank=True, related_name="+")
    blob = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "holder"], name="one_key_a_reader", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.holder_id}"


class TemplateSign(models.Model):
    """An advocate's signature under the text of a template that ships, and the second person's under that.

    It holds for these bytes alone: a template that was changed is a draft again.
    """

    slug = models.SlugField(max_length=40)
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=64, help_text="As it stands beside the template: the advocate's.")
    signed_by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")
    signed_on = models.DateField()
    agreed_by = models.ForeignKey("people.User", models.SET_NULL, null=True, blank=True, related_name="+")
    agreed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slug", "sha256"], name="one_signature_a_text")]

    def __str__(self) -> str:
        return f"{self.slug} {self.sha256[:8]}"


class Slot(models.Model):
    """Some minutes of a lawyer's on a reception day. That a client comes is a bit; who it is stands sealed in the case."""

    code = models.CharField(max_length=12, unique=True)
    user = models.ForeignKey("people.User", models.CASCADE, related_name="+")
    event = models.ForeignKey("events.Event", models.SET_NULL, null=True, blank=True, related_name="+",
                              help_text="A clinic; empty: at the union's office.")  # fmt: skip
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=30)
    taken = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "starts_at"], name="one_slot_a_moment")]
        indexes = [models.Index(fields=["starts_at"], name="slot_free", condition=Q(taken=False))]

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
