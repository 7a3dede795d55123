"""The time that rules take of a page."""

from __future__ import annotations

from time import perf_counter, thread_time


class Clock:
    """What rules took of a page, by their ids: `seconds` of a wall clock, and `steps`, which are cheaper to count."""

    __slots__ = ("_began", "seconds", "steps")

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.steps: dict[str, int] = {}
        self._began = perf_counter(), thread_time()

    def share(self) -> float:
        """The share of a processor that this thread had since the clock was made: at most 1.

        Seconds times this are what counts, however busy the machine is. A processor's time is too slow to ask for at
        each search: it takes ten times as long as that of a wall clock.
        """
        began, began_thread = self._began
        return min((thread_time() - began_thread) / max(perf_counter() - began, 1e-9), 1.0)
