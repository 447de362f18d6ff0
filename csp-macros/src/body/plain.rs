//! Calls in which there is plainly nothing to check: `path::to(a, b.clone(), c.d, 1)`.
//!
//! They are known by their tokens, without a parser, for a large program has many of them.

use proc_macro2::{Delimiter, Ident, Spacing, TokenStream, TokenTree};

/// Whether the tokens are a path and arguments, in which stand names, literals, tuples, fields, calls, and methods that are
/// no verbs; such an expression parses.
pub(crate) fn is_call(tokens: &TokenStream) -> bool {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let Some((TokenTree::Group(arguments), path)) = tokens.split_last() else { return false };
    let [TokenTree::Ident(first), path @ ..] = path else { return false };
    is_name(first) && rest_of_path(path).is_empty() && is_arguments(&TokenTree::Group(arguments.clone()))
}

/// What follows a path whose first name was read.
fn rest_of_path(mut tokens: &[TokenTree]) -> &[TokenTree] {
    while let [TokenTree::Punct(one), TokenTree::Punct(two), TokenTree::Ident(name), rest @ ..] = tokens
        && one.as_char() == ':'
        && one.spacing() == Spacing::Joint
        && two.as_char() == ':'
        && is_name(name)
    {
        tokens = rest;
    }
    tokens
}

/// `(a, b)`
fn is_arguments(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else { return false };
    let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
    let mut rest = &tokens[..];
    while !rest.is_empty() {
        rest = match operand(rest) {
            Some([]) => return group.delimiter() == Delimiter::Parenthesis,
            Some([TokenTree::Punct(comma), rest @ ..]) if comma.as_char() == ',' => rest,
            _ => return false,
        };
    }
    group.delimiter() == Delimiter::Parenthesis
}

/// What follows one plain expression.
fn operand(tokens: &[TokenTree]) -> Option<&[TokenTree]> {
    let mut rest = match tokens {
        [TokenTree::Literal(_), rest @ ..] => rest,
        [TokenTree::Ident(word), rest @ ..] if word == "self" || word == "true" || word == "false" => rest,
        [TokenTree::Ident(name), rest @ ..] if is_name(name) => after_call(rest_of_path(rest)),
        [tuple, rest @ ..] if is_arguments(tuple) => rest,
        _ => return None,
    };
    while let [TokenTree::Punct(dot), TokenTree::Ident(name), after @ ..] = rest {
        if dot.as_char() != '.' || !is_name(name) {
            break;
        }
        rest = after_call(after);
    }
    Some(rest)
}

fn after_call(tokens: &[TokenTree]) -> &[TokenTree] {
    match tokens {
        [arguments, rest @ ..] if is_arguments(arguments) => rest,
        _ => tokens,
    }
}

/// A name that is neither a keyword nor a verb.
fn is_name(name: &Ident) -> bool {
    !is_keyword(name) && !VERBS.iter().any(|verb| name == verb)
}

const VERBS: [&str; 4] = ["send", "recv", "send_timeout", "recv_timeout"];

pub(super) fn is_keyword(word: &Ident) -> bool {
    KEYWORDS.contains(&word.to_string().as_str())
}

/// Words that are no names.
const KEYWORDS: [&str; 54] = [
    "_",
    "abstract",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "pub",
    "ref",
    "return",
    "safe",
    "static",
    "struct",
    "super",
    "trait",
    "try",
    "type",
    "typeof",
    concat!("un", "safe"),
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
    "self",
    "Self",
    "crate",
    "true",
    "false",
];
