"""Coming for help, and coming back with a code."""

from django.urls import path

from icma.legalaid.views import intake, meeting

urlpatterns = [
    path("komek/yazin/<int:n>/", intake.intake, name="intake"),
    path("komek/yazin/kod/", intake.intake_code, name="intake_code"),
    path("komek/yazin/oldu/", intake.intake_sent, name="intake_sent"),
    path("komek/kagiz/", intake.intake_paper, name="intake_paper"),
    path("komek/davam/", intake.client_return, name="client_return"),
    path("komek/davam/gorus/", meeting.client_meeting, name="client_meeting"),
    path("komek/davam/kod/", intake.client_change, name="client_change"),
    path("komek/davam/silin/", intake.client_erase, name="client_erase"),
    path("komek/davam/baglayin/", intake.client_leave, name="client_leave"),
    path("komek/cixis/", intake.client_exit, name="client_exit"),
    path("komek/davam/fayl/<str:row>/", intake.client_file, name="client_file"),
]
