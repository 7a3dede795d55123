"""Templates taken apart into tokens, see `templates`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

SLOT_NAME = "[a-z][a-z0-9-]*"
JOIN = re.compile(r"\s&\s")
# One between letters, of an entity, at an end, or that is all that may stand there, is the mark; others have to join.
_MARK = re.compile(r"(?<=\w)&(?=\w)|&(?=#?\w+;)|^&|&$|(?<![^(\[|])&(?![^)\]|])")


def check_joins(template: str) -> None:
    """Raises ValueError for an "&" that does not join, and may have been meant to."""
    text = _MARK.sub(".", template)
    if "&" not in text:
        return
    depth = 0
    for at, char in enumerate(text):
        depth += (char in "([") - (char in ")]")
        if char == "&" and depth > 0:
            raise ValueError("has an '&' in brackets, where it cannot join; put what it joins into a slot, if need be")
        if char == "&" and not JOIN.match(text, max(at - 1, 0)):
            raise ValueError("has an '&' without a space on either side; ' & ' joins, '(&)' stands for one of a line")


_TOKEN = re.compile(
    rf"(?P<slot>\{{{SLOT_NAME}\}})|(?P<open>[(\[])|(?P<close>[)\]])|(?P<or>\|)|(?P<brace>[{{}}])"
    r"|(?P<space>\s+)|(?P<ellipsis>…)|(?P<word>[^\W_]\w*)|(?P<mark>.)"
)


def tokens_of(template: str) -> Iterator[tuple[str, str]]:
    """Kinds and texts; a word goes on over its combining marks, which are none of its characters to `re`."""
    tokens = ((each.lastgroup or "", each.group()) for each in _TOKEN.finditer(template.strip()))
    sorted_out = (("word" if unicodedata.category(text[0])[0] == "M" else kind, text) for kind, text in tokens)
    for kind, some in groupby(sorted_out, itemgetter(0)):
        if kind == "word":
            yield kind, "".join(text for _, text in some)
        else:
            yield from some
