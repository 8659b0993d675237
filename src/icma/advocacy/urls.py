"""Addresses of petitions: signing at /d/, work at /is/; a petition's own page is that of its matter."""

from django.urls import path

from icma.advocacy.views import log, petitions, proofs, signing

urlpatterns = [
    path("d/t/<str:token>/", signing.confirm, name="petition_confirm"),
    path("d/<str:code>/", signing.sign, name="petition_sign"),
    path("d/<str:code>/geri/", signing.withdraw, name="petition_withdraw"),
    path("d/<str:code>/subut/", proofs.proof, name="petition_proof"),
    path("d/<str:code>/gozleyin/<str:ref>/", signing.waiting, name="petition_waiting"),
    path("is/icma/<code>/petisiya/", petitions.new, name="petition_new"),
    path("is/petisiya/<str:matter__code>/", petitions.work, name="petition_work"),
    path("is/petisiya/<str:matter__code>/acar/", petitions.key, name="petition_key"),
    path("is/petisiya/<str:matter__code>/gonderin/", petitions.send, name="petition_send"),
    path("is/petisiya/<str:matter__code>/duyme/", petitions.switch, name="petition_switch"),
    path("is/petisiya/<str:matter__code>/qoruma/", petitions.mode, name="petition_mode"),
    path("is/petisiya/<str:matter__code>/bitir/", petitions.end, name="petition_end"),
    path("is/petisiya/<str:matter__code>/yekun/", petitions.number, name="petition_number"),
    path("is/petisiya/<str:matter__code>/kodlar/", petitions.codes, name="petition_codes"),
    path("m/<str:matter__code>/jurnal/", log.log, name="petition_log"),
    path("is/petisiya/offline.py", log.offline_program, name="petition_offline"),
    path("is/petisiya/<str:matter__code>/vereqler/", log.paper, name="petition_paper"),
    path("is/petisiya/<str:matter__code>/vereqler/<str:sheet>/", log.scan, name="petition_scan"),
    path("is/petisiya/<str:matter__code>/sahidler/", log.witness, name="petition_witness"),
    path("is/petisiya/<str:matter__code>/secme/", log.sample, name="petition_sample"),
    path("is/petisiya/<str:matter__code>/secme/adlar/", log.names, name="petition_names"),
    path("is/petisiya/<str:matter__code>/cixarma/", log.rules, name="petition_rules"),
    path("is/petisiya/<str:matter__code>/cixarma/<str:rule>/", log.rule, name="petition_rule"),
]
