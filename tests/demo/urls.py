"""Addresses as the demo has them: the root decides once, when it is loaded, and tests are no demo."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from icma.front.urls import handler400, handler403, handler404, handler500, urlpatterns

demo = i18n_patterns(path("numune/", include("icma.demo.urls")), prefix_default_language=False)
urlpatterns = [*demo, *urlpatterns]
__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
