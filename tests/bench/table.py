"""Figures of a benchmark, and how they are shown: a Markdown table, with what was to be reached and whether it was."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HEADER = ("measure", "chatls", "bare httpx", "naive pygls", "target", "")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: figures with their unit, as `HEADER` orders them; `met` is None where there is no target."""

    measure: str
    figures: Sequence[str]
    target: str = ""
    met: bool | None = None

    def cells(self) -> tuple[str, ...]:
        """Its columns; contestants that did not take part have empty ones."""
        verdict = {None: "", True: "met", False: "MISSED"}[self.met]
        figures = [*self.figures, "", ""][:3]
        return (self.measure, *figures, self.target, verdict)


def markdown(rows: Iterable[Row]) -> str:
    """The rows as a Markdown table with aligned columns."""
    lines = [HEADER, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADER))]
    drawn = [_line(line, widths) for line in lines]
    return "\n".join([drawn[0], _line(["-" * width for width in widths], widths), *drawn[1:]])


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of the values do not exceed."""
    return sorted(values)[min(len(values) - 1, round(share * (len(values) - 1)))]


def median(values: Iterable[float]) -> float:
    return statistics.median(values)


def ms(seconds: float) -> str:
    return f"{seconds * 1e3:.1f} ms"


def mb(size: float) -> str:
    return f"{size / 2**20:.1f} MB"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"
