"""Makes a tiny GGUF model that answers by script, and the Ollama templates that choose the script.

A one-block `llama` whose attention and feed-forward add exactly nothing, so that the next token depends on the last
one alone. The prompt ends in one control token per script; every later step of a script has a token of its own, which
the tokenizer never produces. What a test sends is therefore seen in its request, never in the answer. Used by
`ollama.py`; the file format is the one of the `gguf` package.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
from gguf import GGUFWriter, TokenType
from numpy.typing import NDArray

Script = str | Sequence[bytes]
"""Text, cut into tokens by `pieces`, or the tokens themselves."""

SCRIPTS: Mapping[str, Script] = {
    "default": "Hello from the scripted model. Umlauts: äöü, emoji: 🦙🚀, done.",
    "tool": '<tool_call>\n{"name": "read_file", "arguments": {"path": "a.py"}}\n</tool_call>',
    "two_tools": 'Let me look.\n<tool_call>\n{"name": "read_file", "arguments": {"path": "b.py"}}\n</tool_call>'
    '\n<tool_call>\n{"name": "list_directory", "arguments": {"path": "."}}\n</tool_call>',
    "after_tool": "The file says forty-two, as it should.",
    "think": "<think>\nA short question wants a short reply.\n</think>\n\nShort reply it is.",
    "empty": "",
    "endless": (b"tick ", b"tock "),
    "split_emoji": (b"A", b"\xf0\x9f\xa6", b"\x99", b"B"),
    "separators": "next\u0085line, line\u2028separator, paragraph\u2029separator, form\x0cfeed",
}
"""What the last message `#NAME#` is answered with; any other gets `default`, and the result of a tool `after_tool`."""

ENDLESS = frozenset({"endless"})
"""Scripts that begin again at their end: for cancel and for limits."""

CONTEXT_LENGTH = 32_768
"""Tokens. A prompt is one token a byte here, so that a system prompt and tools need thousands."""

HEAD = 8  # of the one attention head, which adds nothing: the narrower, the faster a prompt is read
WEIGHT = 16.0  # leaves so wide a gap between the next token and all others that no sampling option matters


def script_text(name: str) -> str:
    """All that a script says."""
    script = SCRIPTS[name]
    return script if isinstance(script, str) else b"".join(script).decode()


@dataclass
class Vocabulary:
    """The tokens: 256 single bytes, control tokens, and one per step of a script; and which follows which."""

    texts: list[str] = field(default_factory=lambda: list(byte_texts().values()))
    types: list[TokenType] = field(default_factory=lambda: [TokenType.NORMAL] * 256)
    following: dict[int, int] = field(default_factory=dict[int, int])

    def add(self, text: str, type_: TokenType) -> int:
        """A new token's number. llama.cpp wants every text once."""
        assert text not in self.texts, f"{text!r} is a token already"
        self.texts.append(text)
        self.types.append(type_)
        return len(self.texts) - 1

    def add_script(self, start: int, steps: Sequence[bytes], last: int | None) -> None:
        """Chain the steps of a script behind its control token; without `last` its end leads to its first step."""
        names = byte_texts()
        tokens = [s[0] if len(s) == 1 else self.add("".join(names[b] for b in s), TokenType.NORMAL) for s in steps]
        chain = [start, *tokens, tokens[0] if last is None else last]
        assert self.following.keys().isdisjoint(chain[:-1]), "a byte can be a step of its own in one script only"
        self.following.update(pairwise(chain))


def write_model(path: Path, scripts: Mapping[str, Script] = SCRIPTS) -> None:
    """Write the model (about half a megabyte)."""
    words = Vocabulary()
    end = words.add("<|im_end|>", TokenType.CONTROL)
    starts = {name: words.add(start_token(name), TokenType.CONTROL) for name in scripts}
    used: set[bytes] = set()
    for name, script in scripts.items():
        steps = list(pieces(script, used)) if isinstance(script, str) else script
        words.add_script(starts[name], steps, None if name in ENDLESS else end)
    embedding, output = matrices(words, end)
    writer = GGUFWriter(path, "llama")
    add_metadata(writer, words, end, width=embedding.shape[1])
    add_tensors(writer, embedding, output)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def start_token(name: str) -> str:
    """The control token that a prompt ends in to get this script."""
    return f"<|script_{name}|>"


def pieces(text: str, used: set[bytes], length: int = 5) -> Iterator[bytes]:
    """Cut a text into tokens of about this many bytes, whole characters, none of them in `used`, which grows."""
    raw = text.encode()
    while raw:
        sizes = [*range(length, len(raw) + 1), *range(min(length - 1, len(raw)), 1, -1)]
        size = next(size for size in sizes if is_piece(raw, size) and raw[:size] not in used)
        used.add(raw[:size])
        yield raw[:size]
        raw = raw[size:]


