"""The console command `icma`."""

import os
import sys


def main(argv: list[str] | None = None) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "icma.settings")
    from django.core.management import execute_from_command_line

    args = sys.argv[1:] if argv is None else argv
    if args[:1] == ["manage"]:
        args = args[1:]
    execute_from_command_line(["icma", *args])
    return 0
