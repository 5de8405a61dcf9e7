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
    """First pass and retries: lists of (name, ntuple, psamples, p, verdict)."""
    first, again, target = [], [], None
    target = first
    for line in open(path):
        if line.startswith("# again"):
            target = again
        elif row := ROW.match(line):
            name, ntuple, _, psamples, p, verdict = row.groups()
            target.append((name, int(ntuple), int(psamples), float(p), verdict))
    return first, again


def main():
    what, path = sys.argv[1:]
    first, again = read(path)
    if lost := sorted({name for name, *_ in first} - set(NUMBERS)):
        sys.exit(f"dieharder has tests that this script does not know: {', '.join(lost)}")
    weak = sorted({(NUMBERS[name], ntuple) for name, ntuple, _, _, verdict in first if verdict == "WEAK"})
    if what == "again":
        for number, ntuple in weak:
            print(number, ntuple)
        return 0
    failed = 0
    print("| test | p-values | PASSED | WEAK | FAILED | smallest p | largest p | WEAK ones again, two seeds | verdict |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- |")
    for name in NUMBERS:
        rows = [row for row in first if row[0] == name]
        if not rows:
            print(f"| {name} | 0 | | | | | | | NOT RUN |")
            failed += 1
            continue
        count = collections.Counter(verdict for *_, verdict in rows)
        repeated = [row for row in again if row[0] == name]
        bad = count["FAILED"] > 0 or any(verdict == "FAILED" for *_, verdict in repeated)
        for key in {row[1] for row in rows if row[4] == "WEAK"}:
            retries = [verdict for n, ntuple, _, _, verdict in repeated if ntuple == key]
            bad |= not retries or retries.count("PASSED") == 0
        failed += bad
        p = [row[3] for row in rows]
        print(f"| {name} | {len(rows)} | {count['PASSED']} | {count['WEAK']} | {count['FAILED']} | {min(p):.4f} | "
              f"{max(p):.4f} | {' '.join(row[4] for row in repeated)} | {'FAILED' if bad else 'passed'} |")
    count = collections.Counter(verdict for *_, verdict in first)
    low, high = min(row[2] for row in first), max(row[2] for row in first)
    print(f"\n{len(first)} p-values of {len(NUMBERS)} tests, {low} to {high} p samples each: {count['PASSED']} PASSED, "
          f"{count['WEAK']} WEAK ({0.01 * len(first):.1f} expected of a perfect generator), {count['FAILED']} FAILED.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
