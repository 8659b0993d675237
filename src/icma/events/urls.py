"""Addresses of the working pages of a meeting; `gorus/<code>/` itself is front's."""

from django.urls import path

from icma.events.views import attendance, people
from icma.events.views import meetings as views

urlpatterns = [
    path("is/icma/<code>/gorus/", views.new, name="event_new"),
    path("is/icma/<code>/gelenler/", people.people, name="event_people"),
    path("gorus/<code>/deyisin/", views.change, name="event_change"),
    path("gorus/<code>/devet/", views.invite, name="event_invite"),
    path("gorus/<code>/aciq/", views.open_up, name="event_open"),
    path("gorus/<code>/legv/", views.cancel, name="event_cancel"),
    path("gorus/<code>/say/", views.count, name="event_count"),
    path("gorus/<code>/siyahi/", attendance.attendees, name="event_list"),
    path("gorus/<code>/siyahi/adlar/", attendance.names, name="event_names"),
    path("gorus/<code>/kagiz/", attendance.paper, name="event_paper"),
    path("gorus/<code>/kagiz/bos/", attendance.paper_blank, name="event_paper_blank"),
    path("gorus/<code>/kagiz/sil/", attendance.paper_drop, name="event_paper_drop"),
    path("gorus/<code>/qapi/", attendance.door, name="event_door"),
    path("gorus/<code>/gunler/", attendance.further_days, name="event_days"),
    path("qapi/<token>/", attendance.sign_in, name="event_sign_in"),
    path("gorus/<code>/protokol/", views.minutes, name="event_minutes"),
    path("gorus/<code>/derc/", views.release, name="event_release"),
]
