"""Addresses of the spine, one file a noun."""

from icma.matters.urls import clocks, letters, raising

urlpatterns = [*raising.urlpatterns, *letters.urlpatterns, *clocks.urlpatterns]
