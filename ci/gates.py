"""Counts what an operation of each kernel costs: instructions, and how many of them are locked.

usage: gates.py PROGRAM BOUNDS [KERNEL]...

PROGRAM is the built `benches/gates.rs`. BOUNDS has a line for each kernel: its name, the most instructions, the most locked
instructions. Each kernel runs twice; the difference leaves out what starts and ends the program.
"""

import collections
import pathlib
import re
import subprocess
import sys
import tempfile

program, bounds = sys.argv[1], pathlib.Path(sys.argv[2])
SHORT, LONG = 4096, 20480


def locked_addresses():
    """Where the program has instructions that lock: those with the prefix, and `xchg` with memory."""
    text = subprocess.run(["objdump", "-d", "--no-show-raw-insn", program], capture_output=True, text=True, check=True)
    line = re.compile(r"^\s*([0-9a-f]+):\s+(lock\b|xchg\b.*\()")
    return {int(found[1], 16) for found in map(line.match, text.stdout.splitlines()) if found}


def run(kernel, operations):
    """How often each instruction of the program ran, and how many ran in all."""
    with tempfile.NamedTemporaryFile() as out:
        subprocess.run(
            ["valgrind", "--tool=callgrind", "--dump-instr=yes", "--compress-pos=no", "--compress-strings=no",
             f"--callgrind-out-file={out.name}", program, kernel, str(operations)],
            check=True, capture_output=True,
        )
        lines = pathlib.Path(out.name).read_text().splitlines()
    total = int(next(line.split()[1] for line in lines if line.startswith("summary:")))
    counts, ours, skip = collections.Counter(), False, False
    for line in lines:
        if line.startswith("ob="):
            ours = line.endswith(pathlib.Path(program).name)
        elif line.startswith("calls="):
            skip = True
        elif line.startswith("0x"):
            # The line after `calls=` is what the callee cost.
            if ours and not skip:
                address, _, count = line.split()
                counts[int(address, 16)] += int(count)
            skip = False
    return total, counts


locked = locked_addresses()
assert locked, "the program has locked instructions"
failed = False
print(f"{'kernel':<12} {'instructions':>14} {'bound':>7} {'locked':>8} {'bound':>7}")
for line in bounds.read_text().splitlines():
    if not line or line.startswith("#"):
        continue
    kernel, most, most_locked = line.split()
    if sys.argv[3:] and kernel not in sys.argv[3:]:
        continue
    (short, few), (long, many) = run(kernel, SHORT), run(kernel, LONG)
    operations = LONG - SHORT
    instructions = (long - short) / operations
    locks = sum(many[address] - few[address] for address in locked) / operations
    over = instructions > float(most) or locks > float(most_locked)
    failed |= over
    print(f"{kernel:<12} {instructions:>14.1f} {most:>7} {locks:>8.2f} {most_locked:>7} {'EXCEEDED' if over else ''}")
sys.exit(1 if failed else 0)
