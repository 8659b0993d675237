from django.urls import path

from icma.law.views import letters, public, selfhelp, sign, staff

urlpatterns = [
    path("muddetler/", public.clocks, name="clocks"),
    path("bilik/", selfhelp.guides, name="guides"),
    path("bilik/<str:code>/", selfhelp.guide, name="guide"),
    path("is/bilik/<str:code>/", selfhelp.guide_sign, name="guide_sign"),
    path("is/qaydalar/", staff.law_rules, name="law_rules"),
    path("is/qaydalar/<str:key>/", staff.law_rule, name="law_rule"),
    path("is/qaydalar/<str:key>/deyisin/", staff.law_rule_change, name="law_rule_change"),
    path("is/qaydalar/<str:key>/imza/", sign.law_rule_sign, name="law_rule_sign"),
    path("is/muraciet-metnleri/", letters.letter_texts, name="letter_texts"),
    path("is/muraciet-metnleri/<str:text>/", letters.letter_text_sign, name="letter_text_sign"),
    path("is/teqvim/", staff.law_days, name="law_days"),
    path("is/teqvim/yeni/", staff.law_day_add, name="law_day_add"),
    path("is/teqvim/il/<int:year>/", staff.law_year_confirm, name="law_year_confirm"),
    path("is/teqvim/<str:day>/", staff.law_day, name="law_day"),
    path("is/teqvim/<str:day>/silin/", staff.law_day_remove, name="law_day_remove"),
]
