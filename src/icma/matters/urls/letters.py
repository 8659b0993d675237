"""Letters, what came back, redacted copies, and the authority's own side."""

from django.urls import path

from icma.matters.views import incoming, letters, mails, officials, redaction, wizard

_M = "m/<str:matter>/mektub/<str:code>/"
_P = "m/<str:matter>/sekil/<str:code>/"
_E = "m/<str:matter>/poct/<str:code>/"

urlpatterns = [
    path("m/<str:code>/mektub/", wizard.letter_new, name="letter_new"),
    path(_M, letters.letter, name="letter"),
    path(f"{_M}duzelis/", letters.letter_edit, name="letter_edit"),
    path(f"{_M}unvan/", letters.letter_address, name="letter_address"),
    path(f"{_M}cap/", letters.letter_print, name="letter_print"),
    path(f"{_M}metn.txt", letters.letter_text, name="letter_text"),
    path(f"{_M}gonderildi/", letters.letter_sent, name="letter_sent"),
    path(f"{_M}qeydiyyat/", letters.letter_registered, name="letter_registered"),
    path(f"{_M}gonderilmir/", letters.letter_drop, name="letter_drop"),
    path(f"{_M}geldi/", incoming.letter_incoming, name="letter_incoming"),
    path(f"{_M}nov/", incoming.letter_classify, name="letter_classify"),
    path(f"{_M}tesdiq/", incoming.letter_confirm, name="letter_confirm"),
    path(f"{_M}skan/", letters.letter_scan, name="letter_scan"),
    path(f"{_M}suret/", letters.letter_copy, name="letter_copy"),
    path(f"{_M}ortme/", redaction.letter_redact, name="letter_redact"),
    path(f"{_M}ortme/<int:number>.png", redaction.letter_redact_page, name="letter_redact_page"),
    path(f"{_M}poct/", mails.letter_mail_add, name="letter_mail_add"),
    path(_E, mails.letter_mail, name="letter_mail"),
    path(f"{_E}kenara/", mails.letter_mail_aside, name="letter_mail_aside"),
    path(f"{_E}mektub.eml", mails.letter_mail_raw, name="letter_mail_raw"),
    path(f"{_E}<int:number>/", mails.letter_mail_file, name="letter_mail_file"),
    path(f"{_P}ortme/", redaction.photo_redact, name="photo_redact"),
    path(f"{_P}ortme/<int:number>.png", redaction.photo_redact_page, name="photo_redact_page"),
    path("qurum/<str:code>/mektublar/", officials.authority_letters, name="authority_letters"),
    path("qurum/<str:code>/mektublar.csv", officials.authority_letters_csv, name="authority_letters_csv"),
    path("is/qurum/", officials.official, name="official"),
    path("cavab/", officials.reply, name="reply"),
    path("cavab/tesdiq/", officials.vouch, name="vouch"),
    path("cavab/<str:code>/", officials.reply_letter, name="reply_letter"),
    path("cavab/<str:code>/yazin/", officials.reply_answer, name="reply_answer"),
    path("cavab/<str:code>/etiraz/", officials.reply_object, name="reply_object"),
]
