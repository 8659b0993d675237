"""Every public list, declared once: page, CSV, Atom and API come from the same words and rules."""

from icma.front.lists.asks import ASKS
from icma.front.lists.campaigns import CAMPAIGNS, PETITIONS
from icma.front.lists.directory import AUTHORITIES, COMMUNITIES, PLACES, region_of
from icma.front.lists.initiatives import INITIATIVES
from icma.front.lists.letters import ANSWERS, CLOCKS, LETTERS, TERMS
from icma.front.lists.mass import MASS_ANSWERS
from icma.front.lists.matters import MATTERS, MODERATION, seen
from icma.front.lists.meetings import MEETINGS
from icma.front.lists.outcomes import OUTCOMES, STORIES
from icma.front.lists.oversight import COMMITMENTS, DECISIONS
from icma.front.lists.past import PAST

PUBLIC = (
    MATTERS,
    CAMPAIGNS,
    INITIATIVES,
    OUTCOMES,
    STORIES,
    PETITIONS,
    DECISIONS,
    ASKS,
    COMMITMENTS,
    LETTERS,
    ANSWERS,
    MASS_ANSWERS,
    TERMS,
    CLOCKS,
    AUTHORITIES,
    COMMUNITIES,
    PLACES,
    MEETINGS,
    MODERATION,
    PAST,
)

__all__ = [
    "ANSWERS", "ASKS", "AUTHORITIES", "CAMPAIGNS", "CLOCKS", "COMMITMENTS", "COMMUNITIES", "DECISIONS", "INITIATIVES", "LETTERS", "MASS_ANSWERS", "MATTERS", "MEETINGS", "MODERATION", "OUTCOMES", "PAST", "PETITIONS", "PLACES", "PUBLIC", "STORIES",
    "TERMS", "region_of", "seen",
]  # fmt: skip
