//! The sink of all errors, and the only maker of compile errors.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use std::fmt::Display;
use syn::Error;

/// Collects what is wrong with one macro call. It must be finished: an error that nobody emits is a bug of ours.
pub(crate) struct Diag {
    errors: Vec<Error>,
    finished: bool,
}

impl Diag {
    pub(crate) fn new() -> Diag {
        Diag { errors: Vec::new(), finished: false }
    }

    /// An error that underlines `tokens`, from the first to the last.
    pub(crate) fn error(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.errors.push(Error::new_spanned(tokens, message));
    }

    /// An error at one token whose span is known, or at the whole call where there is no token.
    pub(crate) fn error_at(&mut self, span: Span, message: impl Display) {
        self.errors.push(Error::new(span, message));
    }

    /// What the parser found.
    pub(crate) fn syntax(&mut self, error: Error) {
        self.errors.push(error);
    }

    /// What another pass found.
    pub(crate) fn extend(&mut self, errors: impl IntoIterator<Item = Error>) {
        self.errors.extend(errors);
    }

    pub(crate) fn len(&self) -> usize {
        self.errors.len()
    }

    /// The errors, for somebody else to emit.
    pub(crate) fn into_errors(mut self) -> Vec<Error> {
        self.finished = true;
        std::mem::take(&mut self.errors)
    }

    /// One `compile_error!` for each error, in the order found; `None` if all is well.
    pub(crate) fn finish(mut self) -> Option<TokenStream> {
        self.finished = true;
        let errors = std::mem::take(&mut self.errors);
        (!errors.is_empty()).then(|| errors.iter().map(Error::to_compile_error).collect())
    }
}

impl Drop for Diag {
    fn drop(&mut self) {
        assert!(self.finished || std::thread::panicking(), "errors were collected and never emitted");
    }
}
