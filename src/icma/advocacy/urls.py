"""Addresses of petitions: signing at /d/, work at /is/; a petition's own page is that of its matter."""

from django.urls import path

from icma.advocacy.views import petitions, signing

urlpatterns = [
    path("d/t/<str:token>/", signing.confirm, name="petition_confirm"),
    path("d/<str:code>/", signing.sign, name="petition_sign"),
    path("d/<str:code>/geri/", signing.withdraw, name="petition_withdraw"),
    path("d/<str:code>/gozleyin/<str:ref>/", signing.waiting, name="petition_waiting"),
    path("is/icma/<code>/petisiya/", petitions.new, name="petition_new"),
    path("is/petisiya/<str:matter__code>/", petitions.work, name="petition_work"),
    path("is/petisiya/<str:matter__code>/acar/", petitions.key, name="petition_key"),
    path("is/petisiya/<str:matter__code>/gonderin/", petitions.send, name="petition_send"),
    path("is/petisiya/<str:matter__code>/duyme/", petitions.switch, name="petition_switch"),
    path("is/petisiya/<str:matter__code>/qoruma/", petitions.mode, name="petition_mode"),
    path("is/petisiya/<str:matter__code>/bitir/", petitions.end, name="petition_end"),
    path("is/petisiya/<str:matter__code>/kodlar/", petitions.codes, name="petition_codes"),
]
