"""allauth as İcma wants it: no addresses kept, secrets of factors sealed, mail that fails said plainly."""

import time
from base64 import b64decode, b64encode
from smtplib import SMTPException
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from icma.core.limit import client_address
from icma.core.seal import seal, unseal
from icma.people.actions.accounts import note_signin
from icma.people.actions.returned import mail_reached
from icma.people.who import is_strong

# First match wins; only this word is kept, never the agent itself.
DEVICES = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("CrOS", "Chromebook"), ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def device_word(agent: str) -> str:
    """'Android', 'Windows'… or '' for anything else."""
    return next((word for mark, word in DEVICES if mark in agent), "")


class AccountAdapter(DefaultAccountAdapter):
    def get_client_ip(self, request: HttpRequest) -> str:
        """For limits in memory alone; behind a trusted proxy the address that the proxy saw."""
        return client_address(request) or "unknown"

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> AbstractBaseUser:
        """A new account speaks the language of the page on which it was made."""
        user.language = (get_language() or "az")[:2]
        return super().save_user(request, user, form, commit)

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign in and remember the session for its owner's list."""
        super().login(request, user)
        if any(one["method"] == "code" for one in get_authentication_records(request, user)):
            mail_reached(person=user.person)
        if not request.session.session_key:
            request.session.create()
        note_signin(
            user=user, session_key=request.session.session_key, at=timezone.now(),
            device=device_word(request.META.get("HTTP_USER_AGENT", "")), strong=is_strong(request),
        )  # fmt: skip

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """A code that was sent to the address came back: mail arrives there."""
        mail_reached(person=email_address.user.person)
        return super().confirm_email(request, email_address)

    def get_reauthentication_methods(self, user: Any) -> list[dict]:
        """Who has a factor confirms with it: the mailbox lies open on the telephone that was taken."""
        found = super().get_reauthentication_methods(user)
        return [one for one in found if one["id"].startswith("mfa_")] or found

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Not again within minutes of signing in (with a factor where there is one): a paper code is good once."""
        user = self.request.user
        records = get_authentication_records(self.request, user)
        factor = Authenticator.objects.filter(user=user).exists()
        last = max((one["at"] for one in records if one["method"] == "mfa" or not factor), default=0)
        return (
            time.time() - last >= app_settings.REAUTHENTICATION_TIMEOUT
            and super().is_reauthentication_required(app=app, **more)
        )

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A code that could not be sent is said at once: nobody waits for a mail that never comes."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException) as error:
            page = render(context.get("request") or self.request, "people/mail_failed.html", status=503)
            raise ImmediateHttpResponse(page) from error


class MFAAdapter(DefaultMFAAdapter):
    """Seeds of apps and recovery codes are sealed under a key outside the database."""

    def encrypt(self, text: str) -> str:
        return b64encode(seal({"secret": text}, "factors")).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(b64decode(encrypted_text), "factors")["secret"]

    def is_mfa_enabled(self, user: AbstractBaseUser, types: Any = None) -> bool:
        """Paper codes alone are a second factor too: else a mailbox could add a factor of its own."""
        if types and {Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN} <= set(types):
            types = [*types, Authenticator.Type.RECOVERY_CODES]
        return super().is_mfa_enabled(user, types)

    def _get_user_identifier(self, user: AbstractBaseUser) -> str:
        """What an app or a passkey shows: the public name, never the mail address."""
        return str(user)
