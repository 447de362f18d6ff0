//! What stands beside the errors of a process: a function of the same signature.

use super::ast::{Process, What};
use super::expand;
use proc_macro2::TokenStream;
use quote::quote;

/// The same signature with a body that does nothing; a body that does not parse stays as written, for the editor.
pub(crate) fn process(process: &Process, errors: TokenStream) -> TokenStream {
    let item = match &process.what {
        What::Function(function) => expand::without_body(process, function),
        What::Written(item) => item.clone(),
    };
    quote!(#item #errors)
}
