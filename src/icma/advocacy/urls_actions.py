"""Addresses of what a campaign does: deliveries."""

from django.urls import path

from icma.advocacy.views import deliveries

urlpatterns = [
    path("is/tehvil/<code>/", deliveries.delivery_new, name="delivery_new"),
    path("m/<str:matter>/tehvil/<str:letter__code>/", deliveries.delivery, name="delivery"),
    path("m/<str:matter>/tehvil/<str:letter__code>/fayl/", deliveries.delivery_file, name="delivery_file"),
]
