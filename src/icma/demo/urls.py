"""/numune/: mounted in demo mode only (icma/urls.py)."""

from django.urls import path

from icma.demo.views import demo_sign_in

urlpatterns = [path("", demo_sign_in, name="demo_sign_in")]
