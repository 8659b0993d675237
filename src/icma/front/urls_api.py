"""Every address, those of the API written out. Read by the API's door, by its schema and by tests."""

from django.urls import path

from icma.front.api import ROUTES
from icma.front.urls import handler400, handler403, handler404, handler500
from icma.front.urls import urlpatterns as pages

urlpatterns = [path("api/v1/", ROUTES), *pages]

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
