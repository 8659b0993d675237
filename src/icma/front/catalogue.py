"""`/melumat.jsonld`: all that can be taken along as one DCAT 3 catalogue in JSON-LD, for portals that harvest.

Releases are files that never change: with licence, day of issue, sizes, the hash of the JSON. Lists are live: no size.
Source: W3C vocab-dcat-3; media types are IANA's, place and frequency from the EU's authority tables.
"""

from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import override

from icma.core.day import legal_day
from icma.core.kept import kept
from icma.core.listing import Listing
from icma.front import lists
from icma.research import csvw, downloads
from icma.research.body import Body, in_all
from icma.research.csvw import spoken
from icma.research.models import Release
from icma.research.quarters import span_words

TYPE = "application/ld+json"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/", "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#", "spdx": "http://spdx.org/rdf/terms#", "xsd": "http://www.w3.org/2001/XMLSchema#",
}  # fmt: skip
MEDIA = "https://www.iana.org/assignments/media-types/"
EU = "http://publications.europa.eu/resource/authority/"
MINUTES, DAY = 10, 1440


def catalogue() -> dict[str, Any]:
    """Kept for ten minutes, each release for a day."""
    return kept(("catalogue",), _catalogue, MINUTES)


def _catalogue() -> dict[str, Any]:
    with override(settings.LANGUAGE_CODE):
        rows = Release.objects.out().order_by("-last", "-decided_at").defer("audit")
        found = [kept(("dataset", row.code), lambda row=row: _release(row), DAY) for row in rows.iterator()]
        return {
            "@context": CONTEXT, "@id": _at("data"), "@type": "dcat:Catalog", "dct:title": "İcma",
            "dct:publisher": {"@type": "foaf:Organization", "foaf:name": settings.UNION_NAME},
            "foaf:homepage": {"@id": _at("home")}, "dct:spatial": {"@id": f"{EU}country/AZE"},
            "dcat:dataset": [*found, *(_list(one) for one in lists.PUBLIC)],
        }  # fmt: skip


def _at(name: str, *args: str) -> str:
    return settings.BASE_URL + reverse(name, args=args)


def _release(row: Release) -> dict[str, Any]:
    """A table as it was published; what a size is of are the very bytes that its address gives."""
    body = Body.read(row.body)
    title = lazy(lambda: f"{body.heading()} · {span_words(row.first, row.last)}", str)()
    page = _at("release", row.code)
    table = _file(page, _at("release_csv", row.code), "text/csv", downloads.csv_of(body))
    whole = _file(page, _at("release_json", row.code), "application/json", bytes(row.body))
    return {
        "@id": page, "@type": "dcat:Dataset", "dct:identifier": row.code, "dct:title": spoken(in_all(title)),
        "dct:description": spoken(body.data["definition"]), "rdfs:comment": spoken(csvw.marks()),
        "dct:license": {"@id": csvw.LICENCE_URL}, "dct:issued": _day(legal_day(row.decided_at)),
        "dct:temporal": {"@type": "dct:PeriodOfTime", "dcat:startDate": _day(row.first), "dcat:endDate": _day(row.last)},
        "dcat:landingPage": {"@id": page},
        "dcat:distribution": [
            table | {"rdfs:seeAlso": {"@id": _at("release_csvw", row.code)}},
            whole | {"spdx:checksum": {
                "@type": "spdx:Checksum", "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
                "spdx:checksumValue": row.sha256,
            }},
            _file(page, _at("release_zip", row.code), "application/zip", downloads.package_of(row)),
        ],
    }  # fmt: skip


def _list(one: Listing) -> dict[str, Any]:
    page, api = _at(one.name), _at("api", f"{one.api or one.name}/")
    return {
        "@id": page, "@type": "dcat:Dataset", "dct:title": spoken(in_all(one.title)), "dct:description": spoken(in_all(one.about)),
        "dct:accrualPeriodicity": {"@id": f"{EU}frequency/UPDATE_CONT"}, "dcat:landingPage": {"@id": page},
        "dcat:distribution": [_file(page, _at(f"{one.name}_csv"), "text/csv"), _file(page, api, "application/json")],
    }  # fmt: skip


def _file(page: str, url: str, media: str, data: bytes | None = None) -> dict[str, Any]:
    known = {"@type": "dcat:Distribution", "dcat:accessURL": {"@id": page}, "dcat:downloadURL": {"@id": url}, "dcat:mediaType": {"@id": MEDIA + media}}  # fmt: skip
    if data is None:
        return known
    return known | {"dcat:byteSize": {"@value": str(len(data)), "@type": "xsd:nonNegativeInteger"}}


def _day(on: date) -> dict[str, str]:
    return {"@value": on.isoformat(), "@type": "xsd:date"}
