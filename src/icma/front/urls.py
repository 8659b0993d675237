"""Every address of the product. Azerbaijani at /, Russian at /ru/, English at /en/; machines know no language.

One flat list: with `include` every address is kept once more for each language, 1.6 MB a worker.
"""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from icma.advocacy import urls as advocacy_urls
from icma.advocacy import urls_actions as advocacy_actions_urls
from icma.advocacy import urls_campaigns as advocacy_campaigns_urls
from icma.advocacy import urls_oversight as advocacy_oversight_urls
from icma.asks import urls as asks_urls
from icma.core import listpages
from icma.core import views as core
from icma.events import urls as events_urls
from icma.front import lists, petitions
from icma.front import urls_achieved as own_achieved_urls
from icma.front import urls_held as own_held_urls
from icma.front import urls_notices as own_notices_urls
from icma.front.actions import ERASURES, join_village
from icma.front.lists.outcomes import unseen
from icma.front.lists.oversight import raters
from icma.front.measures import ELSEWHERE, measures
from icma.front.reviews import KINDS, owed
from icma.front.views import api, asks, authorities, home, inclusion, matter, mine, pages, places, search
from icma.front.views.errors import bad_request, forbidden, not_found, server_error
from icma.law import urls as law_urls
from icma.legalaid import urls as legalaid_urls
from icma.matters import urls as matters_urls
from icma.monitoring import urls as monitoring_urls
from icma.people import urls as people_urls
from icma.people.views import account, organisations, review
from icma.research import urls as research_urls
from icma.research import urls_figures as figures_urls

handler400, handler403, handler404, handler500 = bad_request, forbidden, not_found, server_error

LISTS = [
    *listpages.urls(lists.MATTERS, "meseleler", "front/matters.html"),
    *listpages.urls(lists.CAMPAIGNS, "kampaniyalar"),
    *listpages.urls(lists.INITIATIVES, "tesebbusler"),
    *listpages.urls(lists.PETITIONS, "petisiyalar"),
    *listpages.urls(lists.ASKS, "anketler"),
    *listpages.urls(lists.DECISIONS, "qerarlar"),
    *listpages.urls(lists.COMMITMENTS, "vedler", "front/commitments.html", raters),
    *listpages.urls(lists.OUTCOMES, "netice", "front/outcomes.html", unseen),
    *listpages.urls(lists.STORIES, "hekayeler"),
    *listpages.urls(lists.LETTERS, "mektublar"),
    *listpages.urls(lists.ANSWERS, "cavablar"),
    *listpages.urls(lists.MASS_ANSWERS, "sorgular"),
    *listpages.urls(lists.TERMS, "muddetler/siyahi"),
    *listpages.urls(lists.CLOCKS, "muddetler/qeydler"),
    *listpages.urls(lists.AUTHORITIES, "qurumlar", "front/authorities.html", authorities.recorded),
    *listpages.urls(lists.COMMUNITIES, "icmalar"),
    *listpages.urls(lists.MEETINGS, "gorusler"),
    *listpages.urls(lists.PLACES, "yerler", "front/places.html", places.mapped),
    *listpages.urls(lists.MODERATION, "moderasiya", "front/moderation.html", pages.notices),
]
PAGES = [
    path("", home.home, name="home"),
    path("m/<code>/", matter.matter, name="matter"),
    path("m/<code>.ics", matter.calendar, name="matter_ics"),
    path("qurum/<code>/", authorities.authority, name="authority"),
    path("yer/<code>/", places.place, name="place"),
    path("anket/<str:code>/netice/", asks.results, name="ask_results"),
    path("axtar/", search.search, name="search"),
    path("haqqinda/", pages.about, name="about"),
    path("qoruma/", pages.protect, name="protect"),
    path("komek/", pages.help, name="help"),
    path("melumat/", pages.data, name="data"),
    path("istirak/", inclusion.country, name="inclusion"),
    path("istirak/bolge/<str:code>/", inclusion.region, name="inclusion_region"),
    path("istirak/icma/<str:code>/", inclusion.community, name="inclusion_community"),
    path(
        "istirak/nisan/tesebbus/<str:code>/<str:which>/",
        inclusion.initiative_marker,
        name="initiative_marker",
    ),
    path("istirak/kampaniya/<str:code>/", inclusion.campaign, name="inclusion_campaign"),
    path("is/", mine.mine, name="mine"),
    path("is/bazar-ertesi/", mine.monday, name="monday"),
    path("components/", core.components, name="components"),
]
# Pages of the people floor that want to know what the floors above it erase and review.
WHOLE = [
    path("hesab/silin/", account.account_erase, {"also": ERASURES}, name="account_erase"),
    path("is/yerler/<str:code>/ad/", organisations.village, {"join": join_village}, name="village"),
    path("is/nezerden/", review.reviews, {"kinds": KINDS, "owed": owed}, name="reviews"),
    path("is/nezerden/<int:pk>/", review.review_decide, {"kinds": KINDS}, name="review_decide"),
]

urlpatterns = [
    path("healthz", pages.healthz, name="healthz"),
    path("robots.txt", pages.robots, name="robots"),
    path("sitemap.xml", pages.sitemap, name="sitemap"),
    path("melumat.jsonld", pages.catalogue, name="catalogue"),
    path("api/v1/", api.api, name="api"),
    path("api/v1/<path:rest>", api.api, name="api"),
    *i18n_patterns(
        *PAGES,
        *LISTS,
        *WHOLE,
        *own_achieved_urls.urlpatterns,
        *own_held_urls.urlpatterns,
        *people_urls.urlpatterns,
        *law_urls.urlpatterns,
        *matters_urls.urlpatterns,
        *events_urls.urlpatterns,
        *asks_urls.urlpatterns,
        *figures_urls.urls(measures, ELSEWHERE),
        *research_urls.urlpatterns,
        path("d/<str:code>/fayl/<str:name>", petitions.file, name="petition_file"),
        *advocacy_urls.urlpatterns,
        *advocacy_campaigns_urls.urlpatterns,
        *advocacy_oversight_urls.urlpatterns,
        *advocacy_actions_urls.urlpatterns,
        *legalaid_urls.urlpatterns,
        *monitoring_urls.urlpatterns,
        *own_notices_urls.urlpatterns,
        path("hesab/", include("allauth.account.urls")),
        path("hesab/2fa/", include("icma.people.urls_mfa")),
        prefix_default_language=False,
    ),
]
