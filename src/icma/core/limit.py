"""In-process token buckets over a daily-salted hash of the network prefix. No address is kept.

A village shares one connection: over quota means slower moderation, not refusal.
"""

import hashlib
import hmac
import ipaddress
import time
from collections import OrderedDict

from django.conf import settings
from django.http import HttpRequest

from icma.core.keys import key

_BUCKETS: OrderedDict[bytes, tuple[float, float]] = OrderedDict()
_MOST = 20_000


def within(request: HttpRequest, scope: str, per_hour: int, burst: int) -> bool:
    """Take one token for this network prefix; False when the bucket is empty."""
    now = time.monotonic()
    name = _prefix_tag(client_address(request), scope)
    tokens, last = _BUCKETS.pop(name, (float(burst), now))
    tokens = min(float(burst), tokens + (now - last) * per_hour / 3600)
    _BUCKETS[name] = (tokens - 1 if tokens >= 1 else tokens, now)
    if len(_BUCKETS) > _MOST:
        _BUCKETS.popitem(last=False)
    return tokens >= 1


def delay(request: HttpRequest, scope: str, per_hour: int, burst: int, longest: float) -> float:
    """Seconds that what this network prefix asked for has to wait, so that not more than `per_hour` is done for it.

    0 for the first `burst`; then each waits its turn behind the others of its prefix, `longest` at most.
    """
    now = time.monotonic()
    name = _prefix_tag(client_address(request), scope)
    tokens, last = _BUCKETS.pop(name, (float(burst), now))
    tokens = min(float(burst), tokens + (now - last) * per_hour / 3600) - 1
    tokens = max(tokens, -longest * per_hour / 3600)
    _BUCKETS[name] = (tokens, now)
    if len(_BUCKETS) > _MOST:
        _BUCKETS.popitem(last=False)
    return max(0.0, -tokens) * 3600 / per_hour


def client_address(request: HttpRequest) -> str:
    """The peer; behind a proxy named in ICMA_TRUSTED_PROXIES, the last address that proxy added."""
    peer = request.META.get("REMOTE_ADDR", "")
    if peer in settings.TRUSTED_PROXIES:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        return forwarded[-1].strip() or peer
    return peer


def _prefix_tag(address: str, scope: str) -> bytes:
    try:
        parsed = ipaddress.ip_address(address)
        network = ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 56), strict=False).compressed
    except ValueError:
        network = "unknown"
    day = str(int(time.time() // 86400))
    return hmac.new(key("limits"), f"{day}|{scope}|{network}".encode(), hashlib.sha256).digest()[:16]
