"""What the path guard says when it refuses: one sentence, a code, and never a path outside the workspace."""

import errno

from chatls.tools.base import ToolError
from chatls.tools.beneath import OutsideError

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


def outside() -> ToolError:
    """The path leads out of the workspace; it is not repeated, nor is it said whether anything is there."""
    return ToolError(
        "outside_workspace", "That path is outside the workspace; only what lies in its folders can be read."
    )


def refusal(error: OSError, name: str) -> ToolError:
    """An error of the operating system about the place that is shown as `name`."""
    if isinstance(error, OutsideError):
        return outside()
    code, what = _REASONS.get(error.errno or 0, ("io_error", "cannot be read"))
    return ToolError(code, f"{name} {what}.")
