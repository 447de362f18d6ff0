//! Lists of options: `workers = 4, boxed, crate = some::path`.

use crate::diag::Diag;
use crate::messages;
use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Ident, Path, Token};

/// The options of `#[process(..)]`.
#[derive(Default)]
pub(crate) struct Options {
    /// `workers = n`, with its name to point at.
    pub(crate) workers: Option<(Ident, Expr)>,
    pub(crate) boxed: Option<Ident>,
    /// `crate = path`
    pub(crate) facade: Option<Path>,
}

const KNOWN: &[&str] = &["workers", "boxed", "crate"];

impl Options {
    pub(crate) fn parse(tokens: TokenStream, diag: &mut Diag) -> Options {
        let mut options = Options::default();
        let mut rest = tokens.into_iter().peekable();
        while rest.peek().is_some() {
            let mut one: Vec<TokenTree> = Vec::new();
            for token in rest.by_ref() {
                if matches!(&token, TokenTree::Punct(comma) if comma.as_char() == ',') {
                    break;
                }
                one.push(token);
            }
            options.one(one.into_iter().collect(), diag);
        }
        options
    }

    fn one(&mut self, tokens: TokenStream, diag: &mut Diag) {
        let named = |input: ParseStream<'_>| {
            let name = Ident::parse_any(input)?;
            let equals: Option<Token![=]> = input.parse()?;
            Ok((name, equals, input.parse::<TokenStream>()?))
        };
        let Ok((name, equals, value)) = named.parse2(tokens.clone()) else {
            return diag.error(tokens, messages::OPTION_EXPECTED);
        };
        if equals.is_none() && !value.is_empty() {
            return diag.error(tokens, messages::OPTION_EXPECTED);
        }
        let value = equals.map(|_| value);
        if name == "workers" {
            let Some(value) = needed(&name, value, "4", diag) else { return };
            let parsed = syn::parse2(value).map(|value| (name.clone(), value));
            fill(&mut self.workers, &name, parsed, diag);
        } else if name == "boxed" {
            if value.is_some() {
                return diag.error(tokens, messages::option_takes_no_value("boxed"));
            }
            fill(&mut self.boxed, &name, Ok(name.clone()), diag);
        } else if name == "crate" {
            let Some(value) = needed(&name, value, "path", diag) else { return };
            fill(&mut self.facade, &name, Path::parse_mod_style.parse2(value), diag);
        } else {
            diag.error(&name, messages::option_unknown(&name.to_string(), KNOWN));
        }
    }
}

/// The value of an option that cannot do without.
fn needed(name: &Ident, value: Option<TokenStream>, example: &str, diag: &mut Diag) -> Option<TokenStream> {
    let value = value.filter(|value| !value.is_empty());
    if value.is_none() {
        diag.error(name, messages::option_needs_value(&name.to_string(), example));
    }
    value
}

fn fill<T>(place: &mut Option<T>, name: &Ident, value: syn::Result<T>, diag: &mut Diag) {
    match value {
        Ok(_) if place.is_some() => diag.error(name, messages::option_repeated(&name.to_string())),
        Ok(value) => *place = Some(value),
        Err(error) => diag.syntax(error),
    }
}
