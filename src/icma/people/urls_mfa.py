"""Addresses of second factors as in `allauth.mfa.urls`, whose views load when one of them is first asked for.

Passkeys bring fido2 and cryptography: ten megabytes a worker that most readers never need.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.module_loading import import_string


def later(name: str) -> Callable[..., HttpResponse]:
    """A view of `allauth.mfa`, like `totp.views.activate_totp`, that is imported by its first request."""
    name = f"allauth.mfa.{name}"

    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = import_string(name)(request, *args, **kwargs)
        return answer

    view.__module__, _, view.__qualname__ = name.rpartition(".")
    return view


urlpatterns = [
    path("", later("base.views.index"), name="mfa_index"),
    path("authenticate/", later("base.views.authenticate"), name="mfa_authenticate"),
    path("reauthenticate/", later("base.views.reauthenticate"), name="mfa_reauthenticate"),
    path("totp/activate/", later("totp.views.activate_totp"), name="mfa_activate_totp"),
    path("totp/deactivate/", later("totp.views.deactivate_totp"), name="mfa_deactivate_totp"),
    path(
        "recovery-codes/", later("recovery_codes.views.view_recovery_codes"), name="mfa_view_recovery_codes"
    ),
    path(
        "recovery-codes/generate/",
        later("recovery_codes.views.generate_recovery_codes"),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "recovery-codes/download/",
        later("recovery_codes.views.download_recovery_codes"),
        name="mfa_download_recovery_codes",
    ),
    path("webauthn/", later("webauthn.views.list_webauthn"), name="mfa_list_webauthn"),
    path("webauthn/add/", later("webauthn.views.add_webauthn"), name="mfa_add_webauthn"),
    path(
        "webauthn/reauthenticate/",
        later("webauthn.views.reauthenticate_webauthn"),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "webauthn/keys/<int:pk>/remove/", later("webauthn.views.remove_webauthn"), name="mfa_remove_webauthn"
    ),
    path("webauthn/keys/<int:pk>/edit/", later("webauthn.views.edit_webauthn"), name="mfa_edit_webauthn"),
    path("webauthn/login/", later("webauthn.views.login_webauthn"), name="mfa_login_webauthn"),
]
