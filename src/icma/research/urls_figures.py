"""Addresses of the figures door. `front` hands in what is measured: it alone sees all of it."""

from collections.abc import Callable, Sequence

from django.urls import URLPattern, path

from icma.research.measures import Elsewhere, Measure
from icma.research.views import desk, releases


def urls(measures: Callable[[], tuple[Measure, ...]], elsewhere: Sequence[Elsewhere]) -> list[URLPattern]:
    return [
        path("reqemler/", releases.releases, {"measures": measures, "elsewhere": elsewhere}, name="releases"),
        path("reqemler/mektublar.zip", releases.letters_zip, name="letters_zip"),
        path("reqemler/<code>/", releases.release, name="release"),
        path("reqemler/<code>.csv-metadata.json", releases.release_csvw, name="release_csvw"),
        path("reqemler/<code>.csv", releases.release_csv, name="release_csv"),
        path("reqemler/<code>.xlsx", releases.release_xlsx, name="release_xlsx"),
        path("reqemler/<code>.json", releases.release_json, name="release_json"),
        path("reqemler/<code>.zip", releases.release_zip, name="release_zip"),
        path("is/reqemler/", desk.releases_desk, {"measures": measures}, name="releases_desk"),
        path("is/reqemler/<code>/", desk.release_desk, name="release_desk"),
    ]
