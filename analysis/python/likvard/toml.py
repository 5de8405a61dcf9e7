"""Python values as TOML: what a scenario given as a dict is written as."""

import json
import math
from typing import Any, Mapping


def toml_value(value: Any) -> str:
    """One value of a key, tables inline."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(str(k), ensure_ascii=False)} = {toml_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(toml_value(v) for v in value) + "]"
    if hasattr(value, "tolist"):  # NumPy numbers and arrays
        return toml_value(value.tolist())
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else str(value)
    raise TypeError(f"a scenario takes texts, numbers, truth values, lists and dicts, not {type(value).__name__}")


def toml_document(scenario: Mapping[str, Any]) -> str:
    """A whole scenario: a line for each key, a section for each table."""
    plain = [f"{json.dumps(k, ensure_ascii=False)} = {toml_value(v)}" for k, v in scenario.items() if not isinstance(v, Mapping)]
    tables = [f"[{json.dumps(k, ensure_ascii=False)}]\n" + "\n".join(f"{json.dumps(n, ensure_ascii=False)} = {toml_value(v)}" for n, v in t.items())
              for k, t in scenario.items() if isinstance(t, Mapping)]
    return "\n".join(plain) + "\n\n" + "\n\n".join(tables) + "\n"
