"""tree-sitter's parsers: the one place that imports them, and late. Used by `tools/symbols/parse.py` and
`tools/approval/shell_syntax.py`.
"""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tree_sitter


def parser(language: str) -> "tree_sitter.Parser":
    """A new parser of one language ("tsx", "bash"); only grammars that are asked for are loaded."""
    import tree_sitter

    return tree_sitter.Parser(_grammar(language))


@cache
def _grammar(language: str) -> "tree_sitter.Language":
    import tree_sitter

    match language:
        case "bash":
            import tree_sitter_bash as module
        case "python":
            import tree_sitter_python as module
        case "go":
            import tree_sitter_go as module
        case "rust":
            import tree_sitter_rust as module
        case "lua":
            import tree_sitter_lua as module
        case "c":
            import tree_sitter_c as module
        case _:
            import tree_sitter_typescript

            scripts = tree_sitter_typescript
            is_tsx = language == "tsx"
            return tree_sitter.Language(scripts.language_tsx() if is_tsx else scripts.language_typescript())
    return tree_sitter.Language(module.language())
