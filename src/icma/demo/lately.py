"""What happened in the last days besides the tales: things that wait for a second person, codes to try."""

from datetime import datetime, timedelta

from icma.demo.country import Country
from icma.demo.days import Days
from icma.law.actions import ask_for_data
from icma.matters.actions.officials import issue_reply_code
from icma.matters.actions.raising import change_code
from icma.matters.models import Letter, Matter
from icma.people.actions.directory import edit_authority, keep_address, propose_change
from icma.people.actions.roles import give_role

SOURCE = "Nümunə: telefonla soruşulub"
TRIED = "goycay-su"  # the tale whose codes visitors may try


def wait(country: Country, at: datetime) -> None:
    """A proposal of the directory waits; an address, a name and a role were changed and can be undone."""
    days = Days(at)
    before = days.moment(days.today - timedelta(days=2), 30)
    lead, officer, second = country.leads["seki"], country.persons["officer"], country.persons["officer2"]
    propose_change(
        authority=country.bodies["ECOSZ"], source=SOURCE, by=lead, at=before,
        address={"purpose": "appeal", "channel": "email", "value": "eko.seki@numune.invalid"},
    )  # fmt: skip
    keep_address(
        authority=country.bodies["EDUKUR"], purpose="appeal", channel="post", source=SOURCE, by=officer, at=before,
        value="Nümunə təhsil binası, Kürdəmir",
    )  # fmt: skip
    edit_authority(
        authority=country.bodies["COUNGOY"], by=second, at=before, why="ad dəqiqləşdirilib",
        name_az="Nümunə İctimai Şura (Göyçay rayonu)",
    )  # fmt: skip
    ask_for_data(
        person=country.persons["resident"].person, kind="access", text="Telefonuma kim baxıb?", by=None, at=before
    )  # fmt: skip
    member = country.communities["gence"].memberships.filter(role="member").first()
    give_role(user=member.user, role="coordinator", organisation=member.organisation, by=officer, at=before)


def codes(country: Country, at: datetime) -> dict[str, str]:
    """A return code and a code for an official, both of one matter; shown on /numune/."""
    matter = Matter.objects.get(pk=country.matters[TRIED])
    letter = Letter.objects.filter(matter=matter, direction="out").latest("pk")
    return {
        "matter": matter.code,
        "code": change_code(matter=matter, at=at),
        "official": issue_reply_code(letter=letter, at=at),
    }
