"""What the assembling process takes away from itself before it reads a template: network, writing, other programs.

Linux: a seccomp filter (man 2 seccomp; kernel Documentation/userspace-api/seccomp_filter.rst) and, where the kernel has it,
Landlock (Documentation/userspace-api/landlock.rst). Neither needs a privilege; neither can be taken back by the process.
Elsewhere only the limits hold, and `close` says so.
"""

import ctypes
import errno
import os
import platform
import resource
import struct
import sys
from collections.abc import Iterable

MB = 1024 * 1024
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
_SIGKILL = 9
_CLONE_THREAD = 0x00010000
_WRITING = (
    os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND | getattr(os, "O_TMPFILE", 0o20000000)
)
_WRITING &= ~os.O_DIRECTORY if hasattr(os, "O_DIRECTORY") else -1  # part of O_TMPFILE, and harmless alone

# Calls that are refused: name → (x86_64, aarch64); None: the machine has no such call.
# Source: arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h.
_REFUSED: dict[str, tuple[int | None, int | None]] = {
    "socket": (41, 198), "socketpair": (53, 199), "bind": (49, 200), "listen": (50, 201),
    "accept": (43, 202), "accept4": (288, 242), "connect": (42, 203), "sendto": (44, 206), "sendmsg": (46, 211),
    "sendmmsg": (307, 269), "fork": (57, None), "vfork": (58, None), "execve": (59, 221), "execveat": (322, 281),
    "kill": (62, 129), "tkill": (200, 130), "tgkill": (234, 131), "ptrace": (101, 117),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438), "creat": (85, None), "rename": (82, None), "renameat": (264, 38),
    "renameat2": (316, 276), "mkdir": (83, None), "mkdirat": (258, 34), "rmdir": (84, None),
    "link": (86, None), "linkat": (265, 37), "symlink": (88, None), "symlinkat": (266, 36),
    "unlink": (87, None), "unlinkat": (263, 35), "mknod": (133, None), "mknodat": (259, 33),
    "truncate": (76, 45), "ftruncate": (77, 46), "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53),
    "chown": (92, None), "fchown": (93, 55), "fchownat": (260, 54), "mount": (165, 40), "umount2": (166, 39),
    "openat2": (437, 437), "open_by_handle_at": (304, 265), "memfd_create": (319, 279),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "bpf": (321, 280), "userfaultfd": (323, 282),
    "perf_event_open": (298, 241), "unshare": (272, 97), "setns": (308, 268), "keyctl": (250, 219),
    "add_key": (248, 217), "request_key": (249, 218), "shmget": (29, 194), "msgget": (68, 186),
    "semget": (64, 190), "mq_open": (240, 180),
}  # fmt: skip
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_OPEN, _OPENAT, _CLONE, _CLONE3 = (2, None), (257, 56), (56, 220), (435, 435)

_LOAD, _JEQ, _JGE, _JSET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000


def limits(megabytes: int, seconds: int) -> None:
    """First of all: memory, time, no byte into any file, no core dump, gone when the parent is gone."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * MB, megabytes * MB))
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def close(readable: Iterable[str] | None = None) -> bool:
    """Shuts network, writing and other programs; reading too, but for the folders `readable`.

    False where the operating system offers no such wall: the caller must then refuse to work.
    """
    machine = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or machine is None:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    if readable is not None:
        _landlock(libc, readable)
    return _seccomp(libc, _program(*machine, reading=readable is not None))


def _op(code: int, k: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("HBBI", code, yes, no, k)


def _when(number: int, then: bytes) -> bytes:
    """`then` runs only for this call; the number is in the accumulator before and after."""
    return _op(_JEQ, number, 0, len(then) // 8) + then


def _program(column: int, arch: int, reading: bool) -> bytes:
    """The filter in classic BPF. Offsets: seccomp_data = nr 0, arch 4, args from 16, 8 bytes each."""
    refuse, absent = _op(_RETURN, _ERRNO | errno.EPERM), _op(_RETURN, _ERRNO | errno.ENOSYS)
    out = _op(_LOAD, 4) + _op(_JEQ, arch, 1, 0) + _op(_RETURN, _KILL) + _op(_LOAD, 0)
    out += _op(_JGE, 0x40000000, 0, 1) + refuse  # the x32 way round
    for numbers in _REFUSED.values():
        number = numbers[column]
        if number is not None:
            out += _when(number, refuse)
    out += _when(_CLONE3[column], absent)  # the C library falls back to clone, whose flags can be read
    thread = _op(_LOAD, 16) + _op(_JSET, _CLONE_THREAD, 1, 0) + refuse + _op(_RETURN, _ALLOW)
    out += _when(_CLONE[column], thread)
    for numbers, flags in ((_OPENAT, 32), (_OPEN, 24)):
        number = numbers[column]
        if number is not None:
            read = _op(_LOAD, flags) + _op(_JSET, _WRITING, 0, 1) + refuse + _op(_RETURN, _ALLOW)
            out += _when(number, read if reading else refuse)
    return out + _op(_RETURN, _ALLOW)


def _seccomp(libc: ctypes.CDLL, program: bytes) -> bool:
    buffer = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog { unsigned short len; struct sock_filter *filter; }
    fprog = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(buffer)))
    return bool(libc.prctl(_PR_SET_SECCOMP, 2, ctypes.byref(fprog), 0, 0) == 0)


_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the same on every machine
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_ALL_OF_FIRST_VERSION = (1 << 13) - 1


def has_landlock() -> bool:
    """Whether this kernel can shut folders: without it a page's process could read what its user can read."""
    return sys.platform == "linux" and bool(ctypes.CDLL(None).syscall(_CREATE, 0, ctypes.c_size_t(0), 1) > 0)


def _landlock(libc: ctypes.CDLL, readable: Iterable[str]) -> bool:
    """Only these folders can be read from now on. False where the kernel has no Landlock."""
    handled = struct.pack("Q", _ALL_OF_FIRST_VERSION)
    rules = libc.syscall(_CREATE, ctypes.c_char_p(handled), ctypes.c_size_t(8), 0)
    if rules < 0:
        return False
    for folder in readable:
        try:
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError:
            continue
        rule = struct.pack("=Qi", _READ_FILE | _READ_DIR, handle)
        libc.syscall(_ADD, rules, 1, ctypes.c_char_p(rule), 0)
        os.close(handle)
    held = libc.syscall(_RESTRICT, rules, 0) == 0
    os.close(rules)
    return bool(held)
