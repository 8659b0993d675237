"""What of decisions, promises and petitions a second person looks at; front hands these kinds to the page of reviews."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from icma.advocacy.actions.log.invalidation import take_out_sheet
from icma.advocacy.actions.log.sheets import ENTERED
from icma.advocacy.actions.log.sheets import KIND as SCAN
from icma.advocacy.actions.oversight.observing import KIND as OBSERVATION
from icma.advocacy.actions.oversight.observing import decide_observation
from icma.advocacy.actions.oversight.rating import KIND as RATING
from icma.advocacy.actions.oversight.sources import KIND as SOURCE
from icma.advocacy.actions.oversight.sources import release_copy
from icma.advocacy.actions.reading import READ, take_away, text_of
from icma.advocacy.flow import COMMITMENT
from icma.advocacy.models import MassRequest, Observation, Point
from icma.core.words import amount, capital, day
from icma.matters.addresses import matter_address
from icma.people.models import Review
from icma.people.reviews import Kind, Pairs, by_effects

COUNTED = ("present", "spoke", "spoke_women", "spoke_youth")
ASKED = ("let_in", "agenda", "minutes")


def facts_of(record: Observation) -> Pairs:
    """What an observer saw, each with its question; what was not entered is left out."""
    label = lambda name: capital(Observation._meta.get_field(name).verbose_name)  # noqa: E731
    pairs: Pairs = [(label(name), getattr(record, f"get_{name}_display")()) for name in ASKED]
    return pairs + [
        (label(name), amount(getattr(record, name))) for name in COUNTED if getattr(record, name) is not None
    ]


def _observation(review: Review) -> Pairs:
    record = Observation.objects.filter(code=review.subject).first()
    pairs: Pairs = [(_("Decision"), review.data["title"])]
    if record is None:
        return pairs
    words = [(_("What was seen"), record.words)] if record.words else []
    return [*pairs, (_("Day of the session"), day(record.on)), *facts_of(record), *words]


def _source(review: Review) -> Pairs:
    return [(_("Matter"), review.data["title"]), (_("Source"), review.data["url"] or "–")]


def _copy(review: Review) -> str:
    return reverse("source_copy", args=[review.data["matter"], review.subject])


def _rating(review: Review) -> Pairs:
    status = COMMITMENT.stages[review.data["status"]].label
    return [(_("Promise"), review.data["title"]), (_("Rated as"), status)]


def _rate(review: Review) -> str:
    """A second look is a rating of one's own, made on its own page."""
    return reverse("commitment_check", args=[review.data["matter"]])


def _text(review: Review) -> Pairs:
    """As everybody reads it now."""
    text, pairs = text_of(review), [(_("Matter"), review.data["title"])]
    if isinstance(text, Point):
        return [*pairs, *[(_("Text"), words) for words in (text.decided, text.reason) if words]]
    if isinstance(text, MassRequest):
        values = ", ".join(text.rows.exclude(value="").values_list("value", flat=True))
        return [
            *pairs,
            (_("Question"), f"{text.subject}: {text.question}"),
            *([(_("Answers to compare"), values)] if values else []),
        ]
    return [*pairs, (_("Text"), f"{text.network}: {text.label} {text.n}")] if text is not None else pairs


def _scan(review: Review) -> Pairs:
    return [(_("Petition"), review.data["petition"]), (_("Sheet"), review.data["sheet"])]


def _sheet(review: Review) -> Pairs:
    data = review.data
    return [
        (_("Petition"), data["title"]), (_("Sheet"), data["sheet"]), (_("Signed"), amount(data["n"])),
        (_("Mail addresses typed"), amount(data["typed"])), (_("Scan"), _("yes") if data["scan"] else _("no")),
    ]  # fmt: skip


def _log(review: Review) -> str:
    return reverse("petition_log", args=[review.data["petition"]])


def _matter(review: Review) -> str:
    return matter_address(review.data["matter"])


KINDS = (
    Kind(OBSERVATION, gettext_lazy("An observer's record of a session"), decide_observation, _observation),
    Kind(SOURCE, gettext_lazy("The kept copy of a source is to be opened"), by_effects(release_copy), _source, _copy),
    Kind(READ, gettext_lazy("A community wrote what everybody reads"), by_effects(revert=take_away), _text, _matter),
    Kind(ENTERED, gettext_lazy("A paper sheet was entered: was it really signed?"), by_effects(revert=take_out_sheet), _sheet, _log),
    Kind(SCAN, gettext_lazy("A sealed scan of a paper sheet is to be handed out"), by_effects(), _scan),
    Kind(RATING, gettext_lazy("A promise was rated: look for yourself"), None, _rating, _rate),
)  # fmt: skip
