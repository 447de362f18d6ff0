//! Errors that say what was tried, and on what.

use std::error::Error;
use std::fmt;
use std::io;

/// What failed, and why: the inside of an `io::Error` of the same kind.
#[derive(Debug)]
struct Failed {
    operation: String,
    source: io::Error,
}

/// The same error with the operation and what it was tried on in its text. The system's error is its `source()`.
#[cold]
pub(crate) fn failed(error: io::Error, operation: impl fmt::Display) -> io::Error {
    if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) {
        return error;
    }
    io::Error::new(error.kind(), Failed { operation: operation.to_string(), source: error })
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.source.to_string();
        // The number is in `source()`.
        let text = match self.source.raw_os_error() {
            Some(number) => text.strip_suffix(&format!(" (os error {number})")).unwrap_or(&text),
            None => &text,
        };
        let mut letters = text.chars();
        let first = letters.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
        write!(f, "{}: {first}{}", self.operation, letters.as_str())
    }
}

impl Error for Failed {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_names_the_operation_and_the_kind_stays() {
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        let error = failed(refused, "connect to 127.0.0.1:1");
        assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
        assert_eq!(error.to_string(), "connect to 127.0.0.1:1: connection refused");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_number_of_the_system_is_in_the_source() {
        let error = failed(io::Error::from_raw_os_error(24), "accept on 127.0.0.1:80");
        assert_eq!(error.to_string(), "accept on 127.0.0.1:80: too many open files");
        let source = error.source().and_then(|e| e.downcast_ref::<io::Error>());
        assert_eq!(source.and_then(io::Error::raw_os_error), Some(24));
    }
}
