"""What was achieved before İcma: figures that somebody declares, and rows of a sheet that were brought in."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from icma.core.words import num


class Declared(models.Model):
    """A figure of a time from which there are no rows. It stands apart and is never added to anything computed.

    Public once a second person has agreed; never changed afterwards: a wrong one is withdrawn and declared anew.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for a second person")
        PUBLIC = "public", _("public")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Theme(models.TextChoices):
        COMMUNITIES = "communities", _("communities")
        CAMPAIGNS = "campaigns", _("campaigns")
        LETTERS = "letters", _("letters and answers")
        HELP = "help", _("legal aid")
        MEETINGS = "meetings", _("meetings and trainings")
        PEOPLE = "people", _("women and young people")
        OTHER = "other", _("something else")

    code = models.CharField(max_length=8, unique=True)
    theme = models.CharField(_("about"), max_length=12, choices=Theme)
    title = models.CharField(_("what is counted"), max_length=160)
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=2)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    is_least = models.BooleanField(_("at least so many"), default=False)
    first = models.DateField(_("first day of the period"))
    last = models.DateField(_("last day of the period"))
    definition = models.TextField(_("how it was counted"), max_length=1000)
    source = models.CharField(_("source"), max_length=300)
    declared_by = models.CharField(_("who declares it"), max_length=160)
    language = models.CharField(max_length=2, default="az")
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    made_by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    decided_by = models.ForeignKey("people.User", models.SET_NULL, null=True, blank=True, related_name="+")
    decided_on = models.DateField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True, help_text="Why it was withdrawn.")

    class Meta:
        verbose_name_plural = "declared"
        constraints = [
            models.CheckConstraint(condition=Q(value__gte=0), name="declared_not_negative"),
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="declared_span"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("made_by")), name="declared_second_person"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("public", "withdrawn")) | Q(decided_on__isnull=False),
                name="declared_public_once_decided",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def shown(self) -> str:
        """The value with every place that was written, and its mark where it is a least."""
        places = max(0, len(f"{self.value.normalize():f}".partition(".")[2]))
        return f"{'≥ ' if self.is_least else ''}{num(self.value, places)}"


class Imported(models.Model):
    """A line of a sheet that became a row of ours: "əvvəlki dövrdən daxil edilib". The same line never becomes a second one."""

    class Kind(models.TextChoices):
        COMMUNITY = "community", _("community")
        CAMPAIGN = "campaign", _("campaign")
        LETTER = "letter", _("letter")

    kind = models.CharField(max_length=9, choices=Kind)
    key = models.CharField(
        max_length=64, unique=True, help_text="SHA-256 of what names it: title, place, day…"
    )
    organisation = models.OneToOneField(
        "people.Organisation", models.CASCADE, null=True, blank=True, related_name="imported"
    )
    matter = models.OneToOneField(
        "matters.Matter", models.CASCADE, null=True, blank=True, related_name="imported"
    )
    letter = models.OneToOneField(
        "matters.Letter", models.CASCADE, null=True, blank=True, related_name="imported"
    )
    source = models.CharField(_("source"), max_length=300)
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name_plural = "imported"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="community", organisation__isnull=False, matter=None, letter=None)
                | Q(kind="campaign", organisation=None, matter__isnull=False, letter=None)
                | Q(kind="letter", organisation=None, matter=None, letter__isnull=False),
                name="imported_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key[:8]}"
