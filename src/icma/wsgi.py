"""WSGI entry for Granian."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "icma.settings")
application = get_wsgi_application()
# What is loaded by now stays: to look through it again and again for garbage costs a twentieth of every page.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 20)
