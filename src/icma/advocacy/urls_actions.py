"""Addresses of what a campaign does and shows: deliveries, one question to many bodies, what it tells, its media kit."""

from django.urls import path

from icma.advocacy.views import deliveries, kit, mass, reach, updates

MASS = "is/sorgu/<code>/"
OF_CAMPAIGN = "is/kampaniya/<str:matter__code>/"
KIT = "m/<code>/paket/"
urlpatterns = [
    path("is/tehvil/<code>/", deliveries.delivery_new, name="delivery_new"),
    path("m/<str:matter>/tehvil/<str:letter__code>/", deliveries.delivery, name="delivery"),
    path("m/<str:matter>/tehvil/<str:letter__code>/fayl/", deliveries.delivery_file, name="delivery_file"),
    path(f"{OF_CAMPAIGN}sorgu/", mass.mass_new, name="mass_new"),
    path(MASS, mass.mass_work, name="mass_work"),
    path(f"{MASS}silin/", mass.mass_drop, name="mass_drop"),
    path(f"{MASS}cap/", mass.mass_print, name="mass_print"),
    path(f"{MASS}<str:part>/", mass.mass_part, name="mass_part"),
    path("m/<str:matter>/sorgu/<code>/", mass.mass, name="mass"),
    path(f"{OF_CAMPAIGN}xeber/<str:kind>/", updates.update_new, name="update_new"),
    path("is/xeber/", updates.updates, name="updates"),
    path("is/xeber/<code>/", updates.update, name="update"),
    path("is/xeber/<code>/qerar/", updates.update_decide, name="update_decide"),
    path(KIT, kit.kit, name="kit"),
    path(f"{KIT}<str:shape>.png", kit.kit_picture, name="kit_picture"),
    path(f"{KIT}<str:name>.pdf", kit.kit_paper, name="kit_paper"),
    path(f"{KIT}press.txt", kit.kit_press, name="kit_press"),
    path("d/<str:code>/say/", kit.kit_frame, name="kit_frame"),
    path("m/<code>/oxunma/", reach.reach, name="reach"),
    path(f"{OF_CAMPAIGN}oxunma/", reach.report_new, name="report_new"),
    path(f"{OF_CAMPAIGN}oxunma/<int:figure>/silin/", reach.report_drop, name="report_drop"),
]
