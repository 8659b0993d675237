"""Addresses of outcomes, stories, visits, the community's month and reports on paper."""

from django.urls import path

from icma.monitoring.views import months, outcomes, papers, stories, visits

OUTCOME, STORY, VISIT, PAPER, MONTH = "is/netice/<code>/", "is/hekaye/<code>/", "is/baxis/<code>/", "is/yekun/<code>/", "is/icma/<code>/ay/"  # fmt: skip
urlpatterns = [
    path("is/icma/<code>/neticeler/", outcomes.results, name="results_of"),
    path("is/icma/<code>/netice/", outcomes.outcome_new, name="outcome_new"),
    path("netice/<code>/", outcomes.outcome, name="outcome_page"),
    path("netice/<code>/tesdiq/", outcomes.outcome_substantiate, name="outcome_substantiate"),
    path("netice/<str:code>/sahid/<str:token>/", outcomes.outcome_asked, name="outcome_asked"),
    path(f"{OUTCOME}deyisin/", outcomes.outcome_change, name="outcome_change"),
    path(f"{OUTCOME}gonderin/", outcomes.outcome_send, name="outcome_send"),
    path(f"{OUTCOME}silin/", outcomes.outcome_drop, name="outcome_drop"),
    path(f"{OUTCOME}geri/", outcomes.outcome_withdraw, name="outcome_withdraw"),
    path(f"{OUTCOME}qerar/", outcomes.outcome_decide, name="outcome_decide"),
    path("is/hekayeler/", stories.collections, name="collections"),
    path("is/icma/<code>/hekaye-turu/", stories.collection_new, name="collection_new"),
    path("is/hekaye-turu/<code>/", stories.collection, name="collection"),
    path("is/hekaye-turu/<code>/bitir/", stories.collection_close, name="collection_close"),
    path("is/icma/<code>/hekaye/", stories.story_new, name="story_new"),
    path("hekaye/<code>/", stories.story, name="story"),
    path(f"{STORY}secin/", stories.story_choose, name="story_choose"),
    path(f"{STORY}deyildi/", stories.story_back, name="story_back"),
    path(f"{STORY}geri/", stories.story_withdraw, name="story_withdraw"),
    path(f"{STORY}qerar/", stories.story_decide, name="story_decide"),
    path("is/icma/<code>/baxis/", visits.visit_new, name="visit_new"),
    path(VISIT, visits.visit, name="visit"),
    path(f"{VISIT}sekil/", visits.visit_photo, name="visit_photo"),
    path(f"{VISIT}gosterin/", visits.visit_show, name="visit_show"),
    path(f"{VISIT}sekil/silin/", visits.visit_forget, name="visit_forget"),
    path(MONTH, months.month, name="month"),
    path(f"{MONTH}<int:year>/<int:month>/", months.month_at, name="month_at"),
    path(f"{MONTH}<int:year>/<int:month>/hazir/", months.month_done, name="month_done"),
    path("is/aylar/", months.months, name="months"),
    path("is/aylar/<str:code>/<int:year>/<int:month>/", months.month_called, name="month_called"),
    path("is/yekun/", papers.papers, name="papers"),
    path(PAPER, papers.paper, name="paper"),
    path(f"{PAPER}hesabat.<str:name>", papers.paper_file, name="paper_file"),
    path(f"{PAPER}yeniden/", papers.paper_again, name="paper_again"),
    path(f"{PAPER}kenarda/", papers.paper_omit, name="paper_omit"),
]
