#!/bin/sh
# anyio 4.16.0, curio 1.6 beside asyncio, trio 0.35.0, janus 2.0.0, culsans 0.11.0 (seen on CPython 3.11): a receive
# that is cancelled in the tick in which an item was handed to it.
#
# A task waits for an item; the producer puts one and, before the task runs again, cancels it. asyncio, janus and
# culsans leave the item in the queue. trio lets the receive succeed: the cancellation comes at the next checkpoint.
# anyio's memory stream on asyncio and curio's queue do neither: the put has succeeded, the task ends cancelled, the
# item is nowhere. In anyio that is so for `Task.cancel()` (and thus for `asyncio.timeout`, `wait_for` and
# `TaskGroup`); with anyio's own cancel scopes the receive succeeds, as in trio. A *send* is cancelled in the same
# way although its item was received, so that a retry doubles it.
#
# Surprising, because in the same program the same stream is safe under one kind of cancellation and loses items
# under the other.
# What to do: around anyio's streams use anyio's scopes and task groups only; with curio keep the receiving task and
# cancel what comes after it.
. "$(dirname "$0")/setup.sh"
python anyio==4.16.0 curio==1.6 trio==0.35.0 janus==2.0.0 culsans==0.11.0 << 'PY'
import asyncio, sys
import anyio, culsans, curio, janus, trio, trio.testing


def judge(outcome, left):
    if outcome == "item":
        return "received"
    return "still there" if left else "lost"


async def native(receive, put, left):
    """Cancels an asyncio task right after `put` served it."""
    task = asyncio.ensure_future(receive())
    await asyncio.sleep(0.01)
    put("item")
    task.cancel()
    [outcome] = await asyncio.gather(task, return_exceptions=True)
    return judge(outcome, left())


async def on_asyncio():
    seen = {}
    queue = asyncio.Queue()
    seen["asyncio.Queue"] = await native(queue.get, queue.put_nowait, queue.qsize)
    both = janus.Queue()
    seen["janus"] = await native(both.async_q.get, both.sync_q.put, both.async_q.qsize)
    await both.aclose()
    mixed = culsans.Queue()
    seen["culsans"] = await native(mixed.async_q.get, mixed.sync_q.put, mixed.async_q.qsize)
    send, receive = anyio.create_memory_object_stream(0)
    seen["anyio, Task.cancel()"] = await native(
        receive.receive, send.send_nowait, lambda: receive.statistics().current_buffer_used)
    sender = asyncio.ensure_future(send.send("item"))
    await asyncio.sleep(0.01)
    got = receive.receive_nowait()
    sender.cancel()
    [outcome] = await asyncio.gather(sender, return_exceptions=True)
    seen["anyio, the same to a sender"] = f"{got} received, send is {type(outcome).__name__}"
    return seen


async def scoped():
    """The same with a cancel scope: on trio and on asyncio."""
    send, receive = anyio.create_memory_object_stream(0)
    got = []
    async with anyio.create_task_group() as group:
        async def receiver():
            got.append(await receive.receive())
        group.start_soon(receiver)
        await anyio.wait_all_tasks_blocked()
        send.send_nowait("item")
        group.cancel_scope.cancel()
    return judge(*got, 0) if got else "lost"


async def on_trio():
    send, receive = trio.open_memory_channel(0)
    got = []
    async with trio.open_nursery() as nursery:
        async def receiver():
            got.append(await receive.receive())
        nursery.start_soon(receiver)
        await trio.testing.wait_all_tasks_blocked()
        send.send_nowait("item")
        nursery.cancel_scope.cancel()
    return judge(*got, 0) if got else "lost"


async def on_curio():
    queue = curio.Queue()
    task = await curio.spawn(queue.get)
    await curio.sleep(0.01)
    await queue.put("item")
    await task.cancel()
    return judge(None if task.cancelled else "item", queue.qsize())


seen = asyncio.run(on_asyncio())
seen["anyio, cancel scope"] = anyio.run(scoped)
seen["trio"] = trio.run(on_trio)
seen["curio"] = curio.run(on_curio)
for name, what in seen.items():
    print(f"{name:29}{what}")
sys.exit(seen != {
    "asyncio.Queue": "still there", "janus": "still there", "culsans": "still there",
    "anyio, Task.cancel()": "lost", "anyio, the same to a sender": "item received, send is CancelledError",
    "anyio, cancel scope": "received", "trio": "received", "curio": "lost",
})
PY
