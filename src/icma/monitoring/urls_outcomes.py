"""Addresses of outcomes, stories, visits and the community's month."""

from typing import Any

urlpatterns: list[Any] = []
