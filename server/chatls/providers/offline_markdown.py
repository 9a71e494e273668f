"""Markdown for the offline assistant's answers: code in lines and in fences, and how much of a source is one block.

Pure. Used by `offline_answers.py`.
"""

import re
from collections.abc import Sequence

_LANGUAGES = {
    "py": "python", "pyi": "python", "ts": "typescript", "tsx": "tsx", "mts": "typescript", "js": "javascript",
    "jsx": "jsx", "mjs": "javascript", "go": "go", "rs": "rust", "lua": "lua", "c": "c", "h": "c", "md": "markdown",
    "toml": "toml", "json": "json", "yaml": "yaml", "yml": "yaml", "sh": "bash", "html": "html", "css": "css",
    "sql": "sql", "cpp": "cpp", "hpp": "cpp", "java": "java", "rb": "ruby",
    "diff": "diff",
}  # fmt: skip
_ENDS_BLOCK = re.compile(r"[}\])]*[;,]?|end\b.*|\}.*")


def code(text: str) -> str:
    """Text as code in a line, whatever backticks it holds."""
    ticks = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def fenced(lines: Sequence[str], path: str) -> str:
    text = "\n".join(lines)
    fence = "`" * max(3, max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    language = _LANGUAGES.get(path.rpartition(".")[2].lower(), "") if path else "text"
    return f"{fence}{language}\n{text}\n{fence}"


def block(source: Sequence[tuple[int, str]]) -> list[str]:
    """The lines of a definition that begins with the first of them: as far as they are indented, or close it."""
    lines = [text for _, text in source]
    if not lines:
        return []
    margin = _indent(lines[0])
    for number, line in enumerate(lines[1:], 1):
        if not line.strip() or _indent(line) > margin or line.strip()[0] in "{)]" or line.strip().startswith("where"):
            continue
        end = number + 1 if _ENDS_BLOCK.fullmatch(line.strip()) else number
        lines = lines[:end]
        break
    while lines and not lines[-1].strip():
        lines.pop()
    return lines


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
