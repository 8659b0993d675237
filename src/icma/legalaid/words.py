"""The two compartments of a case, the groups that hold keys together."""

import re

from django.db import models

from icma.engines.codes import ALPHABET, normalise


class Compartment(models.TextChoices):
    """Thread: what client and lawyer share. File: the lawyers' work, which the client's code never opens."""

    THREAD = "thread", "thread"
    FILE = "file", "file"


class Group(models.TextChoices):
    INTAKE = "intake", "intake"
    CONFLICTS = "conflicts", "conflicts"
    STATISTICS = "statistics", "statistics"
    RECOVERY = "recovery", "recovery"  # its secret is on paper only, two of three


def matter_code(text: str) -> str:
    """Code of a public matter from what somebody typed or pasted: the code, or the address of its page. "" for neither."""
    found = re.search(r"/m/([^/?#\s]+)", text)
    code = normalise(found[1] if found else text)
    return code if len(code) == 8 and set(code) <= set(ALPHABET) else ""
