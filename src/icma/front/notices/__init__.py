"""Notices are derived, never stored: news of followed matters, digests, urgent mails, whom to tell.

However late or often the jobs run, everybody hears everything once.
"""

from icma.front.notices.mails import deliver, fill, queue_digests, queue_urgent
from icma.front.notices.news import feed, news, unseen
from icma.front.notices.telling import Telling, to_tell

__all__ = ["Telling", "deliver", "feed", "fill", "news", "queue_digests", "queue_urgent", "to_tell", "unseen"]
