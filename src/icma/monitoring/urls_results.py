"""Addresses of initiatives, indicators and reports."""

from django.urls import path

from icma.monitoring.views import indicators, initiatives, public, reports

OF, INDICATOR, REPORT = "is/tesebbus/<code>/", "is/gosterici/<code>/", "is/hesabat/<code>/"
urlpatterns = [
    path("tesebbus/<code>/", public.initiative, name="initiative"),
    path("tesebbus/<code>.csv", public.initiative_csv, name="initiative_csv"),
    path("tesebbus/<code>.xlsx", public.initiative_xlsx, name="initiative_xlsx"),
    path("tesebbus/<code>.json", public.initiative_json, name="initiative_json"),
    path("tesebbus/<code>.xml", public.initiative_iati, name="initiative_iati"),
    path("gosterici/<code>/", public.indicator, name="indicator"),
    path("is/tesebbusler/", initiatives.mine, name="initiatives_mine"),
    path("is/tesebbusler/hesabatlar/", initiatives.overview, name="initiatives_overview"),
    path("is/icma/<code>/tesebbus/", initiatives.new, name="initiative_new"),
    path(OF, initiatives.work, name="initiative_work"),
    path(f"{OF}deyisin/", initiatives.edit, name="initiative_edit"),
    path(f"{OF}addim/<str:step>/", initiatives.move, name="initiative_move"),
    path(f"{OF}moderasiya/", initiatives.moderate, name="initiative_moderate"),
    path(f"{OF}agac/", initiatives.node_new, name="node_new"),
    path("is/agac/<code>/", initiatives.node, name="node"),
    path("is/agac/<code>/silin/", initiatives.node_drop, name="node_drop"),
    path(f"{OF}kim/", initiatives.reporter_new, name="reporter_new"),
    path("is/kim/<code>/", initiatives.reporter, name="reporter"),
    path(f"{OF}gosterici/", indicators.new, name="indicator_new"),
    path(INDICATOR, indicators.edit, name="indicator_edit"),
    path(f"{INDICATOR}vereq/", indicators.sheet, name="indicator_sheet"),
    path(f"{INDICATOR}hedef/", indicators.targets, name="indicator_targets"),
    path(f"{INDICATOR}silin/", indicators.drop, name="indicator_drop"),
    path("is/dovr/<code>/", reports.new, name="period_report"),
    path("is/dovr/<code>/kilid/", indicators.lock, name="period_lock"),
    path(REPORT, reports.report, name="report"),
    path(f"{REPORT}deyisin/", reports.edit, name="report_edit"),
    path(f"{REPORT}duzelis/", reports.correct, name="report_correct"),
    path(f"{REPORT}gonderin/", reports.send, name="report_send"),
    path(f"{REPORT}silin/", reports.drop, name="report_drop"),
    path(f"{REPORT}tesdiq/", reports.confirm, name="report_confirm"),
    path(f"{REPORT}geri/", reports.give_back, name="report_return"),
    path(f"{REPORT}soz/", reports.say, name="report_say"),
    path(f"{REPORT}subut/", reports.evidence_new, name="evidence_new"),
    path(f"{REPORT}subut/<int:number>/", reports.evidence, name="evidence"),
]
