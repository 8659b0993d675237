"""The page of an issue or a request: the heart of the product."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from icma.core.access import STRANGER, Who, allowed
from icma.core.day import legal_day
from icma.core.flow import Step
from icma.front import figures
from icma.front.cards import stage_words
from icma.front.lists import region_of
from icma.front.share import share_text
from icma.matters.flow import MATTER
from icma.matters.models import Document, Link, Matter, Support, Task
from icma.matters.story import Story
from icma.matters.threadview import glance, steps_of

# What each step of the flow is called among the addresses, for those who may take it.
DOORS = {
    "take_up": "take_up", "leave": "leave", "hand_back": "hand_back", "press": "choose_way", "start_doing": "choose_way",
    "close": "close", "reopen": "reopen", "publish": "moderate_matter", "merge": "merge", "split": "split",
}  # fmt: skip


def issue(request: HttpRequest, matter: Matter) -> HttpResponse:
    at = timezone.now()
    today = legal_day(at)
    story = Story.of(matter, request.who, today)
    return render(request, "front/matter.html", {
        "matter": matter, "stage": stage_words(matter), "steps": steps_of(story), "glance": glance(story),
        "village": matter.village if matter.village_id in figures.villages(today) else None,
        "photos": _photos(matter), "needs": _needs(matter), "supports": _supports(matter), "links": _links(matter, at),
        "community": community_of(matter), "record": _record(matter, today), "take_along": share_text(matter),
        "doors": doors(matter, request.who, at), "inside": story.inside,
    })  # fmt: skip
