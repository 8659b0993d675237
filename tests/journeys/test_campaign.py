"""A campaign from its template to what was learned, with a petition whose number anybody has checked on the way."""

import pytest
from django.test import Client

from icma.advocacy.models import Campaign, Checkpoint, Petition
from icma.advocacy.publishing import folder
from icma.matters.models import Clock
from tests.advocacy.log_kit import told
from tests.journeys.conftest import World
from tests.journeys.test_thread import letter_page, words_read
from tests.journeys.visitor import Visitor

TITLE, DEMAND = "Nümunə küçəsinə hər gün su", "Su idarəsi 1 sentyabra qədər xətti təmir etsin."
HOME = "/is/icma/GOYCAY01/"


@pytest.mark.django_db
def test_a_campaign_runs_from_its_template_to_its_review(world: World) -> None:
    code = planned(world)
    put_out(world, code)
    petition = petitioned(world, code)
    supported(world, petition)
    handed_over(world, code, petition)
    answered(world, code)
    looked_back(world, code)


def planned(world: World) -> str:
    """The template fills the plan; three gaps are left to the community."""
    coordinator = world.enter("coordinator")
    page = coordinator.open(coordinator.open(HOME).link("/kampaniya/"))
    page = coordinator.open(f"{HOME}kampaniya/{page.link('nov=infrastructure')}")
    coordinator.fill(
        page, title=TITLE, text="Maydan bəri su həftədə bir gün gəlir.", place="AZ-GOY", level="local",
        authority="WATER001",
    )  # fmt: skip
    code = Campaign.objects.get().matter.code
    page = coordinator.open(f"/is/kampaniya/{code}/plan/")
    page = coordinator.fill(
        page, demand=DEMAND, evidence="Üç yazılı cavab.", decider_post="Su idarəsinin rayon şöbəsinin rəisi"
    )
    coordinator.press(page, "gonderin/")
    assert Visitor().client.get(f"/m/{code}/").status_code == 404
    return code


def put_out(world: World, code: str) -> None:
    moderator = world.enter("moderator")
    moderator.press(moderator.open(f"/is/moderasiya/{code}/"), "yayimlayin")
    Visitor().open(f"/m/{code}/").says(TITLE, DEMAND)


def petitioned(world: World, campaign: str) -> str:
    """Its demand is what people support; names are sealed to a key that is shown once."""
    coordinator = world.enter("coordinator")
    page = coordinator.open(f"{HOME}petisiya/?kampaniya={campaign}")
    assert page.form("mode").fields["title"] == [DEMAND]
    page = coordinator.fill(page, mode="standard", opens_on="2026-03-10", closes_on="2026-04-10")
    code = Petition.objects.get().matter.code
    page = coordinator.press(page, "acar/", public_key="")
    coordinator.press(coordinator.open(f"/is/petisiya/{code}/"), "gonderin/")
    moderator = world.enter("moderator")
    moderator.press(moderator.open(f"/is/moderasiya/{code}/"), "yayimlayin")
    return code


def supported(world: World, code: str) -> None:
    """By form, mail and a pressed button; then the log is signed, and anybody checks it with the program."""
    for name in ("ali", "leyla", "orxan"):
        signer = Visitor(Client(headers={"Origin": "http://testserver"}))
        form = signer.open(f"/m/{code}/").form_to(f"/d/{code}/")
        asked = signer.client.post(form.action, form.fields | {"mail": f"{name}@numune.invalid"})
        signer.open(asked["Location"]).says("E-poçtunuza baxın")
    world.on(3, 11)
    for name in ("ali", "leyla"):  # the third one never confirms
        signer = Visitor(Client(headers={"Origin": "http://testserver"}))
        mail = world.letter_box(f"{name}@numune.invalid")
        link = next(word for word in mail.split() if "/d/t/" in word).removeprefix("http://testserver")
        page = signer.open(link)
        signer._send(page, page.forms[0], {}, True)
    world.on(3, 12)
    assert Checkpoint.objects.filter(petition__matter__code=code).exists()
    exit_code, words = told(folder(code))
    assert exit_code == 0, words
    assert Petition.objects.get().shown == 2
    Visitor().open(f"/m/{code}/jurnal/").says("2")


def handed_over(world: World, campaign: str, petition: str) -> None:
    """With the number of its log; the registration starts the law's clock."""
    coordinator = world.enter("coordinator")
    page = coordinator.open(f"/is/tehvil/{campaign}/")
    coordinator.fill(page, authority="WATER001", channel="hand", on="2026-03-12", petition=petition)
    world.on(3, 13)
    coordinator, page = letter_page(world, campaign, "qeydiyyat")
    coordinator.fill(page, number="118/26", on="2026-03-13")
    clock = Clock.objects.get(letter__delivery__campaign__matter__code=campaign)
    assert clock.state == "running" and clock.letter.delivery.count == 2
    Visitor().open(f"/m/{campaign}/").says(
        "Petisiyaya dəstək vermək olur", "Arxasında duran insanlar: 2", "14 aprel 2026"
    )


def answered(world: World, campaign: str) -> None:
    world.on(4, 3)
    coordinator, page = letter_page(world, campaign, "geldi")
    coordinator.fill(
        page, step="keep", what="substance", dated_on="2026-04-02", received_on="2026-04-03", channel="post",
        number="44-7", summary="Xətt avqustda təmir olunacaq.",
    )  # fmt: skip
    coordinator.press(coordinator.open(f"/is/kampaniya/{campaign}/"), "cavab/")
    words_read(world, campaign)
    Visitor().open(f"/m/{campaign}/").says("Xətt avqustda təmir olunacaq.", "2 aprel 2026")


def looked_back(world: World, campaign: str) -> None:
    """The petition has ended; the outcome, for whom, and what was learned."""
    world.on(9, 2)
    coordinator = world.enter("coordinator")
    page = coordinator.open(f"/is/kampaniya/{campaign}/yekun/")
    page = coordinator.fill(
        page, outcome="solved", changed="Su hər gün gəlir.", people="160", women="90", youth="40", places="1",
        learned="Cədvəli əvvəlcədən istəmək lazımdır.",
    )  # fmt: skip
    assert Campaign.objects.get().stage == "done"
    Visitor().open(f"/m/{campaign}/").says("Petisiya başa çatdı. Təsdiqlənmiş dəstək: 2", TITLE)
