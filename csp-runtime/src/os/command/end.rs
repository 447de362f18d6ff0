//! The end of a program, and how it is waited for: on Linux by a descriptor that gets readable; elsewhere, and where the system
//! refuses one, by asking again and again.

use std::future::Future;
use std::io;
use std::process::{Child, ExitStatus};
use std::time::Duration;

use super::{DROPPED, reap};
#[cfg(target_os = "linux")]
use crate::io::{Ready, Registered, Side};
use crate::shim::plain::{Mutex, lock};
use crate::task::Place;
use crate::time::sleep;

/// Between two questions: at first, and at most.
const FIRST: Duration = Duration::from_millis(1);
const LONGEST: Duration = Duration::from_millis(20);

pub(super) struct End {
    /// None only while it is dropped.
    child: Mutex<Option<Child>>,
    id: u32,
    #[cfg(target_os = "linux")]
    tells: Option<Registered<std::os::fd::OwnedFd>>,
}

impl End {
    pub(super) fn new(child: Child) -> Self {
        Self {
            id: child.id(),
            #[cfg(target_os = "linux")]
            tells: descriptor(&child),
            child: Mutex::new(Some(child)),
        }
    }

    pub(super) fn id(&self) -> u32 {
        self.id
    }

    pub(super) fn wait(&self, at: Place) -> impl Future<Output = io::Result<ExitStatus>> + Send + '_ {
        #[cfg(target_os = "linux")]
        let told = self.tells.as_ref().map(|tells| {
            tells.operation_at(Side::Read, at, |_| match self.try_wait()? {
                Some(status) => Ok((status, false)),
                None => Err(io::ErrorKind::WouldBlock.into()),
            })
        });
        async move {
            #[cfg(target_os = "linux")]
            if let Some(told) = told {
                return told.await;
            }
            let mut pause = FIRST;
            loop {
                if let Some(status) = self.try_wait()? {
                    return Ok(status);
                }
                sleep(pause).await;
                pause = (2 * pause).min(LONGEST);
            }
        }
    }

    pub(super) fn try_wait(&self) -> io::Result<Option<ExitStatus>> {
        match &mut *lock(&self.child) {
            Some(child) => child.try_wait(),
            None => unreachable!("nobody asks while it is dropped"),
        }
    }

    pub(super) fn kill(&self) -> io::Result<()> {
        match &mut *lock(&self.child) {
            Some(child) => child.kill(),
            None => unreachable!("nobody kills while it is dropped"),
        }
    }
}

/// A descriptor of the program that the driver watches.
#[cfg(target_os = "linux")]
fn descriptor(child: &Child) -> Option<Registered<std::os::fd::OwnedFd>> {
    use rustix::process::{Pid, PidfdFlags, pidfd_open};
    let descriptor = pidfd_open(Pid::from_child(child), PidfdFlags::empty()).ok()?;
    Registered::new(crate::rt::driver().ok()?, descriptor, Ready::Perhaps).ok()
}

impl Drop for End {
    fn drop(&mut self) {
        let child = lock(&self.child).take();
        lock(&DROPPED).extend(child);
        reap();
    }
}
