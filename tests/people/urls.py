"""Addresses for tests of people alone: its own pages and the sign-in."""

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpResponse
from django.urls import include, path

from icma.core.door import anyone


@anyone
def plain(request, **values):
    return HttpResponse("ok")


urlpatterns = i18n_patterns(
    path("", include("icma.people.urls")),
    path("hesab/", include("allauth.urls")),
    path("", plain, name="home"),
    path("is/", plain, name="mine"),
    path("components/", plain),
    prefix_default_language=False,
)
