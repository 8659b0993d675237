"""Addresses of monitoring."""

from icma.monitoring.urls_outcomes import urlpatterns as outcomes
from icma.monitoring.urls_results import urlpatterns as results

urlpatterns = [*results, *outcomes]
