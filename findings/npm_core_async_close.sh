#!/bin/sh
# core-async 2.0.6 (npm) beside js-csp 1.0.1 and medium 1.2.0: closing a channel throws away what is in its buffer,
# though its puts have succeeded.
#
# A buffered channel takes two values, both puts are done, and it is closed. Then core-async's `take` yields null at
# once: both values are lost. The other two ports yield the values first and the end afterwards, as Clojure's
# core.async does, after which the package is named. It also has `alts`, and that takes the first channel 1000 times
# of 1000 when both have a value, where Clojure's chooses at random.
#
# Surprising, because it presents itself as a port ("implements the core aspects"), and a test with a slow producer
# never shows it: it is the consumer that is behind that loses.
# What to do: close only after the consumer has said that it has everything, or send a last value of your own.
. "$(dirname "$0")/setup.sh"
node_packages core-async@2.0.6 js-csp@1.0.1 medium@1.2.0 << 'JS'
import coreAsync from "core-async";
import csp from "js-csp";
import * as medium from "medium";

const { Channel, utils } = coreAsync;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const name = (v) => (typeof v === "number" ? v : "end");
const seen = {};

const theirs = new Channel(2);
const puts = await Promise.all([theirs.put(1), theirs.put(2)]);
theirs.close();
seen["core-async"] = [name(await theirs.take()), name(await theirs.take())];

const ported = csp.chan(2);
csp.putAsync(ported, 1);
csp.putAsync(ported, 2);
ported.close();
const got = [];
for (let i = 0; i < 3; i++) csp.takeAsync(ported, (v) => got.push(name(v)));
await pause(20);
seen["js-csp"] = got;

const other = medium.chan(medium.buffers.fixed(2));
await medium.put(other, 1);
await medium.put(other, 2);
medium.close(other);
seen.medium = [];
for (let i = 0; i < 3; i++) seen.medium.push(name(await medium.take(other)));

let first = 0;
for (let i = 0; i < 1000; i++) {
    const [a, b] = [new Channel(1), new Channel(1)];
    await Promise.all([a.put("a"), b.put("b")]);
    const [value] = await utils.alts([a, b]);
    first += value === "a";
}
console.log("puts of core-async:", puts, "and what is received after close:", seen);
console.log("core-async's alts with both ready: the first", first, "of 1000 times");
const as = JSON.stringify([puts, seen, first]);
process.exit(as === JSON.stringify([[true, true], { "core-async": ["end", "end"], "js-csp": [1, 2, "end"], medium: [1, 2, "end"] }, 1000]) ? 0 : 1);
JS
