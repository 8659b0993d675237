"""One thread through the whole house, through its real pages, without JavaScript.

A voice → moderated → taken up → letter → registered → due date explained → overdue → silence confirmed
→ the next step of the ladder → an answer → an outcome → confirmed by residents.
"""

import re

import pytest

from icma.matters.models import Entry, Letter, Matter
from tests.journeys.conftest import World
from tests.journeys.visitor import Page, Visitor

TITLE = "Bazar küçəsində su həftədə iki gün verilir"
TEXT = "Su gecə saat üçdə gəlir, iki saatdan sonra kəsilir. Küçədə altmış ev var."


def raised(stranger: Visitor, **more: str) -> tuple[str, str]:
    """A stranger raises a matter; (reference, return code)."""
    page = stranger.open("/")
    page = stranger.open(page.link("/qaldirin/"))
    page.says("Bu, təkcə Sizə və ailənizə aiddir, yoxsa çox adama?")
    page = stranger.open(page.link("/qaldirin/yeni/"))
    given = {"place": "AZ-GOY", "topic": "infrastructure", "title": TITLE, "text": TEXT} | more
    done = stranger.fill(page, **given)
    secret = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}", done.text)
    assert secret, done.text
    assert secret[0] not in done.url
    assert "no-store" in done.response["Cache-Control"]
    return Matter.objects.get().code, secret[0]


def published(world: World, code: str) -> None:
    moderator = world.enter("moderator")
    desk = moderator.open("/is/moderasiya/")
    desk.says(TITLE)
    page = moderator.open(desk.link(f"/is/moderasiya/{code}/"))
    page.says(TEXT)
    moderator.press(page, "/yayimlayin/")


def words_read(world: World, code: str) -> None:
    """A moderator reads what was written beside a fact that is public already."""
    moderator = world.enter("moderator")
    page = moderator.open(moderator.open("/is/moderasiya/").link(f"/is/moderasiya/{code}/"))
    moderator.press(page, "/soz/", show="1")


def taken_up(world: World, code: str, way: str) -> None:
    coordinator = world.enter("coordinator")
    desk = coordinator.open("/is/gozleyir/")
    desk.says(TITLE)
    page = coordinator.open(f"/m/{code}/goturun/")
    coordinator.fill(page, way=way).says("İcma öz üzərinə götürdü")


def letter_page(world: World, code: str, *words: str) -> tuple[Visitor, Page]:
    """The coordinator opens the newest letter of the matter, or a page below it."""
    coordinator = world.enter("coordinator")
    letter = Letter.objects.filter(matter__code=code, direction="out").latest("pk")
    return coordinator, coordinator.open("/".join([f"/m/{code}/mektub/{letter.code}", *words, ""]))


def composed(world: World, code: str) -> None:
    """The wizard's two pages; the draft is kept."""
    coordinator = world.enter("coordinator")
    matter = coordinator.open(f"/m/{code}/")
    page = coordinator.open(matter.link(f"/m/{code}/mektub/"))
    page = coordinator.fill(
        page, step="compose", wish="common", sender="several", authority="WATER001", facts=TEXT,
        demand="Suyun verilmə qrafikinin elan olunmasını xahiş edirik.",
    )  # fmt: skip
    page.says("nvan təsdiqlənməyib", "Nümunə Su İdarəsi")
    body = page.form("body").fields["body"][0]
    assert "Suyun verilmə qrafikinin elan olunmasını xahiş edirik." in body
    assert "№ 1308-IVQ" in body  # the article of the law
    coordinator.fill(page, "body", step="keep")


def printed(world: World, code: str) -> None:
    """Name and address go onto the paper and nowhere else."""
    coordinator, page = letter_page(world, code, "cap")
    page.says("Adınız quruma görünəcək")
    who = {"name": "Nümunə Sakin Nümunə oğlu", "address": "Göyçay, Bazar küçəsi"}
    form = page.form("name", "address")
    answer = coordinator.client.post(form.action or page.url, {"make": "pdf", **who})
    assert answer["Content-Type"] == "application/pdf", Page(answer, page.url).text[:500]
    assert answer.content.startswith(b"%PDF-")
    assert not Letter.objects.filter(body__contains=who["name"]).exists()
    sheet = coordinator.client.post(form.action or page.url, {"make": "page", **who}).content.decode()
    assert who["name"] in sheet


