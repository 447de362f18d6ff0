#!/bin/sh
# @thi.ng/csp 3.2.44: `await channel.write(v)` waits for the reader although the buffer has room, and `select` is not
# a choice.
#
# A channel with room for 16 values: its documentation says that writes complete immediately until the capacity is
# reached. The promise of the first write is still pending after 50 ms, and is fulfilled when the value is read. So
# the buffer decouples no task that awaits, and a lone task that writes and then reads the same channel never reaches
# the read. `offer` returns true at once. `select(a, b)` with a value in both yields a's 1000 times of 1000.
#
# Surprising, because in core.async, Go and every other port of them a buffered put is done when it is in the buffer,
# and alternatives are chosen at random or say that they have a priority.
# What to do: do not await a write that has to be decoupled (a rejected promise tells when more than 1024 are
# waiting), or use `offer`; rotate the arguments of `select`.
. "$(dirname "$0")/setup.sh"
node_packages @thi.ng/csp@3.2.44 << 'JS'
import { channel, select } from "@thi.ng/csp";

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const settled = (promise, ms) => Promise.race([promise.then((v) => `fulfilled with ${v}`), pause(ms).then(() => "pending")]);

const roomy = channel(16);
const write = roomy.write("a");
const before = await settled(write, 50);
const read = await roomy.read();
const after = await settled(write, 50);
console.log(`write into 16 free places: ${before}; after the read of ${read}: ${after}`);

const wins = { a: 0, b: 0 };
for (let i = 0; i < 1000; i++) {
    const [a, b] = [channel(1), channel(1)];
    a.write("a");
    b.write("b");
    const [value] = await select(a, b);
    wins[value]++;
}
console.log("select with both ready:", wins);
process.exit(before === "pending" && after === "fulfilled with true" && wins.a === 1000 ? 0 : 1);
JS
