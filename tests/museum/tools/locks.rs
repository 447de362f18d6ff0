//! Locks: a place in a channel is the right to go on.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use csp::prelude::*;

/// So many may go on at once: whoever has a value in the channel holds a permit.
#[derive(Clone)]
pub(crate) struct Permits {
    held: Sender<()>,
    back: Receiver<()>,
}

impl Permits {
    pub(crate) fn new(most: usize) -> Self {
        let (held, back) = chan!((); most);
        Self { held, back }
    }

    #[process]
    pub(crate) fn acquire(&self) {
        self.held.send(()).expect("both ends are here");
    }

    pub(crate) fn try_acquire(&self) -> bool {
        self.held.try_send(()).is_ok()
    }

    pub(crate) fn release(&self) {
        self.back.try_recv().expect("somebody holds what is given back");
    }
}

/// A lock that knows nothing of who holds it, as Go's.
#[derive(Clone)]
pub(crate) struct Lock(Permits);

impl Lock {
    pub(crate) fn new() -> Self {
        Self(Permits::new(1))
    }

    #[process]
    pub(crate) fn lock(&self) {
        self.0.acquire().await;
    }

    pub(crate) fn unlock(&self) {
        self.0.release();
    }
}

/// Many readers or one writer, first come first served: as with Go's, a reader waits behind a writer that waits.
#[derive(Clone)]
pub(crate) struct ReadWrite(Arc<Mutex<Desk>>);

#[derive(Default)]
struct Desk {
    readers: usize,
    writes: bool,
    queue: VecDeque<(Want, Sender<()>)>,
}

#[derive(Clone, Copy, PartialEq)]
enum Want {
    Read,
    Write,
}

impl Desk {
    fn serve(&mut self) {
        while let Some((want, _)) = self.queue.front() {
            let free = !self.writes && (*want == Want::Read || self.readers == 0);
            if !free {
                return;
            }
            if let Some((want, turn)) = self.queue.pop_front() {
                self.readers += usize::from(want == Want::Read);
                self.writes = want == Want::Write;
                turn.try_send(()).expect("whoever asked waits");
            }
        }
    }
}

impl ReadWrite {
    pub(crate) fn new() -> Self {
        Self(Arc::default())
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.0.lock().unwrap()
    }

    fn ask(&self, want: Want) -> Receiver<()> {
        let (turn, mine) = chan!((); 1);
        let mut desk = self.desk();
        desk.queue.push_back((want, turn));
        desk.serve();
        mine
    }

    #[process]
    pub(crate) fn read(&self) {
        self.ask(Want::Read).recv().expect("the desk serves all");
    }

    #[process]
    pub(crate) fn write(&self) {
        self.ask(Want::Write).recv().expect("the desk serves all");
    }

    pub(crate) fn read_done(&self) {
        let mut desk = self.desk();
        desk.readers -= 1;
        desk.serve();
    }

    pub(crate) fn write_done(&self) {
        let mut desk = self.desk();
        desk.writes = false;
        desk.serve();
    }
}
