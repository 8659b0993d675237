"""Addresses of what a campaign does: deliveries, one question to many bodies."""

from django.urls import path

from icma.advocacy.views import deliveries, mass

MASS = "is/sorgu/<code>/"
urlpatterns = [
    path("is/tehvil/<code>/", deliveries.delivery_new, name="delivery_new"),
    path("m/<str:matter>/tehvil/<str:letter__code>/", deliveries.delivery, name="delivery"),
    path("m/<str:matter>/tehvil/<str:letter__code>/fayl/", deliveries.delivery_file, name="delivery_file"),
    path("is/kampaniya/<str:matter__code>/sorgu/", mass.mass_new, name="mass_new"),
    path(MASS, mass.mass_work, name="mass_work"),
    path(f"{MASS}silin/", mass.mass_drop, name="mass_drop"),
    path(f"{MASS}<str:part>/", mass.mass_part, name="mass_part"),
    path("m/<str:matter>/sorgu/<code>/", mass.mass, name="mass"),
]
