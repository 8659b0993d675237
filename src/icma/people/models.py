"""Persons, places, organisations and authorities; nothing about matters."""

import secrets

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from icma.core.models import AppendOnly


def person_key() -> str:
    """An opaque name for one person: everything but Contact and User knows people by it alone."""
    return secrets.token_hex(12)


class UserManager(BaseUserManager):
    def create_user(self, email: str, password: str | None = None, **extra: object) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password) if password else user.set_unusable_password()
        user.save()
        return user


class User(AbstractBaseUser):
    """An account. The public name is a chosen pseudonym; no national ID, no birth date, no phone."""

    class Digest(models.TextChoices):
        DAILY = "daily", _("one mail a day when something happened")
        URGENT = "urgent", _("only what cannot wait")
        NONE = "none", _("no mail")

    email = models.EmailField(_("mail address"), unique=True)
    pseudonym = models.CharField(_("public name"), max_length=60, blank=True)
    person = models.CharField(max_length=24, unique=True, default=person_key)
    language = models.CharField(max_length=2, default="az")
    digest = models.CharField(max_length=6, choices=Digest, default=Digest.DAILY)
    is_active = models.BooleanField(default=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField(default=timezone.now)
    seen_on = models.DateField(null=True, blank=True)
    epoch = models.PositiveIntegerField(default=0, help_text="Raised to end every session at once.")

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    def __str__(self) -> str:
        return self.pseudonym or f"№ {self.person[:6]}"

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Ties a session to `epoch` as Django ties it to the password: who raises it ends them all."""
        value = f"{self.password}\0{self.epoch}"
        return salted_hmac("icma.people.session", value, secret=secret, algorithm="sha256").hexdigest()


class Signin(models.Model):
    """A session of an account, for the list of one's sessions. Holds no network address."""

    user = models.ForeignKey(User, models.CASCADE, related_name="signins")
    session_key = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()
    seen_on = models.DateField()
    device = models.CharField(
        max_length=40, blank=True, help_text="'Android', 'Windows'…, never a full agent."
    )
    strong = models.BooleanField(default=False, help_text="A second factor was given in it.")

    def __str__(self) -> str:
        return f"{self.user_id} {self.at:%F}"


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
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="organisations")
    seen = models.CharField(_("how it is seen"), max_length=8, choices=Seen, default=Seen.UNLISTED)
    topics = models.JSONField(default=list, blank=True)
    aims = models.TextField(_("aims"), blank=True)
    needs = models.TextField(_("what is needed"), blank=True)
    offers = models.TextField(_("what can be offered"), blank=True)
    public_contact = models.CharField(_("public contact"), max_length=200, blank=True)
    mentor = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="mentees")
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
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "step"], name="milestone_once")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.step}"


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
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="authorities")
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


class Membership(models.Model):
    """A role in an organisation (or, for an official, in an authority) from–to."""

    class Role(models.TextChoices):
        COORDINATOR = "coordinator", _("coordinator")
        MEMBER = "member", _("member of the initiative group")
        OFFICER = "officer", _("officer of the union")
        LAWYER = "lawyer", _("lawyer")
        ADVOCATE = "advocate", _("advocate")
        MODERATOR = "moderator", _("moderator")
        RESEARCHER = "researcher", _("researcher")
        OFFICIAL = "official", _("official")

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role)
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="memberships"
    )
    authority = models.ForeignKey(Authority, models.CASCADE, null=True, blank=True, related_name="officials")
    since = models.DateField()
    until = models.DateField(null=True, blank=True, help_text="First day without it.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role="official", authority__isnull=False, organisation=None)
                | (~Q(role="official") & Q(organisation__isnull=False, authority=None)),
                name="membership_seat",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "organisation"], condition=Q(until=None, authority=None), name="seat_once"
            ),
            models.UniqueConstraint(
                fields=["user", "role", "authority"], condition=Q(until=None, organisation=None), name="official_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class Consent(models.Model):
    """What a person agreed to: subject, operator, purpose, data, term, withdrawal (Law 998-IIIQ, art. 8)."""

    person = models.CharField(max_length=24, db_index=True)
    purpose = models.CharField(max_length=24)
    text = models.CharField(max_length=16, help_text="Version of the consent text that was read or heard.")
    language = models.CharField(max_length=2)
    channel = models.CharField(max_length=8)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.purpose} {self.at:%F}"


class Contact(models.Model):
    """The only place for a resident's name, phone, mail, address. Sealed under a key outside the database.

    One row a person and scope: who leads one matter does not see what was given for another.
    """

    person = models.CharField(max_length=24, db_index=True)
    purpose = models.CharField(max_length=24)
    scope = models.CharField(
        max_length=40, db_index=True, help_text="What it serves, e.g. `matter:7Q4FM2KD`."
    )
    sealed = models.BinaryField(help_text="XSalsa20-Poly1305 of a JSON object, padded; key in ICMA_KEYS.")
    at = models.DateTimeField()
    expires_on = models.DateField(null=True, blank=True, help_text="90 days after the matter ends.")
    silent_at = models.DateTimeField(
        null=True, blank=True, help_text="The person wants no more mail from us."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "scope"], name="contact_once")]

    def __str__(self) -> str:
        return self.person


class Opening(AppendOnly):
    """Somebody opened a contact: who, when, why. Shown to the person it is about."""

    person = models.CharField(max_length=24, db_index=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(max_length=12)
    reason = models.CharField(max_length=24)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person} {self.at:%F}"


class Mail(models.Model):
    """One mail: person × digest day, or × urgent key, unique. The body is made when it is sent."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        DROPPED = "dropped", _("dropped")

    person = models.CharField(max_length=24)
    key = models.CharField(max_length=80, help_text="`digest:2026-11-22` or an urgent key.")
    kind = models.CharField(max_length=24)
    language = models.CharField(max_length=2, default="az")
    data = models.JSONField(default=dict, help_text="References (codes, numbers of entries); never contents.")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField(help_text="Not before this moment; a failed try moves it on.")
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="mail_once")]
        indexes = [models.Index(fields=["state", "at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Told(models.Model):
    """Somebody without mail was told by a person: "Kimə deməli" with its tick."""

    person = models.CharField(max_length=24)
    matter = models.CharField(max_length=8, help_text="Code of the matter.")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name_plural = "told"
        indexes = [models.Index(fields=["person", "matter", "at"], name="told_last")]

    def __str__(self) -> str:
        return f"{self.person} {self.matter}"


class Change(AppendOnly):
    """The audit of directory, roles and rules: what a row was, what it became."""

    at = models.DateTimeField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    table = models.CharField(max_length=24)
    row = models.CharField(max_length=40)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["table", "row"])]

    def __str__(self) -> str:
        return f"{self.table} {self.row}"


class Review(models.Model):
    """The second person, in one table and nowhere else.

    `before`: nothing happens until another person agrees. `after`: it has happened and can be undone
    for 14 days; it stands on the list "Nəzərdən keçirin".
    """

    class When(models.TextChoices):
        BEFORE = "before", _("needs a second person")
        AFTER = "after", _("look it over")

    class Verdict(models.TextChoices):
        AGREED = "agreed", _("agreed")
        REFUSED = "refused", _("refused")
        UNDONE = "undone", _("undone")

    when = models.CharField(max_length=6, choices=When)
    kind = models.CharField(max_length=24)
    subject = models.CharField(max_length=80)
    data = models.JSONField(default=dict)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True, related_name="+")
    verdict = models.CharField(max_length=8, choices=Verdict, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("asked_by")),
                name="review_second_person",
            )
        ]
        indexes = [models.Index(fields=["verdict", "kind"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
