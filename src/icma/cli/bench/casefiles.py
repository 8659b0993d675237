"""Inside Django, on an empty database: a lawyer with 5,000 cases, 20,000 notes and 20,000 names, asked as pages ask."""

import os
import re
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from icma.core import limit
from icma.core.day import legal_day
from icma.engines import vault
from icma.engines.aztext import fold
from icma.engines.names import prepare
from icma.law.actions import load_shipped
from icma.legalaid import cards, doors
from icma.legalaid.actions import conflicts
from icma.legalaid.actions.cases import reading
from icma.legalaid.actions.keys import sessions
from icma.legalaid.actions.keys.groups import FOUNDED, found
from icma.legalaid.actions.keys.pairs import Locks, enrol
from icma.legalaid.actions.keys.recovering import install
from icma.legalaid.models import Case, Grant, Name, NamePage, Sealed
from icma.legalaid.places import grant_at
from icma.legalaid.ring import Ring
from icma.legalaid.sealing import row_code, row_place
from icma.legalaid.unlocking import halves, stretched
from icma.people.models import Membership, Organisation, User
from icma.people.who import STRONG

FILE, THREAD, CASES, NOTES, NAMES, ROUNDS, UNLOCKED = "file", "thread", 5_000, 4, 20_000, 30, 40
WORDS = "alma körpü bulud dəniz kitab zəng"
GIVEN = (
    "Aysel",
    "Rauf",
    "Lamiyə",
    "Tural",
    "Könül",
    "Orxan",
    "Zeynəb",
    "Vüqar",
    "Nərmin",
    "Samir",
    "Səbinə",
    "Aqil",
)
FAMILY = (
    "Məmməd",
    "Əli",
    "Hüseyn",
    "Quliy",
    "İsmayıl",
    "Rəhim",
    "Abbas",
    "Nəcəf",
    "Cəfər",
    "Mustafa",
    "Sadıq",
    "Kərim",
)


def measured() -> dict[str, Any]:
    """Milliseconds of each figure; CPU of the list."""
    call_command("migrate", verbosity=0)
    load_shipped(at=timezone.now())
    ring, client = _lawyer()
    _cases(ring)
    _names(ring)
    cold = _took(lambda: client.get("/huquq/"), 1)  # every grant is opened for the first time
    listed = _took(lambda: (cards.forget(), client.get("/huquq/")), ROUNDS)
    again = _took(lambda: client.get("/huquq/"), ROUNDS)
    at = timezone.now()
    searched = _took(
        lambda: reading.list_cases(ring=ring, words="sokulme 77", closed=False, order="step", at=at), ROUNDS
    )
    noted = _took(lambda: reading.search_notes(ring=ring, words="şahid 4242", at=at), 8)
    names = ["Könül Məmmədova Orxan qızı"]
    conflicts.candidates(ring, names, "", set(), set())
    matched = _took(lambda: conflicts.candidates(ring, names, "", set(), set()), ROUNDS)
    told = [_intake() for _round in range(ROUNDS)]
    slowest = max(statistics.median(times) for times in zip(*told, strict=True))
    given = _papers(ring)
    unlocked = _took(lambda: _unlock(client), UNLOCKED)
    return {
        "list_p95": listed[0][int(ROUNDS * 0.95) - 1], "list_cpu": listed[1], "cold": cold[0][0], "again": again[1],
        "search": statistics.median(searched[0]), "notes": statistics.median(noted[0]),
        "conflict": statistics.median(matched[0]), "intake": slowest, "intake_all": statistics.median(map(sum, told)),
        "unlock_p95": unlocked[0][int(UNLOCKED * 0.95) - 1], "unlock_median": statistics.median(unlocked[0]), "given": given,
    }  # fmt: skip


def _took(do: Callable[[], Any], times: int) -> tuple[list[float], float]:
    """(sorted milliseconds, CPU milliseconds each)."""
    took, before = [], time.process_time()
    for _number in range(times):
        began = time.perf_counter()
        do()
        took.append((time.perf_counter() - began) * 1000)
    return sorted(took), (time.process_time() - before) / times * 1000


def _lawyer() -> tuple[Ring, Client]:
    at = timezone.now()
    user = User.objects.create_user("lawyer@numune.invalid", pseudonym="Nümunə hüquqşünas")
    union = Organisation.objects.create(
        code="BENCHUN1", kind="union", name="Nümunə", seen="full", since=date(2020, 1, 1)
    )
    Membership.objects.create(user=user, role="lawyer", organisation=union, since=date(2020, 1, 1))
    salt = os.urandom(16)
    locks = Locks(stretched(WORDS, salt), salt, os.urandom(32), os.urandom(16))
    ring = enrol(user=user, locks=locks, at=at)
    for name in FOUNDED:
        found(ring=ring, name=name, at=at)
    client = Client()
    client.force_login(user)
    session = client.session
    session[STRONG] = True
    session.save()
    half = halves(ring, session.session_key or "")
    sessions.begin(ring=ring, half=half, at=at)
    client.cookies[doors.COOKIE] = half.cookie
    answer = client.get("/huquq/")
    assert answer.status_code == 200, (answer.status_code, answer.headers.get("Location"))
    return ring, client


