"""What is held about a person, and requests about it."""

from django.urls import path

from icma.front.views import held

_ONE, _OFFICE = "haqqimda/sorgu/<str:code>/", "is/sorgular/<str:code>/"

urlpatterns = [
    path("haqqimda/", held.held, name="held"),
    path("haqqimda/sorgu/", held.held_ask, name="held_ask"),
    path(_ONE, held.data_own, name="data_own"),
    path(f"{_ONE}geri-goturun/", held.data_withdraw, name="data_withdraw"),
    path("menim/<str:code>/haqqimda/", held.own_held, name="own_held"),
    path("menim/<str:code>/haqqimda/sorgu/", held.own_held_ask, name="own_held_ask"),
    path("is/sorgular/", held.data_requests, name="data_requests"),
    path("is/sorgular/yeni/", held.data_new, name="data_new"),
    path(_OFFICE, held.data_request, name="data_request"),
    path(f"{_OFFICE}uzadin/", held.data_extend, name="data_extend"),
    path(f"{_OFFICE}bildirildi/", held.data_told, name="data_told"),
    path(f"{_OFFICE}vereq/", held.data_sheet, name="data_sheet"),
]
