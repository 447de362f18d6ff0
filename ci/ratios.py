"""Times csp's own kernels under different circumstances and compares the figures.

usage: ratios.py PROGRAM oversubscribed [KERNEL]...
       ratios.py PROGRAM scaling

PROGRAM is a built csp-compare. Everything runs on two processors, however many the machine has; each figure is of a fresh
process; the rounds of what is compared are interleaved, so that what disturbs the machine disturbs both. The exit status is 1
if a ratio is above its limit. What other programs took meanwhile is printed: where it is not small, the ratios mean nothing.
"""

import contextlib
import json
import os
import resource
import statistics
import subprocess
import sys

program, mode, wanted = sys.argv[1], sys.argv[2], sys.argv[3:]

OVERSUBSCRIBED = 2.0
# On two workers, as a multiple of the figure on one: what only chats must not lose, what computes must gain.
SCALING = {"commstime": 1.10, "ring": 1.10, "sieve": 1.10, "skynet": 1 / 1.5, "stages": 1 / 1.6}


def output(*arguments):
    return subprocess.run([program, *arguments], check=True, capture_output=True, text=True, timeout=120).stdout


def kernels(names):
    """The kernels that are timed, and how many operations a run of each makes."""
    chosen = [argument for name in names for argument in ("--kernel", name)]
    lines = output("--json", "--peer", "csp", "--rounds", "1", "--workers", "2", *chosen).splitlines()
    return {row["kernel"]: row["count"] for row in map(json.loads, lines) if row["unit"] == "ns"}


def figure(kernel, workers, count):
    return float(output("--one", "csp", kernel, str(workers), str(count)))


@contextlib.contextmanager
def busy():
    """A program that computes without end."""
    program = subprocess.Popen(["sh", "-c", "while :; do :; done"])
    try:
        yield
    finally:
        program.kill()
        program.wait()


def busy_figure(kernel, workers, count):
    with busy():
        return figure(kernel, workers, count)


def oversubscribed():
    """Medians of nine: the best run of a lock is one in which the workers never met."""
    print(f"{'kernel':<12} {'2w':>9} {'8w':>9} {'8w/2w':>6} {'busy':>9} {'busy/2w':>8}")
    exceeded = False
    for kernel, count in kernels(wanted).items():
        two, eight, beside = [], [], []
        for _ in range(9):
            two.append(figure(kernel, 2, count))
            eight.append(figure(kernel, 8, count))
            beside.append(busy_figure(kernel, 2, count))
        two, eight, beside = map(statistics.median, (two, eight, beside))
        over = max(eight, beside) / two > OVERSUBSCRIBED
        exceeded |= over
        print(f"{kernel:<12} {two:>9.1f} {eight:>9.1f} {eight / two:>6.2f} {beside:>9.1f} {beside / two:>8.2f}"
              f"{'  EXCEEDED' if over else ''}", flush=True)
    return exceeded


def scaling():
    """Medians of eleven, for where the processes of a network come to run is chance."""
    print(f"{'kernel':<12} {'1w':>9} {'2w':>9} {'2w/1w':>6} {'limit':>6}")
    exceeded = False
    for kernel, count in kernels(SCALING).items():
        one, two = [], []
        for _ in range(11):
            one.append(figure(kernel, 1, count))
            two.append(figure(kernel, 2, count))
        one, two = statistics.median(one), statistics.median(two)
        over = two / one > SCALING[kernel]
        exceeded |= over
        print(f"{kernel:<12} {one:>9.1f} {two:>9.1f} {two / one:>6.2f} {SCALING[kernel]:>6.2f}"
              f"{'  EXCEEDED' if over else ''}", flush=True)
    return exceeded


def taken(processors):
    """Seconds that the processors were at work so far, and seconds of them that were ours."""
    ticks = 0
    with open("/proc/stat") as stat:
        for name, *fields in map(str.split, stat):
            if name in processors:
                # All but what was idle or waited for a disk; the last two are parts of others.
                ticks += sum(map(int, fields[:8])) - int(fields[3]) - int(fields[4])
    ours = sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return ticks / os.sysconf("SC_CLK_TCK"), ours


chosen = sorted(os.sched_getaffinity(0))[:2]
os.sched_setaffinity(0, chosen)
processors = {f"cpu{number}" for number in chosen}
all_before, ours_before = taken(processors)
exceeded = {"oversubscribed": oversubscribed, "scaling": scaling}[mode]()
all_after, ours_after = taken(processors)
ours = ours_after - ours_before
others = max(all_after - all_before - ours, 0)
print(f"other programs took {others:.0f} s of the processors' time, this one {ours:.0f} s")
sys.exit(1 if exceeded else 0)