def _cases(ring: Ring) -> None:
    today, keys = legal_day(timezone.now()), [vault.new_key() for _ in range(CASES)]
    Case.objects.bulk_create(
        Case(code=f"B{n:07d}", assignee=ring.user, opened_on=today, touched_on=today, rev=2, card=b"")
        for n in range(CASES)
    )
    cases, grants, rows = list(Case.objects.order_by("pk")), [], []
    for n, (case, key) in enumerate(zip(cases, keys, strict=True)):
        card = {"kind": "card", "title": f"Hasarın sökülməsi {n}", "client": f"Nümunə {GIVEN[n % 12]} {FAMILY[n % 11]}ov",
                "next": "Şikayət yazmaq", "next_on": (today + timedelta(days=n % 60)).isoformat(), "contact": "gündüz"}  # fmt: skip
        case.card = vault.seal(key, card, row_place(case, FILE, "card", 1, 2))
        blob = vault.wrap(bytes(ring.pair.public), key, grant_at(case.code, FILE, 1, ring.pair.code))
        grants.append(Grant(case=case, compartment=FILE, holder=ring.pair, blob=blob, on=today))
        blob = vault.wrap(bytes(ring.pair.public), key, grant_at(case.code, THREAD, 1, ring.pair.code))
        grants.append(Grant(case=case, compartment=THREAD, holder=ring.pair, blob=blob, on=today))
        for m in range(NOTES):
            text = (
                f"Şahid {n * NOTES + m} ilə danışıldı. " + "Sənədlərə baxıldı, növbəti addım yazıldı. " * 40
            )
            code = row_code()
            sealed = vault.seal(key, {"kind": "note", "text": text, "by": ring.user.pk, "on": today.isoformat(), "sought": fold(text)},
                                row_place(case, FILE, code, 1, 1))  # fmt: skip
            rows.append(Sealed(code=code, case=case, compartment=FILE, on=today, blob=sealed))
    Case.objects.bulk_update(cases, ["card"], batch_size=500)
    Grant.objects.bulk_create(grants, batch_size=500)
    Sealed.objects.bulk_create(rows, batch_size=500)


def _names(ring: Ring) -> None:
    """Pages as the packing leaves them."""
    codes, lines = list(Case.objects.values_list("code", flat=True)), []
    Name.objects.bulk_create(Name(case=case, blob=b"", packed=True) for case in Case.objects.all())
    for n in range(NAMES):
        name = f"{GIVEN[n % 12]} {FAMILY[n // 12 % 12]}{'ova' if n % 2 else 'ov'} {GIVEN[n // 144 % 12]}{n // 1728} {'qızı' if n % 2 else 'oğlu'}"
        ready = prepare(name)
        lines.append([codes[n % CASES], "client", name, ready.skeleton, ready.plain, ready.phone])
    for number, first in enumerate(range(0, NAMES, conflicts.PAGE), 1):
        blob = vault.lock(
            conflicts._key(ring), _json(lines[first : first + conflicts.PAGE]), f"names|{number}|1"
        )
        NamePage.objects.create(number=number, blob=blob)


def _json(lines: list[list[str]]) -> bytes:
    import json

    return json.dumps(lines, ensure_ascii=False).encode()


def _intake() -> list[float]:
    """Milliseconds of each request of somebody who comes for help: five screens, the code, the code typed back."""
    client, took = Client(), []
    screens = [
        {"what": "Nümunə: işdən çıxarıldım, əməkhaqqı verilmədi."}, {"client": "Nümunə Aysel", "other": "Nümunə MMC"},
        {"papers": "Əmr"}, {"paper": "none"}, {"call": "yes", "phone": "050 000 00 00", "answers": "me"},
    ]  # fmt: skip

    def send(url: str, data: dict[str, str], status: int) -> str:
        began = time.perf_counter()
        answer = client.post(url, data)
        took.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == status, (url, answer.status_code)
        return answer.content.decode()

    for number, data in enumerate(screens, 1):
        send(f"/komek/yazin/{number}/", data, 302)
    page = send("/komek/yazin/kod/", {"do": "show"}, 200)
    code = re.search(r"(?:[0-9A-Z]{4}-){4}[0-9A-Z]{4}", page)
    assert code
    send("/komek/yazin/kod/", {"code": code[0]}, 302)
    return took


def _papers(ring: Ring) -> int:
    """Papers that came after the cases: each unlocking of what is measured hands over as much as it ever does."""
    install(public=vault.public_of(vault.new_seed()), by=ring.user, at=timezone.now())
    return Grant.objects.filter(holder=ring.pair).count()


def _unlock(client: Client) -> None:
    limit._BUCKETS.clear()
    answer = client.post("/huquq/kilid/", {"words": WORDS})
    assert answer.status_code == 302, answer.status_code
