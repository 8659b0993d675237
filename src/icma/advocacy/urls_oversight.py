"""Addresses of decisions and promises; the page of each is that of its matter."""

from django.urls import path

from icma.advocacy.views import oversight_public as public
from icma.advocacy.views import oversight_work as work

DECISION, PROMISE = "is/qerar/<str:matter__code>/", "is/ved/<str:matter__code>/"
urlpatterns = [
    path("m/<str:matter__code>/teklif/", public.remark, name="remark"),
    path("m/<str:matter__code>/teklifler.csv", public.remarks_csv, name="remarks_csv"),
    path("m/<str:matter__code>/musahide/", public.observe, name="observe"),
    path("m/<str:code>/qurumun-sozu/", public.say, name="say"),
    path("m/<str:matter__code>/menbe/<str:code>/", public.source_copy, name="source_copy"),
    path("is/icma/<code>/qerar/", work.new_decision, name="decision_new"),
    path("is/icma/<code>/ved/", work.new_commitment, name="commitment_new"),
    path(DECISION, work.decision, name="decision_work"),
    path(f"{DECISION}deyisin/", work.decision_change, name="decision_change"),
    path(f"{DECISION}gonderin/", work.decision_send, name="decision_send"),
    path(f"{DECISION}muddet/", work.decision_open, name="decision_open"),
    path(f"{DECISION}qebul/", work.decision_take, name="decision_take"),
    path(f"{DECISION}duzelis/", work.decision_correct, name="decision_correct"),
    path(f"{DECISION}icra/", work.decision_carry, name="decision_carry"),
    path(f"{DECISION}imtina/", work.decision_drop, name="decision_drop"),
    path(f"{DECISION}teklif/", work.decision_heard, name="decision_heard"),
    path(f"{DECISION}teklif/<int:entry>/", work.decision_point, name="decision_point"),
    path(f"{DECISION}qurum/", work.decision_said, name="decision_said"),
    path(PROMISE, work.commitment, name="commitment_work"),
    path(f"{PROMISE}deyisin/", work.commitment_change, name="commitment_change"),
    path(f"{PROMISE}gonderin/", work.commitment_send, name="commitment_send"),
    path(f"{PROMISE}qiymet/", work.commitment_rate, name="commitment_rate"),
    path(f"{PROMISE}ikinci/", work.commitment_check, name="commitment_check"),
    path(f"{PROMISE}qurum/", work.commitment_said, name="commitment_said"),
    path("is/menbe/<str:code>/ac/", work.source_open, name="source_open"),
]
