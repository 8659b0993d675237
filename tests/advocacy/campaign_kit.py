"""A campaign in planning, as its coordinator has just started it."""

from typing import Any

from icma.advocacy.actions.campaigns.plan import start_campaign, write_plan
from icma.advocacy.models import Campaign
from icma.matters.models import Matter


def started(country: Any, cast: Any, at: Any, **more: Any) -> Campaign:
    values = {
        "template": "infrastructure", "community": country.community, "title": "Nümunəkənddə hər gün su",
        "text": "May ayından bəri su həftədə bir gün gəlir.", "place": country.goychay, "authority": country.water,
        "at": at, "by": cast.coordinator,
    } | more  # fmt: skip
    return start_campaign(**values)


def shown(campaign: Campaign, **more: Any) -> dict[str, Any]:
    """What the plan's form sends."""
    matter = campaign.matter
    return {
        "title": matter.title, "text": matter.text, "place": matter.place, "topic": matter.topic,
        "authority": matter.authority, "level": campaign.level, "evidence": campaign.evidence,
        "demand": campaign.demand, "fallback": campaign.fallback, "decider_post": campaign.decider_post,
        "decides_on": None,
    } | more  # fmt: skip


def written(campaign: Campaign, cast: Any, at: Any, **more: Any) -> Campaign:
    """The gaps are filled: nothing that must be there is missing."""
    values = shown(
        campaign, demand="Su İdarəsi 1 sentyabra qədər xətti təmir etsin.", decider_post="Su İdarəsinin rəisi",
        evidence="Yazın üç cavab, 40 ailə.",
    )  # fmt: skip
    write_plan(campaign=campaign, at=at, by=cast.coordinator, **values | more)
    return campaign


def published(campaign: Campaign, cast: Any, at: Any) -> Campaign:
    from icma.advocacy.actions.campaigns.plan import submit_campaign
    from icma.matters.actions.moderation import publish

    submit_campaign(campaign=written(campaign, cast, at), at=at, by=cast.coordinator)
    publish(matter=Matter.objects.get(pk=campaign.pk), at=at, by=cast.moderator)
    return Campaign.objects.select_related("matter__community", "matter__place").get(pk=campaign.pk)
