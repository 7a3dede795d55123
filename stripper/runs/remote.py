"""Files that are not on this machine (`s3://`, `gs://`, `hf://`, `https://`), by way of fsspec. They are read alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from ..engine.records import digest
from ..errors import InputError, MissingExtraError
from ..extras import load
from .discovery import Found, Search


@contextmanager
def _file_system(name: str) -> Iterator[tuple[Any, str]]:
    """The file system of an address, and the path in it. Raises InputError for whatever goes wrong there."""
    try:
        yield load("fsspec.core", "remote").url_to_fs(name)
    except (InputError, MissingExtraError):
        raise
    except ImportError as error:
        raise MissingExtraError(f"{name}: {error}: pip install 'stripper[remote]'") from None
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
        for each, about in found.items():
            target = each.removeprefix(path.rstrip("/")).lstrip("/")
            source = system.unstrip_protocol(each)
            if not search.wants(target):
                continue
            if any(part in ("", ".", "..") for part in target.split("/")):
                yield Found(source, target, 0, f"{source}: is not read, since its name leads elsewhere", True)
            else:
                yield Found(source, target, int(about.get("size") or 0), shard=True)


@contextmanager
def open_remote(name: str) -> Iterator[BinaryIO]:
    """A file to read. Errors while it is read are InputErrors too."""
    with _file_system(name) as (system, path), system.open(path, "rb") as file:
        yield file


def remote_digest(name: str) -> bytes:
    """16 bytes that are others when the file is, as far as its file system tells without reading it."""
    with _file_system(name) as (system, path):
        return digest(str(system.ukey(path)).encode("utf-8"))
