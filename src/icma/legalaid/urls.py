"""Addresses of legal aid: `/komek/…` for everybody, `/huquq/…` for those who serve. Each part keeps its own file."""

from icma.legalaid import urls_beyond, urls_cases, urls_desk, urls_intake, urls_keys

urlpatterns = [
    *urls_beyond.urlpatterns,
    *urls_intake.urlpatterns,
    *urls_keys.urlpatterns,
    *urls_desk.urlpatterns,
    *urls_cases.urlpatterns,
]
