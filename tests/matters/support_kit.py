"""What tests of support share: public matters, the mail that went out, everything the database holds."""

import re
import threading
from datetime import datetime

from django.db import connection, connections

from icma.matters.models import Matter
from icma.people.models import Mail


def public(country, at: datetime, code: str = "PVBL0001", **more) -> Matter:
    values = {
        "title": "Küçədə işıq yanmır", "text": "Üç həftədir.", "place": country.goychay, "topic": "infrastructure",
        "stage": "open", "raised_at": at, "published_at": at, "changed_at": at, "search_text": "isiq",
    } | more  # fmt: skip
    return Matter.objects.create(code=code, **values)


def joined(country, at: datetime, into: Matter, code: str = "MERGED01", **more) -> Matter:
    return public(country, at, code=code, stage="merged", merged_into=into, **more)


def digits_sent(number: int = -1) -> str:
    """The eight digits of the last mail in the queue (or another one by its place)."""
    return list(Mail.objects.filter(kind="confirm").order_by("pk"))[number].data["code"]


def link_sent() -> str:
    """Path and query of the link in the last mail."""
    return re.sub(r"^https?://[^/]+", "", Mail.objects.filter(kind="confirm").latest("pk").data["url"])


def everything() -> str:
    """Every cell of every table, bytes read as text, to look for what must not be there."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [bytes(c) if isinstance(c, memoryview) else c for row in cursor.fetchall() for c in row]
    return "\n".join(c.decode("utf-8", "replace") if isinstance(c, bytes) else str(c) for c in found)


def at_once(times: int, do) -> list:
    """Run `do(number)` in that many threads that start together; what each returned or raised."""
    gate, found = threading.Barrier(times), []

    def run(number: int) -> None:
        gate.wait()
        try:
            found.append(do(number))
        except Exception as error:  # handed to the test
            found.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
