//! From tokens to the function.

use super::ast::{Body, Function, Process, What};
use crate::body::kept;
use crate::diag::Diag;
use crate::driver::Attribute as Input;
use crate::messages;
use crate::options::{Of, Options};
use crate::rules;
use crate::support::Door;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Block, Ident, Signature, Visibility};

pub(crate) fn process(of: Of, input: Input, diag: &mut Diag) -> Process {
    let options = Options::parse(of, input.arguments, diag);
    let door = options.facade.as_ref().map_or_else(Door::default, |path| Door::of(path.to_token_stream()));
    let what = match parsed(&input.item) {
        Ok(Parsed::Function(mut head)) => {
            head.0.is_test = of == Of::Test;
            What::Function(body(*head, diag))
        }
        Ok(Parsed::Other(first)) => {
            let belongs = match of {
                Of::Process => messages::PROCESS_ON_FUNCTION,
                Of::Test => messages::TEST_ON_FUNCTION,
            };
            diag.error(first, belongs);
            What::Written(input.item)
        }
        Err(error) => {
            diag.syntax(error);
            What::Written(input.item)
        }
    };
    Process { door, options, what }
}

/// The head without the braces at the end, so that no parser reads over them; where something is wrong, the whole, so
/// that the parser knows what follows.
fn parsed(item: &TokenStream) -> syn::Result<Parsed> {
    let mut head: Vec<TokenTree> = item.clone().into_iter().collect();
    let last =
        head.pop_if(|last| matches!(last, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace));
    match function.parse2(head.into_iter().collect()) {
        Ok(Parsed::Function(mut head)) if head.1.is_empty() => {
            head.1.extend(last);
            Ok(Parsed::Function(head))
        }
        _ => function.parse2(item.clone()),
    }
}

enum Parsed {
    /// The head of a function, and what stands after it.
    Function(Box<(Box<Function>, TokenStream)>),
    /// The first word of something else.
    Other(TokenTree),
}

/// The head of the function; the body is still tokens.
fn function(input: ParseStream<'_>) -> syn::Result<Parsed> {
    let attributes = input.call(Attribute::parse_outer)?;
    let visibility: Visibility = input.parse()?;
    let (qualifiers, rest) = qualifiers(input.parse()?);
    if !rest.clone().into_iter().next().is_some_and(|token| is_word(&token, "fn")) {
        let first = qualifiers.into_iter().map(TokenTree::from).chain(rest).next();
        let first = first.unwrap_or_else(|| TokenTree::from(proc_macro2::Literal::string("")));
        return Ok(Parsed::Other(first));
    }
    let head = |input: ParseStream<'_>| {
        let signature: Signature = input.parse()?;
        let function =
            Function { is_test: false, attributes, visibility, qualifiers, signature, body: Body::None };
        Ok(Parsed::Function(Box::new((Box::new(function), input.parse()?))))
    };
    head.parse2(rest)
}

/// Splits off what may stand before `fn`.
fn qualifiers(tokens: TokenStream) -> (Vec<Ident>, TokenStream) {
    let mut qualifiers = Vec::new();
    let mut rest = tokens.into_iter().peekable();
    while let Some(TokenTree::Ident(word)) = rest.peek() {
        if !QUALIFIERS.contains(&word.to_string().as_str()) {
            break;
        }
        qualifiers.push(word.clone());
        rest.next();
        // The name of a calling convention.
        if matches!(rest.peek(), Some(TokenTree::Literal(_))) {
            rest.next();
        }
    }
    (qualifiers, rest.collect())
}

const QUALIFIERS: &[&str] = &["async", "const", "extern", concat!("un", "safe"), "safe", "default"];

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

/// Reads the body of a function whose head is understood.
fn body((mut function, rest): (Box<Function>, TokenStream), diag: &mut Diag) -> Box<Function> {
    let braces = match rest.clone().into_iter().next() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => group,
        _ => return function,
    };
    let parsed = |input: ParseStream<'_>| {
        let inner = input.call(Attribute::parse_inner)?;
        Ok((inner, input.call(Block::parse_within)?))
    };
    function.body = match parsed.parse2(braces.stream()) {
        Ok((inner, statements)) => {
            function.attributes.extend(inner);
            let inside = braces.stream();
            let rules_apply = rules::may_apply(&inside);
            let braces = syn::token::Brace { span: braces.delim_span() };
            let kept = kept::arguments(&function.signature, &inside);
            Body::Statements { braces, statements, rules_apply, kept }
        }
        Err(error) => {
            diag.syntax(error);
            Body::Broken
        }
    };
    function
}
