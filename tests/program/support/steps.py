"""What the tests of the command line share: the program and the tree they are given, and a step that stops at the first failure."""
import os
import subprocess
import sys

program, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
passed = 0


def execute(*command, timeout=500, **how):
    """Any command, its output as text."""
    return subprocess.run(command, **{"capture_output": True, "text": True, "timeout": timeout, **how})


def run(*args, **how):
    """`likvard ARGS`."""
    return execute(program, *args, **how)


def expect(condition, what, result=None):
    """Says that it is so; else what the command said, and the end. `result`: of run, or any text."""
    global passed
    print((("ok: " if condition else "FAILED: ") + what[:500]).encode("utf-8", "backslashreplace").decode())
    if condition:
        passed += 1
        return
    if hasattr(result, "returncode"):
        print("exit", result.returncode, "\nstdout:", result.stdout[-3000:], "\nstderr:", result.stderr[-2000:])
    elif result is not None:
        print(result)
    sys.exit(1)


def fails(code, says, *args):
    """`likvard ARGS` is refused with this code in one line that says this."""
    r = run(*args)
    expect(r.returncode == code, f"{args} exits with {code}", r)
    expect(says in r.stderr, f"{args} says '{says}'", r)
    expect(len(r.stderr.strip().splitlines()) == 1, f"{args} says it in one line", r)


def write(name, text, encoding="utf-8"):
    with open(name, "w", encoding=encoding) as f:
        f.write(text)
