"""`python -m nnfund` is the `nnfund` command."""

import sys

from nnfund.cli import main

if __name__ == "__main__":
    sys.exit(main())
