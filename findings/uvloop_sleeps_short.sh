#!/bin/sh
# uvloop 0.23.0 beside asyncio: `asyncio.sleep` ends before its time.
#
# uvloop rounds a delay to the nearest millisecond, down as well as up, and counts from a clock that is itself cut to
# milliseconds. A sleep of 0.4 ms returns in a few microseconds, one of 2.4 ms nearly always too early, and one of 10
# ms is sometimes up to 1 ms short. asyncio's own loop is never early. Deadlines given to `call_at` are moved in the
# same way.
#
# Surprising, because "a sleep may be late but not early" is what retry, lease and rate-limiting code stands on: with
# uvloop `while now < deadline: sleep(deadline - now)` spins for the last half millisecond, and a lease is thought to
# be over before it is.
# What to do: check the clock after the wait where being early hurts, and add a millisecond to the delay.
. "$(dirname "$0")/setup.sh"
python uvloop==0.23.0 << 'PY'
import asyncio, sys, time
import uvloop

TIMES = 100


async def early(delay):
    """How many of a hundred sleeps end before `delay`, and how much of it the shortest lasts, in ms."""
    lasted = []
    for _ in range(TIMES):
        start = time.perf_counter()
        await asyncio.sleep(delay)
        lasted.append(time.perf_counter() - start)
    return sum(t < delay for t in lasted), round(min(lasted) * 1e3, 2)


async def spins():
    """Polls of a wait for a deadline 2.4 ms from now that sleeps for what is left."""
    deadline, turns = time.perf_counter() + 0.0024, 0
    while (left := deadline - time.perf_counter()) > 0:
        await asyncio.sleep(left)
        turns += 1
    return turns

right = True
for delay in (0.0004, 0.0024, 0.0104):
    own, (short, least) = asyncio.run(early(delay)), uvloop.run(early(delay))
    print(f"sleep({delay * 1e3:4.1f} ms): asyncio {own[0]} of {TIMES} early, uvloop {short} of {TIMES}, the shortest {least} ms")
    right &= own[0] == 0 and short > TIMES * 0.3
own, theirs = asyncio.run(spins()), uvloop.run(spins())
print(f"waiting for a deadline by sleeping for the rest: asyncio {own} sleeps, uvloop {theirs}")
sys.exit(not right)
PY
