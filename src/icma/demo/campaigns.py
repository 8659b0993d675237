"""One campaign with its petition, from template to confirmed support, through the product's own actions."""

from datetime import datetime, timedelta

from icma.advocacy.actions.campaigns.plan import start_campaign, submit_campaign, write_plan
from icma.advocacy.actions.petitions import new_key_pair, prepare_petition
from icma.advocacy.actions.signing import Asked, Confirmation, confirm_all, keep_pending, pending_of
from icma.advocacy.models import Campaign, Petition
from icma.demo.country import Country
from icma.demo.days import Days
from icma.demo.pressing import ask, hand_over, open_pages, tell
from icma.matters.actions.moderation import publish
from icma.matters.actions.preparing import submit
from icma.matters.models import Matter
from icma.people.models import Place

FROM = "goycay-su"  # the tale from which it grows
PLACES = ("AZ-GOY",) * 5 + ("AZ-KUR",) * 2 + ("AZ-GA",)
BANDS = ("18-29", "30-44", "45-59", "60+", "unknown")
SIGNERS = 64


def press(country: Country, at: datetime) -> None:
    """The campaign began forty days ago, its petition three weeks ago; people have signed ever since."""
    days = Days(at)
    began = days.moment(days.on_or_before(days.today - timedelta(days=40)), 11)
    campaign = _campaign(country, began)
    petition = _petition(
        country, campaign, days.moment(days.on_or_before(days.today - timedelta(days=21)), 10)
    )
    ask(country, campaign, days)
    for number in range(SIGNERS):
        back = 20 - number * 19 // SIGNERS
        if back < 8 and petition.deliveries.count() == 0:
            hand_over(country, campaign, petition, days)
        _sign(petition, number, days.moment(days.today - timedelta(days=back), 12))
    tell(country, campaign, days)
    open_pages(country, campaign, petition, days)


def _campaign(country: Country, at: datetime) -> Campaign:
    lead, water = country.leads["goycay"], country.bodies["WATERGOY"]
    grew = Matter.objects.get(pk=country.matters[FROM])
    campaign = start_campaign(
        template="infrastructure", community=country.communities["goycay"], title="Hər gün su",
        text="Bazar küçəsində və ətrafında su həftədə cəmi iki gün verilir. 60-a yaxın ev, bir bağça və bir məktəb susuz qalır.",
        place=grew.place, authority=water, grew_from=[grew], at=at, by=lead,
    )  # fmt: skip
    write_plan(
        campaign=campaign, title=campaign.matter.title, text=campaign.matter.text, place=grew.place,
        topic=campaign.matter.topic, authority=water, level="local",
        evidence="Üç ayın su cədvəli, 41 evin imzaladığı siyahı, su maşınının qəbzləri.",
        demand="Su hər gün ən azı altı saat verilsin və qrafik məhəllədə asılsın.",
        fallback="Birinci mərhələdə həftədə dörd gün və səhər saatları.",
        decider_post="Nümunə Su İdarəsinin rəisi", decides_on=None, at=at, by=lead,
    )  # fmt: skip
    submit_campaign(campaign=campaign, at=at, by=lead)
    publish(matter=campaign.matter, at=at + timedelta(hours=20), by=country.persons["moderator"])
    return campaign


def _petition(country: Country, campaign: Campaign, at: datetime) -> Petition:
    lead, opens = country.leads["goycay"], at.date()
    _secret, public = new_key_pair()
    petition = prepare_petition(
        community=country.communities["goycay"], title="Göyçayda su hər gün verilsin",
        text="Suyun hər gün ən azı altı saat verilməsini və qrafikin məhəllədə asılmasını istəyirik.",
        place=campaign.matter.place, topic=campaign.matter.topic, authority=campaign.matter.authority, mode="standard",
        goal=200, opens_on=opens, closes_on=opens + timedelta(days=60), campaign=campaign, public_key=public, at=at, by=lead,
    )  # fmt: skip
    submit(matter=petition.matter, at=at, by=lead)
    publish(matter=petition.matter, at=at + timedelta(hours=3), by=country.persons["moderator"])
    return petition


def _sign(petition: Petition, number: int, at: datetime) -> None:
    """An invented person, who confirms at once."""
    place = Place.objects.get(code=PLACES[number % len(PLACES)])
    asked = Asked(
        petition.pk, f"petisiya{number}@numune.invalid", place=place.pk, sex="male" if number % 5 < 2 else "female",
        band=BANDS[number % len(BANDS)],
    )  # fmt: skip
    row = pending_of(asked, at)
    keep_pending(rows=[row])
    confirm_all(confirmations=[Confirmation(row.ref, at)])
