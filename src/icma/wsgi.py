"""WSGI entry for Granian."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "icma.settings")
django = get_wsgi_application()

from django.urls import reverse  # noqa: E402
from django.utils.translation import override  # noqa: E402

from icma.advocacy.gate import Gate  # noqa: E402  (its views want the apps)

application = Gate(django)
# Addresses are read now: else each of the first requests that come together reads them all for itself.
for language, _name in settings.LANGUAGES:
    with override(language):
        reverse("home")
# What is loaded by now stays: to look through it again and again for garbage costs a twentieth of every page.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 20)
