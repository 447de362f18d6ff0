package main

import (
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A goroutine has no result: each puts its own into a place of its own, and a WaitGroup tells when all are there.
func spawn(count int) int {
	var all sync.WaitGroup
	results := make([]int, count)
	all.Add(count)
	for n := range count {
		go func() {
			results[n] = n
			all.Done()
		}()
	}
	all.Wait()
	sum := 0
	for _, n := range results {
		sum += n
	}
	check(sum == triangle(count))
	return count
}

func join(count int) int {
	sum := 0
	result := make(chan int)
	for n := range count {
		go func() { result <- n }()
		sum += <-result
	}
	check(sum == triangle(count))
	return count
}

func yields(count int) int {
	turns := make(chan int)
	for range crowd {
		go func() {
			t := 0
			for range count / crowd {
				runtime.Gosched()
				t++
			}
			turns <- t
		}()
	}
	sum := 0
	for range crowd {
		sum += <-turns
	}
	check(sum == count)
	return count
}

func sleepers(count int) int {
	var all sync.WaitGroup
	var sum atomic.Int64
	all.Add(count)
	for n := range count {
		go func() {
			time.Sleep(time.Duration(n%100) * time.Millisecond)
			sum.Add(1)
			all.Done()
		}()
	}
	all.Wait()
	check(sum.Load() == int64(count))
	return count
}

func timers(count int) int {
	for range count {
		check(time.NewTimer(time.Minute).Stop())
	}
	return count
}

func mutex(count int) int {
	var lock sync.Mutex
	var all sync.WaitGroup
	counter := 0
	all.Add(crowd)
	for range crowd {
		go func() {
			for range count / crowd {
				lock.Lock()
				counter++
				lock.Unlock()
			}
			all.Done()
		}()
	}
	all.Wait()
	check(counter == count)
	return count
}

func resident() float64 {
	statm, err := os.ReadFile("/proc/self/statm")
	check(err == nil)
	return float64(number(strings.Fields(string(statm))[1]) * os.Getpagesize())
}

func parked(count int) float64 {
	gate := make(chan int)
	var all sync.WaitGroup
	all.Add(count)
	before := resident()
	for range count {
		go func() {
			_, open := <-gate
			check(!open)
			all.Done()
		}()
	}
	time.Sleep(400 * time.Millisecond)
	bytes := resident() - before
	close(gate)
	all.Wait()
	return bytes / float64(count)
}

func parkedOwn(count int) float64 {
	// Written once, so that its pages are resident before the first reading.
	gates := make([]chan int, count)
	clear(gates)
	gates = gates[:0]
	var all sync.WaitGroup
	all.Add(count)
	before := resident()
	for range count {
		gate := make(chan int)
		gates = append(gates, gate)
		go func() {
			_, open := <-gate
			check(!open)
			all.Done()
		}()
	}
	time.Sleep(400 * time.Millisecond)
	bytes := resident() - before
	for _, gate := range gates {
		close(gate)
	}
	all.Wait()
	return bytes / float64(count)
}
