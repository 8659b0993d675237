"""The two compartments of a case, the groups that hold keys together."""

from django.db import models


class Compartment(models.TextChoices):
    """Thread: what client and lawyer share. File: the lawyers' work, which the client's code never opens."""

    THREAD = "thread", "thread"
    FILE = "file", "file"


class Group(models.TextChoices):
    INTAKE = "intake", "intake"
    CONFLICTS = "conflicts", "conflicts"
    STATISTICS = "statistics", "statistics"
    RECOVERY = "recovery", "recovery"  # its secret is on paper only, two of three
