"""The command line: parse, call, print, exit.

Cleaned text, diffs and tables go to standard output and nothing else does. Exit status: 0 done, 1 some input could
not be cleaned, 2 wrong usage or a rule that does not load.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn

import click

from ..errors import OptionError, RuleError, StripperError, UnknownNameError
from ..version import __version__
from .batch import batch
from .compare import compare
from .config import Config, find_config, read_config, shown
from .explain import diff, explain
from .learn import learn_rules
from .messages import printable, say
from .options import NAME, PATH
from .restore import restore
from .review import review
from .rules import rules
from .streams import replace_closed_streams
from .strip import strip


class _Program(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # click would make status 1 of it
            raise click.exceptions.Exit(0) from None


@click.group(cls=_Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="stripper")
@click.option(
    "--config", "file", metavar="FILE", type=PATH, help="Settings, in place of those found from here upwards."
)
@click.option("--no-config", is_flag=True, help="Use no settings but those of the call.")
@click.pass_context
def cli(context: click.Context, file: Path | None, no_config: bool) -> None:
    """Take the plain text of a page and leave the article."""
    if no_config:
        return
    context.obj = config = read_config(file) if file is not None else find_config(Path.cwd())
    options = config.options()
    context.default_map = dict.fromkeys(cli.commands, options)
    context.default_map["rules"] = dict.fromkeys(rules.commands, options)


@click.command("config")
@click.argument("page", required=False, type=NAME)
@click.pass_obj
def show_config(config: Config | None, page: str | None) -> None:
    """Show what settings are in force, for one PAGE or for all, and the file that each is from."""
    for line in shown(config or Config(), page):
        click.echo(printable(line))


for command in (strip, diff, explain, batch, restore, review, compare, rules, show_config):
    cli.add_command(command)
rules.add_command(learn_rules)


def main() -> NoReturn:
    """Run the command line; never returns."""
    gc.set_threshold(100_000)  # rules are many objects that all stay: looking for garbage among them costs a fifth
    replace_closed_streams()
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a table, say, where the locale's encoding is a small one
    try:
        status = cli.main(standalone_mode=False, prog_name="stripper") or 0
        sys.stdout.flush()
    except click.exceptions.Exit as error:
        status = error.exit_code
    except click.ClickException as error:
        with suppress(OSError):
            error.show()
        status = error.exit_code
    except RuleError as error:
        for problem in error.problems:
            say(problem)
        status = 2
    except (OptionError, UnknownNameError) as error:
        say(error)
        status = 2
    except StripperError as error:
        say(error)
        status = 1
    except (click.Abort, KeyboardInterrupt):
        status = 130
    except BrokenPipeError:  # the reader has gone (`| head`): nothing more to say, not even by the last flush
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        status = 0
    except OSError as error:
        nameless = "this folder" if error.errno == errno.ENOENT else "standard output: cannot be written"
        say(f"{error.filename or nameless}: {error.strerror or error}")
        status = 1
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)  # rather than take down, object by object, what the system takes back at once