def sent_and_registered(world: World, code: str) -> None:
    coordinator, page = letter_page(world, code, "gonderildi")
    after = coordinator.fill(page, channel="hand", on="2026-03-12")
    after.says("qeydiyyat gözlənilir")
    world.on(3, 13, 15)
    coordinator, page = letter_page(world, code, "qeydiyyat")
    wrong = coordinator.fill(page, number="118/26", on="2026-03-11", ok=False)
    assert wrong.form("number").fields["number"] == ["118/26"]  # nothing typed is lost
    coordinator.fill(page, number="118/26", on="2026-03-13")


@pytest.mark.django_db
def test_the_thread_from_a_voice_to_an_outcome(world: World, stranger: Visitor):
    code, secret = raised(stranger)
    assert Visitor().client.get(f"/m/{code}/").status_code == 404  # nothing is public before a moderator
    published(world, code)
    public = Visitor()
    public.open("/").says(TITLE)
    public.open("/axtar/?q=goycay su").says(TITLE)
    public.open(f"/m/{code}/").says(TITLE, "Məsələ qaldırıldı", "Moderator dərc etdi")

    support_and_follow(world, code)
    world.on(3, 11)
    taken_up(world, code, "authority")
    composed(world, code)
    world.on(3, 12)
    printed(world, code)
    sent_and_registered(world, code)

    due_date_is_explained(code)
    nothing_is_called_a_breach(world, code)
    silence_is_confirmed(world, code)
    next_step_is_drafted(world, code)
    answer_is_entered(world, code)
    outcome_is_confirmed(world, code, secret)


def support_and_follow(world: World, code: str) -> None:
    """A neighbour without an account: eight digits by mail, counted once."""
    neighbour = Visitor()
    page = neighbour.open(neighbour.open(f"/m/{code}/").link(f"/m/{code}/destek/"))
    page = neighbour.fill(page, mail="qonsu@numune.invalid", follow="on")
    assert "qonsu@" not in page.url
    world.on(3, 10, 12)
    digits = re.search(r"\b(\d{4} ?\d{4})\b", world.letter_box("qonsu@numune.invalid"))
    assert digits
    for _twice in range(2):  # pressed again, it counts once
        neighbour.fill(page, digits=digits[1], ok=False)
    world.on(3, 10, 13)
    assert Matter.objects.get().support_count == 1
    Visitor().open(f"/m/{code}/").never_says("qonsu")


def due_date_is_explained(code: str) -> None:
    """15 working days from 13 March over Novruz, told day by day; both readings are shown."""
    page = Visitor().open(f"/m/{code}/")
    page.says("14 aprel 2026", "13 aprel 2026", "118/26")
    page.says("20–30 mart", "Cəmi 15", "təsdiqlə")
    assert (
        Letter.objects.get(direction="out").clocks.get(owner="authority").due_on.isoformat() == "2026-04-14"
    )


def no_breach(page: Page) -> None:
    """Neither unanswered nor broken; the ladder may speak of what can be done against silence."""
    assert not re.search(r"\b[Cc]avabsız\b|pozul|pozub", page.text), page.text


def nothing_is_called_a_breach(world: World, code: str) -> None:
    """The term ends, the worker was off for days: each event stands once, with its own date. No breach is claimed."""
    world.on(4, 20)
    page = Visitor().open(f"/m/{code}/")
    page.says("Cavab üçün iki gün qalıb", "12 aprel 2026", "uzadıla bilər")
    no_breach(page)
    verbs = list(Entry.objects.filter(clock__owner="authority").values_list("verb", flat=True))
    world.on(4, 20, 11)
    assert sorted(verbs) == sorted(
        Entry.objects.filter(clock__owner="authority").values_list("verb", flat=True)
    )
    assert verbs.count("due_soon") == verbs.count("due_today") == verbs.count("term_ended") == 1
    world.on(6, 25)  # after the latest day that the law could allow
    page = Visitor().open(f"/m/{code}/")
    page.says("avab barədə məlumat yoxdur")
    no_breach(page)


