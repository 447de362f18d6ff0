//! The console's handler runs on a thread of the system's, and tells each source through a channel that holds one signal.

use std::io;

use super::Signal;
use crate::chan::{Receiver, Sender, TrySendError, bounded};
use crate::select::Source;
use crate::select::op::OnClose;
use crate::select::recv_arm::RecvArm;
use crate::shim::plain::{Mutex, lock};

pub(super) struct Signals(Receiver<()>);

pub(super) type SignalArm<'a> = RecvArm<'a, ()>;

/// Whom the handler tells.
static TOLD: Mutex<Told> = Mutex::new(Told { installed: false, sources: Vec::new() });

struct Told {
    installed: bool,
    sources: Vec<Sender<()>>,
}

impl Signals {
    pub(super) fn new(signal: Signal) -> io::Result<Self> {
        if signal != Signal::Interrupt {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "Windows has no such signal"));
        }
        let (sender, receiver) = bounded(1);
        let mut told = lock(&TOLD);
        if !told.installed {
            ctrlc::set_handler(tell).map_err(io::Error::other)?;
            told.installed = true;
        }
        told.sources.push(sender);
        Ok(Self(receiver))
    }

    pub(super) fn arm(&self, enabled: bool, on_close: OnClose) -> SignalArm<'_> {
        self.0.arm(enabled, on_close)
    }
}

/// A source that is full holds a signal already; one that is closed was dropped.
fn tell() {
    let sources = std::mem::take(&mut lock(&TOLD).sources);
    let gone = |source: &Sender<()>| matches!(source.try_send(()), Err(TrySendError::Closed(())));
    let mut left: Vec<_> = sources.into_iter().filter(|source| !gone(source)).collect();
    lock(&TOLD).sources.append(&mut left);
}
