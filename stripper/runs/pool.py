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
from multiprocessing import active_children, parent_process
from multiprocessing.connection import wait as wait_for
from typing import Any, Generic, TypeVar

from ..errors import OptionError

Work = TypeVar("Work")
Answer = TypeVar("Answer")

AHEAD = 3  # pieces in flight for each worker: none waits for work, and memory does not grow with the work


def cores() -> int:
    """How many processes can run at once: of a machine's cores, those that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class WorkerPool(Generic[Work, Answer]):
    """Does `do(work, *setup)` for each piece of work, in `jobs` processes, or in this one if that is 1.

    `setup` goes to each worker once. `split` takes a piece apart, to find out which part it was that killed a worker;
    `lost` answers for that part.
    """

    def __init__(
        self,
        do: Callable[..., Answer],
        setup: tuple[Any, ...],
        jobs: int,
        split: Callable[[Work], list[Work]],
        lost: Callable[[Work], Answer],
    ) -> None:
        self._do, self._setup, self._jobs, self._split, self._lost = do, setup, jobs, split, lost
        self._flying: deque[tuple[Work, Future[Answer]]] = deque()
        self._again: deque[Work] = deque()
        self._pool: ProcessPoolExecutor | None = None
        self._others = set(active_children())

    def answers(self, work: Iterator[Work]) -> Iterator[tuple[Work, Answer]]:
        """Each piece of work with its answer, in order. Closing the iterator stops all workers at once."""
        if self._jobs == 1:
            while (piece := self._next(work)) is not None:
                yield piece, self._do(piece, *self._setup)
            return
        try:
            while True:
                try:
                    self._fill(work)
                    if not self._flying:
                        break
                    answer = self._flying[0][1].result()
                except BrokenProcessPool:
                    yield from self._one_by_one([piece for piece, _ in self._flying])
                else:
                    yield self._flying.popleft()[0], answer
        except BaseException:
            self.stop()
            raise
        if self._pool is not None:
            self._pool.shutdown()

    def stop(self) -> None:
        """End all workers at once. What they write is whole or not there, so nobody needs to wait for them."""
        for process in set(active_children()) - self._others:
            process.kill()
        if self._pool is not None:
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

    def _fill(self, work: Iterator[Work]) -> None:
        """Give the workers enough to do."""
        while len(self._flying) < AHEAD * self._jobs and (piece := self._next(work)) is not None:
            self._pool = self._pool or self._start(self._jobs)
            try:
                self._flying.append((piece, self._pool.submit(_work, piece)))
            except BrokenProcessPool:
                self._again.appendleft(piece)
                raise
            except OSError as error:
                raise OptionError(f"{self._jobs} processes cannot be had: {error.strerror}; ask for fewer") from None

    def _start(self, jobs: int) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(jobs, initializer=_start_worker, initargs=(self._do, self._setup))

    def _one_by_one(self, pieces: list[Work]) -> Iterator[tuple[Work, Answer]]:
        """Do what was in flight when a worker died, part by part in a single worker, to find what killed it."""
        self._flying.clear()
        assert self._pool is not None
        self._pool.shutdown(cancel_futures=True)
        self._pool = None
        self._again.extendleft(reversed([part for piece in pieces for part in self._split(piece)]))
        parts = sum(len(self._split(piece)) for piece in pieces)
        single: ProcessPoolExecutor | None = None
        try:
            while parts > 0 and self._again:
                part = self._again.popleft()
                parts -= 1
                single = single or self._start(1)
                try:
                    answer = single.submit(_work, part).result()
                except BrokenProcessPool:
                    single.shutdown()
                    single, answer = None, self._lost(part)
                yield part, answer
        finally:
            if single is not None:
                single.shutdown()


# --- in a worker -------------------------------------------------------------------------------------------------

_shared: tuple[Callable[..., Any], tuple[Any, ...]]  # what every piece of work needs, given to a worker once


def _start_worker(do: Callable[..., Any], setup: tuple[Any, ...]) -> None:
    global _shared
    _shared = (do, setup)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all of them; the parent decides
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)


def _work(piece: Any) -> Any:
    do, setup = _shared
    return do(piece, *setup)
