"""`icma verify-audit [--head SEQ:HASH]`: is the chain of who has opened what whole?"""

import argparse
import re
import sys

HEAD = re.compile(r"([0-9]+):([0-9a-f]{64})")


def add_to(words: argparse._SubParsersAction) -> None:
    audit = words.add_parser("verify-audit", help="check the chain of who has opened what in legal aid")
    audit.add_argument(
        "--head", type=_head, action="append", default=[], metavar="SEQ:HASH",
        help="a head from a mail or a paper; may be given several times",
    )  # fmt: skip
    audit.set_defaults(run=run)


def _head(text: str) -> tuple[int, str]:
    found = HEAD.fullmatch(text.strip().lower())
    if not found:
        raise argparse.ArgumentTypeError("a head is a number, a colon and 64 hexadecimal digits")
    return int(found[1]), found[2]


def run(arguments: argparse.Namespace) -> int:
    """0: whole. 1: something is missing or was changed; each line of standard error says what."""
    import django

    django.setup()
    from icma.legalaid.actions.audit import verify
    from icma.legalaid.models import Read

    faults = list(verify(*arguments.head))
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        return 1
    last = Read.objects.order_by("-seq").values_list("seq", "hash").first()
    print(f"The chain is whole: {last[0]} rows." if last else "The chain is empty.")
    if last:
        print(f"Head: {last[0]}:{last[1]}")
    if not arguments.head:
        print("Not checked against a head from outside: a tail that was cut off would not show. Give --head.")
    return 0
