#!/bin/sh
# effection 4.1.1 beside effect 4.1.0: of two libraries of structured concurrency for JavaScript one loses the item
# of a task that is halted.
#
# A task waits at a queue; an item is added and the task is halted before it runs again. In effection the item is
# lost: the halted task did not see it, the next reader waits. In effect it is in the queue. Both document that a
# halted (interrupted) task cleans up before its parent goes on, and both do.
#
# Surprising, because structured concurrency is chosen for exactly this: what was not done by a task that ended is
# not done at all.
# What to do: let the task that reads never be halted, only asked to stop by a message, or put the item back in a
# `finally` that knows whether it was handled.
. "$(dirname "$0")/setup.sh"
node_packages effection@4.1.1 effect@4.1.0 << 'JS'
import { createQueue, race, run, sleep, spawn } from "effection";
import { Effect, Fiber, Queue } from "effect";

const effection = await run(function* () {
    const queue = createQueue();
    const seen = [];
    const task = yield* spawn(function* () {
        seen.push((yield* queue.next()).value);
    });
    yield* sleep(5);
    queue.add("item");
    yield* task.halt();
    const next = yield* race([
        { *[Symbol.iterator]() { return (yield* queue.next()).value; } },
        { *[Symbol.iterator]() { yield* sleep(50); return "nothing"; } },
    ]);
    return { haltedTaskSaw: seen.length, nextReaderGets: next };
});
console.log("effection:", effection);

const effect = await Effect.runPromise(Effect.gen(function* () {
    const queue = yield* Queue.unbounded();
    const seen = [];
    const fiber = yield* Effect.forkChild(Effect.map(Queue.take(queue), (item) => seen.push(item)));
    yield* Effect.sleep(5);
    Queue.offerUnsafe(queue, "item");
    yield* Fiber.interrupt(fiber);
    const next = (yield* Queue.size(queue)) > 0 ? yield* Queue.take(queue) : "nothing";
    return { haltedTaskSaw: seen.length, nextReaderGets: next };
}));
console.log("effect:   ", effect);
const as = JSON.stringify([effection, effect]);
process.exit(as === JSON.stringify([{ haltedTaskSaw: 0, nextReaderGets: "nothing" }, { haltedTaskSaw: 0, nextReaderGets: "item" }]) ? 0 : 1);
JS
