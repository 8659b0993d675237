"""Every address of the product."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from icma.core import views as core

urlpatterns = [
    *i18n_patterns(
        path("components/", core.components, name="components"),
        path("hesab/", include("allauth.account.urls")),
        prefix_default_language=False,
    ),
]
