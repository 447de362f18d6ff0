//! What a test runs.

use super::ast::Process;
use crate::options::Told;
use crate::support::{Door, ours};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Signature;

/// `#[test]`.
pub(crate) fn attribute(door: &Door) -> TokenStream {
    let test = door.get("test");
    quote_spanned!(ours()=> #[#test::case])
}

/// `run_test(Explore::new().schedules(1000), concat!(module_path!(), "::", "name"), || async move { .. })`
pub(crate) fn run(process: &Process, signature: &Signature, body: &TokenStream) -> TokenStream {
    let test = process.door.get("test");
    let options = process.options.exploration.iter().map(|(name, told)| match told {
        Told::Number(number) => quote_spanned!(ours()=> .#name(#number)),
        Told::Word(word) if name == "policy" => {
            let policy = Ident::new(&capitalized(&word.to_string()), word.span());
            quote_spanned!(ours()=> .policy(#test::Policy::#policy))
        }
        Told::Word(word) if name == "timers" => {
            let compete = word == "compete";
            quote_spanned!(ours()=> .timers_compete(#compete))
        }
        Told::Word(_) => quote_spanned!(ours()=> .allow_leaks(true)),
    });
    let name = signature.ident.to_string();
    let name = name.strip_prefix("r#").unwrap_or(&name).to_token_stream();
    quote_spanned!(ours()=> #test::run_test(
        #test::Explore::new() #(#options)*,
        #test::concat!(#test::module_path!(), "::", #name),
        || #body,
    ))
}

fn capitalized(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + rest
}
