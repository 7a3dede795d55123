"""Files at addresses: a small server that answers as Google's storage and Hugging Face do."""

from __future__ import annotations

import base64
import gzip
import importlib.util
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlparse

import pytest

PROSE = "The ferry sails again from Monday on, its captain says to all who wait.\n"
FILES = {
    name: "".join(json.dumps({"id": at, "text": f"Share\n{PROSE}"}) + "\n" for at in range(count)).encode()
    for name, count in (("in/a.jsonl", 3), ("in/deep/b.jsonl", 900))
}
COMMITS: list[str] = []
pytestmark = pytest.mark.long


class Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        address = urlparse(self.path)
        path, asked = unquote(address.path), parse_qs(address.query)
        if (name := path.rpartition("/resolve/main/")[2]) in FILES:  # of Hugging Face
            self._file(FILES[name])
        elif path.startswith("/api/datasets/me/pages/tree/main"):
            below = path.removeprefix("/api/datasets/me/pages/tree/main").lstrip("/")
            self._json(_tree(below, asked.get("recursive") == ["true"]))
        elif path == "/api/datasets/me/pages":
            self._json({"id": "me/pages", "sha": "1" * 40, "siblings": [], "tags": [], "private": False})
        elif path.startswith("/download/storage/v1/b/bucket/o/") and (name := path.partition("/o/")[2]) in FILES:
            self._file(FILES[name])
        elif path == "/storage/v1/b/bucket/o":
            found = [name for name in FILES if name.startswith(asked.get("prefix", [""])[0])]
            self._json({"items": [_object(name) for name in found], "prefixes": []})
        elif (name := path.removeprefix("/storage/v1/b/bucket/o/")) in FILES:
            self._json(_object(name))
        else:
            self._answer(404, b'{"error": {"code": 404, "message": "Not Found"}}')

    def do_POST(self) -> None:
        length = self.headers["Content-Length"]
        body = self.rfile.read(int(length)) if length else self._chunks()
        if self.path.startswith("/api/datasets/me/pages/preupload/main"):
            asked = json.loads(body)["files"]
            kinds = [{"path": each["path"], "uploadMode": "regular", "shouldIgnore": False} for each in asked]
            self._json({"files": kinds})
            return
        if self.path.startswith("/api/datasets/me/pages/commit/main"):  # its message, then a line for each file
            (added,) = (json.loads(line)["value"] for line in body.splitlines()[1:])
            FILES[added["path"]] = base64.b64decode(added["content"])
            COMMITS.append(added["path"])
            address = f"http://{self.headers['Host']}/datasets/me/pages/commit/{'1' * 40}"
            self._json({"commitUrl": address, "commitOid": "1" * 40})
            return
        # an upload to Google's, in two parts: what it is, and its bytes
        if not self.path.startswith("/upload/storage/v1/b/bucket/o?uploadType=multipart"):
            self._answer(404, b'{"error": {"code": 404, "message": "Not Found"}}')
            return
        _, about, rest, _ = body.split(b"--==0==")
        name = json.loads(about.partition(b"\n\n")[2])["name"]
        FILES[name] = rest.partition(b"\n\n")[2].removesuffix(b"\n")
        self._json(_object(name))

    def _chunks(self) -> bytes:
        data = b""
        while size := int(self.rfile.readline(), 16):
            data += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return data

    def _file(self, data: bytes) -> None:
        first, _, last = self.headers.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")
        start, end = int(first), min(int(last or len(data)), len(data) - 1) + 1
        self._answer(206, data[start:end], f"bytes {start}-{end - 1}/{len(data)}")

    def _json(self, value: Any) -> None:
        self._answer(200, json.dumps(value).encode())

    def _answer(self, status: int, body: bytes, part: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status == 404 and re.fullmatch("/api/datasets/[^/]+/[^/]+", self.path):
            self.send_header("X-Error-Code", "RepoNotFound")
        if part:
            self.send_header("Content-Range", part)
        self.end_headers()
        self.wfile.write(body)


def _object(name: str) -> dict[str, str]:
    return {"name": name, "bucket": "bucket", "size": str(len(FILES[name])), "generation": "1", "etag": name}


def _tree(below: str, deep: bool) -> list[dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    above = f"{below}/" if below else ""
    for name, data in FILES.items():
        *folders, _ = name.removeprefix(above).split("/")
        if not name.startswith(above):
            continue
        for depth in range(1, len(folders) + 1 if deep else min(2, len(folders) + 1)):
            path = above + "/".join(folders[:depth])
            rows[path] = {"type": "directory", "path": path, "oid": "0" * 40, "size": 0}
        if deep or not folders:
            rows[name] = {"type": "file", "path": name, "oid": sha1(data).hexdigest(), "size": len(data)}
    return list(rows.values())


@pytest.fixture
def endpoint() -> Iterator[str]:
    before = dict(FILES)
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
    FILES.clear()
    FILES.update(before)
    COMMITS.clear()


def call(endpoint: str, folder: Path, *arguments: str, status: int = 0) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "STORAGE_EMULATOR_HOST": endpoint, "HF_ENDPOINT": endpoint, "HF_HOME": str(folder)}
    environment["NO_GCE_CHECK"] = "true"  # or, at each file, it waits for a server that there is on Google's machines
    command = [sys.executable, "-m", "stripper", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=600)
    assert done.returncode == status and b"Traceback" not in done.stderr, done.stderr.decode()
    return done


@pytest.mark.parametrize(
    ("address", "library"), [("gs://bucket/in", "gcsfs"), ("hf://datasets/me/pages/in", "huggingface_hub")]
)
def test_files_in_a_store_are_cleaned_by_their_address(
    endpoint: str, tmp_path: Path, address: str, library: str
) -> None:
    if importlib.util.find_spec(library) is None:
        pytest.skip(f"{library} is not installed")
    run = partial(call, endpoint, tmp_path)
    run("batch", address, "-o", "out", "-j", "2", "--no-cross-document")
    for name, count in (("a.jsonl", 3), ("deep/b.jsonl", 900)):
        rows = [json.loads(line) for line in (tmp_path / "out" / name).read_bytes().splitlines()]
        assert rows == [{"id": at, "text": PROSE} for at in range(count)]
    assert b"nothing to do" in run("batch", address, "-o", "out", "--resume", "--no-cross-document").stderr
    assert run("strip", f"{address}/a.jsonl").stdout == (tmp_path / "out/a.jsonl").read_bytes()
    missing = run("strip", f"{address}/none.jsonl", status=1).stderr
    assert f"{address}/none.jsonl: no such file or folder".encode() in missing


@pytest.mark.parametrize(
    ("store", "library"), [("gs://bucket", "gcsfs"), ("hf://datasets/me/pages", "huggingface_hub")]
)
def test_outputs_are_put_at_addresses(endpoint: str, tmp_path: Path, store: str, library: str) -> None:
    if importlib.util.find_spec(library) is None:
        pytest.skip(f"{library} is not installed")
    run = partial(call, endpoint, tmp_path)
    local = tmp_path / "pages"
    local.mkdir()
    (local / "a.txt").write_text(f"Share\n{PROSE}", "utf-8")
    (local / "b.jsonl").write_bytes(FILES["in/a.jsonl"] + b"{}\n")
    run("batch", f"{store}/in", "-o", f"{store}/out", "-j", "2", "--no-cross-document")
    run("batch", "pages", "-o", f"{store}/out2", "--no-cross-document", "--bad", "drop", status=1)
    clean = [{"id": at, "text": PROSE} for at in range(900)]
    for name, count in (("out/a.jsonl", 3), ("out/deep/b.jsonl", 900), ("out2/b.jsonl", 3)):
        assert [json.loads(line) for line in FILES[name].splitlines()] == clean[:count]
    assert FILES["out2/a.txt"].decode() == PROSE
    own = f".stripper-{store[:2]}-"
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith(own)) == ["pages"]
    again = ("batch", f"{store}/in", "-o", f"{store}/out", "--no-cross-document", "--resume")
    assert b"nothing to do" in run(*again).stderr
    del FILES["out/a.jsonl"]
    assert b"1 file cleaned" in run(*again).stderr and "out/a.jsonl" in FILES
    run("batch", f"{store}/in/a.jsonl", "-o", f"{store}/one.jsonl.gz", "--no-cross-document")
    run("strip", "pages/b.jsonl", "-o", f"{store}/two.jsonl", "--bad", "drop", status=1)
    assert gzip.decompress(FILES["one.jsonl.gz"]) == FILES["two.jsonl"] == FILES["out/a.jsonl"]
    before = dict(FILES)
    run("batch", "pages", "-o", f"{store}/out3", "--bad", "fail", "--glob", "*.jsonl", status=1)
    run("strip", "pages/b.jsonl", "-o", f"{store}/two.jsonl", "--bad", "fail", status=1)
    assert b"among the inputs" in run("batch", f"{store}/in", "-o", f"{store}/in/x", status=2).stderr
    refused, status = ("no such repository", 2) if library == "huggingface_hub" else ("/a.txt: cannot be written: ", 1)
    assert refused.encode() in run("batch", "pages", "-o", f"{store}-none/out", status=status).stderr
    assert before == FILES
    if library == "huggingface_hub":
        once = ["one.jsonl.gz", "out/a.jsonl", "out/deep/b.jsonl", "out2/a.txt", "out2/b.jsonl", "two.jsonl"]
        assert sorted(COMMITS) == sorted([*once, "out/a.jsonl"])  # which was taken away, and made again
