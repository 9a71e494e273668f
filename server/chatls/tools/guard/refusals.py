"""What the path guard says when it refuses: one sentence, a code, and never a path outside the workspace."""

import errno

from chatls.tools.base import ToolError
from chatls.tools.guard.beneath import ChangedError, OutsideError

_NOT_REGULAR = ("not_regular_file", "is a pipe, a socket or a device, not a file")
_REASONS = {
    errno.ENOENT: ("not_found", "does not exist: look for it with find_files or list_directory"),
    errno.EISDIR: ("is_a_folder", "is a folder: use list_directory"),
    errno.ENOTDIR: ("not_a_folder", "is not a folder, or leads through a file"),
    errno.ELOOP: ("too_many_links", "leads through too many symbolic links"),
    errno.ENAMETOOLONG: ("invalid_path", "is too long a path"),
    errno.EACCES: ("permission_denied", "may not be read by this user"),
    errno.EPERM: ("permission_denied", "may not be read by this user"),
    errno.ENXIO: _NOT_REGULAR,  # a socket, or a device without a driver
    errno.ENODEV: _NOT_REGULAR,
}
_NO_ROOM = ("disk_full", "was not written: there is no room on the disk; nothing has changed")
_MAY_NOT = ("permission_denied", "may not be changed by this user")
_WRITING = _REASONS | {
    errno.EISDIR: ("is_a_folder", "is a folder, not a file"),
    errno.ELOOP: ("is_a_link", "is a symbolic link, or leads through one: nothing is changed by way of it"),
    errno.EEXIST: ("already_there", "is there already: nothing is written over it"),
    errno.EACCES: _MAY_NOT,
    errno.EPERM: _MAY_NOT,
    errno.EROFS: ("permission_denied", "lies where nothing can be changed"),
    errno.ENOSPC: _NO_ROOM,
    errno.EDQUOT: _NO_ROOM,
    errno.EFBIG: _NO_ROOM,
    errno.EXDEV: ("other_disk", "cannot be moved to another disk: write it there and delete it here"),
}


def outside() -> ToolError:
    """The path leads out of the workspace; it is not repeated, nor is it said whether anything is there."""
    return ToolError(
        "outside_workspace", "That path is outside the workspace; only what lies in its folders can be used."
    )


def refusal(error: OSError, name: str, *, writing: bool = False) -> ToolError:
    """An error of the operating system about the place that is shown as `name`; `writing`: while it was changed."""
    if isinstance(error, OutsideError):
        return outside()
    if isinstance(error, ChangedError):
        return ToolError("files_changed", f"{name} has changed since it was read: read it again first.")
    reasons, unknown = (_WRITING, "cannot be changed") if writing else (_REASONS, "cannot be read")
    code, what = reasons.get(error.errno or 0, ("io_error", unknown))
    return ToolError(code, f"{name} {what}.")
