"""Addresses of research."""

from icma.research import urls_achieved, urls_inclusion

# Those of the figures door are made by `front`: it hands in what is measured.
urlpatterns = [*urls_inclusion.urlpatterns, *urls_achieved.urlpatterns]
