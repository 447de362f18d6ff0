// The kernels in Go: csp-compare-go KERNEL WORKERS COUNT prints the figure.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"time"
)

// The same numbers as in ../src/kernels.rs.
const (
	crowd    = 4
	ringSize = 503
	sample   = 8
)

// Each gives its number of operations, after it checked its result.
var timed = map[string]func(int) int{
	"pingpong":   pingpong,
	"spsc0":      func(n int) int { return stream(0, 1, 1, n) },
	"spsc128":    func(n int) int { return stream(128, 1, 1, n) },
	"mpsc128":    func(n int) int { return stream(128, crowd, 1, n) },
	"mpmc0":      func(n int) int { return stream(0, crowd, crowd, n) },
	"mpmc128":    func(n int) int { return stream(128, crowd, crowd, n) },
	"commstime":  commstime,
	"ring":       func(n int) int { return ring(ringSize, n) },
	"sieve":      sieve,
	"skynet":     skynet,
	"stages":     stages,
	"spawn":      spawn,
	"join":       join,
	"yield":      yields,
	"select2":    select2,
	"select8":    select8,
	"select64":   select64,
	"close":      closes,
	"sleepers":   sleepers,
	"timers":     timers,
	"mutex":      mutex,
	"mutex_chan": func(n int) int { return stream(0, crowd, 1, n) },
}

// Each gives the figure itself.
var measured = map[string]func(int) float64{
	"parked":     parked,
	"parked_own": parkedOwn,
}

func main() {
	kernel, workers, count := os.Args[1], number(os.Args[2]), number(os.Args[3])
	runtime.GOMAXPROCS(workers)
	if run, ok := timed[kernel]; ok {
		start := time.Now()
		operations := run(count)
		fmt.Println(float64(time.Since(start).Nanoseconds()) / float64(operations))
		return
	}
	fmt.Println(measured[kernel](count))
}

func number(text string) int {
	n, err := strconv.Atoi(text)
	check(err == nil)
	return n
}

func check(holds bool) {
	if !holds {
		panic("the kernel's result is wrong")
	}
}

func triangle(n int) int {
	return n * (n - 1) / 2
}

// The last of the first count primes.
func prime(count int) int {
	primes := []int{}
	for n := 2; len(primes) < count; n++ {
		divided := false
		for _, p := range primes {
			if n%p == 0 {
				divided = true
				break
			}
		}
		if !divided {
			primes = append(primes, n)
		}
	}
	return primes[count-1]
}

// Some ten microseconds of computing: the same steps as in ../src/kernels.rs.
func work(seed uint64) uint64 {
	x := seed
	for range 5_000 {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	return x
}
