"""The time that rules take of a page."""

from __future__ import annotations

from time import perf_counter, thread_time


class Clock:
    """What each rule, or all of some, has `taken` since it was made: seconds, and steps, which need no looking at."""

    __slots__ = ("_began", "seconds", "steps")

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.steps: dict[str, int] = {}
        self._began = perf_counter(), thread_time()

    def share(self) -> float:
        """The share of a processor that was had. Seconds times this are those that count, however busy the machine is;
        to ask for these each time takes ten times as long as to ask for others."""
        began, began_thread = self._began
        return min((thread_time() - began_thread) / max(perf_counter() - began, 1e-9), 1.0)
