"""Names of places: what is wrapped for one of them opens at no other. Plain text, known to the laptop that is offline."""


def grant_at(case: str, compartment: str, epoch: int, holder: str) -> str:
    """Where a grant belongs; HPKE's `info`, so it cannot be replayed for another case, epoch or holder."""
    return f"grant|{case}|{compartment}|{epoch}|{holder}"


def row_at(case: str, compartment: str, code: str, epoch: int, rev: int) -> str:
    """Associated data of a row: it opens nowhere else, and not as an older state of itself."""
    return f"{case}|{compartment}|{code}|{epoch}|{rev}"
