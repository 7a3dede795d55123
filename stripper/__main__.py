"""`python -m stripper`."""

from .cli import main

main()
