"""Proofs of RFC 9162 for those who keep only signed heads: a leaf stands in the log, an older log is the beginning of
a newer one. Made from the published files; no database is asked."""

from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from icma.advocacy.publishing import folder, published
from icma.core.door import anyone
from icma.engines.merkle import SIZE, Tree

MOST = 1 << 17  # leaves: a greater log is recomputed by whoever checks it, not here for every reader


@anyone
def proof(request: HttpRequest, code: str) -> HttpResponse:
    """`?yarpaq=5`: inclusion of leaf 5. `?kohne=7&yeni=12`: consistency of the logs of 7 and of 12 leaves."""
    tree = _tree(code)
    try:
        leaf, old, new = (_number(request, name) for name in ("yarpaq", "kohne", "yeni"))
        if leaf is not None:
            found = {"leaf": leaf, "hash": tree.node(0, leaf).hex(), "proof": tree.inclusion(leaf)}
        elif old is not None:
            end = len(tree) if new is None else new
            found = {
                "old": old, "old_root": tree.root(old).hex(), "new": end, "new_root": tree.root(end).hex(),
                "proof": tree.consistency(old, end),
            }  # fmt: skip
        else:
            raise Http404
    except (ValueError, IndexError):
        raise Http404 from None
    return _said(found | {"size": len(tree), "root": tree.root().hex()})


def _said(found: dict[str, Any]) -> HttpResponse:
    response = JsonResponse(found | {"proof": [node.hex() for node in found["proof"]]})
    response["Cache-Control"] = "public, max-age=5"
    return response


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text[:10]) if text else None


def given(code: str) -> bool:
    """A log is published, and no greater than what is computed for a reader."""
    return 0 < published(code).get("size", 0) <= MOST


def _tree(code: str) -> Tree:
    """The log of the last published head. Http404 where proofs are not given."""
    if not code.isalnum() or not given(code):
        raise Http404
    head = published(code)
    return _grown(code, head["size"], head["root"])


@lru_cache(maxsize=4)
def _grown(code: str, size: int, root: str) -> Tree:
    data = (folder(code) / "leaves.bin").read_bytes()[: size * SIZE]
    tree = Tree(data[at : at + SIZE] for at in range(0, len(data), SIZE))
    if len(tree) != size or tree.root().hex() != root:
        raise Http404  # the files are being written
    return tree
