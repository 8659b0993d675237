"""The case and its boards."""

from django.urls import path

from icma.legalaid.views import cases, meeting, offers, papers, terms

urlpatterns = [
    path("huquq/", cases.cases, name="cases"),
    path("huquq/muddetler/", cases.board, name="case_board"),
    path("huquq/teqvim/", cases.feed, name="case_feed"),
    path("lent/huquq/<code>.ics", cases.agenda, name="case_agenda"),
    path("huquq/goturun/<code>/", cases.take, name="case_take"),
    path("huquq/teklif/<code>/", offers.answer, name="offer_answer"),
    path("huquq/<code>/", cases.case, name="case"),
    path("huquq/<code>/kart/", cases.card, name="case_card"),
    path("huquq/<code>/yeni/<slug:what>/", cases.add, name="case_add"),
    path("huquq/<code>/poct/", cases.mail_address, name="case_mail"),
    path("huquq/<code>/kod/", cases.give_code, name="case_code"),
    path("huquq/<code>/tapsiriq/<row>/", cases.task_done, name="case_task_done"),
    path("huquq/<code>/zeng/<row>/", meeting.wish_settle, name="wish_settle"),
    path("huquq/<code>/bagla/", cases.close, name="case_close"),
    path("huquq/<code>/bagla/<slug:service>/", cases.close_light, name="case_close_light"),
    path("huquq/<code>/davam/", cases.reopen, name="case_reopen"),
    path("huquq/<code>/sonra/<row>/", cases.follow, name="case_follow"),
    path("huquq/<code>/instansiya/<row>/", terms.move, name="case_move"),
    path("huquq/<code>/instansiya/<row>/duzelis/", terms.proceeding, name="case_proceeding"),
    path("huquq/<code>/muddet/<row>/", terms.done, name="case_term"),
    path("huquq/<code>/muddet/<row>/deyisin/", terms.change, name="case_term_change"),
    path("huquq/<code>/ikinci/<int:review>/", terms.agree, name="case_agree"),
    path("huquq/<code>/iclas/<row>/", terms.hearing_print, name="case_hearing"),
    path("huquq/<code>/iclas/<row>/netice/", terms.heard, name="case_heard"),
    path("huquq/<code>/sened/", papers.upload, name="case_paper_new"),
    path("huquq/<code>/sened/cap/", papers.exhibits, name="case_exhibits"),
    path("huquq/<code>/sened/<row>/", papers.paper, name="case_paper"),
    path("huquq/<code>/sened/<row>/temiz/", papers.paper_clean, name="case_paper_clean"),
    path("huquq/<code>/sened/<row>/elave/", papers.paper_exhibit, name="case_paper_exhibit"),
    path("huquq/<code>/mektub/", papers.letter, name="case_letter"),
    path("huquq/<code>/sablon/", papers.templates, name="case_templates"),
    path("huquq/<code>/sablon/<slug:slug>/", papers.assemble, name="case_assemble"),
    path("huquq/<code>/acanlar/", offers.holders, name="case_holders"),
    path("huquq/<code>/divar/", offers.wall, name="case_wall"),
    path("huquq/<code>/teklif/", offers.offer, name="case_offer"),
    path("huquq/<code>/gonderis/", offers.refer, name="case_refer"),
]
