//! Signals of the operating system as a source: `for _ in signal(Signal::Interrupt)`, `<-interrupts` as an arm of `select!`.
//!
//! ```
//! use csp::prelude::*;
//! use csp::signal::{Signal, signal};
//!
//! #[process]
//! fn main() -> std::io::Result<()> {
//!     let reload = signal(Signal::User1);
//!     let me = std::process::id();
//!     std::process::Command::new("kill").args(["-USR1", &me.to_string()]).status()?;
//!     for _ in reload {
//!         println!("reading the configuration again");
//!         break;
//!     }
//!     Ok(())
//! }
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

/// A signal. Those that a program cannot handle, such as `SIGKILL`, have no name here.
///
/// # Examples
/// ```no_run
/// use csp::prelude::*;
/// use csp::signal::{Signal, signal};
///
/// #[process]
/// fn main() {
///     let (interrupts, terminations) = (signal(Signal::Interrupt), signal(Signal::Terminate));
///     select! {
///         <-interrupts => println!("Ctrl-C"),
///         <-terminations => println!("asked to end"),
///     }
/// }
/// ```
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

/// Returns a source of the signals of one kind that reach this program, from this call on. See [`Signals`].
///
/// The default action of the OS, such as ending the program, is disabled: from the first call for a kind until the program ends, also
/// after the source is dropped.
///
/// # Panics
/// Where [`Signals::new`] returns an error.
///
/// # Examples
/// ```
/// use csp::signal::{Signal, signal};
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

/// The source made by [`signal`].
///
/// Every source of a kind gets every signal. Signals that arrive while no process receives are merged into one, as the OS merges them: the
/// next receive returns at once. If several processes receive from *one* source, through a reference or an `Arc`, one of them gets the
/// signal.
///
/// On Unix it belongs to the runtime in which it was made, and closes when that ends.
///
/// # Examples
/// ```
/// use csp::prelude::*;
/// use csp::signal::{Signal, Signals, signal};
///
/// #[process]
/// fn main() {
///     let interrupts: Signals = signal(Signal::Interrupt);
///     select! {
///         <-interrupts => println!("Ctrl-C"),
///         <-after(Duration::from_millis(5)) => println!("no signal"),
///     }
/// }
/// ```
pub struct Signals {
    signal: Signal,
    imp: imp::Signals,
}

impl Signals {
    /// The same as [`signal`], with an error instead of a panic.
    ///
    /// # Errors
    /// `Unsupported` for a signal that the OS does not have: on Windows all but `Interrupt`. Other errors of the OS, such as when there are
    /// no more descriptors.
    ///
    /// # Examples
    /// ```
    /// use csp::signal::{Signal, Signals};
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
    /// # Cancel safety
    /// Dropping the future cancels the wait; no signal is lost.
    ///
    /// # Examples
    /// ```
    /// use csp::prelude::*;
    /// use csp::signal::{Signal, Signals, signal};
    ///
    /// #[process]
    /// fn main() {
    ///     let interrupts = signal(Signal::Interrupt);
    ///     let limited = timeout(Duration::from_millis(5), Signals::recv(&interrupts)).await;
    ///     assert!(limited.is_err());
    /// }
    /// ```
    #[track_caller]
    pub fn recv(&self) -> impl Communication<Output = Result<(), RecvError>> + Send {
        Source::recv(self)
    }

    /// Returns the kind of signal.
    ///
    /// # Examples
    /// ```
    /// use csp::signal::{Signal, signal};
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
