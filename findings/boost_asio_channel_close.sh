#!/bin/sh
# Boost.Asio 1.81 (Debian libboost1.81-dev 1.81.0-5+deb12u1): `close()` of an experimental channel forgets what is in
# the buffer.
#
# A channel with four places has accepted three messages. After `close()` the next receive gets "Channel closed" at
# once; the three are lost, though their sends have succeeded. `cancel()` instead leaves them there.
#
# Surprising, because the example in the header's own documentation is a producer that sends ten numbers and then
# closes, with a consumer that prints until the error: with a buffer it prints too few. Nearly every other channel
# drains first.
# What to do: send an end marker as a message, or let the consumer close; and have no send waiting when the channel
# is closed.
. "$(dirname "$0")/setup.sh"
debian libboost1.81-dev=1.81.0-5+deb12u1
command -v g++ > /dev/null || missing "no g++"
cat > finding.cpp << 'CPP'
#include <boost/asio.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

using boost::system::error_code;

int main() {
    boost::asio::io_context context;
    using Channel = boost::asio::experimental::channel<void(error_code, int)>;
    auto filled = [&] {
        auto channel = std::make_unique<Channel>(context, 4);
        for (int n : {1, 2, 3})
            if (!channel->try_send(error_code{}, n)) std::abort();
        return channel;
    };
    auto receive = [&](Channel& channel) {
        std::string got;
        channel.async_receive([&](error_code error, int n) { got = error ? error.message() : std::to_string(n); });
        context.restart();
        context.poll();
        return got;
    };
    const auto closed = filled(), cancelled = filled();
    closed->close();
    cancelled->cancel();
    const std::string after_close = receive(*closed), after_cancel = receive(*cancelled);
    std::cout << "3 sent, close():  the next receive: " << after_close << "\n3 sent, cancel(): the next receive: " << after_cancel << "\n";
    return !(after_close == "Channel closed" && after_cancel == "1");
}
CPP
g++ -std=c++17 -isystem root/usr/include finding.cpp -o finding -pthread > log 2>&1 || missing "g++ failed"
verdict ./finding
