"""The command line: parse, call, print, exit.

Cleaned text, diffs and tables go to standard output and nothing else does. Exit status: 0 done, 1 some input could
not be cleaned, 2 wrong usage or a rule that does not load.
"""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from ..errors import OptionError, RuleError, StripperError, UnknownNameError
from ..version import __version__
from .messages import brief, printable, say
from .options import NAME, PATH
from .settings_files import settings_files
from .stopping import status_of, stop_as_by_interrupt
from .streams import replace_closed_streams

if TYPE_CHECKING:
    from .config import Config


_MODULES = {
    "strip": "strip", "diff": "explain", "explain": "explain", "batch": "batch", "restore": "restore",
    "review": "review", "compare": "compare", "rules": "rules",
}  # fmt: skip


class _Program(click.Group):
    """The commands, each loaded when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*_MODULES, *self.commands])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _MODULES:
            return super().get_command(ctx, cmd_name)
        found: click.Command = getattr(import_module(f".{_MODULES[cmd_name]}", __package__), cmd_name)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Say what was meant by a command of `rules`, or a file, where a command should stand."""
        if (name := args[0]) not in self.list_commands(ctx):
            rules = self.get_command(ctx, "rules")
            if isinstance(rules, click.Group) and name in rules.list_commands(ctx):
                ctx.fail(f"No such command {name!r}; did you mean `stripper rules {name}`?")
            if (path := Path(name)).exists():
                command = "batch" if path.is_dir() else "strip"
                ctx.fail(f"No such command {name!r}; did you mean `stripper {command} {name}`?")
        return super().resolve_command(ctx, args)

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
    if no_config or (file is None and not any(settings_files(Path.cwd()))):
        return
    from .config import find_config, read_config

    context.obj = config = read_config(file) if file is not None else find_config(Path.cwd())
    options = config.options()
    context.default_map = dict.fromkeys(cli.list_commands(context), options)
    name = context.invoked_subcommand or ""
    if isinstance(group := cli.get_command(context, name), click.Group):
        context.default_map[name] = dict.fromkeys(group.list_commands(context), options)


@cli.command("config")
@click.argument("page", required=False, type=NAME)
@click.pass_obj
def show_config(config: Config | None, page: str | None) -> None:
    """Show what settings are in force, for one PAGE or for all, and the file that each is from."""
    from .config import Config, shown

    for line in shown(config or Config(), page):
        click.echo(printable(line))


# What an error is of that names no file; that of all others is standard output.
_NAMELESS = {errno.ENOENT: "this folder"} | dict.fromkeys((errno.EMFILE, errno.ENFILE, errno.ENOMEM), "the system")


def main() -> NoReturn:
    """Run the command line; never returns."""
    replace_closed_streams()
    stop_as_by_interrupt()
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a table, say, where the locale's encoding is a small one
    try:
        status = cli.main(standalone_mode=False, prog_name="stripper") or 0
        sys.stdout.flush()
    except click.exceptions.Exit as error:
        status = error.exit_code
    except click.ClickException as error:
        error.message = brief(error.message)  # type: ignore[misc]  # it may name a file
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
    except (click.Abort, KeyboardInterrupt) as stop:
        status = status_of(stop.__cause__ or stop)  # of which click makes an Abort
    except BrokenPipeError:  # the reader has gone (`| head`): nothing more to say, not even by the last flush
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        status = 0
    except MemoryError as error:
        error.__traceback__ = error.__context__ = None  # which hold what takes the memory
        say("this takes more memory than there is; ask for fewer --jobs, or for less at once")
        status = 1
    except OSError as error:
        nameless = _NAMELESS.get(error.errno or 0, "standard output: cannot be written")
        say(f"{error.filename or nameless}: {error.strerror or error}")
        status = 1
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)  # rather than take down, object by object, what the system takes back at once
