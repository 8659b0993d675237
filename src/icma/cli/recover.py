"""`icma recover`: the key on three papers. `make` and `open` run offline; `install`, `export`, `import` on the server."""

import argparse
import contextlib
import sys
from pathlib import Path


def add_to(words: argparse._SubParsersAction) -> None:
    recover = words.add_parser("recover", help="the vault's recovery key: three papers, two open every case")
    steps = recover.add_subparsers(dest="step", metavar="STEP", required=True)
    make = steps.add_parser("make", help="offline: make the key, print three papers and the public half")
    make.set_defaults(run=_told(_make))
    install = steps.add_parser("install", help="server: seal for these papers from now on")
    install.add_argument("public", metavar="PUB", help="the public half that `make` printed")
    install.set_defaults(run=_told(_install))
    export = steps.add_parser("export", help="server: wrapped keys of cases, for a new holder")
    export.add_argument("file", type=Path)
    export.add_argument("--to", required=True, metavar="MAIL", help="whose key gets them")
    export.add_argument("--case", action="append", default=[], metavar="CODE")
    export.add_argument(
        "--orphans", action="store_true", help="every case that nobody who answers for it can open"
    )
    export.add_argument(
        "--all", action="store_true", help="every case: on a new machine, when nobody has a key"
    )
    export.set_defaults(run=_told(_export))
    offline = steps.add_parser("open", help="offline: wrap them anew with two papers")
    offline.add_argument("file", type=Path)
    offline.add_argument("out", type=Path)
    offline.add_argument("--fingerprint", required=True, help="of the new holder, as read out")
    offline.add_argument(
        "--leave-out", action="append", default=[], metavar="CODE", help="a case of which a key is damaged"
    )
    offline.set_defaults(run=_told(_open))
    load = steps.add_parser("import", help="server: keep what `open` has written")
    load.add_argument("file", type=Path)
    load.set_defaults(run=_told(_import))


def _told(do):
    def run(arguments: argparse.Namespace) -> int:
        from icma.core.action import Refused
        from icma.legalaid.recovery import NotRecovered

        try:
            do(arguments)
        except ImportError as error:
            print(f"Not done: {error}. On the offline laptop: pip install 'icma[recovery]'.", file=sys.stderr)
            return 1
        except (NotRecovered, Refused, OSError, ValueError, KeyError) as error:
            print(f"Not done: {error}", file=sys.stderr)
            return 1
        return 0

    return run


def _make(_arguments: argparse.Namespace) -> None:
    from icma.engines.vault import fingerprint
    from icma.legalaid.recovery import made

    papers, public = made()
    print(
        "Write each paper by hand or print it on a printer without a memory; switch the laptop off afterwards."
    )
    print(
        "Three persons keep one each, at least one of them abroad. Any two open every case; one opens nothing."
    )
    for number, paper in enumerate(papers, 1):
        print(f"\n--- Paper {number} of 3 · {fingerprint(public)} ---")
        words = paper.split()
        for start in range(0, len(words), 6):
            print(
                "   ",
                "  ".join(f"{start + n + 1:2} {word:9}" for n, word in enumerate(words[start : start + 6])),
            )
    print(f"\nFingerprint: {fingerprint(public)}")
    print(f"For the server, no secret:\n\n    icma recover install {public.hex()}\n")


def _install(arguments: argparse.Namespace) -> None:
    _server()
    from django.utils import timezone

    from icma.engines.vault import fingerprint
    from icma.legalaid.actions.keys.recovering import install

    pair = install(public=bytes.fromhex(arguments.public), by=None, at=timezone.now())
    print(f"Installed. Fingerprint, as on the papers: {fingerprint(bytes(pair.public))}")
    print("Cases from before are granted to it when somebody who opens them unlocks next.")


def _export(arguments: argparse.Namespace) -> None:
    _server()
    from icma.legalaid.actions.keys.recovering import export, orphans
    from icma.legalaid.models import Case, KeyPair
    from icma.legalaid.recovery import NotRecovered, written

    to = KeyPair.objects.filter(owner__email=arguments.to.lower(), retired_on=None).first()
    if to is None:
        raise NotRecovered("This person has no key. First: sign in and make one on the page of the keys.")
    cases = orphans() if arguments.orphans else list(Case.objects.order_by("pk"))
    if not (arguments.orphans or arguments.all):
        cases = [case for case in cases if case.code in arguments.case]
        if missing := set(arguments.case) - {case.code for case in cases}:
            raise NotRecovered(f"No such case: {', '.join(sorted(missing))}")
    value = export(cases=cases, to=to)
    arguments.file.write_text(written(value), encoding="utf-8")
    print(
        f"{len(value['grants'])} wrapped keys of {len(cases)} cases. Nothing in the file opens without two papers."
    )


def _open(arguments: argparse.Namespace) -> None:
    from icma.legalaid.recovery import opened, read, rewrapped, written

    export = read(arguments.file.read_text(encoding="utf-8"), exported=True)
    seed = opened([_asked(f"Words of paper {number} of 2: ") for number in (1, 2)])
    value = rewrapped(export, seed, arguments.fingerprint, arguments.leave_out)
    arguments.out.write_text(written(value), encoding="utf-8")
    print(f"{len(value['grants'])} keys wrapped for the new holder. On the server: icma recover import FILE")


def _asked(question: str) -> str:
    """Seen while it is typed, and asked anew: nobody types 33 words blindly without a mistake."""
    from icma.legalaid.recovery import NotRecovered, paper

    if not sys.stdin.isatty():
        return paper(sys.stdin.readline())
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  (the last line comes back with the arrow key and is put right)
    while True:
        try:
            return paper(input(question))
        except NotRecovered as error:
            print(error, file=sys.stderr)


def _import(arguments: argparse.Namespace) -> None:
    _server()
    from django.utils import timezone

    from icma.legalaid.actions.keys.recovering import take_in
    from icma.legalaid.recovery import read

    value = read(arguments.file.read_text(encoding="utf-8"), exported=False)
    codes = take_in(value=value, by=None, at=timezone.now())
    print(f"{len(codes)} cases are open to the new holder: {', '.join(codes)}")


def _server() -> None:
    import django

    django.setup()
