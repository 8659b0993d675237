"""Communities, meetings, news, calendars, shares."""

from django.urls import path

from icma.front.views import community, feeds, lawyer, moving, notices, share
from icma.people.actions.mail import UNSUBSCRIBE

urlpatterns = [
    path("is/moderasiya/<code>/mexfi/", moving.move, name="matter_move"),
    path("is/huquqsunas/<code>/", lawyer.ask, name="ask_lawyer"),
    path("is/huquqsunas/<code>/<letter>/", lawyer.ask, name="ask_lawyer_letter"),
    path("is/huquqsunas/<code>/<letter>/baxib/", lawyer.mark, name="lawyer_mark"),
    path("icmalar/<code>/", community.community, name="community"),
    path("is/icmalar/", community.homes, name="community_homes"),
    path("is/icma/<code>/", community.home, name="community_home"),
    path("is/icma/<code>/melumat/", community.edit, name="community_edit"),
    path("is/icma/<code>/addim/", community.step, name="community_step"),
    path("is/icma/<code>/tapsiriq/", community.task, name="community_task"),
    path("is/tapsiriq/<code>/bitdi/", community.task_done, name="community_task_done"),
    path("is/gorus/", community.events, name="events"),
    path("gorus/<code>/", community.event, name="event"),
    path("gorus/<code>/devet/<token>/", community.event_invited, name="event_invited"),
    path("is/lent/", notices.feed, name="feed"),
    path("is/lent/oxundu/", notices.seen, name="feed_seen"),
    path("is/lent/teqvim/", notices.calendar, name="feed_calendar"),
    path("is/demeli/", notices.tell, name="tell"),
    path("lent/<code>.ics", feeds.agenda, name="agenda"),
    path(f"{UNSUBSCRIBE}<token>/", notices.leave, name="unsubscribe"),
    path("m/<code>/paylasin/<int:pk>/", share.share, name="share"),
    path("m/<code>/sekil/<int:pk>.png", share.share_picture, name="share_picture"),
]
