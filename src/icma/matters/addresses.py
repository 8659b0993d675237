"""Addresses that a higher floor serves, as plain paths in the reader's language."""

from django.conf import settings
from django.utils.translation import get_language

HELP = "/komek/"


def local(path: str) -> str:
    """`/m/X/` → `/ru/m/X/` where the page is read in Russian; the first language has no prefix."""
    language = get_language() or settings.LANGUAGE_CODE
    return path if language == settings.LANGUAGE_CODE else f"/{language}{path}"


def matter_address(code: str) -> str:
    """Every matter's address, whatever its kind."""
    return local(f"/m/{code}/")


def help_address() -> str:
    """The bare way to confidential help: the same on every page, no parameters, nothing carried over."""
    return local(HELP)
