"""The lines of the article: those that the body model finds, and the parts of a page that go with them or do not."""

from __future__ import annotations

from collections.abc import Callable, MutableSequence

from ..reading.page import Page
from .body.line_cache import Lines
from .body.model import ARTICLE, BodyModel, article_ends
from .parts.blocks import outside_text, settle_blocks
from .parts.captions import leave_captions
from .parts.contents import leave_contents
from .parts.entries import take_entries
from .parts.figures import take_figures
from .parts.footnotes import take_footnotes
from .parts.formulas import take_text_with_formulas
from .parts.headings import begin_at_heading, keep_headings, take_headings
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

# The order counts: each looks at what those before it have left. First what the page is, a thread or a list, since that
# says anew of all lines which are of the article; then what stands within that; last what lies beyond its ends, which
# must be known by then. Within these, the reasons stand beside the names; where none does, a change of places changed
# none of 10,000 pages.
WHOLE_PAGES: tuple[Part, ...] = (
    take_parts,
    take_counted,
    leave_reviews,
    leave_notices,
    take_entries,
    begin_at_heading,  # before `take_headings`, which goes by the levels of the headings that are left
    take_headings,
    take_text_with_formulas,
    leave_options,
)
WITHIN: tuple[Part, ...] = (
    take_figures,  # before `take_numbered`: with the numbered names above them, figures of others would be amid a text
    take_numbered,  # before `take_named_parts`: a name between its number and its text is amid a text then
    take_named_parts,  # before `leave_frames`: a name over what somebody writes reads like a label of the text
    leave_frames,
    leave_contents,
    leave_links_amid,
    take_last_items,  # before `take_led_up`: it goes by the items of the article that stand above a gap
    take_led_up,
    take_rows,
    take_rest_of_list,
    take_letter_ends,
)
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
