"""`icma mail-in`: one raw mail from standard input, as a mail server hands it over (docs/settings.md)."""

import argparse
import sys

# Exit statuses of sysexits.h, which mail servers understand: only 75 makes them try again.
TAKEN, NOT_A_MAIL, NO_SUCH_ADDRESS, TRY_AGAIN = 0, 65, 67, 75


def add_to(words: argparse._SubParsersAction) -> None:
    mail = words.add_parser("mail-in", help="take in one mail from standard input, for a mail server's pipe")
    mail.add_argument("--to", default="", metavar="ADDRESS", help="recipient of the envelope")
    mail.epilog = "Exit: 0 kept (also a second time), 65 no mail, 67 no such address, 75 try again later."
    mail.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Whatever fails says its kind alone: words of a mail, or its address, are never written to a log."""
    try:
        return _take(arguments.to)
    except Exception as error:
        print(f"icma mail-in: not now ({type(error).__name__})", file=sys.stderr)
        return TRY_AGAIN


def _take(to: str) -> int:
    import django

    django.setup()
    from django.utils import timezone

    from icma.engines.inmail import MOST_BYTES, Unreadable
    from icma.front.mailin import take_in

    try:
        kept = take_in(sys.stdin.buffer.read(MOST_BYTES + 1), to, timezone.now())
    except Unreadable as error:
        print(f"icma mail-in: not a mail that can be taken ({error})", file=sys.stderr)
        return NOT_A_MAIL
    if not kept:
        print("icma mail-in: no such address", file=sys.stderr)
        return NO_SUCH_ADDRESS
    return TAKEN
