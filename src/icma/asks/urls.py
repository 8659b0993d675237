"""Addresses of questionnaires. The page of what came out of one is front's: it stands below a form's own address."""

from django.urls import path

from icma.asks.views import answering, papers, writing

urlpatterns = [
    path("anket/<str:code>/", answering.form, name="ask"),
    path("anket/<str:code>/sagol/", answering.thanks, name="ask_thanks"),
    path("anket/<str:code>/kagiz/", answering.paper, name="ask_paper"),
    path("is/anket/", writing.forms, name="ask_forms"),
    path("is/anket/yeni/", writing.new, name="ask_new"),
    path("is/anket/hazir/<str:key>/", writing.study, name="ask_study"),
    path("is/anket/<str:code>/", writing.work, name="ask_work"),
    path("is/anket/<str:code>/metn/", writing.words, name="ask_words"),
    path("is/anket/<str:code>/sual/", writing.question, name="ask_question"),
    path("is/anket/<str:code>/sual/<int:n>/", writing.question, name="ask_question_change"),
    path("is/anket/<str:code>/sual/<int:n>/<str:step>/", writing.place, name="ask_place"),
    path("is/anket/<str:code>/baxis/", writing.preview, name="ask_preview"),
    path("is/anket/<str:code>/baxis/kagiz/", writing.preview_paper, name="ask_preview_paper"),
    path("is/anket/<str:code>/gonderin/", writing.submit, name="ask_submit"),
    path("is/anket/<str:code>/geri/", writing.take_back, name="ask_take_back"),
    path("is/anket/<str:code>/oxuyun/", writing.moderate, name="ask_moderate"),
    path("is/anket/<str:code>/acin/", writing.open_up, name="ask_open"),
    path("is/anket/<str:code>/baglayin/", writing.close, name="ask_close"),
    path("is/anket/<str:code>/yenileyin/", writing.renew, name="ask_renew"),
    path("is/anket/<str:code>/kagizlar/", papers.piles, name="ask_piles"),
    path("is/anket/<str:code>/kagizlar/<int:number>/", papers.pile, name="ask_pile"),
    path("is/anket/<str:code>/kodlar/", papers.codes, name="ask_codes"),
    path("is/anket/<str:code>/metnler/", papers.texts, name="ask_texts"),
]
