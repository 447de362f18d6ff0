#!/bin/sh
# Clojure core.async 1.5.648 (Debian libcore-async-clojure 1.5.648-1, Clojure 1.11.1): a timeout that you made may be
# another caller's.
#
# `(timeout 5005)` and then `(timeout 5000)`, anywhere in the program, are one and the same channel: a timeout that
# is due within 10 ms before one that exists is that one. Closing it, as a tidy program does with a timer that it no
# longer needs, ends the wait of the other at once: a wait of five seconds takes a few milliseconds. In the other
# order, the shorter first, they are two.
#
# Surprising, because a channel that a function returns looks like one that it made (each other constructor of the
# library makes one), because sharing depends on the order of two calls that know nothing of each other, and because
# the first effect is only that some waits last up to 10 ms longer.
# What to do: never close a timeout, never put on it; to cut a wait short use a channel of your own as a second
# alternative.
. "$(dirname "$0")/setup.sh"
debian libcore-async-clojure=1.5.648-1 libclojure-java=1.11.1-2 libspec-alpha-clojure=0.3.218-1 libcore-specs-alpha-clojure=0.2.62-1 \
    libtools-analyzer-jvm-clojure=1.2.3-1 libtools-analyzer-clojure=1.1.1-1 libtools-reader-clojure=1.3.6-1 \
    libcore-memoize-clojure=1.0.257-1 libcore-cache-clojure=1.0.225-2 libdata-priority-map-clojure=1.1.0-3 libasm-java=9.4-1
command -v java > /dev/null || missing "no java"
cat > finding.clj << 'CLJ'
(require '[clojure.core.async :refer [<!! alts!! close! timeout]])

(defn shared
  "Of a hundred pairs of timeouts that are 5 ms apart, how many are one channel."
  [first-is-later]
  (count (filter true? (for [i (range 100)]
                         (let [late (+ 20005 (* 100 i)), early (- late 5)
                               a (timeout (if first-is-later late early))
                               b (timeout (if first-is-later early late))]
                           (identical? a b))))))

(let [falling (shared true), rising (shared false)
      mine (timeout 5005), theirs (timeout 5000)
      start (System/nanoTime)
      _ (close! mine)
      _ (alts!! [theirs (timeout 7000)])
      waited (quot (- (System/nanoTime) start) 1000000)]
  (println "pairs that are one channel, the longer made first:" falling "of 100; the shorter first:" rising)
  (println "another's wait of 5000 ms after mine was closed:" waited "ms")
  (System/exit (if (and (> falling 90) (< rising 10) (< waited 1000)) 0 1)))
CLJ
java -version 2>&1 | head -n 1
verdict java -cp "$(find root/usr/share/java -name '*.jar' | tr '\n' ':')" clojure.main finding.clj
