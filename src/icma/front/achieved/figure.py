"""A figure with its definition: what is counted and what is not, where its rows are, of which day it is."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from icma.core.words import num
from icma.engines.intervals import Share

RECORD, PEOPLE = "record", "people"  # computed live from rows that anyone can list; only from releases


@dataclass(frozen=True)
class Definition:
    """`kind`: record (rows that anyone can list) or people (only what was released)."""

    title: Any
    counted: Any
    left_out: Any
    kind: str = RECORD


@dataclass(frozen=True)
class Split:
    """How a figure divides: rows for `{% bars %}`, each with its key and where its own list is."""

    name: str
    title: Any
    rows: tuple[dict[str, Any], ...]

    @property
    def bars(self) -> list[dict[str, Any]]:
        """The rows as they are drawn: the label of a part leads to its list."""
        link = '<a href="{}">{}</a>'
        return [
            row | {"label": format_html(link, row["url"], row["label"]) if row["url"] else row["label"]}
            for row in self.rows
        ]


@dataclass(frozen=True)
class Figure:
    """`value` None: no data; "withheld": it may not be shown. `on`: the day it is of; of what was released, the last one.

    `data`: (word, address) of the rows. `past`: how many of it were brought in from before İcma. `share` for parts of
    a whole, with interval and n; `unknown` of those who did not say.
    """

    name: str
    value: int | float | str | None
    on: date | None
    data: tuple[tuple[str, str], ...] = ()
    splits: tuple[Split, ...] = ()
    past: int = 0
    is_least: bool = False
    share: Share | None = None
    unknown: float | None = None
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def shown(self) -> int | float | str | None:
        """With its mark where it is a least."""
        return f"≥ {num(self.value)}" if self.is_least and isinstance(self.value, int) else self.value

    @property
    def words(self) -> Definition:
        return DEFINITIONS[self.name]


# The parts of the page: where it is, its heading, its figures.
SECTIONS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("communities", _("Communities"), ("communities",)),
    ("campaigns", _("Campaigns"), ("campaigns", "campaign_communities", "solved")),
    ("letters", _("Letters and answers"), ("letters", "answers", "answer_days")),
    ("help", _("Confidential help"), ("helped_persons", "helped_initiatives", "services")),
    ("meetings", _("Meetings and trainings"), ("meetings",)),
    ("people", _("Women and young people"), ("women", "youth")),
)

DEFINITIONS: dict[str, Definition] = {
    "communities": Definition(
        _("communities"), _("Communities that exist today and let themselves be listed."),
        _("Groups that do not wish to be listed, communities that have ended, partners."),
    ),
    "campaigns": Definition(
        _("campaigns"), _("Campaigns that can be read by everybody, running and finished."),
        _("Campaigns that are being prepared, were not published or are hidden; petitions of no campaign."),
    ),
    "campaign_communities": Definition(
        _("communities behind the campaigns"),
        _("Each community that leads or led at least one of these campaigns, once."),
        _("Communities without a campaign. One that is not listed is a number here and nothing more."),
    ),
    "solved": Definition(
        _("matters solved, wholly or in part"),
        _("Public matters whose recorded outcome is “solved” or “solved in part”, campaigns among them."),
        _("What is open, was withdrawn or was not solved. Residents can disagree: their count stands at the matter."),
    ),
    "letters": Definition(
        _("letters to authorities"), _("Letters of public matters that were sent to an authority."),
        _("Drafts, and everything of legal aid, which is confidential."),
    ),
    "answers": Definition(
        _("answers obtained"), _("Letters of authorities that say something on a letter of ours."),
        _("Notes of registration and extensions of the term."),
    ),
    "answer_days": Definition(
        _("middle time until an answer, calendar days"),
        _("From registration to answer; half of all requests were answered within this time. Open requests count too: they have waited at least this long (Kaplan–Meier)."),
        _("Letters whose registration is not known. Below five requests nothing is computed."),
    ),
    "helped_persons": Definition(
        _("persons helped by legal aid"), _("Persons who got a service of legal aid, each at the first one."),
        _("Quarters that are not published yet, and numbers below five, which are withheld."), PEOPLE,
    ),
    "helped_initiatives": Definition(
        _("initiatives helped by legal aid"), _("Initiatives that got a service of legal aid, each at the first one."),
        _("Quarters that are not published yet, and numbers below five, which are withheld."), PEOPLE,
    ),
    "services": Definition(
        _("services of legal aid"), _("Every service, first and further ones; one person may be behind several."),
        _("Quarters that are not published yet, and numbers below five, which are withheld."), PEOPLE,
    ),
    "meetings": Definition(
        _("meetings and trainings held"),
        _("Meetings, hearings, visits, clinics and trainings that were held and that their community shows."),
        _("Planned and cancelled ones, and those of communities that do not show themselves. Who came is not counted here."),
    ),
    "women": Definition(
        _("women, share of taking part"),
        _("Of everything that people did and where the sex is known, the share that women did. Acts are counted: who acts twice counts twice."),
        _("Acts of unknown sex, which stand apart, and quarters that are not published. Below 20 no share is shown."), PEOPLE,
    ),
    "youth": Definition(
        _("young people (14–29), share of taking part"),
        _("Of everything that people did and where the age is known, the share of those aged 14–29. Acts are counted: who acts twice counts twice."),
        _("Acts of unknown age, which stand apart, and quarters that are not published. Below 20 no share is shown."), PEOPLE,
    ),
}  # fmt: skip
