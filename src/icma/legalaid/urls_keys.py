"""Unlocking, keys and groups."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
