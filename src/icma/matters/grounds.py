"""On what a body bases a refusal, in plain words: what its letter says, not whether it is right."""

from django.db.models import Case, CharField, OuterRef, QuerySet, Subquery, TextChoices, When
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext_lazy as _

from icma.matters.models import Entry, Letter


class Ground(TextChoices):
    NONE = "none", _("the letter names no ground")
    SECRET = "secret", _("a secret, or information for official use")
    PERSONAL = "personal", _("personal data of other people")
    ABSENT = "absent", _("the body does not have it, or it is not its task")
    DEFECT = "defect", _("a defect of our letter")
    REPEATED = "repeated", _("it was answered before")
    MEANS = "means", _("there is no money or there are no people for it")
    OTHER = "other", _("another ground of refusal")


def with_ground(rows: QuerySet[Letter]) -> QuerySet[Letter]:
    """Answers with `ground`: what a refusal is based on, as it was entered with it; None where nobody has said."""
    said = Entry.objects.filter(letter=OuterRef("pk"), verb="answer_came", visibility="public")
    said = said.filter(data__has_key="ground").order_by("pk")
    ground = Subquery(said.values(said=KeyTextTransform("ground", "data"))[:1])
    return rows.annotate(ground=Case(When(answer="refusal", then=ground), output_field=CharField()))
