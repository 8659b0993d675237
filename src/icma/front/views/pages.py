"""Pages that are mostly text: about, what we protect, help; and the addresses that machines ask for."""

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from icma.advocacy.figures import pressed
from icma.core.access import STRANGER, allowed
from icma.core.day import legal_day
from icma.core.door import anyone
from icma.front import catalogue as dcat
from icma.front import figures
from icma.front.achieved.people import helped
from icma.front.lists import PUBLIC
from icma.legalaid.actions.intake.telling import reception
from icma.legalaid.figures import totals
from icma.matters.models import Matter, Notice
from icma.people.models import Organisation

MAPPED = 1000


@anyone
def about(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    today = legal_day(at)
    found = {
        "country": figures.country(today),
        "pressed": pressed(today),
        "helped": totals(),
        "least": {figure.name: figure.shown for figure in helped()},
        "ours": [own.row for own in figures.ours(at)],
        "answers": figures.all_authorities(today),
        "partners": Organisation.objects.filter(kind="partner", seen="full", until=None).select_related(
            "place"
        ),
    }
    return render(request, "front/about.html", found)


@anyone
def protect(request: HttpRequest) -> HttpResponse:
    return render(request, "front/protect.html")


@anyone
@never_cache
def help(request: HttpRequest) -> HttpResponse:
    """The way to legal aid: the same bare address on every page, without parameters, prefill or trace."""
    request.keep_nothing = True
    page = {"hours": settings.HELP_HOURS, "phone": settings.HELP_PHONE, "here": reception() is not None}
    return render(request, "front/help.html", page)


@anyone
def data(request: HttpRequest) -> HttpResponse:
    rows = [
        {
            "title": one.title, "about": one.about, "page": reverse(one.name), "csv": reverse(f"{one.name}_csv"),
            "atom": reverse(f"{one.name}_atom"), "api": reverse("api", args=[f"{one.api or one.name}/"]),
        }
        for one in PUBLIC
    ]  # fmt: skip
    page = {
        "rows": rows,
        "openapi": reverse("api", args=["openapi.json"]),
        "osdi": reverse("api", args=["osdi/"]),
    }
    return render(request, "front/data.html", page)


@anyone
def catalogue(request: HttpRequest) -> JsonResponse:
    """The same for data portals, with what was released."""
    return JsonResponse(dcat.catalogue(), content_type=dcat.TYPE, json_dumps_params={"ensure_ascii": False})


def notices(request: HttpRequest, asked: object) -> dict[str, object]:
    """What the moderation log shows beside its list: legal notices and totals."""
    at = timezone.now()
    rows = allowed(Notice.objects.all(), STRANGER, "list", at).order_by("-received_at")
    today = legal_day(at)
    return {"notices": rows[:20], "country": figures.country(today), "rejected": figures.rejected(today)}


@anyone
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when this process reaches its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")


@anyone
def robots(request: HttpRequest) -> HttpResponse:
    """The demo is no country: nothing of it may stand in a search engine."""
    sitemap = request.build_absolute_uri(reverse("sitemap"))
    lines = ["User-agent: *", "Disallow: /" if settings.IS_DEMO else "Disallow: /is/"]
    if not settings.IS_DEMO:
        lines += ["Disallow: /hesab/", f"Sitemap: {sitemap}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


@anyone
def sitemap(request: HttpRequest) -> HttpResponse:
    """Lists and the matters that changed last."""
    whole = request.build_absolute_uri
    rows = allowed(Matter.objects.all(), STRANGER, "list", timezone.now()).order_by("-changed_at", "-id")
    pages = [
        (whole(reverse(name)), None)
        for name in ("home", "about", "achieved", "releases", "protect", *(one.name for one in PUBLIC))
    ]
    pages += [
        (whole(reverse("matter", args=[c])), on) for c, on in rows.values_list("code", "changed_at")[:MAPPED]
    ]
    return render(request, "front/sitemap.xml", {"pages": pages}, content_type="application/xml")
