"""The helpers of the other tests give what they say."""

import pytest

from icma.engines.vault import Unopened
from icma.legalaid.keeping import ring_of_code
from icma.legalaid.words import Compartment
from tests.legalaid import rings

pytestmark = pytest.mark.django_db
THREAD, FILE = Compartment.THREAD, Compartment.FILE


def test_lawyer_group_client_and_papers_open_what_is_theirs_and_nothing_else() -> None:
    (_a, ring), (_b, other), (_c, desk) = (rings.lawyer(n) for n in ("bir", "iki", "uch"))
    rings.groups(desk, names=("intake",))
    rings.papers()
    case = rings.a_case(ring)
    code, client = rings.client(case, ring)
    assert client.key(case, THREAD) == ring.key(case, THREAD)
    for who, compartment in ((client, FILE), (other, THREAD), (other, FILE), (desk, THREAD)):
        with pytest.raises(Unopened):
            who.key(case, compartment)
    assert ring_of_code(code.lower().replace("-", " "), rings.AT)
    assert ring_of_code("0" * 20, rings.AT) is None
    intake, key = rings.an_intake()
    assert desk.key(intake, THREAD) == key
    assert desk.in_group("intake") and not ring.in_group("intake")
