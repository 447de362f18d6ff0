package main

func produce(out chan<- int, count int) {
	for n := range count {
		out <- n
	}
}

func total(numbers <-chan int, sum chan<- int) {
	s := 0
	for n := range numbers {
		s += n
	}
	sum <- s
}

func pingpong(rounds int) int {
	ping, pong := make(chan int), make(chan int)
	go func() {
		for n := range ping {
			pong <- n + 1
		}
	}()
	n := 0
	for range rounds {
		ping <- n
		n = <-pong
	}
	close(ping)
	check(n == rounds)
	return rounds
}

func stream(capacity, senders, receivers, messages int) int {
	numbers := make(chan int, capacity)
	done := make(chan bool)
	for range senders {
		go func() {
			produce(numbers, messages/senders)
			done <- true
		}()
	}
	sums := make(chan int)
	for range receivers {
		go total(numbers, sums)
	}
	for range senders {
		<-done
	}
	close(numbers)
	sum := 0
	for range receivers {
		sum += <-sums
	}
	check(sum == senders*triangle(messages/senders))
	return messages
}

func commstime(iterations int) int {
	a, b, c, d := make(chan int), make(chan int), make(chan int), make(chan int)
	go func() {
		a <- 0
		for n := range b {
			a <- n
		}
	}()
	go func() {
		for n := range a {
			c <- n
			d <- n
		}
	}()
	go func() {
		for n := range c {
			b <- n + 1
		}
	}()
	for n := range iterations {
		check(<-d == n)
	}
	return iterations
}

func ring(size, hops int) int {
	first := make(chan int)
	input := first
	for range size - 1 {
		next := make(chan int)
		go func(input <-chan int, out chan<- int) {
			for n := range input {
				out <- n + 1
			}
		}(input, next)
		input = next
	}
	rounds, n := hops/size, 0
	for range rounds {
		first <- n + 1
		n = <-input
	}
	check(n == rounds*size)
	return n
}

func sieve(count int) int {
	input := make(chan int)
	go func(out chan<- int) {
		for n := 2; ; n++ {
			out <- n
		}
	}(input)
	last := 0
	for range count {
		last = <-input
		next := make(chan int)
		go func(input <-chan int, out chan<- int, divisor int) {
			for n := range input {
				if n%divisor != 0 {
					out <- n
				}
			}
		}(input, next, last)
		input = next
	}
	check(last == prime(count))
	return count
}

func node(out chan<- int, number, size int) {
	if size == 1 {
		out <- number
		return
	}
	parts := make(chan int, 10)
	for child := range 10 {
		go node(parts, number+child*(size/10), size/10)
	}
	sum := 0
	for range 10 {
		sum += <-parts
	}
	out <- sum
}

func skynet(leaves int) int {
	out := make(chan int, 1)
	go node(out, 0, leaves)
	check(<-out == triangle(leaves))
	return (10*leaves - 1) / 9
}

func stages(count int) int {
	input := make(chan uint64, 16)
	go func(out chan<- uint64) {
		for n := range count {
			out <- uint64(n)
		}
		close(out)
	}(input)
	for range 4 {
		next := make(chan uint64, 16)
		go func(input <-chan uint64, out chan<- uint64) {
			for n := range input {
				out <- work(n)
			}
			close(out)
		}(input, next)
		input = next
	}
	items := 0
	var got, staged uint64
	for n := range input {
		if items < sample {
			got += n
		}
		items++
	}
	for n := range uint64(sample) {
		staged += work(work(work(work(n))))
	}
	check(items == count && got == staged)
	return count
}

func closes(count int) int {
	sum := 0
	for n := range count {
		numbers := make(chan int, 1)
		numbers <- n
		close(numbers)
		for n := range numbers {
			sum += n
		}
	}
	check(sum == triangle(count))
	return count
}
