"""What was said after a press travels to the next page in a signed cookie, bound to this host like the others."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage


class Said(CookieStorage):
    cookie_name = "__Host-said" if settings.IS_PRODUCTION else "icma_said"
