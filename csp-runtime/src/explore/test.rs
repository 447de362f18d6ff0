//! What `#[csp::test]` comes down to.

use std::fmt::Debug;
use std::future::IntoFuture;
use std::io::{self, Write as _};

use super::replay::Schedule;
use super::{Explore, Failure};

/// What the body of an explored program may return: `()`, or a `Result` whose error fails the schedule.
///
/// # Examples
/// ```
/// use csp::explore::Explore;
///
/// let failure = Explore::new().run(|| async { Err::<(), _>("not today") }).unwrap_err();
/// assert!(failure.text().contains("not today"));
/// ```
#[diagnostic::on_unimplemented(
    message = "a test returns nothing or a `Result`, and this is a `{Self}`",
    label = "says neither that the test passed nor that it failed"
)]
pub trait Verdict {
    /// `Err` says why the test failed.
    #[doc(hidden)]
    fn verdict(self) -> Result<(), String>;
}

impl Verdict for () {
    fn verdict(self) -> Result<(), String> {
        Ok(())
    }
}

impl<T, E: Debug> Verdict for Result<T, E> {
    fn verdict(self) -> Result<(), String> {
        self.map(drop).map_err(|error| format!("{error:?}"))
    }
}

/// Explores, or runs the one schedule that `CSP_REPLAY` names. Panics with a report if one fails.
#[track_caller]
pub fn run_test<P>(explore: Explore, name: &'static str, body: impl FnMut() -> P)
where
    P: IntoFuture,
    P::IntoFuture: Send + 'static,
    P::Output: Verdict,
{
    let explore = Explore { test: name.to_owned(), ..explore };
    let Some(wanted) = std::env::var_os("CSP_REPLAY") else {
        if let Err(failure) = explore.run(body) {
            panic!("{}", told(name, &failure));
        }
        return;
    };
    let wanted = wanted.to_string_lossy();
    match Schedule::parse(&wanted) {
        Ok(schedule) if schedule.test != name => {
            say(&format!(
                "csp: `{name}` runs nothing, for `CSP_REPLAY` names a schedule of `{}`",
                schedule.test
            ));
        }
        Ok(_) => match explore.replay(&wanted, body) {
            Ok(_) => say(&format!("csp: `{name}` passes under the schedule that `CSP_REPLAY` names")),
            Err(failure) => {
                panic!("{}\n\nwhat happened, step by step:\n{}", told(name, &failure), failure.trace())
            }
        },
        Err(error) => panic!("csp: `CSP_REPLAY` must be a schedule, or unset: {error}"),
    }
}

/// To standard error itself: what a test prints is not shown if it passes, and this one may have passed by running nothing.
fn say(line: &str) {
    // Nothing can be done if standard error is closed.
    let _ = writeln!(io::stderr().lock(), "{line}");
}

fn told(name: &str, failure: &Failure) -> String {
    let mut text = format!("csp::test `{name}`: {failure}");
    if !failure.replay().is_empty() {
        let last = name.rsplit("::").next().unwrap_or(name);
        text += &format!("\nto run this schedule alone: CSP_REPLAY='{}' cargo test {last}", failure.replay());
    }
    text
}
