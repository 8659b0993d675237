"""The duty desk: quick advice, questions to the lawyer."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
