//! `defer!`: runs at the end of a scope.

/// Runs its closure when dropped, also while a panic unwinds.
#[must_use = "deferred code runs when this is dropped"]
pub struct Defer<F: FnOnce()>(Option<F>);

/// Defers the closure to the end of the enclosing scope.
pub fn defer<F: FnOnce()>(closure: F) -> Defer<F> {
    Defer(Some(closure))
}

impl<F: FnOnce()> Drop for Defer<F> {
    fn drop(&mut self) {
        if let Some(closure) = self.0.take() {
            closure();
        }
    }
}
