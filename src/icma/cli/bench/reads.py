"""What a petition's readers cost: its count as a file through nginx, and the largest petition there ever was."""

import contextlib
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from icma.cli.bench import ground

Figures = dict[str, tuple[float, str]]
DEPTH, LINKS = 64, 4  # requests on the way at once on a connection; connections
CONF = """
daemon off; worker_processes 2; pid {home}/nginx.pid; error_log {home}/nginx.log; user {user};
events {{ worker_connections 256; }}
http {{
  access_log off; sendfile on; keepalive_requests 1000000; open_file_cache max=1000 inactive=20s; open_file_cache_valid 1s;
  client_body_temp_path {home}/t1; proxy_temp_path {home}/t2; fastcgi_temp_path {home}/t3; uwsgi_temp_path {home}/t4;
  scgi_temp_path {home}/t5;
  server {{
    listen 127.0.0.1:{port};
    location ~ ^/d/([0-9A-Z]+)/fayl/count\\.json$ {{ alias {home}/petitions/$1/count.json; default_type application/json; }}
  }}
}}
"""


def count_reads(seconds: float = 5.0) -> Figures:
    """Answers a second of nginx as docs/great-petition.md sets it up, generator on the same two cores."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        return {}
    home = ground.ROOT / "reads"
    place = home / "petitions" / "A1B2C3D4"
    place.mkdir(parents=True, exist_ok=True)
    (place / "count.json").write_text(
        '{"petition": "A1B2C3D4", "count": 6103056, "size": 6103100, "root": "' + "0" * 64 + '"}'
    )
    with _nginx(nginx, home) as port:
        done: list[int] = []
        readers = [threading.Thread(target=lambda: done.append(_read(port, seconds))) for _ in range(LINKS)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
    words = f"nginx, {LINKS} connections, {DEPTH} requests on the way on each, generator on the same cores"
    return {"petition.count_reads.per_s": (sum(done) / seconds, words)}


@contextlib.contextmanager
def _nginx(nginx: str, home: Path) -> Iterator[int]:
    port = ground.free_port()
    (home / "nginx.conf").write_text(CONF.format(home=home, port=port, user="root"))
    server = subprocess.Popen([nginx, "-c", str(home / "nginx.conf"), "-p", str(home)])
    try:
        for _ in range(50):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=10)


def _read(port: int, seconds: float) -> int:
    """Whole answers in that time, many asked for at once; anything but 200 ends the run."""
    ask = b"GET /d/A1B2C3D4/fayl/count.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * DEPTH
    done, until = 0, time.perf_counter() + seconds
    with socket.create_connection(("127.0.0.1", port)) as link:
        while time.perf_counter() < until:
            link.sendall(ask)
            answers = 0
            tail = b""
            while answers < DEPTH:
                data = tail + link.recv(1 << 16)
                answers += data.count(b"HTTP/1.1 200")
                if b" 404" in data or b" 403" in data or b" 500" in data:
                    raise RuntimeError(data[:200].decode(errors="replace"))
                tail = data[-11:] if not data[-11:].count(b"HTTP/1.1 200") else b""
            done += DEPTH
            # The body of the last answer may still be on its way; the next answers come after it.
    return done


def millions(size: int = 6_100_000) -> Figures:
    """A petition as large as the largest in the world: its page, its recount, all its files made anew."""
    home = ground.ROOT / "petition-millions"
    subprocess.run(["rm", "-rf", str(home)], check=True)
    home.mkdir(parents=True)
    url = f"sqlite:///{home / 'icma.sqlite3'}"
    made = ground.child("petitions_millions", url, str(size), home=home)
    base, words = f"petition.{size}", f"SQLite, {size:,} signatures and leaves"
    with ground.server(url, ICMA_HOME=str(home)) as (port, _pid):
        ground.load(port, [f"/m/{made['code']}/"], threads=4, seconds=1.0)
        seen = ground.load(port, [f"/m/{made['code']}/"], threads=4, seconds=8.0)
        times = sorted(seen.times)
    p99 = times[int(len(times) * 0.99)] * 1000
    return {
        f"{base}.page_p99_ms": (p99, f"{words}, 4 readers, {seen.done} pages, {seen.errors} errors"),
        f"{base}.recount_s": (made["recount_s"], words), f"{base}.rebuild_s": (made["rebuild_s"], words),
    }  # fmt: skip
