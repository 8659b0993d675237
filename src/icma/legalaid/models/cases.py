"""A case: all that is said is sealed; in clear only who serves it, what is due when, open or closed, coarse dates."""

from django.db import models
from django.db.models import Q

from icma.legalaid.words import Compartment


class Case(models.Model):
    """An intake that nobody has taken up yet (no assignee), and a case afterwards."""

    code = models.CharField(max_length=8, unique=True)
    open = models.BooleanField(default=True)
    urgent = models.BooleanField(default=False)
    assignee = models.ForeignKey("people.User", models.PROTECT, null=True, blank=True, related_name="+")
    deputy = models.ForeignKey("people.User", models.SET_NULL, null=True, blank=True, related_name="+")
    supervisor = models.ForeignKey("people.User", models.SET_NULL, null=True, blank=True, related_name="+")
    opened_on = models.DateField()
    touched_on = models.DateField(help_text="Day of the last change, for retention and the queue.")
    closed_on = models.DateField(null=True, blank=True)
    held = models.BooleanField(default=False, help_text="A legal hold: nothing is erased by itself.")
    thread_epoch = models.PositiveSmallIntegerField(default=1)
    file_epoch = models.PositiveSmallIntegerField(default=1)
    rev = models.PositiveIntegerField(default=1)
    card = models.BinaryField(
        default=b"", help_text="Title, client, stage, next step: sealed under the file key."
    )

    class Meta:
        indexes = [
            models.Index(fields=["assignee", "open", "-touched_on"], name="case_of_assignee"),
            models.Index(fields=["open", "-urgent", "opened_on"], name="case_queue"),
        ]

    def __str__(self) -> str:
        return self.code

    def epoch(self, compartment: str) -> int:
        return self.thread_epoch if compartment == Compartment.THREAD else self.file_epoch


class Receipt(models.Model):
    """A client's code: found by its hash alone, holds a key pair of its own. Wrong and erased codes look alike."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="receipts")
    lookup = models.CharField(max_length=64, unique=True)
    pair = models.OneToOneField("legalaid.KeyPair", models.CASCADE, related_name="receipt")
    on = models.DateField()
    must_change = models.BooleanField(default=False, help_text="Somebody else has heard it: assisted intake.")

    def __str__(self) -> str:
        return str(self.case_id)


class Sealed(models.Model):
    """One row of a case; what kind it is stands inside too. `due_on` and `edition` only for terms and hearings."""

    code = models.CharField(max_length=12, unique=True)
    case = models.ForeignKey(Case, models.CASCADE, related_name="rows")
    compartment = models.CharField(max_length=6, choices=Compartment)
    epoch = models.PositiveSmallIntegerField(default=1)
    rev = models.PositiveIntegerField(default=1)
    on = models.DateField()
    blob = models.BinaryField()
    due_on = models.DateField(null=True, blank=True)
    edition = models.PositiveIntegerField(
        null=True, blank=True, help_text="law.Edition it was computed with."
    )
    done = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["case", "compartment", "id"], name="sealed_of_case"),
            models.Index(fields=["due_on"], condition=Q(done=False, due_on__isnull=False), name="sealed_due"),
        ]

    def __str__(self) -> str:
        return self.code


class SealedFile(models.Model):
    """Sealed bytes under var/vault; their key, name and true size stand in their row."""

    row = models.ForeignKey(Sealed, models.CASCADE, related_name="files")
    name = models.CharField(max_length=32, unique=True, help_text="Random name under var/vault.")
    on = models.DateField()

    def __str__(self) -> str:
        return self.name


class Alias(models.Model):
    """A case's own address for mail. Its code and its pair's seed stand in the row, sealed; here only what they are found by."""

    row = models.OneToOneField(Sealed, models.CASCADE, related_name="alias")
    pair = models.OneToOneField("legalaid.KeyPair", models.CASCADE, related_name="alias")
    hash = models.CharField(max_length=64, unique=True)
    mark = models.CharField(max_length=64, help_text="Keyed hash: this address, this pair, this case.")

    def __str__(self) -> str:
        return str(self.pk)


class Drop(models.Model):
    """A mail that has come, sealed for the address's pair; emptied when it is taken into the thread, the tag stays."""

    alias = models.ForeignKey(Alias, models.CASCADE, related_name="drops")
    tag = models.CharField(
        max_length=64, unique=True, help_text="The same for the same mail; says nothing without the address."
    )
    key = models.BinaryField(help_text="Wrapped for the pair.")
    blob = models.BinaryField(help_text="Subject, sender, text, keys of its files.")

    def __str__(self) -> str:
        return str(self.pk)


class Wall(models.Model):
    """Somebody of the staff for whom this case does not exist."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="walls")
    user = models.ForeignKey("people.User", models.CASCADE, related_name="+")
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")
    on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="one_wall_a_person")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.user_id}"


class Offer(models.Model):
    """Assignment, referral, transfer, co-counsel, pro bono: accepted or declined. What is shown first is sealed for `to`."""

    class Kind(models.TextChoices):
        ASSIGN = "assign", "assign"
        TRANSFER = "transfer", "transfer"
        COUNSEL = "counsel", "counsel"
        PRO_BONO = "pro_bono", "pro_bono"
        REFERRAL = "referral", "referral"
        DEPUTY = "deputy", "deputy"
        OVERSEER = "overseer", "supervisor"

    class State(models.TextChoices):
        PROPOSED = "proposed", "proposed"
        ACCEPTED = "accepted", "accepted"
        DECLINED = "declined", "declined"
        REVOKED = "revoked", "revoked"

    code = models.CharField(max_length=8, unique=True)
    case = models.ForeignKey(Case, models.CASCADE, related_name="offers")
    kind = models.CharField(max_length=8, choices=Kind)
    state = models.CharField(max_length=8, choices=State, default=State.PROPOSED)
    to = models.ForeignKey("people.User", models.CASCADE, null=True, blank=True, related_name="+")
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")
    parties = models.BinaryField(default=b"", help_text="Names only, wrapped for `to`: seen first.")
    summary = models.BinaryField(default=b"", help_text="Wrapped for `to` after no conflict was declared.")
    step = models.PositiveSmallIntegerField(default=1, help_text="1 parties, 2 summary, 3 file.")
    on = models.DateField()
    until = models.DateTimeField(
        null=True, blank=True, help_text="The grant that it gives ends at this minute."
    )

    def __str__(self) -> str:
        return self.code


class Tombstone(models.Model):
    """What stays of an erased case: its reference, two dates and a reason by kind."""

    class Reason(models.TextChoices):
        CLIENT = "client", "client"
        STAFF = "staff", "staff"
        TERM = "term", "term"
        DECLINED = "declined", "declined"
        MOVED = "moved", "moved"

    code = models.CharField(max_length=8, unique=True)
    reason = models.CharField(max_length=10, choices=Reason)
    opened_on = models.DateField()
    ended_on = models.DateField()

    def __str__(self) -> str:
        return self.code