def silence_is_confirmed(world: World, code: str) -> None:
    coordinator, page = letter_page(world, code)
    page = coordinator.open(page.link("/sorusuldu/"))
    coordinator.fill(page, on="2026-06-25")
    Visitor().open(f"/m/{code}/").says("Soruşuldu: cavab gəlməyib", "avabsız")


def next_step_is_drafted(world: World, code: str) -> None:
    """The ladder leads to the complaint to the higher body; the bare way to legal aid is always there."""
    coordinator, page = letter_page(world, code)
    assert "/komek/" in page.links
    page = coordinator.open(page.link("wish=complaint"))
    page.says("Nümunə Nazirliyi")
    page = coordinator.fill(
        page, step="compose", wish="complaint", demand="Müraciətə cavab verilməsini xahiş edirik."
    )
    body = page.form("body").fields["body"][0]
    assert "118/26" in body  # it names the letter that was left without an answer
    coordinator.fill(page, "body", step="keep")
    draft = Letter.objects.latest("pk")
    assert (draft.kind, draft.authority.code, draft.about.code) == ("complaint", "MNSTRY01", "WATER001")
    Visitor().open(f"/m/{code}/").never_says(
        "Müraciətə cavab verilməsini xahiş edirik"
    )  # a draft is nobody's business


def answer_is_entered(world: World, code: str) -> None:
    """The answer bears its own date; the silence is withdrawn."""
    world.on(6, 30)
    first = Letter.objects.filter(direction="out").earliest("pk")
    coordinator = world.enter("coordinator")
    page = coordinator.open(f"/m/{code}/mektub/{first.code}/geldi/")
    coordinator.fill(
        page, step="keep", what="substance", dated_on="2026-06-26", received_on="2026-06-29", channel="post",
        number="44-7", summary="Qrafik təsdiqlənib, saytda yerləşdirilib.",
    )  # fmt: skip
    page = Visitor().open(f"/m/{code}/")
    page.says("26 iyun 2026")  # the fact at once, its words once they are read
    page.never_says("Qrafik təsdiqlənib")
    words_read(world, code)
    Visitor().open(f"/m/{code}/").says("Qrafik təsdiqlənib, saytda yerləşdirilib.")
    assert Letter.objects.get(pk=first.pk).stage == "answered"


def outcome_is_confirmed(world: World, code: str, secret: str) -> None:
    """The community records it, the author and a supporter say that it is so."""
    world.on(7, 10)
    coordinator = world.enter("coordinator")
    page = coordinator.open(f"/m/{code}/bitirin/")
    coordinator.fill(
        page, outcome="solved", changed="Su hər gün verilir, qrafik asılıb.", whom="altmış ev üçün"
    )
    Visitor().open(f"/m/{code}/").says("əll olundu")
    words_read(world, code)
    public = Visitor().open(f"/m/{code}/")
    public.says("Su hər gün verilir, qrafik asılıb.", "altmış ev üçün", "əll olundu")

    author = Visitor()
    page = author.open("/menim/")
    author.fill(page, code=secret.replace("-", " ").lower()).says(TITLE)
    page = author.open(f"/m/{code}/netice/")
    author.fill(page, agrees="yes")

    neighbour = Visitor()
    page = neighbour.open(f"/m/{code}/netice/")
    page = neighbour.fill(page, agrees="yes", mail="qonsu@numune.invalid")
    world.on(7, 10, 12)
    digits = re.search(r"\b(\d{4} ?\d{4})\b", world.letter_box("qonsu@numune.invalid"))
    neighbour.fill(page, digits=digits[1])
    assert Entry.objects.filter(verb="outcome_confirmed").count() == 2
    assert re.search(r"\b2\b", Visitor().open(f"/m/{code}/netice/").text)
    assert Matter.objects.get().stage == "closed"
