"""Reads dieharder's report.

again REPORT   prints "number ntuple" of every test that came out WEAK: those to be run with other seeds
table REPORT   prints a Markdown table by test; exit code 1 when the generator fails (the rule is in README.md)
"""

import collections
import re
import sys

# As `dieharder -l` numbers them; a report names the tests only.
NUMBERS = {
    "diehard_birthdays": 0, "diehard_operm5": 1, "diehard_rank_32x32": 2, "diehard_rank_6x8": 3,
    "diehard_bitstream": 4, "diehard_opso": 5, "diehard_oqso": 6, "diehard_dna": 7, "diehard_count_1s_str": 8,
    "diehard_count_1s_byt": 9, "diehard_parking_lot": 10, "diehard_2dsphere": 11, "diehard_3dsphere": 12,
    "diehard_squeeze": 13, "diehard_sums": 14, "diehard_runs": 15, "diehard_craps": 16, "marsaglia_tsang_gcd": 17,
    "sts_monobit": 100, "sts_runs": 101, "sts_serial": 102, "rgb_bitdist": 200, "rgb_minimum_distance": 201,
    "rgb_permutations": 202, "rgb_lagged_sum": 203, "rgb_kstest_test": 204, "dab_bytedistrib": 205, "dab_dct": 206,
    "dab_filltree": 207, "dab_filltree2": 208, "dab_monobit2": 209}
ROW = re.compile(r"\s*(\w+)\|\s*(\d+)\|\s*(\d+)\|\s*(\d+)\|\s*([\d.]+)\|\s*(PASSED|WEAK|FAILED)")


def read(path):
    """P-values by run, the first over all tests, the others of weak ones with other seeds:
    {(name, ntuple, which of its p-values): (p samples, p, verdict)}."""
    runs = [{}]
    for line in open(path):
        if line.startswith("# again"):
            runs.append({})
        elif row := ROW.match(line):
            name, ntuple, _, psamples, p, verdict = row.groups()
            which = sum(key[:2] == (name, int(ntuple)) for key in runs[-1])
            runs[-1][name, int(ntuple), which] = int(psamples), float(p), verdict
    return runs


def judged(name, first, again):
    """One test's row: its cells, and whether it failed."""
    rows = {key: value for key, value in first.items() if key[0] == name}
    if not rows:
        return ["0", "", "", "", "", "", "", "NOT RUN"], True
    count = collections.Counter(verdict for _, _, verdict in rows.values())
    bad = any(value[2] == "FAILED" for run in [first, *again] for key, value in run.items() if key[0] == name)
    repeated = []
    for key in [key for key, value in rows.items() if value[2] == "WEAK"]:
        retries = [run[key] for run in again if key in run]
        repeated += [f"{p:.4f}" for _, p, _ in retries]
        bad |= all(verdict != "PASSED" for _, _, verdict in retries)
    p = [value[1] for value in rows.values()]
    return [str(len(rows)), str(count["PASSED"]), str(count["WEAK"]), str(count["FAILED"]), f"{min(p):.4f}", f"{max(p):.4f}",
            ", ".join(repeated), "FAILED" if bad else "passed"], bad


def main():
    what, path = sys.argv[1:]
    first, *again = read(path)
    if lost := sorted({key[0] for key in first} - set(NUMBERS)):
        sys.exit(f"dieharder has tests that this script does not know: {', '.join(lost)}")
    if what == "again":
        for number, ntuple in sorted({(NUMBERS[key[0]], key[1]) for key, value in first.items() if value[2] == "WEAK"}):
            print(number, ntuple)
        return 0
    failed = 0
    print("| test | p-values | PASSED | WEAK | FAILED | smallest p | largest p | weak ones again | verdict |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- |")
    for name in NUMBERS:
        cells, bad = judged(name, first, again)
        failed += bad
        print("|", name, "|", " | ".join(cells), "|")
    count = collections.Counter(verdict for _, _, verdict in first.values())
    psamples = [value[0] for value in first.values()]
    print(f"\n{len(first)} p-values of {len(NUMBERS)} tests, {min(psamples)} to {max(psamples)} p samples each: {count['PASSED']} "
          f"PASSED, {count['WEAK']} WEAK ({0.01 * len(first):.1f} expected of a perfect generator), {count['FAILED']} FAILED.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
