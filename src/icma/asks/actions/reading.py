"""Own words are opened by a researcher, with a reason, and every opening stays written down."""

from datetime import datetime

from django.utils.translation import gettext as _

from icma.asks.models import Form, Question, Reading, TextAnswer
from icma.core.action import Refused, action
from icma.engines.aztext import clean_text
from icma.people.models import User

Texts = list[tuple[Question, list[TextAnswer], int]]  # question, what was written, how many did not answer


@action
def read_texts(*, form: Form, why: str, by: User, at: datetime) -> Texts:
    """What was written to every question of the versions that are closed, in an order that says nothing; the reading is
    kept. While a version is open, two readings would show what the person wrote who came between them.
    """
    why = " ".join(clean_text(why).split())
    if not 5 <= len(why) <= 200:
        raise Refused(_("Say in 5 to 200 letters what the texts are read for."))
    if not form.versions.filter(state="closed").exists():
        raise Refused(
            _(
                "Own words are read when the questionnaire is closed: before, the newest text would point at who came last."
            )
        )
    found: Texts = []
    questions = Question.objects.filter(version__form=form, version__state="closed", kind=Question.Kind.TEXT)
    for question in questions.select_related("version").order_by("version__number", "order"):
        rows = list(TextAnswer.objects.filter(question=question).order_by("pk"))  # numbers are random
        found.append((question, [r for r in rows if not r.is_refused], sum(r.is_refused for r in rows)))
    n = sum(len(texts) for _question, texts, _refused in found)
    Reading.objects.create(form=form, by=by, at=at, why=why, n=n)
    return found
