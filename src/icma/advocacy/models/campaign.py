"""A campaign's plan: the demand and who can decide it, the map of power, tactics, messages, and what came of it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from icma.advocacy.flow import CAMPAIGN, UPDATE
from icma.core.models import AppendOnly


class Campaign(models.Model):
    """What a matter of kind `campaign` needs more. Title, problem (text), place, topic, community, outcome: the matter's."""

    class Template(models.TextChoices):
        INFRASTRUCTURE = "infrastructure", _("infrastructure")
        ECOLOGY = "ecology", _("environment")
        SOCIAL = "social", _("social")
        GENDER = "gender", _("gender")

    class Level(models.TextChoices):
        LOCAL = "local", _("local")
        CENTRAL = "central", _("central")

    matter = models.OneToOneField("matters.Matter", models.CASCADE, related_name="campaign", primary_key=True)
    template = models.CharField(_("kind of campaign"), max_length=16, choices=Template)
    level = models.CharField(_("level"), max_length=8, choices=Level, default=Level.LOCAL)
    stage = models.CharField(max_length=12, choices=CAMPAIGN.choices, default="plan")
    evidence = models.TextField(_("evidence"), max_length=3000, blank=True)
    demand = models.TextField(_("demand"), max_length=1000, blank=True)
    fallback = models.TextField(_("what would do for a beginning"), max_length=1000, blank=True)
    decider_post = models.CharField(_("post of the person who decides"), max_length=160, blank=True)
    decides_on = models.DateField(_("when it is decided"), null=True, blank=True)
    learned = models.TextField(_("what we have learned"), max_length=3000, blank=True)
    reviewed_on = models.DateField(
        null=True, blank=True, help_text="Notes and risks are erased 90 days later."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=[*CAMPAIGN.stages]), name="campaign_stage_is_known")
        ]

    def __str__(self) -> str:
        return str(self.matter_id)


class Stakeholder(models.Model):
    """A post, body or group on the map of power; never a person's name."""

    class Kind(models.TextChoices):
        DECIDER = "decider", _("decides")
        AUTHORITY = "authority", _("authority")
        ALLY = "ally", _("civil society, experts")
        MEDIA = "media", _("media")
        BUSINESS = "business", _("business")
        RESIDENTS = "residents", _("residents")

    code = models.CharField(max_length=8, unique=True)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="stakeholders")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    post = models.CharField(_("post or group"), max_length=120)
    authority = models.ForeignKey("people.Authority", models.PROTECT, null=True, blank=True, related_name="+")
    gone_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.post


class Standing(AppendOnly):
    """Where a stakeholder stood on a day: influence 1–5, support −2…+2. The latest row is today's."""

    stakeholder = models.ForeignKey(Stakeholder, models.CASCADE, related_name="standings")
    on = models.DateField()
    influence = models.PositiveSmallIntegerField()
    support = models.SmallIntegerField()
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(influence__range=(1, 5)) & Q(support__range=(-2, 2)), name="standing_on_the_map"
            )
        ]
        indexes = [models.Index(fields=["stakeholder", "-on", "-id"], name="standing_latest")]

    def __str__(self) -> str:
        return f"{self.stakeholder_id} {self.on}"


class Reach(models.Model):
    """Who on the map can reach, or answers to, whom."""

    class Kind(models.TextChoices):
        REACHES = "reaches", _("can reach")
        ANSWERS_TO = "answers_to", _("answers to")
        OPPOSES = "opposes", _("opposes")

    source = models.ForeignKey(Stakeholder, models.CASCADE, related_name="reaches")
    target = models.ForeignKey(Stakeholder, models.CASCADE, related_name="reached_by")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.REACHES)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="reach_once"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="reach_not_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"


class Note(models.Model):
    """A note on a stakeholder, or a risk (safety, legal): sealed like a contact, erased 90 days after the review."""

    class Kind(models.TextChoices):
        NOTE = "note", _("note")
        SAFETY = "safety", _("risk to safety")
        LEGAL = "legal", _("legal risk")

    code = models.CharField(max_length=8, unique=True)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="notes")
    stakeholder = models.ForeignKey(Stakeholder, models.CASCADE, null=True, blank=True, related_name="notes")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.NOTE)
    sealed = models.BinaryField(help_text="Sealed JSON {text, answer}; key `contacts` in ICMA_KEYS.")
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class Tactic(models.Model):
    """A step of the plan; owner and dates are those of its task, what came of it is named by `made`."""

    class Kind(models.TextChoices):
        PETITION = "petition", _("petition")
        LETTER = "letter", _("letter")
        INFORMATION = "information", _("information request")
        MASS = "mass", _("the same question to many bodies")
        MEETING = "meeting", _("meeting with an authority")
        HEARING = "hearing", _("public hearing")
        MEDIA = "media", _("media")
        LEGAL = "legal", _("legal step")
        OURSELVES = "ourselves", _("something we do ourselves")

    task = models.OneToOneField("matters.Task", models.CASCADE, related_name="tactic", primary_key=True)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="tactics")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    made = models.CharField(
        max_length=24, blank=True, help_text="`letter:CODE`, `petition:CODE`, `mass:CODE`, `event:CODE`."
    )

    def __str__(self) -> str:
        return f"{self.kind} {self.task_id}"


class Message(models.Model):
    """What is said to an audience."""

    class Audience(models.TextChoices):
        RESIDENTS = "residents", _("residents")
        WOMEN = "women", _("women")
        YOUTH = "youth", _("young people")
        AUTHORITY = "authority", _("the authority")
        MEDIA = "media", _("media")
        ALLIES = "allies", _("allies")

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="messages")
    audience = models.CharField(max_length=10, choices=Audience)
    text = models.CharField(_("message"), max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "audience"], name="message_once")]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.audience}"


