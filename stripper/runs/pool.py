"""Work spread over processes: results in the order of the work, whatever the number of workers.

A worker that dies takes nothing down with it but the one piece of work that killed it. Workers end with the process
that started them, however that ends.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import active_children, parent_process
from multiprocessing.connection import wait as wait_for
from typing import Any, Generic, NamedTuple, TypeVar

from ..errors import OptionError

Work = TypeVar("Work")
Answer = TypeVar("Answer")

AHEAD = 3  # pieces in flight for each worker: none waits for work, and memory does not grow with the work
LOOK_SECONDS = 2.0  # between two looks at whether work is still handed out


def cores() -> int:
    """How many processes can run at once: of a machine's cores, those that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Pass(NamedTuple, Generic[Work, Answer]):
    """What is done with each piece of work: `do(work, *setup)`.

    `split` takes a piece apart, to find out which part it was that killed a worker; `lost` answers for that part.
    """

    do: Callable[..., Answer]
    split: Callable[[Work], list[Work]]
    lost: Callable[[Work], Answer]


class WorkerPool:
    """`jobs` processes, or this one if that is 1, that do one pass after the other; `setup` goes to each once."""

    def __init__(self, setup: tuple[Any, ...], jobs: int) -> None:
        self._setup, self._jobs = setup, jobs
        self.deaths = 0  # of workers, or several at once
        self._flying: deque[tuple[Any, Future[Any]]] = deque()
        self._again: deque[Any] = deque()
        self._pool: ProcessPoolExecutor | None = None
        self._others = set(active_children())

    def answers(self, work: Iterator[Work], made: Pass[Work, Answer]) -> Iterator[tuple[Work, Answer]]:
        """Each piece of work with its answer, in order. Closing the iterator stops all workers at once."""
        if self._jobs == 1:
            while (piece := self._next(work)) is not None:
                yield piece, made.do(piece, *self._setup)
            return
        try:
            while True:
                try:
                    self._fill(work, made)
                    if not self._flying:
                        break
                    answer = self._answer(*self._flying[0], made)
                except BrokenProcessPool:
                    self.deaths += 1
                    yield from self._one_by_one([piece for piece, _ in self._flying], made)
                else:
                    yield self._flying.popleft()[0], answer
        except BaseException:
            self.stop()
            raise

    def close(self) -> None:
        """Let the workers end, who have nothing left to do."""
        if self._pool is not None:
            self._pool.shutdown()

    def stop(self) -> None:
        """End all workers at once. What they write is whole or not there, so nobody needs to wait for them."""
        for process in set(active_children()) - self._others:
            process.kill()
        if self._pool is not None:
            with suppress(RuntimeError):  # of a thread that could not be started
                self._pool.shutdown(cancel_futures=True)

    def requeue(self, first: list[Work], change: Callable[[Work], Work]) -> None:
        """Do again, changed, what is in flight, and some work before it."""
        for _, future in self._flying:
            future.cancel()
        wait([future for _, future in self._flying])  # or a worker would still write what is no longer wanted
        self._again = deque(map(change, [*first, *(work for work, _ in self._flying), *self._again]))
        self._flying.clear()

    def _next(self, work: Iterator[Work]) -> Work | None:
        return self._again.popleft() if self._again else next(work, None)

    def _fill(self, work: Iterator[Work], made: Pass[Work, Answer]) -> None:
        """Give the workers enough to do."""
        while len(self._flying) < AHEAD * self._jobs and (piece := self._next(work)) is not None:
            try:
                self._pool = self._pool or self._start(self._jobs)
                self._flying.append((piece, self._pool.submit(_work, made.do, piece)))
            except BrokenProcessPool:
                self._again.appendleft(piece)
                raise
            except (OSError, RuntimeError) as error:  # RuntimeError: of a thread that cannot be started
                why = getattr(error, "strerror", None) or error
                raise OptionError(f"{self._jobs} processes cannot be had: {why}; ask for fewer") from None

    def _start(self, jobs: int) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(jobs, initializer=_start_worker, initargs=(self._setup,))

    def _one_by_one(self, pieces: list[Work], made: Pass[Work, Answer]) -> Iterator[tuple[Work, Answer]]:
        """Do what was in flight when a worker died, part by part in a single worker, to find what killed it."""
        self._flying.clear()
        assert self._pool is not None
        self._pool.shutdown(cancel_futures=True)
        self._pool = None
        self._again.extendleft(reversed([part for piece in pieces for part in made.split(piece)]))
        parts = sum(len(made.split(piece)) for piece in pieces)
        single: ProcessPoolExecutor | None = None
        try:
            while parts > 0 and self._again:
                part = self._again.popleft()
                parts -= 1
                single = single or self._start(1)
                try:
                    answer = self._answer(part, single.submit(_work, made.do, part), made, single)
                except BrokenProcessPool:
                    self.deaths += 1
                    single.shutdown()
                    single, answer = None, made.lost(part)
                yield part, answer
        finally:
            if single is not None:
                single.shutdown()

    def _answer(
        self, piece: Work, future: Future[Answer], made: Pass[Work, Answer], pool: ProcessPoolExecutor | None = None
    ) -> Answer:
        """What a worker of `pool`, or of all of them, made of a piece. Raises OptionError if none will ever answer."""
        # The thread that hands out work dies, and says so to nobody, where there is no room for another one.
        hands_out = getattr(pool or self._pool, "_executor_manager_thread", None)
        while not wait([future], LOOK_SECONDS).done:
            if hands_out is not None and not hands_out.is_alive() and not future.done():
                raise OptionError(f"{self._jobs} processes cannot be given work, for want of memory; ask for fewer")
        try:
            return future.result()
        except MemoryError:  # there is too little to hand it, or what was made of it, from one process to the other
            return made.lost(piece)


# --- in a worker -------------------------------------------------------------------------------------------------

_setup: tuple[Any, ...]  # what every piece of work needs, given to a worker once


def _start_worker(setup: tuple[Any, ...]) -> None:
    global _setup
    _setup = setup
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all of them; the parent decides
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)


def _work(do: Callable[..., Any], piece: Any) -> Any:
    return do(piece, *_setup)
