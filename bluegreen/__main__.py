"""`python -m bluegreen`."""

import sys

from bluegreen.cli import main

if __name__ == "__main__":
    sys.exit(main())
