//! Expands one call from its source, and prints what comes out as a reader would write it.

use crate::editor::Reader;
use crate::{chan, defer, driver, go, par, process, select};
use proc_macro2::{Group, TokenStream, TokenTree};
use quote::quote;

/// Expands `#[process(..)] fn ..`, `#[csp::test(..)] fn ..`, or a call such as `go! { .. }`.
pub(crate) fn expand(source: &str) -> TokenStream {
    let tokens: TokenStream = source.parse().expect("a snapshot is made of tokens");
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    match &tokens[..] {
        [TokenTree::Punct(_), TokenTree::Group(attribute), item @ ..] => {
            let arguments = arguments_of(attribute);
            let item = item.iter().cloned().collect();
            if attribute.stream().to_string().contains("test") {
                return driver::attribute::<process::Test>(arguments, item, Reader::now());
            }
            driver::attribute::<process::Process>(arguments, item, Reader::now())
        }
        [TokenTree::Ident(name), TokenTree::Punct(_), TokenTree::Group(input), ..] => {
            let input = input.stream();
            let call = quote!([csp] #input);
            match name.to_string().as_str() {
                "go" => driver::call::<go::Go>(call, Reader::now()),
                "select" => driver::call::<select::Select>(call, Reader::now()),
                "chan" => driver::call::<chan::Chan>(call, Reader::now()),
                "par" => driver::call::<par::Par>(call, Reader::now()),
                "defer" => driver::call::<defer::Defer>(call, Reader::now()),
                other => panic!("no macro is called `{other}`"),
            }
        }
        _ => panic!("a snapshot is a process or one call of a macro"),
    }
}

/// The options in `process(..)`.
fn arguments_of(attribute: &Group) -> TokenStream {
    attribute
        .stream()
        .into_iter()
        .find_map(|token| match token {
            TokenTree::Group(arguments) => Some(arguments.stream()),
            _ => None,
        })
        .unwrap_or_default()
}

/// Prints an expansion: a function as it is, a function without a body in a trait, anything else in a function.
pub(crate) fn pretty(expansion: TokenStream) -> String {
    if syn::parse2::<syn::ItemFn>(expansion.clone()).is_ok() {
        return print(expansion);
    }
    if syn::parse2::<syn::TraitItemFn>(expansion.clone()).is_ok() {
        return unwrapped(&print(quote!(trait Wrapped { #expansion })));
    }
    let items = syn::parse2::<syn::File>(expansion.clone());
    if items.is_ok_and(|file| file.items.iter().any(|item| matches!(item, syn::Item::Fn(_)))) {
        return print(expansion);
    }
    unwrapped(&print(quote!(fn wrapped() { #expansion })))
}

fn print(tokens: TokenStream) -> String {
    prettyplease::unparse(&syn::parse2(tokens).expect("an expansion parses"))
}

/// The lines between the first and the last.
fn unwrapped(printed: &str) -> String {
    let lines: Vec<&str> = printed.lines().collect();
    lines[1..lines.len() - 1]
        .iter()
        .map(|line| format!("{}\n", line.strip_prefix("    ").unwrap_or(line)))
        .collect()
}
