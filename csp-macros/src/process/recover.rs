//! What stands beside the errors of a process: a function of the same signature.

use super::ast::{Function, Process, What};
use super::expand;
use proc_macro2::TokenStream;
use quote::quote;

/// The same signature with a body that does nothing.
pub(crate) fn process(process: &Process, errors: TokenStream) -> TokenStream {
    let item = match &process.what {
        What::Function(function) => expand::without_body(process, &acceptable(function)),
        What::Written(item) => item.clone(),
    };
    quote!(#item #errors)
}

/// The function without what the compiler would refuse a second time.
fn acceptable(function: &Function) -> Function {
    let mut signature = function.signature.clone();
    signature.variadic = None;
    if function.is_called() {
        signature.inputs.clear();
        signature.generics = syn::Generics::default();
    }
    let Function { is_test, attributes, visibility, qualifiers, body, .. } = function.clone();
    Function { is_test, attributes, visibility, qualifiers, signature, body }
}
