"""Stripper takes the plain text of a page and leaves the article.

    outcome = stripper.strip(text)
    outcome.text            # what is left
    outcome.removed         # what was taken: line, span, category, rule and reason

A page passes each room once, and a room imports only from those before it:

    reading     bytes and text become a page
    rules       packs become rule sets
    engine      a page and rules become decisions, and decisions become text
    api         one call for a text, for bytes, for a file
    runs        many pages
    authoring   for those who write rules
    cli         the command line
"""

from .api import strip, strip_bytes, strip_file
from .errors import InputError, OutputError, Problem, RuleError, StripperError, UnknownNameError
from .model import CATEGORIES, Decision, Document, Note, Outcome
from .rules.format import Rule
from .rules.loading import load_rules
from .rules.ruleset import RuleSet
from .version import __version__

__all__ = [
    "CATEGORIES",
    "Decision",
    "Document",
    "InputError",
    "Note",
    "Outcome",
    "OutputError",
    "Problem",
    "Rule",
    "RuleError",
    "RuleSet",
    "StripperError",
    "UnknownNameError",
    "__version__",
    "load_rules",
    "strip",
    "strip_bytes",
    "strip_file",
]
