"""The way of a voice: raised, moderated, taken up, supported, done, ended."""

from django.urls import path

from icma.matters.views import contact, moderation, outcome, own, photos, raising, taking

_M = "m/<str:code>/"
_OWN = "menim/<str:code>/"
_MOD = "is/moderasiya/<str:code>/"

urlpatterns = [
    path("qaldirin/", raising.question, name="raise"),
    path("qaldirin/yeni/", raising.raise_form, name="raise_form"),
    path("is/qaldirin/", raising.raise_paper, name="raise_paper"),
    path("is/qaldirin/<str:code>/sekil/", raising.paper_photo, name="paper_photo"),
    path("menim/", own.own_code, name="own_code"),
    path("menim/bagla/", own.own_forget, name="own_forget"),
    path(_OWN, own.own, name="own"),
    path(f"{_OWN}elave/", own.own_add, name="own_add"),
    path(f"{_OWN}sorusuldu/<str:letter>/", own.own_asked, name="own_asked"),
    path(f"{_OWN}sekil/", own.own_photo, name="own_photo"),
    path(f"{_OWN}geri-goturun/", own.own_withdraw, name="own_withdraw"),
    path(f"{_OWN}yeniden-baxin/", own.own_appeal, name="own_appeal"),
    path(f"{_OWN}kod/", own.own_change, name="own_change"),
    path("is/moderasiya/", moderation.moderate, name="moderate"),
    path(_MOD, moderation.moderate_matter, name="moderate_matter"),
    path(f"{_MOD}yayimlayin/", moderation.moderate_publish, name="moderate_publish"),
    path(f"{_MOD}yayimlamayin/", moderation.moderate_reject, name="moderate_reject"),
    path(f"{_MOD}duzeldin/", moderation.moderate_correct, name="moderate_correct"),
    path(f"{_MOD}soz/<int:entry>/", moderation.moderate_words, name="moderate_words"),
    path(f"{_MOD}silin/<int:entry>/", moderation.erase, name="erase_step"),
    path(f"{_MOD}birlesdirin/", moderation.merge, name="merge"),
    path(f"{_MOD}ayirin/", moderation.split, name="split"),
    path(f"{_MOD}bildiris/", moderation.notice, name="notice"),
    path(f"{_MOD}bildiris/qerar/", moderation.notice_decide, name="notice_decide"),
    path("is/moderasiya/<str:matter>/sekil/<str:code>/", moderation.moderate_photo, name="moderate_photo"),
    path("m/<str:matter>/sekil/<str:code>.jpg", photos.photo, name="photo"),
    path("f/<str:code>/", photos.file, name="file"),
    path("is/gozleyir/", taking.desk, name="desk"),
    path(f"{_M}goturun/", taking.take_up, name="take_up"),
    path(f"{_M}yol/", taking.choose_way, name="choose_way"),
    path(f"{_M}goturulmedi/", taking.leave, name="leave"),
    path(f"{_M}geri-verin/", taking.hand_back, name="hand_back"),
    path(f"{_M}elaqe/", contact.contact, name="contact"),
    path("tek-basina/", taking.alone, name="alone"),
    path(f"{_M}bitirin/", outcome.close, name="close"),
    path(f"{_M}netice/", outcome.outcome, name="outcome"),
    path(f"{_M}yeniden/", outcome.reopen, name="reopen"),
]
