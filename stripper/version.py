"""The version, where everything can read it; `pyproject.toml` does too."""

__version__ = "0.1.0"
