"""The term on a letter; how the law's clocks work stands in law/urls.py."""

from django.urls import path

from icma.matters.views import clocks

_M = "m/<str:matter>/mektub/<str:code>/"

urlpatterns = [
    path(f"{_M}muddet/", clocks.clock, name="clock"),
    path(f"{_M}muddet/<str:step>/", clocks.clock_step, name="clock_step"),
    path(f"{_M}sorusuldu/", clocks.silence, name="silence"),
    path(f"{_M}etiraz/", clocks.objection, name="objection"),
]
