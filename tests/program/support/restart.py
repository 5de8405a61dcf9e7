"""What tests of interruption share: results compared bit for bit, files of blocks read by their documented layout
(engine/FORMAT.md, without likvard), a run that is stopped and gone on with, and system calls that fail or bring a
signal (strace)."""
import functools
import glob
import json
import os
import shutil
import signal
import struct
import subprocess
import time


def numbers(path):
    """Every dataset's content and the root's attributes, but for the provenance."""
    import h5py

    out = {}

    def add(name, item):
        if isinstance(item, h5py.Dataset):
            out[name] = list(item[...].flat) if item.dtype.kind == "O" else item[...].tobytes()

    with h5py.File(path) as f:
        f.visititems(add)
        out.update({"@" + k: str(v) for k, v in f.attrs.items()})
    return out


def differing(a, b):
    """Names of what is not the same to the last bit in two results."""
    x, y = numbers(a), numbers(b)
    return sorted(k for k in set(x) | set(y) if x.get(k) != y.get(k))


def saved_quarters(path):
    """Of a file of blocks: for every point (by its fingerprint, which stays when a study grows) the quarter-blocks that
    its whole records hold. Nothing when there is no file or no whole header. Checksums are likvard's to look at: what a
    crash tears is the end, and a record that lies within the file's size is whole."""
    try:
        with open(path, "rb") as f:
            data = f.read()
    except FileNotFoundError:
        return {}
    if not data.startswith(b"likvard-blocks 2"):
        return {}
    at, points, out = 16, [], {}
    while at + 48 <= len(data):
        magic, kind, level, point, _, first, size = struct.unpack_from("<4sHHIIQQ", data, at)
        if magic != b"LKBK" or at + 48 + size > len(data):
            break
        if kind == 1:
            some = json.loads(data[at + 48:at + 48 + size]).get("points", [])
            if isinstance(some, list):  # the first piece has their number
                points += [p["fingerprint"] for p in some]
        elif kind == 2:
            out.setdefault(points[point], set()).update(range(first, first + 2**level))
        at += 48 + (size + 7) // 8 * 8
    return out


def lost(before, after):
    """How many quarter-blocks were there and are no longer."""
    return sum(len(quarters - after.get(point, set())) for point, quarters in before.items())


@functools.cache
def can_trace(program):
    """Why system calls cannot be made to fail here; empty when they can."""
    if not shutil.which("strace"):
        return "strace is not there"
    r = subprocess.run(["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=none", program, "--version"], capture_output=True, text=True)
    return "" if r.returncode == 0 else f"strace cannot follow a process here: {(r.stderr.strip() or str(r.returncode)).splitlines()[-1]}"


def traced(program, args, inject="", only="", log="/dev/null"):
    """Run with system calls made to fail or to bring a signal: `inject` as strace has it ("pwrite64:error=ENOSPC:when=3+"),
    only those of the file `only`. The return code is the program's, negative when a signal ended it."""
    calls = inject.split(":")[0] if inject else "pwrite64,write,fsync,fdatasync,ftruncate,rename,openat"
    command = ["strace", "-f", "-qq", "-o", log, "-e", f"trace={calls}"]
    command += ["-e", f"inject={inject}"] if inject else []
    command += ["-P", only, "-P", os.path.abspath(only)] if only else []
    environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}  # a process that is traced cannot look for leaks
    heard = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell's job in the background is born deaf to it
    return subprocess.run([*command, program, *map(str, args)], capture_output=True, text=True, timeout=300, env=environment, preexec_fn=heard)


def calls(program, args, name, only=""):
    """How often an undisturbed run makes a system call."""
    log = f"calls-{os.getpid()}"
    traced(program, args, only=only, log=log)
    with open(log, errors="replace") as f:
        count = sum(f" {name}(" in line for line in f)
    os.unlink(log)
    return count


def stop_midway(program, args, output, how=signal.SIGKILL, share=0.5, took=1.0):
    """Begin a run and stop it when its file of blocks holds some and `share` of the time an undisturbed one `took` is over.
    Returns the exit code, and what was saved."""
    process = subprocess.Popen([program, *map(str, args)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    begin = time.monotonic()
    while process.poll() is None and (time.monotonic() - begin < share * took or not saved_quarters(output + ".blocks")):
        time.sleep(0.002)
    process.send_signal(how)
    return process.wait(), saved_quarters(output + ".blocks")


def restarts(program, args, expect, signals=(signal.SIGKILL, signal.SIGINT), output="restarted", whole="whole.h5"):
    """The same run undisturbed, and ended by each of the signals and gone on with: the same bits. `args`: of `likvard run`,
    without an output. Returns how many of them met it at work."""
    begin = time.monotonic()
    r = subprocess.run([program, "run", *args, "-q", "-o", whole], capture_output=True, text=True)
    took = time.monotonic() - begin
    expect(r.returncode == 0, f"undisturbed: {args[0]}", r)
    met = 0
    for how in signals:
        path = f"{output}-{how.name}.h5"
        again = [program, "run", *args, "-q", "-o", path, "--resume"]
        code, before = stop_midway(program, again[1:], path, how, 0.6, took)
        expect(code in (0, 130, -how), f"{args[0]}: {how.name} ends it ({code})")
        met += code != 0
        expect(code != 130 or before, f"{args[0]}: a run that is interrupted saves what was finished")
        r = subprocess.run(again, capture_output=True, text=True)
        expect(r.returncode == 0 and glob.glob(path + "*") == [path], f"{args[0]}: goes on after {how.name} and leaves its result alone", r)
        expect(not differing(whole, path), f"{args[0]}: the same bits after {how.name}: {differing(whole, path)[:6]}")
        os.remove(path)
    os.remove(whole)
    return met
