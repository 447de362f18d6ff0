//! What a suspended process waits for: one variant for each kind of place that suspends.

use std::panic::Location;
use std::ptr::NonNull;

use super::Place;

/// What a process waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waits {
    /// It never said, or it runs.
    Nothing,
    Send,
    Recv,
    Select,
    /// The end of another process.
    Join,
    Sleep,
    /// A closure on the pool of blocking threads.
    Blocking,
    Io,
}

/// Where a communication was written, and whether the end that it is on is known to be the own one of whoever waits: a variable of
/// its frame, and no pointer to what others have as well. One word, which is a constant where it is made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot(NonNull<Location<'static>>);

/// Of the spot of a send or receive, and of what a wait for the end of a process is on.
pub(super) const OWN: usize = 1;
/// Of what a wait is on that others end: something else may end it as well.
pub(super) const ELSE: usize = 2;
/// What a wait is, in the low bits of a place: the kind, and for two of them whether it is on an own end.
const CODES: usize = 7;
const NOTHING: usize = 0;
const SEND: usize = 2;
const SEND_OWN: usize = SEND | OWN;
const RECV: usize = 4;
const RECV_OWN: usize = RECV | OWN;
const SELECT: usize = 1;
const JOIN: usize = 6;
/// What no process ends, told apart by two low bits of what it is on.
const OUTSIDE: usize = 7;

const _: () = assert!(align_of::<Location<'static>>() > CODES, "a wait needs three low bits");

impl Spot {
    #[inline(always)]
    pub(crate) fn at(place: Place) -> Self {
        Self(NonNull::from(place))
    }

    /// The same, on an own end.
    #[inline(always)]
    pub(crate) fn own(self) -> Self {
        Self(self.0.map_addr(|address| address | OWN))
    }
}

impl Waits {
    /// Whether another process ends the wait: then it is on an address, and there is room for two bits.
    pub(super) fn is_for_others(self) -> bool {
        matches!(self, Self::Send | Self::Recv | Self::Select | Self::Join)
    }
}

/// What a process waits for, where, and on what, as its header keeps it.
#[derive(Clone, Copy)]
pub(super) struct Wait {
    pub(super) at: *mut Location<'static>,
    pub(super) on: usize,
}

impl Wait {
    #[inline(always)]
    pub(super) fn new(what: Waits, on: usize, at: Spot) -> Self {
        let (code, on) = match what {
            Waits::Nothing => (NOTHING, on),
            Waits::Send => (SEND, on),
            Waits::Recv => (RECV, on),
            Waits::Select => (SELECT, on),
            Waits::Join => (JOIN, on),
            Waits::Sleep => (OUTSIDE, on << 2),
            Waits::Blocking => (OUTSIDE, on << 2 | 1),
            Waits::Io => (OUTSIDE, on << 2 | 2),
        };
        Self { at: at.0.as_ptr().wrapping_byte_add(code), on }
    }

    /// What it is, and on what.
    pub(super) fn what(self) -> (Waits, usize) {
        let address = self.on & !(OWN | ELSE);
        match (self.at.addr() & CODES, self.on & (OWN | ELSE)) {
            (SEND | SEND_OWN, _) => (Waits::Send, address),
            (RECV | RECV_OWN, _) => (Waits::Recv, address),
            (SELECT, _) => (Waits::Select, address),
            (JOIN, _) => (Waits::Join, address),
            (OUTSIDE, 0) => (Waits::Sleep, self.on >> 2),
            (OUTSIDE, 1) => (Waits::Blocking, self.on >> 2),
            (OUTSIDE, _) => (Waits::Io, self.on >> 2),
            _ => (Waits::Nothing, self.on),
        }
    }

    /// Whether what it is on, an end or a handle, is the own one of whoever waits.
    pub(super) fn is_own(self) -> bool {
        match self.at.addr() & CODES {
            SEND_OWN | RECV_OWN => true,
            JOIN => self.on & OWN != 0,
            _ => false,
        }
    }

    /// Whether something else may end it than what it is on.
    pub(super) fn may_end_otherwise(self) -> bool {
        self.on & ELSE != 0
    }

    /// Where it was written, or null.
    pub(super) fn place(self) -> *const Location<'static> {
        self.at.map_addr(|address| address & !CODES).cast_const()
    }
}
