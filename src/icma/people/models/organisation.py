"""The union, communities, partners."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Organisation(models.Model):
    """The union, a community (CBO or unregistered initiative group) or a partner."""

    class Kind(models.TextChoices):
        UNION = "union", _("the union")
        COMMUNITY = "community", _("community")
        PARTNER = "partner", _("partner")

    class Form(models.TextChoices):
        GROUP = "group", _("initiative group")
        CBO = "cbo", _("community-based organisation")
        REGISTERED = "registered", _("registered public union")

    class Seen(models.TextChoices):
        FULL = "full", _("in full")
        REGION = "region", _("region and topics only")
        UNLISTED = "unlisted", _("not listed")

    code = models.CharField(max_length=8, unique=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.COMMUNITY)
    form = models.CharField(max_length=10, choices=Form, default=Form.GROUP)
    name = models.CharField(_("name"), max_length=120)
    place = models.ForeignKey(
        "people.Place", models.PROTECT, null=True, blank=True, related_name="organisations"
    )
    seen = models.CharField(_("how it is seen"), max_length=8, choices=Seen, default=Seen.UNLISTED)
    topics = models.JSONField(default=list, blank=True)
    aims = models.TextField(_("aims"), blank=True)
    needs = models.TextField(_("what is needed"), blank=True)
    offers = models.TextField(_("what can be offered"), blank=True)
    public_contact = models.CharField(_("public contact"), max_length=200, blank=True)
    mentor = models.ForeignKey("people.User", models.SET_NULL, null=True, blank=True, related_name="mentees")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    sort_key = models.CharField(max_length=240, db_index=True)
    search_text = models.CharField(max_length=400)

    class Meta:
        ordering = ["sort_key"]

    def __str__(self) -> str:
        return self.name


class Milestone(models.Model):
    """A step of the founding path that somebody ticked (the others are seen from the data)."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="milestones")
    step = models.CharField(max_length=16)
    on = models.DateField()
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "step"], name="milestone_once")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.step}"
