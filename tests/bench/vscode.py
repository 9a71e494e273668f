"""The VS Code extension in a real VS Code: from the server to the page, drawing a long answer, activation, size.

`test/bench/` of the extension measures, with a scripted model; here are the limits. Its package is made anew. A word is
on the page when the frame that shows it has been painted. Activation is what VS Code says in "Show Running Extensions":
loading the extension's code and its `activate`, without the server. The panel is open when a window begins, so VS Code
starts its own extensions at that moment; those that it loads in between count as ours, which is the longest figure.
"""

import json
import tempfile
from pathlib import Path
from typing import TypedDict

from tests.bench.model import Model
from tests.bench.table import Row, mb, median, percentile
from tests.support.vscode import Editor, npm
from tests.support.vscode_install import EXTENSION, OLD, chromium, code_server, extension_packages

LATENCY = 50.0
FRAME = 50.0
"""Milliseconds, as all times here."""
ACTIVATION = 100.0
SIZE = 2**20
GROWTH = 16 * 2**20
"""Bytes that the page may keep of an answer of 10,000 tokens."""


class Figures(TypedDict):
    """What the measurement writes."""

    latencies: list[float]
    frames: list[float]
    heapBefore: float
    heapAfter: float
    activations: list[float]


def run(_: Model) -> list[Row]:
    """Two answers in one window: 2,000 tokens at 100 a second, 10,000 at 500. Then more windows, for activation."""
    node = extension_packages()
    npm(node, "package")
    package = EXTENSION / "chatls.vsix"
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder) / "figures.json"
        editor = Editor(code_server(OLD), chromium())
        npm(node, "bench", environment=editor.environment(VSIX=str(package), FIGURES=str(figures)))
        found: Figures = json.loads(figures.read_text(encoding="utf-8"))
    latency, frame = percentile(found["latencies"], 0.99), percentile(found["frames"], 0.99)
    growth, size = found["heapAfter"] - found["heapBefore"], package.stat().st_size
    activations = found["activations"]
    return [
        _row("VS Code: server → page, p50", median(found["latencies"])),
        _row("VS Code: server → page, p99", latency, LATENCY),
        _row("VS Code: frame while 500 tok/s come, p99", frame, FRAME),
        _row("VS Code: longest such frame", max(found["frames"])),
        Row("VS Code: page's growth by 10,000 tokens", [mb(growth)], f"<= {mb(GROWTH)}", growth <= GROWTH),
        _row(f"VS Code: activation, median of {len(activations)} windows", median(activations), ACTIVATION),
        _row("VS Code: longest of these", max(activations)),
        Row("VS Code: package", [mb(size)], f"<= {mb(SIZE)}", size <= SIZE),
    ]


def _row(measure: str, time: float, limit: float | None = None) -> Row:
    if limit is None:
        return Row(measure, [f"{time:.0f} ms"])
    return Row(measure, [f"{time:.0f} ms"], f"<= {limit:.0f} ms", time <= limit)
