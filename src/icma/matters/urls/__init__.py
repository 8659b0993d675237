"""Addresses of the spine, one file a noun."""

from icma.matters.urls import clocks, letters, raising, taking_part

urlpatterns = [*raising.urlpatterns, *taking_part.urlpatterns, *letters.urlpatterns, *clocks.urlpatterns]
