"""The case and its boards."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
