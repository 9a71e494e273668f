"""What a shell line would run, read with tree-sitter's grammar of bash, as far as it is wholly understood.

It fails closed: an error, a node that is not on the list, text that belongs to no node, or a line that is long or
takes long, and nothing is said about it at all. tree-sitter and bash do not agree everywhere; so no yes rests on this
alone (`simple_words`). Used by `tools/approval/shell_approval.py`.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chatls.tools.approval.shell_words import plain_words
from chatls.tools.grammars import parser

if TYPE_CHECKING:
    import tree_sitter
    from tree_sitter import Node

MAX_LINE = 8 * 1024
"""Bytes of a line that is read at all."""
MAX_SECONDS = 0.02
"""CPU time for one line. An ordinary one takes 50 µs; some of `MAX_LINE`, made for it, most of a second."""

Words = tuple[str | None, ...]
"""The words of one command; None for a word that the shell would have to work out first."""

_KNOWN = """
    program list pipeline command command_name word number string string_content raw_string concatenation subshell
    negated_command redirected_statement file_redirect file_descriptor simple_expansion variable_name
    command_substitution
"""
_NAMED = frozenset(_KNOWN.split())
_TOKENS = frozenset({"&&", "||", "|", ";", "!", "(", ")", "$(", "$", '"', ">", ">>", "<", ">&", "&>"})
_UNREADABLE = re.compile("[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_BARE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:@%+,-=")
_QUOTED_SPECIAL = frozenset("$`\\!")


@dataclass(frozen=True, slots=True)
class ShellLine:
    """The simple commands in a line, in their order, also those in pipes, subshells and substitutions. `alone`: the
    line is one simple command and nothing else."""

    commands: tuple[Words, ...]
    alone: bool


def simple_words(line: str) -> tuple[str, ...] | None:
    """The words of a line that is one simple command of literals, where both readings of it agree; else None."""
    words = plain_words(line) if len(line) <= MAX_LINE else None
    if words is None or (read := understood(line)) is None:
        return None
    return words if read.alone and read.commands == (words,) else None


def understood(line: str) -> ShellLine | None:
    """What a line runs; None where it is not wholly understood."""
    if _UNREADABLE.search(line):
        return None
    source = line.encode()
    # The grammar's scanner reads beyond its tables at characters that are not ASCII. To a shell they are letters.
    tree = _parsed(_NOT_ASCII.sub(b"x", source)) if len(source) <= MAX_LINE else None
    if tree is None or tree.root_node.has_error:
        return None
    nodes = list(_nodes(tree))
    if not all(_known(node) for node in nodes) or not _covered(source, nodes):
        return None
    commands = tuple(_words(source, node) for node in nodes if node.type == "command")
    top = tree.root_node.children
    return ShellLine(commands, alone=len(commands) == 1 and [node.type for node in top] == ["command"])


def _known(node: "Node") -> bool:
    return node.type in (_NAMED if node.is_named else _TOKENS)


def _covered(source: bytes, nodes: "list[Node]") -> bool:
    """Whether all text that belongs to no leaf is blank: the grammar passes over continued lines without a node."""
    end = 0
    for node in nodes:
        if not node.child_count:
            if source[end : node.start_byte].strip(b" \t"):
                return False
            end = node.end_byte
    return not source[end:].strip(b" \t")


def _words(source: bytes, command: "Node") -> Words:
    return tuple(_literal(source, node) for node in command.children)


def _literal(source: bytes, node: "Node") -> str | None:
    """The text of a word as the program gets it; None where that is not plain from the line."""
    text = source[node.start_byte : node.end_byte].decode()
    match node.type:
        case "word" | "number":
            return text if _BARE.issuperset(text) else None
        case "raw_string":
            return text[1:-1]
        case "string":
            return text[1:-1] if _QUOTED_SPECIAL.isdisjoint(text) else None
        case "command_name" | "concatenation":
            parts = [_literal(source, child) for child in node.children]
            return None if None in parts else "".join(filter(None, parts))
        case _:
            return None


def _nodes(tree: "tree_sitter.Tree") -> "Iterator[Node]":
    """All nodes in the order in which they begin, without recursion: a line may nest as deep as it likes."""
    cursor = tree.walk()
    while True:
        if cursor.node is not None:
            yield cursor.node
        if cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


def _parsed(source: bytes) -> "tree_sitter.Tree | None":
    """The syntax tree; None where it would take too long."""
    end = time.thread_time() + MAX_SECONDS
    try:
        return parser("bash").parse(
            lambda start, _point: source[start:],
            progress_callback=lambda _offset, _has_error: time.thread_time() > end,
        )
    except ValueError:  # what it raises when it was told to stop
        return None
