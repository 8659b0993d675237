"""The root: every address of the product, and in the demo the page that signs one in as each role."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from icma.front.urls import handler400, handler403, handler404, handler500, urlpatterns

if settings.IS_DEMO:
    demo = i18n_patterns(path("numune/", include("icma.demo.urls")), prefix_default_language=False)
    urlpatterns = [*demo, *urlpatterns]

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
