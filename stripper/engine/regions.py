"""The lines of the article: those that the body model finds, and the parts of a page that go with them or do not."""

from __future__ import annotations

from collections.abc import Callable, MutableSequence

from ..reading.page import Page
from .body.line_cache import Lines
from .body.model import ARTICLE, BodyModel, article_ends
from .parts.blocks import begin_at_heading, keep_headings, outside_text, settle_blocks, take_headings
from .parts.captions import leave_captions
from .parts.contents import leave_contents
from .parts.entries import take_entries
from .parts.figures import take_figures
from .parts.footnotes import take_footnotes
from .parts.formulas import take_text_with_formulas
from .parts.letters import take_letter_ends
from .parts.links_amid import leave_links_amid
from .parts.lists import take_last_items, take_led_up, take_rest_of_list, take_rows
from .parts.named_parts import take_named_parts
from .parts.numbered import take_numbered
from .parts.options import leave_options
from .parts.own_contents import take_contents
from .parts.periods import take_counted, take_parts
from .parts.post_frames import leave_frames
from .parts.reviews import leave_reviews
from .subject import keep_subject, leave_notices, notices_below
from .verdicts import Verdicts

Part = Callable[[MutableSequence[int], Page, Verdicts], None]
"""Gives lines to the article, or takes them from it: the state of each line is changed in place."""

# Each looks at what those before it have left: first what the page is, a thread or a list; then what begins, parts and
# ends its text; then what stands within it; last what lies beyond the ends, which must be known by then.
WHOLE_PAGES: tuple[Part, ...] = (
    take_parts, take_counted, leave_reviews, leave_notices, take_entries, begin_at_heading, take_headings,
    take_text_with_formulas, leave_options,
)  # fmt: skip
WITHIN: tuple[Part, ...] = (
    take_figures, take_numbered, take_named_parts, leave_frames, leave_contents, leave_links_amid, take_last_items,
    take_led_up, take_rows, take_rest_of_list, take_letter_ends,
)  # fmt: skip
BEYOND: tuple[Part, ...] = (take_contents, keep_subject, take_footnotes, leave_captions)


def find_regions(model: BodyModel, page: Page, lines: Lines, verdicts: Verdicts) -> list[int] | None:
    """The state of each line, see `BodyModel.regions`, with all parts in one piece; None if no article is found.

    `lines` is what `model.lines_of` gives.
    """
    evidence = verdicts.evidence
    has_blocks = any(page.blocks)
    outside = outside_text(page, evidence) if has_blocks else evidence
    is_around = _is_around(model, page, verdicts, outside)
    states = model.regions(page, lines, evidence) if is_around else [ARTICLE] * len(page)
    verdicts.notices = notices_below(page, verdicts) if is_around else range(0)
    if verdicts.notices and (states is None or article_ends(states)[0] in verdicts.notices):
        states = model.regions(page, lines, evidence, verdicts.notices)
    if states is None:
        return None
    if has_blocks:
        settle_blocks(states, page, verdicts)
        # What was found of a block in the article tells of nothing around it either.
        outside = [found if not verdicts.free(line) else "" for line, found in enumerate(outside)]
        is_around = _is_around(model, page, verdicts, outside)
    if not is_around:
        keep_headings(page, verdicts)
        return [ARTICLE] * len(page)  # lists of contents, too
    for part in WHOLE_PAGES:
        part(states, page, verdicts)
    end = article_ends(states)[1]
    for part in WITHIN:
        part(states, page, verdicts)
    if ARTICLE in states and (article_ends(states)[1] > end or page.blocks[article_ends(states)[1]]):
        model.take_last(states, page, evidence)
    for part in BEYOND:
        part(states, page, verdicts)
    return states


def _is_around(model: BodyModel, page: Page, verdicts: Verdicts, evidence: list[str]) -> bool:
    return bool(verdicts.contents) or model.is_around(page, evidence, verdicts.rule)
