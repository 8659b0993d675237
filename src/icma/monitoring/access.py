"""Who may do what with an initiative and its reports.

The public reads what a moderator let out, in figures that a second person confirmed. The community's people see
everything of theirs and write reports; its coordinators, its mentor and the union's officers lead it.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from icma.core.access import EVERYBODY, NOBODY, Rule, Who, rules
from icma.monitoring.models import Evidence, Indicator, Initiative, Node, Period, Report, Reporter
from icma.people.access import mentored

PUBLIC = Q(shown="public") & ~Q(organisation__seen="unlisted")


def lead_initiative(who: Who, at: datetime) -> Q:
    """Coordinators of its community, its mentor, officers."""
    if who.has("officer"):
        return EVERYBODY
    return Q(organisation__in=who.organisations("coordinator")) | mentored(who, "organisation__")


def team_initiative(who: Who, at: datetime) -> Q:
    """Those who lead it and the members of its community."""
    lead = lead_initiative(who, at)
    return lead if lead is EVERYBODY else lead | Q(organisation__in=who.organisations("member"))


def moderate_initiative(who: Who, at: datetime) -> Q:
    return ~Q(shown="team") if who.has("moderator", "officer") else NOBODY


def view_initiative(who: Who, at: datetime) -> Q:
    return PUBLIC | team_initiative(who, at) | moderate_initiative(who, at)


rules(
    Initiative,
    view=view_initiative, list=lambda who, at: PUBLIC, team=team_initiative, lead=lead_initiative,
    edit=lead_initiative, moderate=moderate_initiative,
)  # fmt: skip


def of_initiative(rule: Rule, path: str) -> Rule:
    """The rule of the initiative behind a row; `path` leads to its id."""

    def inner(who: Who, at: datetime) -> Q:
        found = rule(who, at)
        if found in (EVERYBODY, NOBODY):
            return found
        return Q(Exists(Initiative.objects.filter(found, pk=OuterRef(path))))

    return inner


for model in (Node, Indicator, Reporter):
    rules(
        model,
        view=of_initiative(view_initiative, "initiative_id"),
        team=of_initiative(team_initiative, "initiative_id"),
        edit=of_initiative(lead_initiative, "initiative_id"),
    )
OF_PERIOD, OF_REPORT = "indicator__initiative_id", "period__indicator__initiative_id"
rules(
    Period,
    team=of_initiative(team_initiative, OF_PERIOD),
    edit=of_initiative(lead_initiative, OF_PERIOD),
)


def author_report(who: Who, at: datetime) -> Q:
    """One's own, while one belongs to the team: whoever has left reads them no more."""
    return (
        Q(author=who.user_id) & of_initiative(team_initiative, OF_REPORT)(who, at) if who.user_id else NOBODY
    )


def view_report(who: Who, at: datetime) -> Q:
    """A draft is its author's alone; what was sent is the team's."""
    return author_report(who, at) | (~Q(state="draft") & of_initiative(team_initiative, OF_REPORT)(who, at))


def weigh_report(who: Who, at: datetime) -> Q:
    """Who leads may confirm or give back; the action refuses the author."""
    return ~Q(state="draft") & of_initiative(lead_initiative, OF_REPORT)(who, at)


rules(
    Report,
    view=view_report, weigh=weigh_report, edit=author_report,
    team=lambda who, at: ~Q(state="draft") & of_initiative(team_initiative, OF_REPORT)(who, at),
)  # fmt: skip
rules(
    Evidence,
    view=lambda who, at: Q(Exists(Report.objects.filter(view_report(who, at), pk=OuterRef("report_id")))),
)
