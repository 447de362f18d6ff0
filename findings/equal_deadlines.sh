#!/bin/sh
# Boost.Asio 1.81 (Debian libboost1.81-dev 1.81.0-5+deb12u1) and CPython's asyncio (3.11), beside uvloop 0.23.0: ten
# timers with the very same deadline.
#
# Set in the order 0 to 9, Asio's handlers run as 0 2 6 9 8 5 7 4 1 3 and asyncio's callbacks as 0 2 6 5 9 8 7 1 3 4
# (beside one later timer): the order in which a binary heap happens to let go of equal keys, the same each time and
# another one for each number of timers. Three keep their order in Asio and run as 0 2 1 in asyncio. uvloop,
# asyncio's replacement, keeps the order with any number.
#
# Surprising, because `post` and `call_soon` are strictly first in, first out, and because a test with two timers
# shows order; a batch that shares one deadline (a computed `now + timeout` for all) arrives shuffled.
# What to do: one timer for the batch, or deadlines a nanosecond apart.
. "$(dirname "$0")/setup.sh"
debian libboost1.81-dev=1.81.0-5+deb12u1
command -v g++ > /dev/null || missing "no g++"
cat > finding.cpp << 'CPP'
#include <boost/asio.hpp>
#include <deque>
#include <iostream>

int main(int, char** arguments) {
    boost::asio::io_context context;
    std::deque<boost::asio::steady_timer> timers;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
    for (int i = 0; i < std::stoi(arguments[1]); ++i)
        timers.emplace_back(context, deadline).async_wait([i](boost::system::error_code) { std::cout << i; });
    context.run();
}
CPP
g++ -std=c++17 -isystem root/usr/include finding.cpp -o finding -pthread > log 2>&1 || missing "g++ failed"
asio=$(./finding 3)/$(./finding 10)
python uvloop==0.23.0 << PY
import asyncio, sys
import uvloop


async def order(count):
    loop, ran = asyncio.get_running_loop(), []
    deadline = loop.time() + 0.02
    for i in range(count):
        loop.call_at(deadline, ran.append, i)
    await asyncio.sleep(0.06)
    return "".join(map(str, ran))

asio = "$asio"
own = asyncio.run(order(3)) + "/" + asyncio.run(order(10))
theirs = uvloop.run(order(3)) + "/" + uvloop.run(order(10))
print("three and ten timers: Asio", asio, " asyncio", own, " uvloop", theirs)
fifo = "012/0123456789"
sys.exit(not (theirs == fifo and asio.startswith("012/") and asio != fifo and own != fifo))
PY
