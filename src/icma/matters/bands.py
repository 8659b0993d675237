"""Sex, age band, topic: the closed lists that acts, counts and forms share."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sex(models.TextChoices):
    FEMALE = "female", _("woman")
    MALE = "male", _("man")
    UNKNOWN = "unknown", _("not given")


class AgeBand(models.TextChoices):
    B14 = "14-17", "14–17"
    B18 = "18-29", "18–29"
    B30 = "30-44", "30–44"
    B45 = "45-59", "45–59"
    B60 = "60+", "60+"
    UNKNOWN = "unknown", _("not given")


class Topic(models.TextChoices):
    SOCIAL = "social", _("social")
    GENDER = "gender", _("gender")
    ECOLOGY = "ecology", _("environment")
    INFRASTRUCTURE = "infrastructure", _("infrastructure")
    ECONOMY = "economy", _("economy: work, market, irrigation, transport")
    OTHER = "other", _("other")


class Channel(models.TextChoices):
    """How an act reached us."""

    WEB = "web", _("online")
    PAPER = "paper", _("on paper")
    PHONE = "phone", _("by phone")
    MEETING = "meeting", _("at a meeting")


class Doing(models.TextChoices):
    """What a person did: the verbs of Act, in the order in which figures show them."""

    ATTEND = "attend", _("was at a meeting")
    SPEAK = "speak", _("took the floor")
    ANSWER = "answer", _("answered a questionnaire")
    SUPPORT = "support", _("supported a matter")
    SIGN = "sign", _("supported a petition")
    COMMENT = "comment", _("made a remark")
    VOTE = "vote", _("cast a vote")
    RAISE = "raise", _("raised a matter")
    PROPOSE = "propose", _("made a proposal")
    LEAD = "lead", _("leads a community")
