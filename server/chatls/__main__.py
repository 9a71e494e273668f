"""`python -m chatls`: the same as the command `chatls`."""

import sys

from chatls.cli import main

if __name__ == "__main__":
    sys.exit(main())
