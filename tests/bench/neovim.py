"""The Neovim client: what it adds to the first token, how typing feels beside a fast stream, and what it costs to load.

In a real terminal, with timestamps taken inside the editor (`neovim.lua`). Keys are sent by a tmux process each, whose
start is part of the latency: the row without a stream says how much that is.
"""

import re
import subprocess
import tempfile
import time
from pathlib import Path

from tests.bench.model import Model
from tests.bench.prompts import MODEL, Prompt
from tests.bench.table import Row, median, ms, percentile
from tests.support.chat_terminal import make_user
from tests.support.neovim import PLUGIN
from tests.support.neovim_install import VERSIONS, neovim
from tests.support.neovim_screen import Screen, screen

PROBES = Path(__file__).with_suffix(".lua")
TURNS = 40
WAIT = 0.05
"""Seconds that the model takes before its first token."""
RATE, SECONDS = 500, 20
EVERY = 0.05
"""Seconds between two keys."""
KEYS = int(SECONDS / EVERY) - 20
STARTS = 15
STATE = 'local conv = require("chatls").current() local turn = conv.turns[#conv.turns] '
IS_OVER = STATE + 'return turn.state ~= "running" and not require("chatls.turn").is_running(conv)'


def run(model: Model) -> list[Row]:
    """On the newest Neovim."""
    program = neovim(VERSIONS[-1])
    with tempfile.TemporaryDirectory() as folder:
        user = make_user(Path(folder))
        with screen(program, user, "README.md") as editor:
            editor.use_server(f"ollama/{MODEL}", settings={"ollama": {"address": model.address}}, context=False)
            editor.lua("dofile(...)", str(PROBES))
            firsts = _first_tokens(editor, model)
            idle = _latencies(editor)
            busy, whole = _beside_a_stream(editor, model)
    loads = [_load(program) for _ in range(STARTS)]
    added, slow, felt = median(firsts), percentile(firsts, 0.99), percentile(busy, 0.99)
    return [
        Row("Neovim: first token on screen, over the server's time, p50", [ms(added)], "<= 50 ms", added <= 0.05),
        Row("the same, p99", [ms(slow)], "<= 50 ms", slow <= 0.05),
        Row("Neovim: a key beside 500 tok/s, p50", [ms(median(busy))]),
        Row("the same, p99", [ms(felt)], "<= 50 ms", felt <= 0.05),
        Row("the same without a stream, p99", [ms(percentile(idle, 0.99))]),
        Row("Neovim: an answer of 10,000 tokens is whole", ["yes" if whole else "no"], "yes", whole),
        Row("Neovim: loading the plugin", [ms(median(loads))], "<= 2 ms", median(loads) <= 0.002),
    ]


def _first_tokens(editor: Screen, model: Model) -> list[float]:
    """Seconds from Enter until the first token is drawn, less those from the request until it came in."""
    found: list[float] = []
    for number in range(TURNS + 1):
        prompt = model.prompt(3, rate=100.0, wait=WAIT)
        editor.lua('require("chatls").new() BENCH = { text = ..., shown = {} }', prompt.tokens()[0])
        editor.lua('require("chatls.view").focus_prompt(...)', prompt.message())
        editor.term.keys("Escape")
        editor.wait("return vim.api.nvim_get_mode().mode == 'n'")
        editor.term.keys("Enter")
        editor.wait("return BENCH.drawn")
        at: dict[str, int] = editor.lua("return BENCH")
        editor.wait(IS_OVER)
        if number:  # the first starts the server
            found.append(((at["drawn"] - at["key"]) - (at["token"] - at["sent"])) / 1e9)
    return found


def _latencies(editor: Screen) -> list[float]:
    """Seconds from a key until it is drawn, for keys typed into a file beside the panel."""
    editor.term.keys("Escape")
    editor.wait("return vim.api.nvim_get_mode().mode == 'n'")
    editor.lua("""
    vim.api.nvim_set_current_win(vim.fn.bufwinid("README.md"))
    vim.api.nvim_buf_set_lines(0, 0, -1, false, { "" })
    BENCH_WATCH(vim.api.nvim_get_current_buf())
    """)
    editor.term.text("i")
    editor.wait("return vim.api.nvim_get_mode().mode == 'i'")
    begin, sent = time.monotonic(), list[int]()
    for number in range(KEYS):
        time.sleep(max(0.0, begin + number * EVERY - time.monotonic()))
        sent.append(time.monotonic_ns())
        editor.term.text("x")
    editor.wait(f"return #BENCH.shown >= {KEYS}")
    shown: list[int] = editor.lua("return BENCH.shown")
    editor.term.keys("Escape")
    return [(drawn - key) / 1e9 for key, drawn in zip(sent, shown, strict=True)]


def _beside_a_stream(editor: Screen, model: Model) -> tuple[list[float], bool]:
    """The same while an answer comes in; and whether all of the answer is known, and drawn."""
    prompt = model.prompt(RATE * SECONDS, rate=float(RATE))
    editor.lua('require("chatls").new() require("chatls").send(..., { attachments = {} })', prompt.message())
    editor.wait(STATE + 'return require("chatls.state").text(turn) ~= ""')
    latencies = _latencies(editor)
    editor.wait(IS_OVER, seconds=60)
    return latencies, _is_whole(editor, prompt)


def _is_whole(editor: Screen, prompt: Prompt) -> bool:
    text: str = editor.lua(STATE + 'return require("chatls.state").text(turn)')
    editor.wait("return BENCH.settled or vim.schedule(function() BENCH.settled = true end)")
    lines: str = editor.lua("""
    for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
      if vim.bo[buffer].filetype == "chatls" then
        return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), "\\n")
      end
    end
    """)
    return text == prompt.answer() and prompt.answer().strip() in lines


def _load(program: Path) -> float:
    """Seconds that Neovim spends with the plugin when it starts."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "times")
        settings = f"set runtimepath^={PLUGIN}"
        words = [program, "--clean", "--cmd", settings, "--headless", "--startuptime", str(log), "+qall"]
        subprocess.run(["env", f"HOME={folder}", *words], check=True, capture_output=True)
        [line] = [line for line in log.read_text().splitlines() if line.endswith("plugin/chatls.lua")]
        numbers = re.findall(r"\d+\.\d+", line)
        return float(numbers[1]) / 1e3
