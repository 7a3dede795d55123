"""The command, run by a process that has loaded its modules and the shipped rules: it forks, and the fork is the call.

Each call is a process of its own, with pipes, a folder, an environment and an exit status as the installed command has
them. What it is spared is to start Python, to import modules and to load the rules: most of what a short call takes.
"""

from __future__ import annotations

import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from select import select

AVAILABLE = sys.platform == "linux"
SAMPLES = Path(__file__).resolve().parent.parent / "samples"
MOST_BYTES = 1 << 20  # of a call


class Forks:
    """Starts the process at the first call."""

    def __init__(self) -> None:
        self._server: subprocess.Popen[bytes] | None = None

    def call(self, arguments: list[str], cwd: Path, data: bytes, seconds: float) -> subprocess.CompletedProcess[bytes]:
        """Run `stripper` with arguments in a folder; raises `TimeoutExpired` as `subprocess.run` does."""
        if self._server is None:
            self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            handle = theirs.fileno()
            command = [sys.executable, __file__, str(handle)]
            # Python makes its streams for what it finds when it starts, and calls have pipes.
            self._server = subprocess.Popen(command, pass_fds=[handle], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            theirs.close()
        ends = [os.pipe() for _ in range(3)]
        (stdin, to_stdin), (from_stdout, stdout), (from_stderr, stderr) = ends
        answers, answered = socket.socketpair()  # of this call alone: no other can take its answer for its own
        asked = {"arguments": arguments, "cwd": os.fspath(cwd), "environment": dict(os.environ)}
        handles = [stdin, stdout, stderr, answered.detach()]
        socket.send_fds(self._socket, [json.dumps([seconds, asked]).encode()], handles)
        for handle in handles:
            os.close(handle)
        with answers, ThreadPoolExecutor(3) as pool:
            pool.submit(_write, to_stdin, data)
            out, err = pool.submit(_read, from_stdout), pool.submit(_read, from_stderr)
            late, status = json.loads(answers.recv(100))
        if late:
            raise subprocess.TimeoutExpired(["stripper", *arguments], seconds)
        return subprocess.CompletedProcess(["stripper", *arguments], status, out.result(), err.result())

    def close(self) -> None:
        if self._server is not None:
            self._socket.close()
            self._server.communicate(timeout=60)


def _write(handle: int, data: bytes) -> None:
    with os.fdopen(handle, "wb") as pipe:
        pipe.write(data)


def _read(handle: int) -> bytes:
    with os.fdopen(handle, "rb") as pipe:
        return pipe.read()


# --- in the process that forks --------------------------------------------------------------------------------------

LIBRARIES = ("pyarrow.parquet", "pyarrow.ipc", "msgspec", "multiprocessing.connection", "fastwarc.warc")
NEEDED_BY_NO_CALL = {"stripper.spark", "stripper.ray", "stripper.datatrove", "stripper.__main__"}


def serve(here: socket.socket) -> None:
    """Answer each call with whether it took too long, in which case it is killed, and with its status."""
    import stripper

    modules = {module.name for module in pkgutil.walk_packages(stripper.__path__, "stripper.")}
    for name in (*LIBRARIES, *sorted(modules - NEEDED_BY_NO_CALL)):
        import_module(name)
    stripper.strip((SAMPLES / "en-news.txt").read_text("utf-8"))
    while True:
        asked, handles, _, _ = socket.recv_fds(here, MOST_BYTES, 4)
        if not asked:
            return
        seconds, call = json.loads(asked)
        *streams, answers = handles
        process = os.fork()
        if not process:
            here.close()
            os.close(answers)
            become(streams, **call)
        for handle in streams:
            os.close(handle)
        ended = os.pidfd_open(process)
        if late := not select([ended], [], [], seconds)[0]:
            os.kill(process, signal.SIGKILL)
        os.close(ended)
        status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        with socket.socket(fileno=answers) as caller, suppress(OSError):  # who may be gone
            caller.send(json.dumps([late, status]).encode())


def become(handles: list[int], arguments: list[str], cwd: str, environment: dict[str, str]) -> None:
    """Go on as the command that was called; never returns."""
    from stripper.cli import main

    for number, handle in enumerate(handles):
        os.dup2(handle, number)
        os.close(handle)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["stripper", *arguments]
    try:
        main()
    finally:
        import traceback

        traceback.print_exc()
        os._exit(1)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
