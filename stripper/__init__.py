"""Stripper takes the plain text of a page and leaves the article.

    outcome = stripper.strip(text)
    outcome.text            # what is left
    outcome.removed         # what was taken: line, span, category, rule and reason

Everything else is in the modules, in this order, each of which imports only those before it: version, errors, cache,
files, model, decode, text, syntax, phrases, rules, matching, corpus, engine, strain, checks, render, api, folder,
manifest, restore, workers, batch, report, cli.
"""

from .api import strip, strip_bytes, strip_file
from .errors import InputError, OutputError, Problem, RuleError, StripperError, UnknownNameError
from .model import CATEGORIES, Decision, Document, Note, Outcome
from .rules.packs import Rule, RuleSet, load_rules
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
