"""What has been achieved: the page for everyone, the officers' pages behind it."""

from django.urls import path

from icma.core import listpages
from icma.front import lists
from icma.front.views import achieved, achieved_work

urlpatterns = [
    path("neticeler/", achieved.achieved, name="achieved"),
    path("neticeler.csv", achieved.achieved_csv, name="achieved_csv"),
    *listpages.urls(lists.PAST, "neticeler/kecmis"),
    path("is/neticeler/", achieved_work.achieved_work, name="achieved_work"),
    path("is/neticeler/yeni/", achieved_work.declare_figure, name="declare_figure"),
    path("is/neticeler/kecmis/", achieved_work.bring_in, name="bring_in"),
    path("is/neticeler/kecmis/sablon.xlsx", achieved_work.past_template, name="past_template"),
    path("is/neticeler/<str:code>/", achieved_work.declared_figure, name="declared_figure"),
]
