"""The two compartments of a case."""

from django.db import models


class Compartment(models.TextChoices):
    """Thread: what client and lawyer share. File: the lawyers' work, which the client's code never opens."""

    THREAD = "thread", "thread"
    FILE = "file", "file"
