#!/bin/sh
# Boost.Fiber 1.81 (Debian libboost-fiber1.81-dev 1.81.0-5+deb12u1): a buffered channel of capacity n holds n - 1
# values.
#
# `buffered_channel<int>(2)` takes one value before `try_push` says that it is full, 4 takes three, 8 takes seven; 1
# and 3 are refused, since a capacity has to be a power of two. The reference says "an internal buffer of size
# capacity"; the ring keeps one place free to tell full from empty.
#
# Surprising, because a semaphore of n made from a channel of n, Go's idiom, lets n - 1 in, and because a pipeline
# whose stages wait for two values to be there before they go on stops with capacity 2.
# What to do: ask for twice what you need (the next power of two above n), and never let correctness depend on the
# number.
. "$(dirname "$0")/setup.sh"
debian libboost1.81-dev=1.81.0-5+deb12u1 libboost-fiber1.81-dev=1.81.0-5+deb12u1 libboost-context1.81-dev=1.81.0-5+deb12u1
command -v g++ > /dev/null || missing "no g++"
cat > finding.cpp << 'CPP'
#include <boost/fiber/all.hpp>
#include <iostream>

namespace fibers = boost::fibers;

/// How many values a channel of this capacity takes; -1 if there is no such channel.
int holds(std::size_t capacity) {
    try {
        fibers::buffered_channel<int> channel(capacity);
        int count = 0;
        while (count < 100 && channel.try_push(count) == fibers::channel_op_status::success) ++count;
        return count;
    } catch (fibers::fiber_error const&) {
        return -1;
    }
}

int main() {
    bool as_stated = true;
    for (auto [capacity, wanted] : {std::pair{1, -1}, {2, 1}, {3, -1}, {4, 3}, {8, 7}, {64, 63}}) {
        const int count = holds(capacity);
        std::cout << "buffered_channel(" << capacity << ") " << (count < 0 ? "is refused" : "holds " + std::to_string(count)) << "\n";
        as_stated = as_stated && count == wanted;
    }
    return !as_stated;
}
CPP
lib=root/usr/lib/$(g++ -print-multiarch)
g++ -std=c++17 -isystem root/usr/include finding.cpp "$lib/libboost_fiber.a" "$lib/libboost_context.a" -o finding -pthread > log 2>&1 ||
    missing "g++ failed"
verdict ./finding