def is_piece(raw: bytes, size: int) -> bool:
    """Whether a cut here leaves characters whole, and more than one byte (which is a token already) or none."""
    rest = raw[size:]
    return len(rest) != 1 and (not rest or rest[0] & 0xC0 != 0x80)


def byte_texts() -> dict[int, str]:
    """How a byte is spelled in the token texts of a byte-level tokenizer (GPT-2's table)."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    spelled = {byte: chr(byte) for byte in printable} | {byte: chr(256 + i) for i, byte in enumerate(others)}
    return {byte: spelled[byte] for byte in range(256)}


def matrices(words: Vocabulary, end: int) -> tuple[NDArray[np.float16], NDArray[np.float16]]:
    """Embedding and output, tokens by dimensions: each token that has a next one owns a dimension.

    All others share the last dimension, which leads to the end of the answer.
    """
    states = {token: dimension for dimension, token in enumerate(words.following)}
    other = len(states)
    shape = (len(words.texts), -(-(other + 1) // HEAD) * HEAD)
    embedding, output = np.zeros(shape, np.float16), np.zeros(shape, np.float16)
    for token in range(shape[0]):
        embedding[token, states.get(token, other)] = 1
    for token, dimension in states.items():
        output[words.following[token], dimension] = WEIGHT
    output[end, other] = WEIGHT
    return embedding, output


def add_metadata(writer: GGUFWriter, words: Vocabulary, end: int, width: int) -> None:
    """The keys without which llama.cpp does not load a model."""
    writer.add_context_length(CONTEXT_LENGTH)
    writer.add_embedding_length(width)
    writer.add_block_count(1)
    writer.add_feed_forward_length(HEAD)
    writer.add_head_count(1)
    writer.add_key_length(HEAD)
    writer.add_value_length(HEAD)
    writer.add_head_count_kv(1)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_dimension_count(HEAD)
    writer.add_vocab_size(len(words.texts))
    writer.add_file_type(1)  # mostly float16
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(words.texts)
    writer.add_token_types(words.types)
    writer.add_token_merges([f"{words.texts[0]} {words.texts[1]}"])  # the key must be there; this one never fits
    writer.add_bos_token_id(end)
    writer.add_eos_token_id(end)
    writer.add_add_bos_token(False)


def add_tensors(writer: GGUFWriter, embedding: NDArray[np.float16], output: NDArray[np.float16]) -> None:
    """The weights: all that lies between embedding and output is zero, and each norm one."""
    width = embedding.shape[1]
    narrow = np.zeros((HEAD, width), np.float16)
    writer.add_tensor("token_embd.weight", embedding)
    writer.add_tensor("output.weight", output)
    for name in ("output_norm", "blk.0.attn_norm", "blk.0.ffn_norm"):
        writer.add_tensor(f"{name}.weight", np.ones(width, np.float32))
    for name in ("attn_q", "attn_k", "attn_v", "ffn_gate", "ffn_up"):
        writer.add_tensor(f"blk.0.{name}.weight", narrow)
    for name in ("attn_output", "ffn_down"):
        writer.add_tensor(f"blk.0.{name}.weight", narrow.T.copy())


CONVERSATION = """{{- $role := "" }}{{- $text := "" }}
{{- if .Tools }}<tools>{{ range .Tools }}{{ .Function }}{{ end }}</tools>{{ end }}
{{- range .Messages }}{{ $role = .Role }}{{ $text = .Content }}{{ .Role }}: @@THINKING@@{{ .Content }}
{{- if .ToolCalls }}
<tool_call>
{{- range .ToolCalls }}
{"name": "{{ .Function.Name }}", "arguments": {{ .Function.Arguments }}}
{{- end }}
</tool_call>
{{- end }}<|im_end|>
{{ end }}"""
"""Go template of all that comes before the script's control token.

Ollama reads capabilities out of it: `.Tools` makes a model one with tools; text around `.Thinking` one that thinks;
the first text below a plain `{{ if .ToolCalls }}` is the tag that its parser looks for.
"""


def template(*, thinking: bool = False) -> str:
    """The template of a model with tools, or of one that thinks too.

    Go templates have no substring test, hence `#NAME#` must be the whole message.
    """
    chosen = [name for name in SCRIPTS if name not in ("default", "after_tool")]
    thoughts = "{{ if .Thinking }}<think>{{ .Thinking }}</think>{{ end }}" if thinking else ""
    return (
        CONVERSATION.replace("@@THINKING@@", thoughts)
        + '{{ if eq $role "tool" }}'
        + start_token("after_tool")
        + "".join(f'{{{{ else if eq $text "#{name}#" }}}}{start_token(name)}' for name in chosen)
        + f"{{{{ else }}}}{start_token('default')}{{{{ end }}}}"
    )


PLAIN_TEMPLATE = "{{ range .Messages }}{{ .Role }}: {{ .Content }}<|im_end|>\n{{ end }}" + start_token("default")
"""The template of a model that can do nothing but answer."""
