"""Core's start: production refuses unsafe settings, also those of a settings module of one's own."""

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

STRONG_HASHERS = frozenset({"Argon2", "Scrypt", "BCryptSHA256", "PBKDF2"})


class CoreConfig(AppConfig):
    name = "icma.core"

    def ready(self) -> None:
        if settings.IS_PRODUCTION:
            refuse_unsafe()


def refuse_unsafe() -> None:
    """Raises ImproperlyConfigured in words; `icma.settings` refuses earlier what it can see itself."""
    if settings.DEBUG:
        raise ImproperlyConfigured("DEBUG is on in production. Unset it.")
    weak = [
        name for name in settings.PASSWORD_HASHERS
        if name.rpartition(".")[2].removesuffix("PasswordHasher") not in STRONG_HASHERS
    ]  # fmt: skip
    if weak or not settings.PASSWORD_HASHERS:
        raise ImproperlyConfigured(
            f"PASSWORD_HASHERS is weak: {', '.join(weak) or 'none is named'}. Leave Argon2 alone there."
        )
    if any("*" in host for host in settings.ALLOWED_HOSTS):
        raise ImproperlyConfigured("ICMA_HOSTS holds `*`: name the hosts of İcma one by one.")
