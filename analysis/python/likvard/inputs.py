"""What functions take: scenarios, settings, tables; and how far long work is."""

import os
import sys
import time
from typing import Any, List, Mapping, Optional, Sequence, Tuple, Union

from . import _likvard
from .toml import toml_document, toml_value

Path = Union[str, "os.PathLike[str]"]
Source = Union[_likvard.Scenario, Mapping[str, Any], Path]


class Progress:
    """The command line's progress on standard error: one line drawn anew on a terminal, a line every 10 s elsewhere."""

    def __init__(self) -> None:
        self.terminal, self.last, self.drawn = sys.stderr.isatty(), time.monotonic(), False

    def __call__(self, bar: str, line: str) -> None:
        now = time.monotonic()
        if now - self.last < (0.1 if self.terminal else 10):
            return
        self.last, self.drawn = now, self.terminal
        sys.stderr.write(f"\r{bar}\033[K" if self.terminal else line + "\n")
        sys.stderr.flush()

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        if self.drawn:
            sys.stderr.write("\r\033[K")


class Silent:
    """No progress."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None


def shown(progress: bool) -> "Union[Progress, Silent]":
    return Progress() if progress else Silent()


def check_threads(threads: int) -> int:
    if threads < 0:
        raise ValueError(f"threads = {threads} (0 or more)")
    return threads


def settings_of(set: Optional[Mapping[str, Any]], seed: Optional[int] = None) -> List[str]:
    """{"run.replicates": 1024} as the command line's --set."""
    settings = [f"{key}={toml_value(value)}" for key, value in (set or {}).items()]
    if seed is not None:
        settings.append(f"run.seed={int(seed)}")
    return settings


def read_in(source: Source, settings: List[str]) -> _likvard.Scenario:
    if isinstance(source, _likvard.Scenario):
        if settings:
            raise TypeError("set and seed go with a path or a dict: this scenario is read already")
        return source
    if isinstance(source, Mapping):
        return _likvard.parse_scenario(toml_document(source), settings)
    return _likvard.read_scenario(os.fspath(source), settings)


def texts(values: Union[None, str, Path, Sequence[Any]]) -> List[str]:
    """One name or path, or several, as a list."""
    if values is None:
        return []
    if isinstance(values, (str, os.PathLike)):
        return [os.fspath(values)]
    return [os.fspath(v) if isinstance(v, os.PathLike) else str(v) for v in values]


def numbers(values: Union[None, float, Sequence[float]]) -> List[float]:
    """One number, or several, as a list."""
    if values is None:
        return []
    return [float(v) for v in values] if hasattr(values, "__len__") else [float(values)]  # type: ignore[union-attr]


def _cell(value: Any) -> str:
    """A cell as a file would have it; what is missing is empty."""
    if value is None or value != value:
        return ""
    if isinstance(value, str):
        return value.strip()
    value = value.item() if hasattr(value, "item") else value
    return repr(float(value)) if isinstance(value, float) else str(value)


def table_of(table: Any, what: str) -> Tuple[List[str], List[List[str]]]:
    """Names and cells, column by column, of a DataFrame or of a dict of columns; a named index is a column too."""
    index = getattr(table, "index", None)
    if index is not None and index.dtype == object:
        table = table.reset_index(names=str(index.name) if index.name else "unit")
    columns = list(table.columns) if hasattr(table, "columns") else list(table)
    cells = [[_cell(v) for v in (table[c].tolist() if hasattr(table[c], "tolist") else table[c])] for c in columns]
    if not columns or not cells[0]:
        raise _likvard.ScenarioError(f"{what}: a table with a row for each unit is wanted")
    for name, column in zip(columns, cells):
        if len(column) != len(cells[0]):
            raise _likvard.ScenarioError(f"{what}: column '{name}' has {len(column)} rows, '{columns[0]}' has {len(cells[0])}")
    return [str(c) for c in columns], cells
