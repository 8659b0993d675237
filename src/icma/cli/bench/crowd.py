"""A crowd that signs petitions, and the mailboxes it reads: run as a process of its own, its CPU told apart.

    python -m icma.cli.bench.crowd PORT SMTP_PORT RATE SECONDS CODES_FILE

Arrivals are open-loop: somebody arrives every 1/RATE seconds whether or not the last one was served. A mail that
arrives is answered with the press of its link's button. The last line printed is JSON.
"""

import asyncio
import json
import random
import re
import sys
import time
from collections import Counter
from urllib.parse import urlencode

TOKEN = re.compile(rb"/d/t/([0-9A-Z]{42})/")
DICE = random.Random(11)
HOT = 0.9  # of all arrivals, on the first petition
KEEP = 200  # connections that are kept open
NETWORKS = 4_000  # that people come from: what one network asks for beyond a quota waits for hours
ROBOTS = "saxta.invalid"  # one in a hundred writes from there, and a rule takes them out again


class Http:
    """Keep-alive connections; one request at a time on each."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(self, verb: str, path: str, body: bytes = b"") -> tuple[int, str]:
        """(status, Location, or of a 200 the beginning of its body). A broken connection is status 0.

        A kept one that the server has closed meanwhile is no refusal: like a browser, it asks again on a new one.
        """
        while True:
            kept, pair = bool(self.free), None
            try:
                pair = self.free.pop() if kept else await asyncio.open_connection("127.0.0.1", self.port)
                answer = await self._ask(pair, verb, path, body)
            except (OSError, asyncio.IncompleteReadError, ValueError, IndexError):
                if pair is not None:
                    pair[1].close()
                if kept:
                    continue
                return 0, ""
            if len(self.free) < KEEP:
                self.free.append(pair)
            else:
                pair[1].close()
            return answer

    async def _ask(self, pair, verb: str, path: str, body: bytes) -> tuple[int, str]:
        reader, writer = pair
        network = DICE.randrange(NETWORKS)
        head = (
            f"{verb} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nOrigin: http://127.0.0.1:{self.port}\r\n"
            f"X-Forwarded-For: 10.{network // 250}.{network % 250}.1\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        lines = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
        status, location, length, chunked = int(lines[0].split()[1]), "", 0, False
        for line in lines[1:]:
            name, _, value = line.partition(b": ")
            if name in (b"location", b"Location"):
                location = value.decode()
            elif name in (b"content-length", b"Content-Length"):
                length = int(value)
            elif name in (b"transfer-encoding", b"Transfer-Encoding"):
                chunked = True
        told = b""
        if verb != "HEAD":
            if chunked:
                while size := int(await reader.readline(), 16):
                    told += await reader.readexactly(size + 2)
                await reader.readline()
            elif length:
                told = await reader.readexactly(length)
        return status, told[:1_000].decode(errors="replace") if status == 200 else location


def address(person: int) -> str:
    """A third where dots say nothing; each hundredth from the robots' host."""
    if person % 100 == 0:
        return f"robot{person}@{ROBOTS}"
    return f"person{person}@{'gmail.com' if person % 3 == 0 else 'numune.invalid'}"


def spellings(mail: str) -> list[str]:
    """The same mailbox written otherwise."""
    name, _, host = mail.partition("@")
    found = [mail.swapcase(), f"{name}+x@{host}"]
    return [mail, *found, f"{name[:3]}.{name[3:]}@googlemail.com"] if host == "gmail.com" else [mail, *found]


