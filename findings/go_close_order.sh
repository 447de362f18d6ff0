#!/bin/sh
# Go 1.19.8 (Debian golang-1.19-go 1.19.8-2), one processor: three ways to wake all waiters, three orders.
#
# Six goroutines wait, the first since longest. `close(ch)` lets them run as 0 5 4 3 2 1, `Cond.Broadcast` as 5 0 1 2
# 3 4, six sends as 0 1 2 3 4 5. All three wake in the order of waiting; but a woken goroutine takes the one slot for
# the goroutine that runs next and pushes the one before it to the end of the queue (so the last woken is first), and
# `close` collects its waiters in a list that it then walks from the other end.
#
# Surprising, because channels are described as first in, first out, and a closed channel is *the* broadcast: the
# waiter that came second runs last, each time, not at random.
# What to do: nothing that matters may depend on it; measure latencies of a broadcast over all receivers.
. "$(dirname "$0")/setup.sh"
debian golang-1.19-go=1.19.8-2 golang-1.19-src=1.19.8-2
cat > main.go << 'GO'
package main

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"
)

// order starts six goroutines that wait, one after the other, wakes them, and says in which order they run.
func order(wait func(), wake func()) string {
	var ran string
	var done sync.WaitGroup
	for i := 0; i < 6; i++ {
		i := i
		done.Add(1)
		go func() {
			wait()
			ran += fmt.Sprint(i)
			done.Done()
		}()
		time.Sleep(5 * time.Millisecond)
	}
	wake()
	done.Wait()
	return ran
}

func main() {
	runtime.GOMAXPROCS(1)
	closed, sent := make(chan int), make(chan int)
	var mutex sync.Mutex
	cond := sync.NewCond(&mutex)
	byClose := order(func() { <-closed }, func() { close(closed) })
	bySends := order(func() { <-sent }, func() {
		for i := 0; i < 6; i++ {
			sent <- i
			time.Sleep(time.Millisecond)
		}
	})
	byBroadcast := order(func() { mutex.Lock(); cond.Wait(); mutex.Unlock() }, cond.Broadcast)
	fmt.Println("close:", byClose, " broadcast:", byBroadcast, " six sends:", bySends)
	if byClose != "054321" || byBroadcast != "501234" || bySends != "012345" {
		os.Exit(1)
	}
}
GO
export GOROOT="$work/root/usr/lib/go-1.19" GOCACHE="$work/cache" GOPATH="$work/path" GO111MODULE=off GOFLAGS= GOTOOLCHAIN=local
"$GOROOT/bin/go" build -o finding main.go > log 2>&1 || missing "go could not build it"
verdict ./finding
