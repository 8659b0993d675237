"""Accounts: made, described by their owner, their sessions ended, frozen by any officer in one step."""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.sessions.models import Session
from django.db.models import F, Q
from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.core.models import Code
from icma.engines.aztext import clean_text
from icma.people.actions.changes import log_change
from icma.people.actions.review import ask_review
from icma.people.actions.roles import is_officer
from icma.people.models import Review, Signin, User

LANGUAGES = ("az", "ru", "en")


@action
def create_account(*, email: str, at: datetime, pseudonym: str = "", language: str = "az") -> User:
    """An account with a confirmed address, without a password: for `icma init` and for officers.

    Refused when the address has an account.
    """
    email = User.objects.normalize_email(email).lower()
    if User.objects.filter(email=email).exists():
        raise Refused(_("This address already has an account."))
    user = User.objects.create_user(email, pseudonym=clean_text(pseudonym), language=language, joined_at=at)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


@action
def describe_account(*, user: User, pseudonym: str, language: str, digest: str) -> User:
    """What the owner chooses: public name, language, how often mail comes."""
    pseudonym = " ".join(clean_text(pseudonym).split())
    if len(pseudonym) > 60:
        raise Refused(_("Choose a public name of at most 60 letters."))
    if "@" in pseudonym:
        raise Refused(_("The public name must not be a mail address."))
    taken = User.objects.filter(pseudonym=pseudonym).exclude(pk=user.pk)
    if pseudonym and taken.exists():
        raise Refused(_("Somebody already has this public name. Choose another."))
    if language not in LANGUAGES or digest not in User.Digest.values:
        raise Refused(_("Choose one of the given values."))
    user.pseudonym, user.language, user.digest = pseudonym, language, digest
    user.save(update_fields=["pseudonym", "language", "digest"])
    return user


@action
def note_signin(*, user: User, session_key: str, at: datetime, device: str, strong: bool) -> Signin:
    """Remember a session for the owner's list: a word for the device, no address."""
    today = legal_day(at)
    User.objects.filter(pk=user.pk).update(seen_on=today)
    row, _made = Signin.objects.update_or_create(
        session_key=session_key,
        defaults={"user": user, "at": at, "seen_on": today, "device": device[:40], "strong": strong},
    )
    return row


@action
def close_session(*, signin: Signin) -> None:
    """End one session: its next request is a stranger's."""
    Session.objects.filter(session_key=signin.session_key).delete()
    signin.delete()


@action
def close_sessions(*, user: User) -> int:
    """End every session of `user` at once, listed or not; returns how many had been listed.

    The caller who wants to stay signed in calls `update_session_auth_hash(request, user)` afterwards.
    """
    User.objects.filter(pk=user.pk).update(epoch=F("epoch") + 1)
    user.refresh_from_db(fields=["epoch"])
    keys = list(Signin.objects.filter(user=user).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    return Signin.objects.filter(user=user).delete()[0]


@action
def freeze(*, user: User, by: User, at: datetime, why: str = "") -> User:
    """Stop an account in one step (a phone was taken): its sessions, feeds and links end now.

    Any officer may do it to any colleague, at once and alone; undoing it takes two.
    """
    if not is_officer(by, legal_day(at)):
        raise Refused(_("Only an officer of the union may do this."))
    if by.pk == user.pk:
        raise Refused(_("You cannot freeze yourself: close all sessions instead, or ask another officer."))
    if user.frozen_at is not None:
        return user
    user.frozen_at, user.is_active = at, False
    user.save(update_fields=["frozen_at", "is_active"])
    close_sessions(user=user)
    end_codes(user=user, at=at)
    log_change(
        table="account",
        row=user.person,
        before={"frozen": False},
        after={"frozen": True},
        by=by,
        at=at,
        why=why,
    )
    return user


@action
def paper_codes(*, user: User) -> list[str]:
    """A fresh set of recovery codes: a factor that is not the mailbox, kept on paper."""
    Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
    codes = RecoveryCodes.activate(user)
    codes.mark_as_viewed()
    return codes.get_unused_codes()


@action
def renew_factors(*, user: User, by: User | None, at: datetime) -> list[str]:
    """Paper codes for a colleague whose telephone is gone; app, passkeys, passphrase and sessions end.

    An officer hands them over in person; `by=None` only at the console. Codes alone open nothing: the mailbox is
    needed too.
    """
    if by is not None and not is_officer(by, legal_day(at)):
        raise Refused(_("Only an officer of the union may do this."))
    if by is not None and by.pk == user.pk:
        raise Refused(_("Make your own new codes on the page of your account."))
    if user.frozen_at is not None:
        raise Refused(_("This account is frozen."))
    codes = _forget_factors(user)
    log_change(
        table="account", row=user.person, before={"renewed": False}, after={"renewed": True}, by=by, at=at
    )
    return codes


def _forget_factors(user: User) -> list[str]:
    """What lies on the old telephone opens nothing; new paper codes keep the mailbox alone outside."""
    Authenticator.objects.filter(user=user).delete()
    user.set_unusable_password()
    user.save(update_fields=["password"])
    close_sessions(user=user)
    return paper_codes(user=user)


@action
def end_codes(*, user: User, at: datetime) -> int:
    """End whatever was handed out in this person's name: feeds, one-time links, mail codes."""
    subjects = {user.person, f"person:{user.person}", f"user:{user.pk}", f"user:{user.person}"}
    started = Q(subject__startswith=f"person:{user.person}:") | Q(subject__startswith=f"user:{user.pk}:")
    return Code.objects.filter(Q(subject__in=subjects) | started, ended_at=None).update(ended_at=at)


@action
def ask_unfreeze(*, user: User, by: User, at: datetime) -> Review:
    """An officer asks to open a frozen account again; a second officer must agree."""
    if not is_officer(by, legal_day(at)):
        raise Refused(_("Only an officer of the union may do this."))
    if user.frozen_at is None:
        raise Refused(_("This account is not frozen."))
    waiting = Review.objects.filter(kind="unfreeze", subject=user.person, verdict="").first()
    data = {"who": str(user)}
    return waiting or ask_review(kind="unfreeze", subject=user.person, when="before", by=by, at=at, data=data)


def unfreeze(*, review: Review, by: User, at: datetime) -> None:
    """The effect of an agreed review: the account opens; old sessions, feeds and links stay ended.

    So do the factors on the telephone that was taken: an officer hands over new paper codes.
    """
    if not is_officer(by, legal_day(at)):
        raise Refused(_("Only an officer of the union may do this."))
    user = User.objects.get(person=review.subject)
    if by.pk == user.pk:
        raise Refused(_("Nobody opens their own account again."))
    user.frozen_at, user.is_active = None, True
    user.save(update_fields=["frozen_at", "is_active"])
    _forget_factors(user)
    log_change(
        table="account", row=user.person, before={"frozen": True}, after={"frozen": False}, by=by, at=at
    )
