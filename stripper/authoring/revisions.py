"""Packs as they stood at another revision of their git repository."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path

from ..errors import OptionError


def packs_at(revision: str, path: Path, folder: Path) -> Path:
    """Write a pack, or a folder of packs, as it stood at a revision into a folder; returns where it is there.

    Raises OptionError if there is no git, no repository, no such revision, or no such file in it.
    """
    here = path.resolve()
    top = Path(_git(here.parent, "rev-parse", "--show-toplevel").decode().rstrip("\n"))
    tree = _git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{tree}}").decode().strip()
    below = here.relative_to(top.resolve()).as_posix()
    with tarfile.open(fileobj=io.BytesIO(_git(top, "archive", "--format=tar", tree, "--", below))) as archive:
        archive.extractall(folder, filter="data")
    return folder / below


def _git(folder: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", "-C", folder, *arguments], capture_output=True, check=False)
    except OSError:
        raise OptionError("there is no git here, which knows how packs were") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise OptionError(f"{folder}: git {arguments[0]}: {said[-1] if said else 'there is no such revision'}")
    return done.stdout
