"""Addresses of women and youth that need nothing from above; the panel's own stand in front, which knows outcomes."""

from django.urls import path

from icma.research.inclusion import views

urlpatterns = [
    path("istirak/nisan/<str:code>/<str:which>/", views.marker, name="marker"),
    path("is/istirak/", views.work, name="inclusion_work"),
    path("is/istirak/ehali/", views.population, name="population"),
    path("is/istirak/ehali/<str:code>/silin/", views.population_remove, name="population_remove"),
    path("is/istirak/hedef/", views.goal, name="goal"),
    path("is/istirak/hedef/<int:pk>/bitirin/", views.goal_end, name="goal_end"),
]
