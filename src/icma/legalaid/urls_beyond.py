"""Beyond the case: what we protect, consents, complaints about us, figures, who has opened what."""

from django.urls import path

from icma.legalaid.views import beyond, complaints, consents, signing

urlpatterns = [
    path("komek/qoruma/", beyond.legalaid_protect, name="legalaid_protect"),
    path("komek/reqemler/", beyond.legalaid_figures, name="legalaid_figures"),
    path("komek/sikayet/", complaints.complaint, name="complaint"),
    path("komek/sikayet/davam/", complaints.complaint_back, name="complaint_back"),
    path("komek/davam/raziliq/", consents.client_consents, name="client_consents"),
    path("huquq/sikayetler/", complaints.complaints, name="complaints"),
    path("huquq/sikayetler/<str:code>/", complaints.complaint_answer, name="complaint_answer"),
    path("huquq/reqemler/", beyond.legalaid_releases, name="legalaid_releases"),
    path("huquq/baxislar/", beyond.reads, name="reads"),
    path("huquq/sablonlar/", signing.signed_templates, name="signed_templates"),
    path("huquq/sablonlar/<slug:slug>/", signing.template_sign, name="template_sign"),
    path("huquq/sablonlar/<slug:slug>/numune/", signing.template_sample, name="template_sample"),
    path("huquq/<str:code>/raziliq/", consents.case_consents, name="case_consents"),
]
