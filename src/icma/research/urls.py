"""Addresses of research."""

from typing import Any

urlpatterns: list[Any] = []
