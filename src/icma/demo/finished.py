"""A campaign that is over, with what came of it and for whom: figures of "for whom it was decided" begin here. Invented."""

from datetime import datetime, timedelta

from icma.advocacy.actions.campaigns.corrections import decide_correction
from icma.advocacy.actions.campaigns.plan import start_campaign, submit_campaign, write_plan
from icma.advocacy.actions.campaigns.review import finish_campaign, look_back
from icma.advocacy.models import Campaign
from icma.demo.country import Country
from icma.demo.days import Days
from icma.matters.actions.moderation import publish


def finish(country: Country, at: datetime) -> None:
    """Begun five months ago, over since seven weeks; what was learned has been read by a moderator."""
    days, lead, moderator = Days(at), country.leads["seki"], country.persons["moderator"]
    campaign = _campaign(country, days)
    publish(matter=campaign.matter, at=days.moment(days.today - timedelta(days=149), 16), by=moderator)
    campaign.refresh_from_db()
    then = days.moment(days.today - timedelta(days=50), 11)
    look_back(campaign=campaign, at=then, by=lead)
    finish_campaign(
        campaign=campaign, outcome="solved", at=then, by=lead, people=420, women=231, youth=118, places=3,
        changed="Dayanacaqda altı işıq dirəyi quruldu, axşam avtobusunu gözləyənlər qaranlıqda qalmır.",
        whom="üç kəndin sakinləri, ən çox axşam növbəsindən qayıdan qadınlar və tələbələr",
        learned="Dayanacağın axşam şəkli və bir həftəlik say məktubdan çox iş gördü. İnsanları icma özü, iki axşam saydı.",
    )  # fmt: skip
    decide_correction(campaign=campaign, publish=True, at=then + timedelta(hours=20), by=moderator)


def _campaign(country: Country, days: Days) -> Campaign:
    at, lead, body = (
        days.moment(days.today - timedelta(days=150), 11),
        country.leads["seki"],
        country.bodies["EXECSAK"],
    )
    place = country.communities["seki"].place
    campaign = start_campaign(
        template="infrastructure", community=country.communities["seki"], title="Dayanacaqda işıq olsun",
        text="Üç kəndin avtobus dayanacağı axşam saat altıdan sonra tam qaranlıqdır.", place=place, authority=body,
        grew_from=[], at=at, by=lead,
    )  # fmt: skip
    write_plan(
        campaign=campaign, title=campaign.matter.title, text=campaign.matter.text, place=place, topic="infrastructure",
        authority=body, level="local", evidence="Bir həftə axşam sayılmış sərnişinlər, dayanacağın şəkilləri.",
        demand="Dayanacaqda işıq dirəkləri qurulsun.", fallback="Heç olmasa iki dirək, avtobus vaxtında yanan.",
        decider_post="Nümunə İcra Hakimiyyətinin başçısı", decides_on=None, at=at, by=lead,
    )  # fmt: skip
    submit_campaign(campaign=campaign, at=at, by=lead)
    return campaign
