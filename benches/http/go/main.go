// The example http_server as a Go program: net/http, the same limits and answers.
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync/atomic"
	"time"
)

const (
	connections = 16384
	head        = 30 * time.Second
	request     = 2 * time.Second
)

var count atomic.Int64

// Takes a place for each connection until it is closed.
type limited struct {
	net.Listener
	places chan struct{}
}

func (l limited) Accept() (net.Conn, error) {
	l.places <- struct{}{}
	conn, err := l.Listener.Accept()
	if err != nil {
		<-l.places
	}
	return conn, err
}

func answer(w http.ResponseWriter, r *http.Request) {
	count.Add(1)
	status, text := http.StatusOK, "hello, world\n"
	switch r.URL.Path {
	case "/":
	case "/slow":
		time.Sleep(100 * time.Millisecond)
		text = "slowly\n"
	case "/endless":
		// As http.TimeoutHandler, without its goroutine and buffer for each request.
		select {
		case <-time.After(request):
		case <-r.Context().Done():
		}
		status, text = http.StatusServiceUnavailable, "that took too long\n"
	default:
		status, text = http.StatusNotFound, "no such page\n"
	}
	header := w.Header()
	header["Content-Type"] = nil
	w.WriteHeader(status)
	w.Write([]byte(text))
}

func main() {
	address := "127.0.0.1:0"
	if len(os.Args) > 1 {
		address = os.Args[1]
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	places := make(chan struct{}, connections)
	server := http.Server{
		Handler:           http.HandlerFunc(answer),
		ReadHeaderTimeout: head,
		IdleTimeout:       head,
		ConnState: func(_ net.Conn, state http.ConnState) {
			if state == http.StateClosed || state == http.StateHijacked {
				<-places
			}
		},
	}
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	closed := make(chan error)
	go func() {
		<-interrupts
		closed <- server.Shutdown(context.Background())
	}()
	fmt.Printf("http://%s\n", listener.Addr())
	if err := server.Serve(limited{listener, places}); !errors.Is(err, http.ErrServerClosed) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	<-closed
	fmt.Printf("answered %d requests\n", count.Load())
}
