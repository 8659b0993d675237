"""What the walls really hold here: each thing is tried, nothing is taken from a manual."""

import ctypes
import os
import socket
from collections.abc import Callable
from typing import Any


def warm() -> None:
    """Nothing to load."""


def probe(secret: str = "", folder: str = "/tmp") -> tuple[dict[str, Any], list[bytes]]:
    """True = it holds. `secret`: a file that this user can read; `folder`: one that this user can write to."""
    return {
        "no_network": _refused(lambda: socket.socket(socket.AF_INET)),
        "no_local_socket": _refused(lambda: socket.socketpair()),
        "no_write": _refused(lambda: os.open(os.path.join(folder, "icma-probe"), os.O_CREAT | os.O_WRONLY)),
        "no_folder": _refused(lambda: os.mkdir(os.path.join(folder, "icma-probe"))),
        "no_removal": _refused(lambda: os.unlink(secret)),
        "no_memory_file": _refused(lambda: os.memfd_create("icma")),
        "no_fork": _refused(os.fork),
        "no_exec": _refused(lambda: os.execv("/bin/true", ["true"])),
        "no_signal": _refused(lambda: os.kill(os.getppid(), 0)),
        "no_read": _refused(lambda: os.open(secret, os.O_RDONLY)),
        "no_debugger": ctypes.CDLL(None).ptrace(0, 0, 0, 0) == -1,
        "empty_env": not set(os.environ) - {"LC_CTYPE"},
    }, []


def _refused(attempt: Callable[[], Any]) -> bool:
    try:
        attempt()
    except PermissionError:
        return True
    except OSError:
        return False
    return False
