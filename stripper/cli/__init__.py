"""The command line."""

from __future__ import annotations

import os
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line; never returns."""
    try:
        from .program import main as run  # here, so that Ctrl-C is no traceback while all else is loaded

        run()
    except KeyboardInterrupt:
        os._exit(130)
