#!/bin/sh
# trio 0.35.0, anyio 4.16.0, curio 1.6, gevent 26.9.0 (CPython 3.11): "receive within zero seconds" of a queue that
# has an item.
#
# trio and anyio time out and leave the item: a cancelled scope strikes at the first checkpoint, before the receive
# has looked. curio and gevent receive it: their receive of what is there does not wait, so the limit is never asked;
# curio then logs that the operation was too late. asyncio is of two minds in one release: `timeout(0)` receives,
# `wait_for(.., 0)` times out.
#
# Surprising, because "zero" is how one writes "only if it is ready", and half of these read it as "never". A
# deadline computed as `max(0, end - now)` turns a full queue into a time-out.
# What to do: `receive_nowait` / `get_nowait` for "only if ready"; ask it first, and wait with a limit only when it
# has nothing.
. "$(dirname "$0")/setup.sh"
python trio==0.35.0 anyio==4.16.0 curio==1.6 gevent==26.9.0 << 'PY'
import asyncio, logging, sys
import anyio, curio, gevent, gevent.queue, trio

logging.disable(logging.CRITICAL)
seen = {}


async def on_trio():
    send, receive = trio.open_memory_channel(1)
    send.send_nowait("item")
    with trio.move_on_after(0):
        return await receive.receive()


async def on_anyio():
    send, receive = anyio.create_memory_object_stream(1)
    send.send_nowait("item")
    with anyio.move_on_after(0):
        return await receive.receive()


async def on_curio():
    queue, got = curio.Queue(), None
    await queue.put("item")
    async with curio.ignore_after(0):
        got = await queue.get()
    return got


async def on_asyncio(limit):
    queue = asyncio.Queue()
    queue.put_nowait("item")
    try:
        return await limit(queue)
    except asyncio.TimeoutError:
        return None


async def by_timeout(queue):
    async with asyncio.timeout(0):
        return await queue.get()


def on_gevent():
    queue = gevent.queue.Queue()
    queue.put("item")
    with gevent.Timeout(0, False):
        return queue.get()

seen["trio"] = trio.run(on_trio)
seen["anyio on asyncio"] = anyio.run(on_anyio)
seen["anyio on trio"] = anyio.run(on_anyio, backend="trio")
seen["curio"] = curio.run(on_curio)
seen["gevent"] = on_gevent()
pinned = dict(seen)
if sys.version_info[:2] >= (3, 11):
    seen["asyncio.timeout(0)"] = asyncio.run(on_asyncio(by_timeout))
    seen["asyncio.wait_for(.., 0)"] = asyncio.run(on_asyncio(lambda queue: asyncio.wait_for(queue.get(), 0)))
for name, got in seen.items():
    print(f"{name:24}{'received' if got else 'time-out, the item stays'}")
sys.exit(pinned != {"trio": None, "anyio on asyncio": None, "anyio on trio": None, "curio": "item", "gevent": "item"})
PY
