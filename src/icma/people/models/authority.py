"""Bodies that must answer, and how they are reached."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Authority(models.Model):
    """A body that must answer: central, executive, municipal, council, utility, court, Ombudsman."""

    class Kind(models.TextChoices):
        MINISTRY = "ministry", _("ministry")
        CENTRAL = "central", _("central body")
        EXECUTIVE = "executive", _("local executive authority")
        MUNICIPALITY = "municipality", _("municipality")
        COUNCIL = "council", _("public council")
        UTILITY = "utility", _("utility")
        COURT = "court", _("court")
        OMBUDSMAN = "ombudsman", _("Ombudsman")
        OTHER = "other", _("other body")

    code = models.CharField(max_length=8, unique=True)
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    name_az = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    name_ru = models.CharField(max_length=200, blank=True)
    place = models.ForeignKey(
        "people.Place", models.PROTECT, null=True, blank=True, related_name="authorities"
    )
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    superior = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="inferiors", help_text="Hears complaints."
    )
    source = models.CharField(max_length=300, help_text="Where it is known from.")
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    search_text = models.CharField(max_length=700)
    sort_key = models.CharField(max_length=420, db_index=True)

    class Meta:
        ordering = ["sort_key"]
        verbose_name_plural = "authorities"

    def __str__(self) -> str:
        return getattr(self, f"name_{get_language() or 'az'}", "") or self.name_az


class Address(models.Model):
    """How an authority is reached for a purpose, from–to; an old letter keeps the one it used."""

    class Purpose(models.TextChoices):
        APPEAL = "appeal", _("appeal")
        INFORMATION = "information", _("information request")
        COMPLAINT = "complaint", _("complaint")
        COURT = "court", _("court")

    class Channel(models.TextChoices):
        POST = "post", _("post")
        EMAIL = "email", _("e-mail")
        PORTAL = "portal", _("portal")
        HAND = "hand", _("by hand")
        PHONE = "phone", _("phone")

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="addresses")
    purpose = models.CharField(max_length=12, choices=Purpose)
    channel = models.CharField(max_length=6, choices=Channel)
    value = models.CharField(max_length=300)
    limit = models.PositiveIntegerField(null=True, blank=True, help_text="Characters that the channel takes.")
    attachments = models.BooleanField(default=True)
    source = models.CharField(max_length=300)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "addresses"
        constraints = [
            models.CheckConstraint(condition=~Q(source=""), name="address_has_source"),
            models.CheckConstraint(condition=~Q(value=""), name="address_has_value"),
            models.UniqueConstraint(
                fields=["authority", "purpose", "channel"], condition=Q(until=None), name="address_live_once"
            ),
        ]

    def __str__(self) -> str:
        return self.value
