//! A dump whenever a signal comes that `CSP_DUMP_SIGNAL` names.
//!
//! The handler writes a byte into a socket; a thread of its own waits at the other end and writes the dump. So a program is
//! looked at whose workers are all stuck.

use std::io::{self, Read as _, Write as _};
use std::os::fd::{AsRawFd as _, IntoRawFd as _};
use std::os::unix::net::UnixStream;

use super::dump::Target;
use crate::shim::atomic::{AtomicI32, Ordering};
use crate::shim::plain::{OnceLock, thread};

/// Names that may be given, with or without `SIG`: what a person or a terminal sends, and no runtime of a language needs.
const SIGNALS: [(&str, libc::c_int); 8] = [
    ("HUP", libc::SIGHUP),
    ("INT", libc::SIGINT),
    ("QUIT", libc::SIGQUIT),
    ("USR1", libc::SIGUSR1),
    ("USR2", libc::SIGUSR2),
    ("ALRM", libc::SIGALRM),
    ("TERM", libc::SIGTERM),
    ("WINCH", libc::SIGWINCH),
];

/// The handler's end of the socket, which is never closed.
static SOCKET: AtomicI32 = AtomicI32::new(-1);

/// Begins to wait for the signal that the environment names, if it does; once in a program. A value that means nothing, of either
/// variable, ends the program: what was meant is unknown.
pub(crate) fn watch() {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        let named = std::env::var_os("CSP_DUMP_SIGNAL").map(|name| parse(&name.to_string_lossy()));
        let begun = named.transpose().and_then(|named| {
            let target = Target::of(std::env::var_os("CSP_DUMP_FILE"))?;
            let Some(signal) = named else { return Ok(()) };
            begin(signal, target).map_err(|error| format!("csp: `CSP_DUMP_SIGNAL` cannot be served: {error}"))
        });
        if let Err(message) = begun {
            // Nothing can be done if standard error is closed.
            let _ = writeln!(io::stderr().lock(), "{message}");
            std::process::exit(2);
        }
    });
}

fn parse(name: &str) -> Result<libc::c_int, String> {
    let upper = name.trim().to_ascii_uppercase();
    let bare = upper.strip_prefix("SIG").unwrap_or(&upper);
    let number = bare.parse();
    let found = SIGNALS.iter().find(|(known, signal)| *known == bare || number == Ok(*signal));
    found.map(|(_, signal)| *signal).ok_or_else(|| {
        let names: Vec<&str> = SIGNALS.iter().map(|(known, _)| *known).collect();
        format!(
            "csp: `CSP_DUMP_SIGNAL` is {name:?}; it must be one of {}, the number of one of them, or unset",
            names.join(", ")
        )
    })
}

fn begin(signal: libc::c_int, target: Target) -> io::Result<()> {
    let (mut read, write) = UnixStream::pair()?;
    // The handler must not wait: a socket that is full holds a dump already.
    write.set_nonblocking(true)?;
    thread::Builder::new().name("csp-dump".into()).spawn(move || {
        let mut bytes = [0; 64];
        loop {
            match read.read(&mut bytes) {
                Ok(1..) => target.dump(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(0) | Err(_) => return,
            }
        }
    })?;
    crate::sched::deadlock::looker_started();
    debug_assert!(write.as_raw_fd() >= 0);
    // ORDERING: Release pairs with the handler's load; the handler is set afterwards.
    SOCKET.store(write.into_raw_fd(), Ordering::Release);
    // SAFETY: all zero is a valid `sigaction`: no flags, an empty mask.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = came as extern "C" fn(libc::c_int) as libc::sighandler_t;
    // What the program was waiting for in the system goes on.
    action.sa_flags = libc::SA_RESTART;
    // SAFETY: the handler does only what a handler may, and the structure lives for the call.
    match unsafe { libc::sigaction(signal, &raw const action, std::ptr::null_mut()) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// The handler.
extern "C" fn came(_signal: libc::c_int) {
    // ORDERING: Acquire pairs with `begin`.
    let socket = SOCKET.load(Ordering::Acquire);
    // SAFETY: `write` may be called in a handler; the socket is never closed, and one byte is there. What the program was about to
    // read as the error of its own call is put back.
    unsafe {
        let errno = errno();
        let before = errno.map(|errno| *errno);
        libc::write(socket, [1u8].as_ptr().cast(), 1);
        if let (Some(errno), Some(before)) = (errno, before) {
            *errno = before;
        }
    }
}

/// Where the thread's last error is kept. Where that is not known, a write that finds the socket full leaves its error behind.
fn errno() -> Option<*mut libc::c_int> {
    // SAFETY: these have no conditions.
    #[cfg(target_os = "linux")]
    return Some(unsafe { libc::__errno_location() });
    // SAFETY: as above.
    #[cfg(any(target_os = "macos", target_os = "freebsd"))]
    return Some(unsafe { libc::__error() });
    #[cfg(not(any(target_os = "linux", target_os = "macos", target_os = "freebsd")))]
    None
}

#[cfg(test)]
#[test]
fn a_signal_has_a_name_or_a_number() {
    for name in ["USR1", "SIGUSR1", "sigusr1", &libc::SIGUSR1.to_string()] {
        assert_eq!(parse(name), Ok(libc::SIGUSR1));
    }
    assert_eq!(parse("SIGQUIT"), Ok(libc::SIGQUIT));
    for wrong in ["", "KILL", "9", "STOP", "USR3", "-1"] {
        let message = parse(wrong).unwrap_err();
        assert!(message.contains("`CSP_DUMP_SIGNAL`") && message.contains("USR1"), "{message}");
    }
}
