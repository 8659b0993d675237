"""Unlocking, keys and groups."""

from django.urls import path

from icma.legalaid.views import keys

urlpatterns = [
    path("huquq/kilid/", keys.unlock, name="vault_unlock"),
    path("huquq/kilid/baglayin/", keys.lock, name="vault_lock"),
    path("huquq/acar/", keys.keys, name="vault_keys"),
    path("huquq/acar/yeni/", keys.new, name="vault_new"),
    path("huquq/acar/deyisin/", keys.exchange, name="vault_exchange"),
    path("huquq/acar/itirilib/", keys.lost, name="vault_lost"),
    path("huquq/acar/qrup/<slug:name>/", keys.group, name="vault_group"),
    path("huquq/acar/adam/<str:person>/", keys.person, name="vault_person"),
]
