//! Signals of the operating system as a source: `for _ in signal(Signal::Interrupt)`, `<-interrupts` as an arm of `select!`.
//!
//! ```
//! use csp_runtime::signal::{Signal, signal};
//! # #[cfg(unix)]
//! csp_runtime::block_on(async {
//!     let reload = signal(Signal::User1);
//!     let me = std::process::id();
//!     std::process::Command::new("kill").args(["-USR1", &me.to_string()]).status()?;
//!     reload.recv().await.expect("the runtime goes on");
//!     std::io::Result::Ok(())
//! })
//! .unwrap();
//! ```

#[cfg(unix)]
#[path = "unix.rs"]
mod imp;
#[cfg(windows)]
#[path = "windows.rs"]
mod imp;
#[cfg(all(test, unix))]
mod tests;

use std::fmt;
use std::io;

use crate::chan::RecvError;
use crate::io::error::failed;
use crate::select::op::OnClose;
use crate::select::source::Sealed;
use crate::select::{Communication, Source};

/// Which signal. Those that no program can wait for, as `SIGKILL`, have no name here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Signal {
    /// Ctrl-C: `SIGINT`; on Windows the console's Ctrl-C and Ctrl-Break. The one that all systems have.
    Interrupt,
    /// The polite request to end: `SIGTERM`.
    Terminate,
    /// The terminal is gone; by custom also: read the configuration again. `SIGHUP`.
    Hangup,
    /// Ctrl-\: `SIGQUIT`.
    Quit,
    /// For the program to give a meaning to: `SIGUSR1`.
    User1,
    /// Another: `SIGUSR2`.
    User2,
    /// The terminal has another size: `SIGWINCH`.
    WindowChange,
    /// A child process ended or stopped: `SIGCHLD`.
    Child,
}

/// A source of the signals of one kind that reach this process of the operating system, from this call on.
///
/// What the system would have done, as to end the program, is not done any more: from the first call for a kind on until the
/// program ends, also after the source was dropped. See [`Signals`].
///
/// **Panics:** where [`Signals::new`] gives an error.
///
/// ```
/// use csp_runtime::signal::{Signal, signal};
///
/// let interrupts = signal(Signal::Interrupt);
/// # drop(interrupts);
/// ```
pub fn signal(signal: Signal) -> Signals {
    match Signals::new(signal) {
        Ok(signals) => signals,
        Err(error) => panic!("{error}"),
    }
}

/// The source that [`signal`] makes.
///
/// Each source gets each signal, however many there are of one kind. Signals that come while nobody receives are kept as one:
/// the next receive gets it at once, and how many they were is not told, for the system itself merges them. Of several
/// processes that receive from *one* source, through a reference or an `Arc`, one gets it.
///
/// On Unix it belongs to the runtime in which it was made, and closes when that ends.
pub struct Signals {
    signal: Signal,
    imp: imp::Signals,
}

impl Signals {
    /// As [`signal`], for whoever wants to go on without.
    ///
    /// **Errors:** `Unsupported` for a signal that the system does not have: on Windows all but `Interrupt`; else what the system
    /// says, as when there are no more descriptors.
    ///
    /// ```
    /// use csp_runtime::signal::{Signal, Signals};
    ///
    /// let hangups = Signals::new(Signal::Hangup);
    /// assert_eq!(hangups.is_ok(), cfg!(unix));
    /// ```
    pub fn new(signal: Signal) -> io::Result<Self> {
        match imp::Signals::new(signal) {
            Ok(imp) => Ok(Self { signal, imp }),
            Err(error) => Err(failed(error, format_args!("wait for the signal `{signal:?}`"))),
        }
    }

    /// Waits for a signal, as `<-signals` does.
    ///
    /// # Errors
    /// [`RecvError`] when the runtime in which the source was made has ended.
    ///
    /// # Cancellation
    /// Dropping the future cancels the wait; no signal is lost.
    ///
    /// ```
    /// use csp_runtime::signal::{Signal, signal};
    /// use std::time::Duration;
    ///
    /// csp_runtime::block_on(async {
    ///     let interrupts = signal(Signal::Interrupt);
    ///     let nobody = csp_runtime::timeout(Duration::from_millis(5), interrupts.recv()).await;
    ///     assert!(nobody.is_err());
    /// });
    /// ```
    #[track_caller]
    pub fn recv(&self) -> impl Communication<Output = Result<(), RecvError>> + Send {
        Source::recv(self)
    }

    /// Which signal it is a source of.
    ///
    /// ```
    /// use csp_runtime::signal::{Signal, signal};
    ///
    /// assert_eq!(signal(Signal::Interrupt).signal(), Signal::Interrupt);
    /// ```
    pub fn signal(&self) -> Signal {
        self.signal
    }
}

impl Sealed for Signals {}

#[diagnostic::do_not_recommend]
impl Source for Signals {
    type Item = ();
    type Arm<'a> = imp::SignalArm<'a>;

    #[track_caller]
    fn arm(&self, enabled: bool, on_close: OnClose) -> Self::Arm<'_> {
        self.imp.arm(enabled, on_close)
    }
}

impl fmt::Debug for Signals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Signals").field(&self.signal).finish()
    }
}
