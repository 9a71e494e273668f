"""What a user attached, as text that a model reads with the message.

Pure: the texts were read elsewhere (`lsp/attachments.py`, through the guard on the workspace). Each attachment
becomes a block between tags, so that a model can tell the user's words from material.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

AttachedKind = Literal["file", "folder", "selection", "diagnostics", "text"]


@dataclass(frozen=True, slots=True)
class Attached:
    """One attachment, read. `name` is a workspace path or a title; `lines` are 1-based and inclusive.

    Where not all of it was read (`cut`), the end of `text` says so.
    """

    kind: AttachedKind
    name: str
    text: str
    lines: tuple[int, int] | None = None
    cut: bool = False


def compose(content: str, attachments: Sequence[Attached]) -> str:
    """The user's words, then every attachment as a tagged block."""
    return "\n\n".join([*([content] if content else []), *(_block(attachment) for attachment in attachments)])


def block(tag: str, attributes: str, text: str) -> str:
    """Material between tags, which its text cannot close."""
    inside = text.rstrip().replace(f"</{tag}", f"<\\/{tag}")
    return f"<{tag} {attributes}>\n{inside}\n</{tag}>"


def _block(attachment: Attached) -> str:
    label = "name" if attachment.kind == "text" else "path"
    lines = f' lines="{attachment.lines[0]}-{attachment.lines[1]}"' if attachment.lines else ""
    name = attachment.name.replace("&", "&amp;").replace('"', "&quot;")
    return block(attachment.kind, f'{label}="{name}"{lines}', attachment.text)
