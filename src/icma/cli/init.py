"""`icma init`: a real, empty country and a first officer with a paper recovery code."""

import argparse
import sys


def add_to(words: argparse._SubParsersAction) -> None:
    init = words.add_parser("init", help="make keys, tables, places, rules and a first officer")
    init.add_argument("--email", required=True, help="mail address of the first officer")
    init.add_argument("--union", help="name of the union (default: ICMA_UNION_NAME)")
    init.epilog = (
        "Run again with the address of an officer, it makes new recovery codes for who lost the old ones."
    )
    init.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit 1 with the reason when this database cannot become a real one."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.utils import timezone, translation

    from icma.core.action import Refused
    from icma.law.actions import load_shipped
    from icma.people.actions.init import init_country

    if settings.IS_DEMO:
        print("ICMA_MODE is demo: a demo database can never become real.", file=sys.stderr)
        return 1
    call_command("migrate", verbosity=0)
    name = arguments.union or settings.UNION_NAME
    try:
        with translation.override("en"):  # who stands at the console reads English throughout
            codes = init_country(
                officer_email=arguments.email, union_name=name, at=timezone.now(), also=(load_shipped,)
            )
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    if name != settings.UNION_NAME:
        print(f"Pages and letters say {settings.UNION_NAME!r}: set ICMA_UNION_NAME to {name!r}.\n")
    print("The country is ready. Rules of law are shipped unsigned: let an advocate confirm them.\n")
    print(f"First officer: {arguments.email}. Sign in with the code that comes by mail and one of")
    print("the recovery codes below, then set up an app or a passkey on the page of your account.")
    print("Recovery codes, each good once, to be kept on paper, shown only now:\n")
    for code in codes:
        print(f"    {code}")
    return 0
