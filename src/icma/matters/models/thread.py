"""The thread: entries with their words, clocks with their events."""

from django.db import models

from icma.core import models as core


class Entry(core.Entry):
    """One dated thing in the life of a matter: public history, audit, feed and source of notices."""

    matter = models.ForeignKey("matters.Matter", models.CASCADE, related_name="entries")
    letter = models.ForeignKey(
        "matters.Letter", models.PROTECT, null=True, blank=True, related_name="entries"
    )
    clock = models.ForeignKey("matters.Clock", models.PROTECT, null=True, blank=True, related_name="entries")

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["matter", "on", "id"], name="entry_thread"),
            models.Index(fields=["visibility", "-at", "-id"], name="entry_recent"),
            models.Index(fields=["verb", "-at", "-id"], name="entry_verb"),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.verb} {self.on}"


class Words(models.Model):
    """What was said with an entry. Erasing leaves the entry and a tombstone."""

    entry = models.OneToOneField(Entry, models.CASCADE, related_name="words", primary_key=True)
    text = models.TextField(max_length=5000, blank=True)
    language = models.CharField(max_length=2, default="az")
    erased_at = models.DateTimeField(null=True, blank=True)
    erased_for = models.CharField(max_length=24, blank=True, help_text="Rule or request that erased it.")

    def __str__(self) -> str:
        return f"{self.entry_id}"


class Clock(core.Clock):
    """A term of law on a letter, or one of our own on a matter."""

    class Owner(models.TextChoices):
        AUTHORITY = "authority", "authority"
        CITIZEN = "citizen", "citizen"
        US = "us", "us"

    matter = models.ForeignKey("matters.Matter", models.CASCADE, related_name="clocks")
    letter = models.ForeignKey("matters.Letter", models.CASCADE, null=True, blank=True, related_name="clocks")
    authority = models.ForeignKey(
        "people.Authority", models.PROTECT, null=True, blank=True, related_name="clocks"
    )
    owner = models.CharField(max_length=10, choices=Owner)
    asked_on = models.DateField(null=True, blank=True, help_text="Silence confirmed: asked, nothing came.")
    disputed_at = models.DateTimeField(
        null=True, blank=True, help_text="The authority objects: lateness is hidden."
    )

    class Meta:
        indexes = [
            models.Index(fields=["state", "due_on"], name="clock_due"),
            models.Index(fields=["authority", "state"], name="clock_authority"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.due_on}"


class ClockEvent(core.ClockEvent):
    clock = models.ForeignKey(Clock, models.CASCADE, related_name="events")

    class Meta:
        indexes = [models.Index(fields=["clock", "at", "id"], name="clockevent_order")]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.kind}"
