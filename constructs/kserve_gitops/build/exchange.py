"""Swap two folders in one step, so that a path always names a whole one.

Python offers no such call: Linux has it as `renameat2` with `RENAME_EXCHANGE` (renameat2(2)), macOS as
`renamex_np` with `RENAME_SWAP` (renamex_np(2)).
"""

import ctypes
import errno
import os
import sys
from pathlib import Path

_HERE = -100  # AT_FDCWD of Linux; our paths are absolute
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux, and RENAME_SWAP of macOS

_IMPOSSIBLE = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EXDEV, errno.EBUSY}
"""A file system without the call; a folder of an image's lower layer; a mount point."""


def exchange(one: Path, other: Path) -> bool:
    """Swap two folders; False where the platform or the file system cannot. Raises `OSError` where it may not."""
    if sys.platform not in {"linux", "darwin"}:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    first, second = os.fsencode(one), os.fsencode(other)
    if hasattr(libc, "renameat2"):
        failed = libc.renameat2(_HERE, first, _HERE, second, _EXCHANGE)
    elif hasattr(libc, "renamex_np"):
        failed = libc.renamex_np(first, second, _EXCHANGE)
    else:
        return False
    if not failed:
        return True
    code = ctypes.get_errno()
    if code in _IMPOSSIBLE:
        return False
    raise OSError(code, os.strerror(code), str(other))
