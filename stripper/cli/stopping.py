"""How a call ends that is told to: by Ctrl-C, by `kill`, by a terminal that is closed."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` takes long to import
import os
import sys
import time
from typing import Any

_TOLD = [getattr(_signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(_signal, name)]
_SECONDS = 2.0  # in which a call that is stopped ends, as a rule; who tells it again after that does not want to wait
_first: tuple[int, float] | None = None  # the signal that stopped this call, and when


def stop_as_by_interrupt() -> None:
    """From here on other signals that end a process end what it does as Ctrl-C does: what is done is noted first.

    More of them change nothing while that is done: they often come in twos, to a process and to its group. Those that
    are ignored, as by nohup, stay so. A process that is forked off ends at once, as its parent will see.
    """
    for number in _TOLD:
        if _signal.getsignal(number) in (_signal.SIG_DFL, _signal.default_int_handler):
            _signal.signal(number, _interrupt)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_end_at_once)
    if hasattr(_signal, "setitimer"):
        _signal.signal(_signal.SIGALRM, _interrupt_again)
        sys.unraisablehook = _unraised


def _interrupt(number: int, _: Any) -> None:
    global _first
    if _first is None:
        _first = number, time.monotonic()
        raise KeyboardInterrupt(number)
    if time.monotonic() - _first[1] > _SECONDS:
        os._exit(128 + number)


def _interrupt_again(*_: Any) -> None:
    if _first is not None:
        raise KeyboardInterrupt(_first[0])


def _unraised(what: sys.UnraisableHookArgs) -> None:
    """An interrupt came where no exception leaves, such as while a process was forked off: it comes once more, soon."""
    if isinstance(what.exc_value, KeyboardInterrupt):
        _signal.setitimer(_signal.ITIMER_REAL, 0.01)
    else:
        sys.__unraisablehook__(what)


def _end_at_once() -> None:
    for number in _TOLD:
        if _signal.getsignal(number) is _interrupt:
            _signal.signal(number, _signal.SIG_IGN if number == _signal.SIGINT else _signal.SIG_DFL)


def status_of(stop: BaseException) -> int:
    """The exit status of a call that was stopped, as shells have it: 130 is that of Ctrl-C."""
    numbers = [each for each in stop.args if isinstance(each, int)]
    return 128 + int(*numbers or [_signal.SIGINT])
