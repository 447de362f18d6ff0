#!/bin/sh
# aiochan 0.2.7: a `get` that timed out makes a later `put`, of another task, raise.
#
# A consumer waits at a channel for 20 ms and gives up. The next `put` picks that consumer from the queue and fails
# with `asyncio.InvalidStateError`, a message about futures; the value is not in the channel. The put after that
# works. In mirror image a `put` that timed out makes the next `get` raise, and its value is lost.
#
# Surprising, because `asyncio.wait_for` around a wait is how asyncio's users give it a limit, and because the error
# comes to the innocent side, at any later time.
# What to do: give aiochan's own operations the limit: `select(channel, timeout_channel)`, which withdraws from the
# queues it lost in.
. "$(dirname "$0")/setup.sh"
python aiochan==0.2.7 << 'PY'
import asyncio, sys
import aiochan


async def outcome(awaitable):
    try:
        return await asyncio.wait_for(awaitable(), 0.05)
    except asyncio.TimeoutError:
        return "time-out"
    except asyncio.InvalidStateError:
        return "InvalidStateError"


async def main():
    seen = []
    channel = aiochan.Chan()
    seen.append(("get with a limit", await outcome(channel.get)))
    seen.append(("put of another task", await outcome(lambda: channel.put("a"))))
    seen.append(("get after that", await outcome(channel.get)))
    channel = aiochan.Chan()
    seen.append(("put with a limit", await outcome(lambda: channel.put("b"))))
    seen.append(("get of another task", await outcome(channel.get)))
    channel, late = aiochan.Chan(), aiochan.timeout(0.02)
    value, winner = await aiochan.select(channel, late)
    seen.append(("select with a timeout", "time-out" if winner is late else value))
    getter = asyncio.ensure_future(outcome(channel.get))
    await asyncio.sleep(0)
    seen.append(("put after the select", await outcome(lambda: channel.put("c"))))
    seen.append(("get beside it", await getter))
    return seen

seen = asyncio.run(main())
for what, result in seen:
    print(f"{what:23}{result}")
sys.exit([result for _, result in seen] != [
    "time-out", "InvalidStateError", "time-out", "time-out", "InvalidStateError", "time-out", True, "c"])
PY
