"""Addresses of research."""

from icma.research import urls_achieved, urls_figures, urls_inclusion

urlpatterns = [*urls_figures.urlpatterns, *urls_inclusion.urlpatterns, *urls_achieved.urlpatterns]
