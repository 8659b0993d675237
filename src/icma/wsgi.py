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

from django.urls import get_resolver, reverse  # noqa: E402
from django.utils.translation import override  # noqa: E402

from icma.advocacy.gate import Gate  # noqa: E402  (its views want the apps)

application = Gate(django)
# Addresses are read now: else each of the first requests that come together reads them all for itself.
# They are the same in every language: one table serves all, where Django would keep one for each (1.5 MB).
with override(settings.LANGUAGE_CODE):
    reverse("home")
addresses = get_resolver()
for table in (addresses._reverse_dict, addresses._namespace_dict, addresses._app_dict):
    for language, _name in settings.LANGUAGES:
        table[language] = table[settings.LANGUAGE_CODE]
gc.freeze()
gc.set_threshold(10_000, 20, 20)
gc.enable()
