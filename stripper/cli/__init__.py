"""The command line."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` takes long to import
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> NoReturn:
    """Run the command line; never returns."""
    if ends := _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:  # and is not ignored, as by nohup
        _signal.signal(_signal.SIGINT, lambda *_: os._exit(130))  # while all else is loaded
    try:
        import gc

        gc.set_threshold(100_000)  # all that is loaded stays: looking for garbage among it costs a twentieth
        from .program import main as run

        if ends:
            _signal.signal(_signal.SIGINT, _signal.default_int_handler)
        run()
    except KeyboardInterrupt:
        os._exit(130)
