"""The written page of a petition: what a browser keeps of it, and when it is drawn anew."""

import pytest
from django.test import Client
from django.utils import timezone

from icma.advocacy.actions.log.batcher import log_signatures
from icma.advocacy.models import Petition
from icma.advocacy.publishing import folder
from icma.front.petitions import draw

pytestmark = pytest.mark.django_db
POLICY = "Content-Security-Policy"


@pytest.fixture(autouse=True)
def files_of_their_own(settings, tmp_path):
    settings.HOME = tmp_path


@pytest.fixture
def petition(make_petition) -> Petition:
    made = make_petition("open")
    log_signatures(at=timezone.now(), draw=draw)
    return made


def page(petition: Petition) -> str:
    return (folder(petition.matter.code) / "page.az.html").read_text()


def test_a_page_that_a_browser_keeps_keeps_the_policy_that_allows_its_style(petition) -> None:
    """What a 304 says of a header takes the place of what was kept: another policy left the page without its CSS."""
    address = f"/m/{petition.matter.code}/"
    first = Client().get(address)
    assert first.status_code == 200 and "style-src 'sha256-" in first[POLICY]
    again = Client().get(address, headers={"If-Modified-Since": first["Last-Modified"]})
    assert again.status_code == 304 and POLICY not in again and not again.content
