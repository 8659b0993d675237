"""Addresses of accounts, people, organisations, directory and reviews; sign-in itself is allauth's.

`front` may mount `held`, `account_erase`, `village`, `reviews` and `review_decide` before these with more sections,
erasures and kinds of its own floors.
"""

from django.urls import path

from icma.people.views import account, directory, organisations, review, staff

urlpatterns = [
    path("hesab/", account.account, name="account"),
    path("hesab/ikinci/", account.second_factor, name="second_factor"),
    path("hesab/seanslar/baglayin/", account.sessions_close, name="sessions_close"),
    path("hesab/seanslar/<int:pk>/baglayin/", account.session_close, name="session_close"),
    path("hesab/silin/", account.account_erase, name="account_erase"),
    path("haqqimda/", account.held, name="held"),
    path("is/adamlar/", staff.people, name="people"),
    path("is/adamlar/<str:person>/", staff.person, name="person"),
    path("is/adamlar/<str:person>/dondurun/", staff.person_freeze, name="person_freeze"),
    path("is/adamlar/<str:person>/acin/", staff.person_unfreeze, name="person_unfreeze"),
    path("is/adamlar/<str:person>/kodlar/", staff.person_codes, name="person_codes"),
    path("is/rollar/<int:pk>/bitirin/", staff.role_end, name="role_end"),
    path("is/icmalar/yeni/", organisations.organisation_new, name="organisation_new"),
    path("is/icmalar/terefdaslar/", organisations.partners, name="partners"),
    path("is/icmalar/terefdaslar/yeni/", organisations.partner_new, name="partner_new"),
    path("is/icmalar/terefdaslar/<str:code>/", organisations.partner, name="partner"),
    path("is/icmalar/<str:code>/", organisations.organisation, name="organisation"),
    path("is/icmalar/<str:code>/baglayin/", organisations.organisation_close, name="organisation_close"),
    path("is/yerler/<str:code>/kendler/", organisations.villages, name="villages"),
    path("is/yerler/<str:code>/ad/", organisations.village, name="village"),
    path("is/qurumlar/", directory.directory, name="directory"),
    path("is/qurumlar/csv/", directory.directory_sheet, {"kind": "csv"}, name="directory_csv"),
    path("is/qurumlar/json/", directory.directory_sheet, {"kind": "json"}, name="directory_json"),
    path("is/qurumlar/daxil/", directory.directory_import, name="directory_import"),
    path("is/qurumlar/yeni/", directory.body_new, name="body_new"),
    path("is/qurumlar/<str:code>/", directory.body, name="body"),
    path("is/qurumlar/<str:code>/deyisin/", directory.body_edit, name="body_edit"),
    path("is/unvanlar/<int:pk>/bitirin/", directory.address_end, name="address_end"),
    path("is/nezerden/", review.reviews, name="reviews"),
    path("is/nezerden/<int:pk>/", review.review_decide, name="review_decide"),
]
