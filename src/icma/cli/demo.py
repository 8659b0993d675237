"""`icma demo`: a believable country, the server and the worker, in one command."""

import argparse
import os
import socket
import sys
import time


def add_to(words: argparse._SubParsersAction) -> None:
    demo = words.add_parser("demo", help="build the demo country if it is missing, then serve it")
    demo.add_argument("--build-only", action="store_true", help="build the database and stop")
    demo.add_argument("--fresh", action="store_true", help="throw the old demo away first")
    demo.add_argument("--port", type=int, default=8000)
    demo.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    os.environ["ICMA_MODE"] = "demo"
    os.environ.setdefault("ICMA_HOME", os.path.join(os.getcwd(), "var", "demo"))
    import django

    django.setup()
    from django.utils import timezone

    from icma.demo.build import DemoRefused, build

    began = time.monotonic()
    try:
        made = build(at=timezone.now(), fresh=arguments.fresh, say=_say)
    except DemoRefused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    _say(f"{'Built' if made else 'Already built'} in {time.monotonic() - began:.0f} s.")
    if arguments.build_only:
        return 0
    return _serve(arguments.port)


def _serve(wanted: int) -> int:
    from icma.cli.serve import together

    port = _free_port(wanted)
    os.environ["ICMA_BASE_URL"] = address = f"http://localhost:{port}"
    _say(
        f"\n  İcma (demo, invented data)\n"
        f"  Look:    {address}/\n"
        f"  Sign in: {address}/numune/   as resident, coordinator, officer, moderator, advocate, official…\n"
        f"  Mail:    written to {os.environ['ICMA_HOME']}/mail\n"
        f"  Stop with Ctrl-C; `make demo` starts it again at once; `.venv/bin/icma demo --fresh` rebuilds it.\n"
    )
    return together("127.0.0.1", port, 2)


def _free_port(wanted: int) -> int:
    for port in range(wanted, wanted + 20):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise SystemExit(f"No free port between {wanted} and {wanted + 19}. Name one with --port.")


def _say(text: str) -> None:
    print(text, flush=True)
