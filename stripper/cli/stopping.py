"""How a call ends that is told to: by Ctrl-C, by `kill`, by a terminal that is closed."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` takes long to import
import os
from typing import Any, NoReturn

_TOLD = [getattr(_signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(_signal, name)]  # beside SIGINT


def stop_as_by_interrupt() -> None:
    """From here on other signals that end a process end what it does as Ctrl-C does: what is done is noted first.

    Those that are ignored, as by nohup, stay so. A process that is forked off ends at once, as its parent will see.
    """
    for number in _TOLD:
        if _signal.getsignal(number) is _signal.SIG_DFL:
            _signal.signal(number, _interrupt)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_end_at_once)


def _interrupt(number: int, _: Any) -> NoReturn:
    raise KeyboardInterrupt(number)


def _end_at_once() -> None:
    for number in _TOLD:
        if _signal.getsignal(number) is _interrupt:
            _signal.signal(number, _signal.SIG_DFL)


def status_of(stop: BaseException) -> int:
    """The exit status of a call that was stopped, as shells have it: 130 is that of Ctrl-C."""
    numbers = [each for each in stop.args if isinstance(each, int)]
    return 128 + int(*numbers or [_signal.SIGINT])
