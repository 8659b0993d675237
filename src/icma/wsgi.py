"""WSGI entry for Granian."""

import gc
import os
import resource

from django.conf import settings
from django.core.wsgi import get_wsgi_application

# What is loaded stays: to look through it for garbage costs a tenth of the start, and later a twentieth of every page.
gc.disable()
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # memory that holds what was unlocked never becomes a file
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
gc.freeze()
gc.set_threshold(10_000, 20, 20)
gc.enable()
