"""What tests of letters share: a matter that was taken up, and a letter brought to a stage."""

import io
from datetime import date, datetime, timedelta

from icma.core.day import moment
from icma.matters.actions.incoming import Came
from icma.matters.actions.letters import draft, mark_sent, register
from icma.matters.actions.moderation import show_words, waiting_words
from icma.matters.models import Letter, Matter

SENT, REGISTERED = date(2026, 3, 12), date(2026, 3, 13)


def taken(
    country, at: datetime, code: str = "TAKEN001", title: str = "Kənddə su yoxdur", stage: str = "taken"
) -> Matter:
    return Matter.objects.create(
        code=code, title=title, text="Üç həftədir ki, su gəlmir.", place=country.goychay, topic="infrastructure",
        stage=stage, community=country.community, raised_at=at - timedelta(days=9), changed_at=at - timedelta(days=9),
        published_at=at - timedelta(days=8), search_text="su",
    )  # fmt: skip


def drafted(country, cast, at, matter=None, **more) -> Letter:
    given = {
        "authority": country.water, "kind": "application", "sender": "community", "subject": "Ərizə: su",
        "body": "Suyun verilməsini xahiş edirik.", "rule": "appeal.general",
    }  # fmt: skip
    return draft(matter=matter or taken(country, at), at=at, by=cast.coordinator, **(given | more))


def sent(country, cast, at, **more) -> Letter:
    letter = drafted(country, cast, at, **more)
    return mark_sent(letter=letter, channel="post", on=SENT, at=at, by=cast.coordinator)


def registered(country, cast, at, **more) -> Letter:
    letter = sent(country, cast, at, **more)
    return register(letter=letter, number="125/1", on=REGISTERED, at=at, by=cast.coordinator)


def came(dated: date, received: date | None = None, **more) -> Came:
    return Came(dated_on=dated, received_on=received or dated, **more)


def words_read(matter: Matter, cast, at: datetime) -> None:
    """A moderator lets out every word that waits."""
    for words in waiting_words(matter):
        show_words(entry=words.entry, at=at, by=cast.moderator)


def later(year: int, month: int, day: int) -> datetime:
    return moment(date(year, month, day))


def photo(color: str = "white", size: tuple[int, int] = (400, 300), kind: str = "JPEG") -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, kind)
    return out.getvalue()


def paper_pdf(text: str = "GIZLI SOZ", pages: int = 1) -> bytes:
    """A PDF with a text layer and a title, as a scanner's software makes it."""
    import weasyprint

    html = "".join(f'<p style="break-after:page">{text} {n}</p>' for n in range(pages))
    return weasyprint.HTML(string=f"<title>{text}</title>{html}").write_pdf()