class Crowd:
    def __init__(self, port: int, codes: list[str]) -> None:
        self.http, self.codes = Http(port), codes
        self.people = 0
        self.times: dict[str, list[float]] = {"sign": [], "confirm": []}
        self.seen = {
            "asked": 0,
            "refused": 0,
            "mails": 0,
            "confirmed": 0,
            "failed": 0,
            "scanned": 0,
            "bad": 0,
            "presses": 0,
        }
        self.odd: Counter[int] = Counter()
        self.tasks: set[asyncio.Task] = set()
        self.known: list[tuple[str, int]] = []
        self.who: dict[str, tuple[str, int]] = {}  # address as it was typed → petition and person
        self.pressed: set[tuple[str, int]] = set()  # who was thanked, once each
        self.probes: dict[str, asyncio.Future[str]] = {}
        self.fresh: list[float] = []

    def start(self, coroutine) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def arrive(self) -> None:
        """Somebody opens the form and sends it; one in five has signed before, spelt otherwise, or presses twice."""
        code = self.codes[0] if DICE.random() < HOT else DICE.choice(self.codes[1:-1])
        if self.known and DICE.random() < 0.2:
            code, person = DICE.choice(self.known)
            mail = DICE.choice(spellings(address(person)))
        else:
            self.people += 1
            person, mail = self.people, address(self.people)
            code = self.codes[0] if ROBOTS in mail else code
            self.known.append((code, person))
        self.who[mail.lower()] = code, person
        body = urlencode({"mail": mail, "name": "", "sex": "", "band": "", "website": ""}).encode()
        twice = 2 if DICE.random() < 0.05 else 1
        await asyncio.gather(*(self._sign(code, body) for _press in range(twice)))

    async def _sign(self, code: str, body: bytes) -> None:
        began = time.perf_counter()
        status, _to = await self.http.ask("POST", f"/d/{code}/", body)
        self.times["sign"].append(time.perf_counter() - began)
        self.tell("asked" if status in (302, 303) else "refused", status)

    def tell(self, what: str, status: int) -> None:
        """`odd`: the statuses of what was refused or failed."""
        self.seen[what] += 1
        if what in ("refused", "failed"):
            self.odd[status] += 1

    async def read(self, token: str, to: str) -> None:
        """A mail: scanners look first at some, two in a hundred are mangled, one in ten is never answered."""
        self.seen["mails"] += 1
        chance = DICE.random()
        if DICE.random() < 0.05:
            await self.http.ask(DICE.choice(("GET", "HEAD")), f"/d/t/{token}/")
            self.seen["scanned"] += 1
        if chance < 0.1:
            return
        if chance < 0.12:
            status, _to = await self.http.ask("POST", f"/d/t/{token[:-1]}{'0' if token[-1] != '0' else '1'}/")
            self.seen["bad"] += status == 404
        began = time.perf_counter()
        self.seen["presses"] += 1
        status, _to = await self.http.ask("POST", f"/d/t/{token}/")
        self.times["confirm"].append(time.perf_counter() - began)
        self.tell("confirmed" if status == 200 else "failed", status)
        if status == 200:
            self.pressed.add(self.who[to.lower()])

    async def probe(self, until: float) -> None:
        """One person after the other signs the last petition, and looks at its count until the own voice is in it."""
        code, number = self.codes[-1], 0
        while time.perf_counter() < until:
            number += 1
            mail = f"probe{number}@numune.invalid"
            self.probes[mail] = asyncio.get_running_loop().create_future()
            await self._sign(code, urlencode({"mail": mail}).encode())
            token = await self.probes[mail]
            self.seen["presses"] += 1
            status, _body = await self.http.ask("POST", f"/d/t/{token}/")
            self.tell("confirmed" if status == 200 else "failed", status)
            if status == 200:
                self.pressed.add((code, -number))
            began = time.perf_counter()
            while time.perf_counter() - began < 60:
                status, body = await self.http.ask("GET", f"/d/{code}/fayl/count.json")
                if status == 200 and int((re.search(r'"count": (\d+)', body) or [0, -1])[1]) >= number:
                    break
                await asyncio.sleep(0.1)
            self.fresh.append(time.perf_counter() - began)
            await asyncio.sleep(0.2)

    async def mailbox(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """An SMTP server that takes everything."""
        writer.write(b"220 sink\r\n")
        to = ""
        while line := await reader.readline():
            verb = line[:4]
            if verb in (b"DATA", b"data"):
                writer.write(b"354 go\r\n")
                data = await reader.readuntil(b"\r\n.\r\n")
                found = TOKEN.search(data.replace(b"=\r\n", b""))
                writer.write(b"250 taken\r\n")
                if found and to in self.probes:
                    self.probes.pop(to).set_result(found[1].decode())
                elif found:
                    self.start(self.read(found[1].decode(), to))
            elif verb in (b"QUIT", b"quit"):
                writer.write(b"221 bye\r\n")
                break
            else:
                if verb in (b"RCPT", b"rcpt"):
                    to = line.decode().partition("<")[2].partition(">")[0]
                writer.write(b"250 ok\r\n")
        writer.close()


async def main(port: int, smtp: int, rate: float, seconds: float, codes: list[str]) -> dict:
    crowd = Crowd(port, codes)
    server = await asyncio.start_server(crowd.mailbox, "127.0.0.1", smtp, limit=2**20)
    began, number = time.perf_counter(), 0
    probing = asyncio.get_running_loop().create_task(crowd.probe(began + seconds))
    while (now := time.perf_counter() - began) < seconds:
        while number < now * rate:
            crowd.start(crowd.arrive())
            number += 1
        await asyncio.sleep(0.005)
    arrived = time.perf_counter() - began
    quiet = time.perf_counter()
    mails = -1
    while time.perf_counter() - quiet < 6 and time.perf_counter() - began < seconds * 2 + 60:
        if crowd.seen["mails"] != mails or crowd.tasks:
            mails, quiet = crowd.seen["mails"], time.perf_counter()
        await asyncio.sleep(0.1)
    probing.cancel()
    server.close()
    whole = quiet - began

    def p99(name: str) -> float:
        times = sorted(crowd.times[name])
        return times[int(len(times) * 0.99)] * 1000 if times else 0.0

    return crowd.seen | {
        "odd": dict(crowd.odd),
        "arrivals": number, "seconds": whole, "arrived": arrived, "people": len(crowd.pressed),
        "probes": len(crowd.fresh), "fresh_p99_s": sorted(crowd.fresh)[int(len(crowd.fresh) * 0.99)] if crowd.fresh else 99.0,
        "sign_p99_ms": p99("sign"), "confirm_p99_ms": p99("confirm"), "cpu": time.process_time(),
    }  # fmt: skip


if __name__ == "__main__":
    with open(sys.argv[5], encoding="utf-8") as listed:
        found = asyncio.run(
            main(
                int(sys.argv[1]),
                int(sys.argv[2]),
                float(sys.argv[3]),
                float(sys.argv[4]),
                listed.read().split(),
            )
        )
    print(json.dumps(found))
