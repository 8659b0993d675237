"""Addresses of legal aid: `/komek/…` for everybody, `/huquq/…` for those who serve. Each part keeps its own file."""

from django.urls import include, path

urlpatterns = [
    path("", include("icma.legalaid.urls_beyond")),
    path("", include("icma.legalaid.urls_intake")),
    path("", include("icma.legalaid.urls_keys")),
    path("", include("icma.legalaid.urls_desk")),
    path("", include("icma.legalaid.urls_cases")),
]
