//! The handler writes a byte to a socket, whose other end the poller watches. A socket that is full holds a signal already.

use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use signal_hook::consts;
use signal_hook::low_level::{pipe, unregister};

use super::Signal;
use crate::io::{Ready, Registered, Seat, Side};
use crate::rt;
use crate::select::op::OnClose;
use crate::select::poll_arm::{PollArm, Readiness};
use crate::shim::atomic::{AtomicBool, Ordering};
use crate::task::Place;

pub(super) struct Signals {
    io: Registered<UnixStream>,
    handler: signal_hook::SigId,
    /// The runtime has ended.
    over: AtomicBool,
}

pub(super) type SignalArm<'a> = PollArm<Coming<'a>>;

impl Signals {
    pub(super) fn new(signal: Signal) -> io::Result<Self> {
        let (read, write) = UnixStream::pair()?;
        read.set_nonblocking(true)?;
        let io = Registered::new(rt::driver()?, read, Ready::Perhaps)?;
        Ok(Self { io, handler: pipe::register(number(signal), write)?, over: AtomicBool::new(false) })
    }

    #[track_caller]
    pub(super) fn arm(&self, enabled: bool, on_close: OnClose) -> SignalArm<'_> {
        PollArm::new(Coming { of: self, seat: Seat::NONE, at: Location::caller() }, enabled, on_close)
    }

    /// Takes all signals that have come, if any have.
    fn take(&self) -> Option<()> {
        let all = self.io.try_op(Side::Read, |mut socket| {
            let (mut bytes, mut came) = ([0; 64], false);
            loop {
                match socket.read(&mut bytes) {
                    Ok(1..) => came = true,
                    Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                    Err(error) if came && error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                    Err(error) if came && error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
        });
        match all {
            Ok(()) => Some(()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => None,
            Err(_) => {
                self.end();
                None
            }
        }
    }

    fn end(&self) {
        // ORDERING: Relaxed: the flag guards nothing.
        self.over.store(true, Ordering::Relaxed);
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        unregister(self.handler);
    }
}

fn number(signal: Signal) -> i32 {
    match signal {
        Signal::Interrupt => consts::SIGINT,
        Signal::Terminate => consts::SIGTERM,
        Signal::Hangup => consts::SIGHUP,
        Signal::Quit => consts::SIGQUIT,
        Signal::User1 => consts::SIGUSR1,
        Signal::User2 => consts::SIGUSR2,
        Signal::WindowChange => consts::SIGWINCH,
        Signal::Child => consts::SIGCHLD,
    }
}

/// One wait for a signal.
pub struct Coming<'a> {
    of: &'a Signals,
    seat: Seat,
    at: Place,
}

impl Readiness for Coming<'_> {
    type Item = ();

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        if ready!(this.of.io.poll_ready(Side::Read, &mut this.seat, cx, this.at)).is_err() {
            this.of.end();
        }
        Poll::Ready(())
    }

    fn take(self: Pin<&mut Self>) -> Option<()> {
        self.of.take()
    }

    fn is_spent(&self) -> bool {
        // ORDERING: Relaxed: the flag guards nothing.
        self.of.over.load(Ordering::Relaxed)
    }
}

impl Drop for Coming<'_> {
    fn drop(&mut self) {
        self.of.io.leave(Side::Read, &mut self.seat);
    }
}