class Indicator(models.Model):
    """What shows that the campaign gets somewhere: baseline, target, and the value seen last."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="indicators")
    label = models.CharField(_("indicator"), max_length=160)
    baseline = models.DecimalField(
        _("at the beginning"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    target = models.DecimalField(_("target"), max_digits=12, decimal_places=2, null=True, blank=True)
    value = models.DecimalField(_("now"), max_digits=12, decimal_places=2, null=True, blank=True)
    on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.label


class Reached(models.Model):
    """For whom an outcome is: people, women, young people, places, as counted or estimated by the community."""

    matter = models.OneToOneField("matters.Matter", models.CASCADE, related_name="reached", primary_key=True)
    people = models.PositiveIntegerField(_("people"), null=True, blank=True)
    women = models.PositiveIntegerField(_("women"), null=True, blank=True)
    youth = models.PositiveIntegerField(_("young people (14–29)"), null=True, blank=True)
    places = models.PositiveIntegerField(_("villages and districts"), null=True, blank=True)
    is_estimate = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(people=None) | Q(women=None) | Q(women__lte=F("people")))
                & (Q(people=None) | Q(youth=None) | Q(youth__lte=F("people"))),
                name="reached_not_more_than_all",
            )
        ]

    def __str__(self) -> str:
        return str(self.matter_id)


class Delivery(models.Model):
    """What was handed over with a letter, of a campaign or of a petition that stands alone: how many stood behind it,
    and the root of the log at that moment."""

    letter = models.OneToOneField("matters.Letter", models.PROTECT, related_name="delivery", primary_key=True)
    campaign = models.ForeignKey(Campaign, models.CASCADE, null=True, blank=True, related_name="deliveries")
    petition = models.ForeignKey(
        "advocacy.Petition", models.PROTECT, null=True, blank=True, related_name="deliveries"
    )
    checkpoint = models.ForeignKey(
        "advocacy.Checkpoint", models.PROTECT, null=True, blank=True, related_name="+"
    )
    count = models.PositiveIntegerField(
        null=True, blank=True, help_text="Of a petition from its log; else as the community says."
    )
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the file that was handed over.")
    file = models.ForeignKey(
        "core.File", models.SET_NULL, null=True, blank=True, related_name="+",
        help_text="What was handed over; never public, it may hold names.",
    )  # fmt: skip

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.CheckConstraint(
                condition=Q(campaign__isnull=False) | Q(petition__isnull=False), name="delivery_of_something"
            )
        ]

    def __str__(self) -> str:
        return str(self.letter_id)


class MassRequest(models.Model):
    """One question to many bodies, each with a letter and a clock of its own."""

    code = models.CharField(max_length=8, unique=True)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="mass_requests")
    subject = models.CharField(_("subject"), max_length=200)
    question = models.TextField(_("question"), max_length=3000)
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return self.subject


class MassRow(models.Model):
    """One of its letters, and the answer put so that it can be compared."""

    mass = models.ForeignKey(MassRequest, models.CASCADE, related_name="rows")
    letter = models.OneToOneField("matters.Letter", models.PROTECT, related_name="mass_row")
    value = models.CharField(_("answer in a word or a number"), max_length=120, blank=True)

    def __str__(self) -> str:
        return f"{self.mass_id} {self.letter_id}"


class Update(models.Model):
    """What a community tells about its campaign: news for its supporters, or something it did. A moderator reads
    each version before anybody else does."""

    class Kind(models.TextChoices):
        NEWS = "news", _("news for supporters")
        MEETING = "meeting", _("meeting with an authority")
        HEARING = "hearing", _("public hearing")
        MEDIA = "media", _("media")
        LEGAL = "legal", _("legal step")

    code = models.CharField(max_length=8, unique=True)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="updates")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.NEWS)
    on = models.DateField(_("day"))
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"), max_length=2000, blank=True)
    link = models.URLField(_("address on the web"), max_length=300, blank=True)
    stage = models.CharField(max_length=8, choices=UPDATE.choices, default="waiting")
    version = models.PositiveSmallIntegerField(default=1)
    reason = models.CharField(max_length=24, blank=True, help_text="Rule cited when it was not published.")
    at = models.DateTimeField(help_text="This version was written.")
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")
    public_at = models.DateTimeField(null=True, blank=True, help_text="This version was published.")
    reached = models.PositiveBigIntegerField(
        default=0, help_text="Queued for followers up to this row of Part; starts anew with each version."
    )
    queued = models.BooleanField(default=True, help_text="Nobody is left to be queued.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=[*UPDATE.stages]), name="update_stage_is_known")
        ]
        indexes = [
            models.Index(fields=["campaign", "on", "id"], name="update_campaign"),
            models.Index(fields=["at"], name="update_waiting", condition=Q(stage="waiting")),
            models.Index(fields=["public_at"], name="update_to_queue", condition=Q(queued=False)),
        ]

    def __str__(self) -> str:
        return self.title


class ViewDay(models.Model):
    """How often a public page was opened on a day. Nobody is counted, only openings."""

    matter = models.ForeignKey("matters.Matter", models.CASCADE, related_name="view_days")
    on = models.DateField()
    n = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "on"], name="viewday_once")]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.on} {self.n}"


class SelfReported(models.Model):
    """A figure from a social network, typed by the community and marked so."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="self_reported")
    network = models.CharField(_("where"), max_length=40)
    label = models.CharField(_("what was counted"), max_length=60)
    n = models.PositiveIntegerField(_("how many"))
    on = models.DateField()
    by = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.network} {self.n}"
