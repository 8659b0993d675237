"""A template is a draft until an advocate has signed its very text and a second person has agreed."""

import io
from dataclasses import replace

import docx
import pytest
from django.urls import reverse

from icma.core.action import Refused
from icma.legalaid.actions import templates
from icma.legalaid.assembly import shelf
from icma.legalaid.models import TemplateSign
from icma.people.models import Review
from tests.legalaid import rings

pytestmark = pytest.mark.django_db
SLUG = "citizen-appeal"


@pytest.fixture(autouse=True)
def friday(at, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)


def head_of(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    return " ".join(p.text for section in document.sections for p in section.header.paragraphs)


def signs(client, **more):
    one = shelf.sheet(SLUG)
    points = [str(n) for n in range(len(one.confirm))]
    given = {
        "do": "sign",
        "points": points,
        "name": "Nümunə Vəkil",
        "sha256": templates.text_of(one),
        "once": "a",
    }
    return client.post(reverse("template_sign", args=[SLUG]), given | more)


def test_a_paper_is_a_draft_until_advocate_and_second_person_and_again_when_the_text_changes(
    client_as, cast, country, monkeypatch
) -> None:
    url, one = reverse("template_sign", args=[SLUG]), shelf.sheet(SLUG)
    advocate, lawyer = client_as("advocate"), client_as("lawyer")
    sample = reverse("template_sample", args=[SLUG])
    assert shelf.DRAFT in head_of(lawyer.get(sample).content)
    assert signs(lawyer).status_code == 422  # no advocate
    assert signs(advocate, points=["0"]).status_code == 422  # not every point
    assert signs(advocate, sha256="0" * 64).status_code == 422 and not TemplateSign.objects.exists()
    assert signs(advocate, once="b").status_code == 302
    assert shelf.DRAFT in head_of(lawyer.get(sample).content)  # one person is not enough
    advocate.post(url, {"do": "agree", "once": "c"})
    assert TemplateSign.objects.get().agreed_on is None  # not the same person
    advocate.post(url, {"do": "unsign", "once": "c2"})  # but the own signature is taken back while it waits
    assert not TemplateSign.objects.exists() and 'value="unsign"' not in advocate.get(url).content.decode()
    assert (
        signs(advocate, once="c3").status_code == 302
        and 'value="unsign"' in advocate.get(url).content.decode()
    )
    assert url in client_as("officer").get(reverse("reviews")).content.decode()
    lawyer.post(url, {"do": "agree", "once": "d"})
    offered = [
        'value="unsign"' in browser.get(url).content.decode()
        for browser in (lawyer, advocate, client_as("officer"))
    ]
    assert offered == [False, True, True], "nobody is shown a button that is refused"
    assert templates.is_approved(one) and shelf.DRAFT not in head_of(lawyer.get(sample).content)
    assert Review.objects.get(kind=templates.KIND).verdict == "agreed"
    monkeypatch.setattr(
        shelf.Sheet, "file", lambda self: (shelf.FOLDER / "information-request.docx").read_bytes()
    )
    assert not templates.is_approved(one) and SLUG not in templates.signatures()


def test_a_paper_of_a_case_carries_the_mark_until_then_and_loses_it_after(
    client_as, cast, country, at
) -> None:
    user, ring = rings.lawyer("lawyer", at)
    case, client = rings.a_case(ring), client_as("lawyer")
    rings.unlock(client, ring, at)
    made = []
    real = shelf.draw
    for once in ("a", "b"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(shelf, "draw", lambda *given: made.append(real(*given)) or made[-1])
            url = reverse("case_assemble", args=[case.code, SLUG])
            assert client.post(url, {"subject": "Su", "once": once}).status_code == 302
        row = TemplateSign.objects.first() or templates.sign_template(
            slug=SLUG,
            sha256=templates.text_of(shelf.sheet(SLUG)),
            name="Nümunə Vəkil",
            by=cast.advocate,
            at=at,
        )
        if row.agreed_on is None:
            templates.decide_template(row=row, agreed=True, by=user, at=at)
    assert [shelf.DRAFT in head_of(data) for data in made] == [True, False]


def test_a_refused_signature_and_one_that_is_taken_back_leave_a_draft(cast, country, at) -> None:
    one = shelf.sheet(SLUG)
    given = {"slug": SLUG, "sha256": templates.text_of(one), "name": "Nümunə Vəkil", "at": at}
    with pytest.raises(Refused):
        templates.sign_template(by=cast.lawyer, **given)
    row = templates.sign_template(by=cast.advocate, **given)
    templates.decide_template(row=row, agreed=False, by=cast.officer, at=at)
    assert not TemplateSign.objects.exists()
    row = templates.sign_template(by=cast.advocate, **given)
    templates.decide_template(row=row, agreed=True, by=cast.officer, at=at)
    templates.unsign_template(row=row, by=cast.officer, at=at)
    assert not templates.is_approved(replace(one))
