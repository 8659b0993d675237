"""Regions, districts, villages."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Place(models.Model):
    """Economic region (14), first-level unit (75) or village. Names in az, en, ru."""

    class Kind(models.TextChoices):
        REGION = "region", _("economic region")
        UNIT = "unit", _("district or city")
        VILLAGE = "village", _("village or settlement")

    code = models.CharField(max_length=24, unique=True)
    kind = models.CharField(max_length=8, choices=Kind)
    name_az = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    name_ru = models.CharField(max_length=80, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    is_city = models.BooleanField(default=False)
    is_focus = models.BooleanField(default=False, help_text="One of the eight towns of the mission.")
    population = models.PositiveIntegerField(null=True, blank=True, help_text="Persons, 1 July 2020.")
    sort_key = models.CharField(max_length=160, db_index=True)
    search_text = models.CharField(max_length=240)

    class Meta:
        ordering = ["sort_key"]
        indexes = [models.Index(fields=["kind", "sort_key"])]

    def __str__(self) -> str:
        return getattr(self, f"name_{get_language() or 'az'}", "") or self.name_az

    @property
    def unit(self) -> "Place | None":
        """The district or city that it lies in, or is; no query but for a village's parent that was not fetched."""
        return self.parent if self.kind == Place.Kind.VILLAGE else self

    @property
    def region(self) -> "Place | None":
        """The economic region that it lies in, or is; no query where its parents were fetched with it."""
        place: Place | None = self
        while place is not None and place.kind != Place.Kind.REGION:
            place = place.parent
        return place
