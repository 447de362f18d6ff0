//! Whom csp is compared with.

use std::path::PathBuf;

use crate::csp;
use crate::kernels::{Kernel, Run};
#[cfg(feature = "peers")]
use crate::{stacked, waiting};

pub struct Peer {
    pub name: &'static str,
    pub about: &'static str,
    pub code: Code,
    /// What stands in for a rendezvous.
    pub meets: Meets,
    /// It makes one operation where the others make so many: for those to whom each costs tens of microseconds.
    pub share: u64,
}

/// Where a peer's kernels are.
#[derive(Clone, Copy)]
pub enum Code {
    /// In this program, by the kernel's name.
    Here(fn(&str) -> Option<Run>),
    /// In the program that `go.rs` builds; it has all of them.
    Go,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Meets {
    Truly,
    /// Its smallest channel holds one message.
    InABufferOfOne,
    /// Its channels are never full, whatever capacity is asked for.
    Never,
}

/// csp comes first.
pub const PEERS: &[Peer] = &[
    here("csp", "csp-rs, in its language", csp::kernel, Meets::Truly),
    Peer { name: "go", about: "Go, in Go", code: Code::Go, meets: Meets::Truly, share: 1 },
    #[cfg(feature = "peers")]
    here("tokio", "tokio with its own mpsc channels", waiting::tokio, Meets::InABufferOfOne),
    #[cfg(feature = "peers")]
    here("kanal", "kanal's channels on tokio", waiting::kanal, Meets::Truly),
    #[cfg(feature = "peers")]
    here("flume", "flume's channels on tokio", waiting::flume, Meets::Truly),
    #[cfg(feature = "peers")]
    here("async-chan", "async-channel's channels on tokio", waiting::async_channel, Meets::InABufferOfOne),
    #[cfg(feature = "peers")]
    here("crossfire", "crossfire's channels on tokio", waiting::crossfire, Meets::InABufferOfOne),
    #[cfg(feature = "peers")]
    here("smol", "smol's executor with async-channel", waiting::smol, Meets::InABufferOfOne),
    #[cfg(feature = "peers")]
    here("smol+kanal", "smol's executor with kanal's channels", waiting::smol_kanal, Meets::Truly),
    #[cfg(feature = "peers")]
    here("may", "may's coroutines with its own channels", stacked::may, Meets::Never),
    #[cfg(feature = "peers")]
    here("go-lib", "go-lib's coroutines with its own channels", stacked::go_lib, Meets::Truly),
    #[cfg(feature = "peers")]
    Peer {
        name: "threads",
        about: "crossbeam's channels on threads",
        code: Code::Here(stacked::threads),
        meets: Meets::Truly,
        share: 5,
    },
];

const fn here(
    name: &'static str,
    about: &'static str,
    kernel: fn(&str) -> Option<Run>,
    meets: Meets,
) -> Peer {
    Peer { name, about, code: Code::Here(kernel), meets, share: 1 }
}

impl Peer {
    pub fn has(&self, kernel: &Kernel) -> bool {
        match self.code {
            Code::Here(find) => find(kernel.name).is_some(),
            Code::Go => true,
        }
    }

    /// The sign behind a figure that comes from another kind of channel than the kernel asks for.
    pub fn mark(&self, kernel: &Kernel) -> &'static str {
        match self.meets {
            Meets::InABufferOfOne if kernel.rendezvous => "*",
            Meets::Never if kernel.rendezvous => "~",
            _ => "",
        }
    }
}

/// A peer that takes part, and the program that has its kernels.
pub struct Entry {
    pub peer: &'static Peer,
    pub program: PathBuf,
}
