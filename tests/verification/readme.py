"""Puts a table between its two markers in README.md."""

import pathlib
import sys


def write_section(path, name, text):
    begin, end = f"<!-- {name}: written by run -->", f"<!-- end of {name} -->"
    path = pathlib.Path(path)
    page = path.read_text()
    if page.count(begin) != 1 or page.count(end) != 1:
        sys.exit(f"{path}: the markers of '{name}' are not there once each")
    head, rest = page.split(begin)
    path.write_text(f"{head}{begin}\n{text.strip()}\n{end}{rest.split(end)[1]}")


if __name__ == "__main__":
    write_section(sys.argv[1], sys.argv[2], sys.stdin.read())
