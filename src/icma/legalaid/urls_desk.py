"""The duty desk: the queue, quick advice, writing down for somebody, questions to the lawyer."""

from django.urls import path

from icma.legalaid.views import desk, meeting, questions

urlpatterns = [
    path("huquq/suallar/", questions.questions, name="questions"),
    path("huquq/suallar/<str:code>/", questions.question, name="question"),
    path("huquq/qebul/", meeting.slots, name="slots"),
    path("huquq/novbe/", desk.queue, name="reception"),
    path("huquq/novbe/suretli/", desk.quick, name="desk_quick"),
    path("huquq/novbe/yazin/", desk.assisted, name="assisted"),
    path("huquq/novbe/<str:code>/", desk.check, name="desk_check"),
    path("huquq/novbe/<str:code>/danisilan/", desk.facts_page, name="desk_facts"),
    path("huquq/novbe/<str:code>/fayl/<str:row>/", desk.desk_file, name="desk_file"),
    path("huquq/novbe/<str:code>/divar/", desk.wall, name="desk_wall"),
    path("huquq/novbe/<str:code>/imtina/", desk.decline, name="desk_decline"),
]
