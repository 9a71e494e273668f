"""Starts the terminal client against the stand-in server: `python chat_client.py [SERVER ARGS --] [CHAT ARGS]`."""

import argparse
import sys
from pathlib import Path

from chatls.terminal.args import add_chat_arguments, chat_args
from chatls.terminal.start import chat

FAKE = Path(__file__).with_name("fake_chatls.py")


def main(argv: list[str]) -> int:
    cut = argv.index("--") + 1 if "--" in argv else 0
    parser = argparse.ArgumentParser("chatls chat")
    add_chat_arguments(parser)
    server = (sys.executable, str(FAKE), *argv[: max(cut - 1, 0)])
    return chat(chat_args(parser.parse_args(argv[cut:]))._replace(server=server))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
