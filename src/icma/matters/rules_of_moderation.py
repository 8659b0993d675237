"""Why something is not published, and why nobody takes a matter up: closed lists, cited by their key.

The author reads the sentence; the public log shows the label. Keys never change.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Cited:
    """`label` for lists and the log, `text` for the author: what is missing and what can be done."""

    label: Any
    text: Any


RULES: dict[str, Cited] = {
    "personal_data": Cited(
        _("data about a person"),
        _(
            "The text shows who somebody is: a name, a phone number, a document, health. Write it without that."
        ),
    ),
    "home_address": Cited(
        _("a home address"),
        _("The text or the photo shows where somebody lives. Name the street or the village, not the house."),
    ),
    "insult": Cited(
        _("an insult"), _("The text insults somebody. Say what happened, when and where; facts are enough.")
    ),
    "accusation": Cited(
        _("an accusation of a crime against a named person"),
        _(
            "The text says that a named person committed a crime. Only a court can say that. Describe what happened."
        ),
    ),
    "private_matter": Cited(
        _("concerns one family only"),
        _(
            "This seems to concern you and your family. It is better told in confidence: free legal aid is open to you."
        ),
    ),
    "call_to_gathering": Cited(
        _("a call to gather"),
        _(
            "The text calls people to a street gathering. İcma does not publish such calls. Leave that part out."
        ),
    ),
    "advertisement": Cited(
        _("advertising"), _("The text advertises something or somebody. İcma is not for that.")
    ),
    "election": Cited(
        _("election campaigning"), _("The text campaigns for a party or a candidate. İcma is not for that.")
    ),
    "hatred": Cited(
        _("hatred or violence"), _("The text calls for hatred or violence, or belittles a group of people.")
    ),
    "unclear": Cited(
        _("cannot be understood"),
        _("It is not clear what happened or where. Write once more: what, where, since when."),
    ),
    "duplicate": Cited(
        _("has been raised already"),
        _("This matter is here already. Find it in the list of matters and press “It concerns me too”."),
    ),
    "not_here": Cited(
        _("not about public life in a place"),
        _("İcma is for what people of a place share: water, roads, schools, work. This is something else."),
    ),
    "other_law": Cited(
        _("publication is forbidden by law"),
        _("The law does not allow this to be published. You may ask us for another look."),
    ),
}

# A rejection that was the author's own wish; nobody can choose it.
WITHDRAWN = "withdrawn"
# Not a rule of refusal: a moderator has moved the text to where it is confidential; chosen by that step alone.
MOVED = "moved"
# Not a rule: many texts came from one connection within an hour, so this one waits behind the others.
SLOW = "slow"

UNTAKEN: dict[str, Cited] = {
    "no_group": Cited(
        _("no group there has the strength for it now"),
        _(
            "There is no group in this place that could take it up now. "
            "The matter stays visible and can be taken up later."
        ),
    ),
    "beyond": Cited(
        _("beyond what a community can do"),
        _(
            "A community cannot change this. You can write to the authority yourself, or ask for free legal aid."
        ),
    ),
    "one_family": Cited(
        _("concerns one family only"),
        _("It concerns one family. Free legal aid is the better way: it is confidential."),
    ),
    "solved_already": Cited(
        _("solved already"), _("As far as we know this has been solved. If not, write to us.")
    ),
    "unclear": Cited(_("too little is known"), _("Too little is known. Add what, where and since when.")),
    "unsafe": Cited(
        _("could put people at risk"),
        _("Taking it up in public could put people at risk. Ask for confidential advice first."),
    ),
}

REASONS: dict[str, Cited] = {
    **UNTAKEN,
    **RULES,
    MOVED: Cited(
        _("told in confidence"),
        _(
            "What you wrote concerns you personally. It was moved to free legal aid, where only a lawyer reads it, and "
            "erased here. To talk about it, or to have it erased there too, call or come and say only the reference of this page; or write to the lawyer "
            "below, get a code of your own there and name this reference."
        ),
    ),
}

CHOICES = [(key, rule.label) for key, rule in RULES.items()]
UNTAKEN_CHOICES = [(key, reason.label) for key, reason in UNTAKEN.items()]
