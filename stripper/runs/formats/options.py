"""What a user can say of files of records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ...reading.forms import AUTO
from .names import PAGES, Format, format_of
from .records import Columns


@dataclass(frozen=True, slots=True)
class RecordOptions:
    """What is done with files of records.

    `source` is the format that inputs are in and `to` the one that they are written in, where their names are not to
    tell. `add` are names of `stripper.engine.columns.VALUES`. A bad record (broken, no text, not in the encoding) is
    written as it stands (`keep`), left out (`drop`), or nothing of its file is written (`fail`). Records of which less
    than `min_words` words are left are left out, and with `drop_empty` those of which nothing is. The group of a record
    is the host of its URL, unless `by_host` is off. `form` is what
    the texts are, and `site` where those without a URL are from, see `stripper.strip`.
    """

    columns: Columns = field(default_factory=Columns)
    source: Format | None = None
    to: Format | None = None
    add: tuple[str, ...] = ()
    bad: Literal["keep", "drop", "fail"] = "keep"
    min_words: int = 0
    drop_empty: bool = False
    by_host: bool = True
    form: str = AUTO
    site: str = ""

    def format_for(self, name: str) -> Format | None:
        """The format of an input that holds records, or is to be written as such; None for a page that stays one."""
        told = format_of(name)
        found = self.source or told or (Format("txt") if self.to else None)
        stays = found is None or found.is_page or (found.name in PAGES and found == told)
        return None if stays and self.to is None else found

    def format_within(self, name: str) -> Format:
        """The format of an input that is read as records, a page being the only one of its file."""
        return self.source or format_of(name) or Format("txt")
