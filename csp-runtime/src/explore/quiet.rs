//! Panics of explored programs: thousands may come, and be meant. None is printed; the report has the one that counts.

use std::cell::{Cell, RefCell};
use std::panic::{PanicHookInfo, set_hook, take_hook};

use crate::shim::plain::OnceLock;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
    /// The messages and the places of the latest panics.
    static LATEST: RefCell<Vec<(String, String)>> = const { RefCell::new(Vec::new()) };
}

/// So many are kept.
const MOST: usize = 16;

/// While it lives, a panic on this thread is noted and not printed.
pub(super) struct Quiet(());

impl Quiet {
    pub(super) fn begin() -> Self {
        static HOOK: OnceLock<()> = OnceLock::new();
        HOOK.get_or_init(|| {
            let before = take_hook();
            set_hook(Box::new(move |info| if QUIET.get() { note(info) } else { before(info) }));
        });
        QUIET.set(true);
        Self(())
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        QUIET.set(false);
        LATEST.take();
    }
}

fn note(info: &PanicHookInfo<'_>) {
    let payload = info.payload();
    let text = payload.downcast_ref::<&'static str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    LATEST.with_borrow_mut(|latest| {
        if latest.len() == MOST {
            latest.remove(0);
        }
        latest.push((text.unwrap_or_default().to_owned(), place));
    });
}

/// Where the panic was that `report` tells of; a panic of the runtime's says that itself.
pub(super) fn place_in(report: &str) -> Option<String> {
    LATEST.with_borrow(|latest| {
        let told = latest.iter().rev().find(|(text, _)| !text.is_empty() && report.contains(text.as_str()));
        told.map(|(_, place)| place.clone()).filter(|place| !place.contains("csp-runtime/src/"))
    })
}
