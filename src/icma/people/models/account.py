"""Accounts, their sessions, and the seats they hold."""

import secrets

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


def person_key() -> str:
    """An opaque name for one person: everything but Contact and User knows people by it alone."""
    return secrets.token_hex(12)


class UserManager(BaseUserManager):
    def create_user(self, email: str, password: str | None = None, **extra: object) -> "User":
        made = self.model(email=self.normalize_email(email).lower(), **extra)
        made.set_password(password) if password else made.set_unusable_password()
        made.save(using=self._db)
        return made


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
        "people.Organisation", models.CASCADE, null=True, blank=True, related_name="memberships"
    )
    authority = models.ForeignKey(
        "people.Authority", models.CASCADE, null=True, blank=True, related_name="officials"
    )
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
                fields=["user", "role", "organisation"],
                condition=Q(until=None, authority=None),
                name="seat_once",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "authority"],
                condition=Q(until=None, organisation=None),
                name="official_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"
