"""Any error as one line of words, those of the system as well."""

import errno

from core.base.words import Naming, Refusal, one_line, say

TROUBLES = {
    errno.ENOENT: "there is no such file or folder",
    errno.EACCES: "access is denied; it may be protected, or open in another program",
    errno.EPERM: "access is denied; it may be protected, or open in another program",
    errno.EROFS: "nothing can be written there",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk is full",
    errno.EFBIG: "the file would be larger than the system allows",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ELOOP: "the link leads in a circle",
    errno.EISDIR: "this is a folder",
    errno.ENOTDIR: "a file stands where a folder should be",
    errno.ENXIO: "nobody reads from there",
}
"""What the errors of the system say of a file, by their numbers."""


def told(error: BaseException, naming: Naming = str) -> str:
    """An error as one line of words: its own or, if it comes from the system, the file and what is wrong."""
    if isinstance(error, Refusal):
        return error.words(naming)
    if isinstance(error, OSError) and error.errno is not None:
        known = error.errno in TROUBLES
        reason = say(TROUBLES[error.errno]) if known else str(error.strerror)
        return reason if error.filename is None else f"{error.filename}: {reason}"
    if isinstance(error, MemoryError):
        return say("there is not enough memory for that")
    return one_line(str(error)) or type(error).__name__
