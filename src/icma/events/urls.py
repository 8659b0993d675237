"""Addresses of the working pages of a meeting; `gorus/<code>/` itself is front's."""

from django.urls import path

from icma.events.views import meetings as views

urlpatterns = [
    path("is/icma/<code>/gorus/", views.new, name="event_new"),
    path("gorus/<code>/deyisin/", views.change, name="event_change"),
    path("gorus/<code>/devet/", views.invite, name="event_invite"),
    path("gorus/<code>/aciq/", views.open_up, name="event_open"),
    path("gorus/<code>/legv/", views.cancel, name="event_cancel"),
    path("gorus/<code>/say/", views.count, name="event_count"),
    path("gorus/<code>/protokol/", views.minutes, name="event_minutes"),
    path("gorus/<code>/derc/", views.release, name="event_release"),
]
