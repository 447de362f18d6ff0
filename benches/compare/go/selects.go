package main

// As many channels as there are arms, each with a process that sends.
func producers(all []chan int, messages int) {
	for i := range all {
		numbers := make(chan int)
		all[i] = numbers
		go func() {
			produce(numbers, messages/len(all))
			close(numbers)
		}()
	}
}

func select2(messages int) int {
	var all [2]chan int
	producers(all[:], messages)
	count := 0
	for left := 2; left > 0; {
		select {
		case _, ok := <-all[0]:
			if !ok {
				all[0] = nil
				left--
				continue
			}
		case _, ok := <-all[1]:
			if !ok {
				all[1] = nil
				left--
				continue
			}
		}
		count++
	}
	check(count == messages)
	return messages
}

func select8(messages int) int {
	var all [8]chan int
	producers(all[:], messages)
	count := 0
	for left := 8; left > 0; {
		select {
		case _, ok := <-all[0]:
			if !ok {
				all[0] = nil
				left--
				continue
			}
		case _, ok := <-all[1]:
			if !ok {
				all[1] = nil
				left--
				continue
			}
		case _, ok := <-all[2]:
			if !ok {
				all[2] = nil
				left--
				continue
			}
		case _, ok := <-all[3]:
			if !ok {
				all[3] = nil
				left--
				continue
			}
		case _, ok := <-all[4]:
			if !ok {
				all[4] = nil
				left--
				continue
			}
		case _, ok := <-all[5]:
			if !ok {
				all[5] = nil
				left--
				continue
			}
		case _, ok := <-all[6]:
			if !ok {
				all[6] = nil
				left--
				continue
			}
		case _, ok := <-all[7]:
			if !ok {
				all[7] = nil
				left--
				continue
			}
		}
		count++
	}
	check(count == messages)
	return messages
}
