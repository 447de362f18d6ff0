//! The macros that a body knows: the standard ones whose arguments are expressions of the body, and our own.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, Macro, Path, Token};

/// Whether the macro of this name takes expressions that belong to the body around it.
pub(crate) fn takes_expressions(name: &Ident) -> bool {
    let name = name.to_string();
    LISTS.contains(&name.as_str()) || name == "matches"
}

/// The formatting, assertion, `vec!` and `dbg!` macros: lists of expressions.
const LISTS: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "eprint",
    "eprintln",
    "format",
    "format_args",
    "panic",
    "print",
    "println",
    "todo",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
    "writeln",
];

/// The arguments of such a macro.
pub(crate) enum Arguments {
    /// `a, b, c`
    List(Punctuated<Expr, Token![,]>),
    /// `value; count` of `vec!`
    Repeat(Expr, Token![;], Expr),
    /// `value, pattern` of `matches!`: the pattern is no expression.
    First(Expr, TokenStream),
}

/// The arguments of the macro, if it is a standard one, and they can be read.
pub(crate) fn arguments(mac: &Macro) -> Option<Arguments> {
    let name = &mac.path.segments.last()?.ident;
    if name == "matches" {
        let first = |input: ParseStream<'_>| Ok(Arguments::First(input.parse()?, input.parse()?));
        return first.parse2(mac.tokens.clone()).ok();
    }
    if !takes_expressions(name) {
        return None;
    }
    let list = Punctuated::parse_terminated.parse2(mac.tokens.clone());
    match list {
        Ok(list) => Some(Arguments::List(list)),
        Err(_) if name == "vec" => {
            let repeat = |input: ParseStream<'_>| {
                Ok(Arguments::Repeat(input.parse()?, input.parse()?, input.parse()?))
            };
            repeat.parse2(mac.tokens.clone()).ok()
        }
        Err(_) => None,
    }
}

impl Arguments {
    /// The expressions, in the order written.
    pub(crate) fn expressions(&self) -> Vec<&Expr> {
        match self {
            Arguments::List(list) => list.iter().map(value).collect(),
            Arguments::Repeat(value, _, count) => vec![value, count],
            Arguments::First(value, _) => vec![value],
        }
    }

    /// The condition of an `assert!` that has no message of its own.
    pub(crate) fn asserted(&self, mac: &Macro) -> Option<TokenStream> {
        let name = &mac.path.segments.last()?.ident;
        match self {
            Arguments::List(list) if list.len() == 1 && (name == "assert" || name == "debug_assert") => {
                list.first().map(ToTokens::to_token_stream)
            }
            _ => None,
        }
    }

    /// The same, to change.
    pub(crate) fn expressions_mut(&mut self) -> Vec<&mut Expr> {
        match self {
            Arguments::List(list) => list.iter_mut().map(value_mut).collect(),
            Arguments::Repeat(value, _, count) => vec![value, count],
            Arguments::First(value, _) => vec![value],
        }
    }
}

/// The value of `name = value`, a named argument of a format string.
fn value(argument: &Expr) -> &Expr {
    match argument {
        Expr::Assign(named) if super::arrows::send(argument).is_none() => &named.right,
        other => other,
    }
}

fn value_mut(argument: &mut Expr) -> &mut Expr {
    if super::arrows::send(argument).is_some() {
        return argument;
    }
    match argument {
        Expr::Assign(named) => &mut named.right,
        other => other,
    }
}

impl ToTokens for Arguments {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Arguments::List(list) => list.to_tokens(tokens),
            Arguments::Repeat(value, semicolon, count) => {
                value.to_tokens(tokens);
                semicolon.to_tokens(tokens);
                count.to_tokens(tokens);
            }
            Arguments::First(value, rest) => {
                value.to_tokens(tokens);
                rest.to_tokens(tokens);
            }
        }
    }
}

/// Our own macros, whose tokens are lowered when they are expanded themselves.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Ours {
    Go,
    Select,
    Par,
    Chan,
    Defer,
}

/// Whether a macro of ours is called so.
pub(crate) fn is_our_name(name: &Ident) -> bool {
    ["go", "select", "par", "chan", "defer"].iter().any(|ours| name == ours)
}

/// Which of our macros the path names: by its bare name, or through `csp`, or through `facade`.
pub(crate) fn ours(path: &Path, facade: &TokenStream) -> Option<Ours> {
    let (name, before) = path.segments.iter().collect::<Vec<_>>().split_last().map(|(name, before)| {
        (
            name.ident.to_string(),
            before.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>().join("::"),
        )
    })?;
    let facade: String = facade.to_string().split_whitespace().collect();
    if !before.is_empty() && before != "csp" && before != facade.trim_start_matches("::") {
        return None;
    }
    match name.as_str() {
        "go" => Some(Ours::Go),
        "select" => Some(Ours::Select),
        "par" => Some(Ours::Par),
        "chan" => Some(Ours::Chan),
        "defer" => Some(Ours::Defer),
        _ => None,
    }
}
