//! What stands beside the errors of a `select!`: a value of any type.

use super::ast::Select;
use crate::support::ours;
use proc_macro2::TokenStream;
use quote::quote_spanned;

pub(crate) fn select(select: &Select, errors: TokenStream) -> TokenStream {
    let value = select.door.nothing();
    quote_spanned!(ours()=> { #errors #value })
}
