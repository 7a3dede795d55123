"""Files that are not on this machine (`s3://`, `gs://`, `hf://`, `https://`), by way of fsspec.

They are written where a file is there whole or not at all: in `s3://` and `gs://`, and in `hf://` as a commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from ..engine.records import digest
from ..errors import InputError, MissingExtraError, OptionError, OutputError
from ..extras import how_to_install, load
from .discovery import Found, Search, read_or_left
from .files import Data, write_whole
from .locks import TemporaryFolder

_COMMITTED = "hf://"
_WRITTEN = ("s3://", "gs://", _COMMITTED)


@contextmanager
def _file_system(name: str) -> Iterator[tuple[Any, str]]:
    """The file system of an address, and the path in it. Raises InputError for whatever goes wrong there."""
    try:
        yield load("fsspec.core", "remote").url_to_fs(name)
    except (InputError, MissingExtraError):
        raise
    except ImportError as error:
        raise MissingExtraError(f"{name}: {error}; {how_to_install('remote')}") from None
    except FileNotFoundError:
        raise InputError(f"{name}: no such file or folder") from None
    except Exception as error:  # each file system has errors of its own
        raise InputError(f"{name}: {getattr(error, 'strerror', None) or error or type(error).__name__}") from None


def find_remote(name: str, search: Search) -> Iterator[Found]:
    """The file at an address, or each wanted file below it. Raises InputError."""
    with _file_system(name) as (system, path):
        if system.isfile(path):
            yield Found(name, path.rstrip("/").rpartition("/")[2], int(system.size(path) or 0), shard=True)
            return
        found = system.find(path, detail=True)
        if not found:
            raise InputError(f"{name}: no such file or folder")
        names = {*map(system.unstrip_protocol, found)}
        for each, about in found.items():
            target = each.removeprefix(path.rstrip("/")).lstrip("/")
            source = system.unstrip_protocol(each)
            if not search.wants(target):
                continue
            one = Found(source, target, int(about.get("size") or 0), shard=True)
            if any(part in ("", ".", "..") for part in target.split("/")):
                one = Found(source, target, 0, f"{source}: is not read, since its name leads elsewhere", True)
            yield from read_or_left(one, search, names.__contains__)


@contextmanager
def open_remote(name: str) -> Iterator[BinaryIO]:
    """A file to read. Errors while it is read are InputErrors too."""
    with _file_system(name) as (system, path), system.open(path, "rb") as file:
        yield file


def check_output(name: str, inputs: Iterable[str] = ()) -> None:
    """Raises OptionError for an address that nothing is written to, or below which inputs are, or that is below one.

    Raises MissingExtraError if a library for it is missing, OptionError if a repository is: before anything is cleaned,
    not at the end.
    """
    if not name.startswith(_WRITTEN):
        *some, last = _WRITTEN
        raise OptionError(f"{name}: outputs go to a folder of this machine, {', '.join(some)} and {last}")
    for each in inputs:
        one, other = (address.rstrip("/") + "/" for address in (name, each))
        if one.startswith(other) or other.startswith(one):
            raise OptionError(f"{name}: outputs would be among the inputs in {each}; name another --output")
    try:
        with _file_system(name) as (system, path):
            if name.startswith(_COMMITTED):
                _repository(system, path)
    except InputError as error:
        raise OptionError(str(error)) from None


def _repository(system: Any, path: str) -> Any:
    """Where a path is in a repository. Raises InputError if that is not there."""
    try:
        place = system.resolve_path(path)
    except FileNotFoundError:
        raise InputError(f"{_COMMITTED}{path}: no such repository, or none that may be seen without a token") from None
    if not hasattr(place, "repo_id"):
        raise InputError(f"{_COMMITTED}{path}: outputs go to repositories, not to buckets")
    return place


def _commit(file: Path, system: Any, path: str) -> None:
    """Put a file into a repository. What the file system itself writes is committed as far as it is, if interrupted."""
    hub, place = load("huggingface_hub", "remote"), _repository(system, path)
    hub.utils.disable_progress_bars()  # they would go across that of the run
    hub.HfApi(endpoint=system.endpoint, token=system.token).upload_file(
        path_or_fileobj=str(file), path_in_repo=place.path_in_repo, repo_id=place.repo_id, repo_type=place.repo_type,
        revision=place.revision, commit_message=f"Put {place.path_in_repo} with stripper",
    )  # fmt: skip
    system.invalidate_cache(path)


def put_remote(file: Path, name: str) -> bytes:
    """Put a file at an address, whole or not at all; its `remote_digest` then. Raises OutputError."""
    try:
        with _file_system(name) as (system, path):
            if name.startswith(_COMMITTED):
                _commit(file, system, path)
            else:
                system.put_file(str(file), path)
        return remote_digest(name)
    except InputError as error:
        raise OutputError(f"{name}: cannot be written: {str(error).removeprefix(f'{name}: ')}") from None


def write_remote(name: str, data: Data) -> None:
    """Write a file at an address, whole or not at all. Raises OutputError, OptionError."""
    check_output(name)
    with closing(TemporaryFolder()) as folder:
        write_whole(folder.path / "file", data)
        put_remote(folder.path / "file", name)


def remote_digest(name: str) -> bytes:
    """16 bytes that are others when the file is, as far as its file system tells without reading it."""
    with _file_system(name) as (system, path):
        return digest(str(system.ukey(path)).encode("utf-8"))
