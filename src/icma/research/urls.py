"""Addresses of research; those of the figures door are made by `front`, which hands in what is measured."""

from icma.research.urls_inclusion import urlpatterns

__all__ = ["urlpatterns"]
