"""Two people change one row at once: the second is told, loses nothing, and decides."""

import re

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db
WAS = re.compile(r'name="was" value="(\w+)"')


def opened(client, page: str) -> str:
    found = WAS.search(client.get(page).content.decode())
    assert found, "the form says over which state it was opened"
    return found[1]


CASES = [
    (
        "body_edit",
        "WATER001",
        {"name_az": "Birinci Su", "kind": "utility", "source": "nümunə"},
        "name_az",
        "water",
    ),
    ("organisation", "GOYCAY01", {"name": "Birinci icma", "form": "cbo"}, "name", "community"),
    ("community_edit", "GOYCAY01", {"name": "Birinci icma", "seen": "full"}, "name", "community"),
]


@pytest.mark.parametrize("name, code, given, field, key", CASES)
def test_a_stale_form_is_told_keeps_what_was_typed_and_goes_through_when_sent_again(
    client_as, country, name, code, given, field, key
):
    first, second, page = client_as("officer"), client_as("officer2"), reverse(name, args=[code])
    was = opened(second, page)
    assert first.post(page, given | {"was": opened(first, page), "once": "1"}).status_code == 302
    row, mine = getattr(country, key), {**given, field: "İkinci ad"}
    told = second.post(page, mine | {"was": was, "once": "2"}).content.decode()
    row.refresh_from_db()
    assert getattr(row, field).startswith("Birinci"), "nothing is overwritten unseen"
    assert "Bu arada" in told and given[field] in told and "İkinci ad" in told
    assert second.post(page, mine | {"was": WAS.search(told)[1], "once": "3"}).status_code == 302
    row.refresh_from_db()
    assert getattr(row, field) == "İkinci ad"
