"""Addresses of the workspace of campaigns; a campaign's own page is that of its matter."""

from django.urls import path

from icma.advocacy.views import campaign_parts as parts
from icma.advocacy.views import campaigns, corrections, powermap

WORK = "is/kampaniya/<str:matter__code>/"
urlpatterns = [
    path("is/icma/<code>/kampaniya/", campaigns.new, name="campaign_new"),
    path(WORK, campaigns.work, name="campaign_work"),
    path(f"{WORK}plan/", campaigns.plan, name="campaign_plan"),
    path(f"{WORK}mesajlar/", campaigns.messages_of, name="campaign_messages"),
    path(f"{WORK}gostericiler/", campaigns.indicators, name="campaign_indicators"),
    path(f"{WORK}gonderin/", campaigns.send, name="campaign_send"),
    path(f"{WORK}yekun/", campaigns.review, name="campaign_review"),
    path(f"{WORK}davam/", campaigns.go_on, name="campaign_go_on"),
    path(f"{WORK}xerite/", powermap.power, name="campaign_map"),
    path(f"{WORK}xerite.svg", powermap.power_svg, name="campaign_map_svg"),
    path(f"{WORK}xerite.csv", powermap.power_csv, name="campaign_map_csv"),
    path(f"{WORK}xerite/yeni/", powermap.side_new, name="campaign_side_new"),
    path(f"{WORK}xerite/<str:code>/", powermap.side, name="campaign_side"),
    path(f"{WORK}xerite/<str:code>/elaqe/", powermap.side_reach, name="campaign_side_reach"),
    path(f"{WORK}xerite/<str:code>/cixarin/", powermap.side_remove, name="campaign_side_remove"),
    path(f"{WORK}addim/", parts.tactic_new, name="campaign_tactic_new"),
    path(f"{WORK}addim/<str:task__code>/", parts.tactic, name="campaign_tactic"),
    path(f"{WORK}addim/<str:task__code>/oldu/", parts.tactic_done, name="campaign_tactic_done"),
    path(f"{WORK}addim/<str:task__code>/silin/", parts.tactic_drop, name="campaign_tactic_drop"),
    path(f"{WORK}addim/<str:task__code>/oldu-nedir/", parts.tactic_made, name="campaign_tactic_made"),
    path(f"{WORK}cavab/", campaigns.hear, name="campaign_hear"),
    path(f"{WORK}duzelis/", corrections.correction, name="campaign_correction"),
    path(f"{WORK}riskler/baxanlar/", parts.openings, name="campaign_openings"),
    path(f"{WORK}riskler/", parts.notes, name="campaign_notes"),
    path(f"{WORK}qeyd/", parts.note_new, name="campaign_note_new"),
    path(f"{WORK}qeyd/<str:code>/silin/", parts.note_delete, name="campaign_note_delete"),
]
