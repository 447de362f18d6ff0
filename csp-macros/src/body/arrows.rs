//! Arrows: `tx <- v` and `<-rx`, made readable to a parser that knows no such operator.
//!
//! `<-` is an arrow when the two signs touch; `a < -1` is a comparison. (rustc draws the same line: it refuses `a <-1`.)
//! An arrow sends when an expression ends just before it: a name, a literal, `)`, `]` or `?`. Otherwise it receives. A
//! `}` ends a statement, so an arrow after it receives. Between `let` and `=`, and after `::`, stand types, and `<-` is
//! the start of a negative argument.
//!
//! Until the body is lowered, an arrow is carried by forms that nobody writes and that bind as the arrow does:
//!
//! ```text
//! tx <- v      tx = break '__csp_send v       like an assignment: whatever stands left and right
//! <-rx         #[__csp_recv] rx               like a sign: the operand and what is attached to it by `.`, `()`, `[]`, `?`
//! ```

use super::macros;
use crate::support::ours;
use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::ParseStream;
use syn::{Attribute, Expr, Lifetime, Token};

const SEND: &str = "__csp_send";
const RECV: &str = "__csp_recv";

/// Replaces the arrows of a body, at every depth that the body itself reaches: the tokens of a macro that is not one of
/// the standard ones are its own.
pub(crate) fn carried(tokens: TokenStream) -> TokenStream {
    // Two signs that touch are printed so, and printing is the compiler's own work.
    if !tokens.to_string().contains("<-") {
        return tokens;
    }
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut out: Vec<TokenTree> = Vec::with_capacity(tokens.len());
    let mut before_equals = false;
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if let Some(arrow) = arrow_at(&tokens, at)
            && !before_equals
        {
            emit(arrow, ends_expression(&tokens[..at]), &mut out);
            at += 2;
            continue;
        }
        match token {
            TokenTree::Ident(word) if word == "let" => before_equals = true,
            TokenTree::Punct(sign) if sign.as_char() == ';' => before_equals = false,
            TokenTree::Punct(sign) if sign.as_char() == '=' && sign.spacing() == Spacing::Alone => {
                before_equals = false
            }
            _ => {}
        }
        out.push(match token {
            TokenTree::Group(group) if reaches(&tokens[..at]) => {
                let mut inner = Group::new(group.delimiter(), carried(group.stream()));
                inner.set_span(group.span());
                inner.into()
            }
            other => other.clone(),
        });
        at += 1;
    }
    out.into_iter().collect()
}

/// `tx <- v`, as it was written.
pub(crate) struct SendArrow<'a> {
    pub(crate) sink: &'a Expr,
    /// Missing in `tx <- ;`.
    pub(crate) value: Option<&'a Expr>,
    /// The spans of the two signs.
    pub(crate) arrow: [Span; 2],
}

/// The arrow, if the expression is a sending one.
pub(crate) fn send(expr: &Expr) -> Option<SendArrow<'_>> {
    let Expr::Assign(assign) = expr else { return None };
    let Expr::Break(value) = &*assign.right else { return None };
    let label = value.label.as_ref().filter(|label| label.ident == SEND)?;
    Some(SendArrow {
        sink: &assign.left,
        value: value.expr.as_deref(),
        arrow: [assign.eq_token.span, label.apostrophe],
    })
}

/// The spans of the two signs, if the expression is a receiving arrow.
pub(crate) fn recv(expr: &Expr) -> Option<[Span; 2]> {
    attributes(expr).iter().find_map(arrow_of)
}

/// The source of a receiving arrow: the expression without its outermost arrow.
pub(crate) fn source(mut expr: Expr) -> Expr {
    if let Some(attributes) = attributes_mut(&mut expr)
        && let Some(first) = attributes.iter().position(|attribute| arrow_of(attribute).is_some())
    {
        attributes.remove(first);
    }
    expr
}

/// The signs of an arrow, to underline.
pub(crate) fn signs(arrow: [Span; 2]) -> TokenStream {
    arrow_tokens(arrow).into_iter().collect()
}

/// An arrow as it was written.
pub(crate) fn written(sink: Option<&Expr>, arrow: [Span; 2], operand: impl ToTokens) -> TokenStream {
    let signs = signs(arrow);
    quote!(#sink #signs #operand)
}

/// The arrow that an attribute carries.
pub(crate) fn arrow_of(attribute: &Attribute) -> Option<[Span; 2]> {
    attribute.path().is_ident(RECV).then(|| [attribute.pound_token.span, attribute.bracket_token.span.join()])
}

/// Where a marker that the parser refuses stands for an arrow, its text in messages would be ours: this tells them.
pub(crate) fn is_carrier(label: &Lifetime) -> bool {
    label.ident == SEND
}

/// Whether a sending arrow was just before, whose `=` is read already.
pub(crate) fn starts_with_carrier(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    ahead.parse::<Token![break]>().is_ok() && ahead.parse::<Lifetime>().is_ok_and(|label| is_carrier(&label))
}

/// The first arrow among tokens that are not a process.
pub(crate) fn first(tokens: &TokenStream) -> Option<[Span; 2]> {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    (0..tokens.len()).find_map(|at| match &tokens[at] {
        TokenTree::Group(group) if reaches(&tokens[..at]) => first(&group.stream()),
        _ => arrow_at(&tokens, at),
    })
}

/// The spans of the signs of the arrow that starts at `at`.
pub(crate) fn arrow_at(tokens: &[TokenTree], at: usize) -> Option<[Span; 2]> {
    let less = joint(tokens.get(at), '<')?;
    let TokenTree::Punct(minus) = tokens.get(at + 1)? else { return None };
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    let shift = joint(before, '<').is_some();
    let generic = matches!(before, Some(TokenTree::Punct(sign)) if sign.as_char() == ':');
    (minus.as_char() == '-' && !shift && !generic).then(|| [less.span(), minus.span()])
}

fn joint(token: Option<&TokenTree>, sign: char) -> Option<&Punct> {
    match token {
        Some(TokenTree::Punct(punct)) if punct.as_char() == sign && punct.spacing() == Spacing::Joint => {
            Some(punct)
        }
        _ => None,
    }
}

/// Whether the brackets of an attribute that hold these tokens carry a receiving arrow.
pub(crate) fn carries(tokens: &TokenStream) -> bool {
    matches!(tokens.clone().into_iter().next(), Some(TokenTree::Ident(word)) if word == RECV)
}

/// Whether an expression ends where these tokens end, so that an arrow after it sends to it.
pub(crate) fn ends_expression(before: &[TokenTree]) -> bool {
    let Some((last, rest)) = before.split_last() else { return false };
    match last {
        TokenTree::Literal(_) => true,
        TokenTree::Ident(word) => !is_label(rest) && !STARTS_EXPRESSION.contains(&word.to_string().as_str()),
        TokenTree::Punct(sign) => sign.as_char() == '?',
        TokenTree::Group(group) => match group.delimiter() {
            Delimiter::Parenthesis | Delimiter::None => true,
            Delimiter::Bracket => !is_attribute(rest),
            Delimiter::Brace => false,
        },
    }
}

/// Keywords after which an expression starts.
const STARTS_EXPRESSION: &[&str] = &[
    "as", "break", "else", "if", "in", "let", "loop", "match", "move", "mut", "ref", "return", "while",
    "yield",
];

/// Whether the next token is the name of a label or lifetime.
fn is_label(before: &[TokenTree]) -> bool {
    joint(before.last(), '\'').is_some()
}

/// Whether the next bracket is that of an attribute.
fn is_attribute(before: &[TokenTree]) -> bool {
    match before {
        [.., TokenTree::Punct(hash), TokenTree::Punct(bang)] if bang.as_char() == '!' => {
            hash.as_char() == '#'
        }
        [.., TokenTree::Punct(hash)] => hash.as_char() == '#',
        _ => false,
    }
}

/// Whether the group that follows `before` belongs to the body: not to an attribute, nor to a macro that has a language
/// of its own.
pub(crate) fn reaches(before: &[TokenTree]) -> bool {
    let called = match before {
        [.., TokenTree::Ident(name), TokenTree::Punct(bang)] if bang.as_char() == '!' => Some(name),
        [.., TokenTree::Ident(name), TokenTree::Punct(bang), TokenTree::Ident(_)]
            if bang.as_char() == '!' =>
        {
            Some(name)
        }
        _ => None,
    };
    match called {
        Some(name) => macros::takes_expressions(name),
        None => !is_attribute(before),
    }
}

/// Writes what carries an arrow.
fn emit([first, second]: [Span; 2], sends: bool, out: &mut Vec<TokenTree>) {
    if sends {
        out.push(punct('=', Spacing::Alone, first));
        out.push(Ident::new("break", first).into());
        out.push(punct('\'', Spacing::Joint, second));
        // The compiler gives the quote the span of the name.
        out.push(Ident::new(SEND, second).into());
    } else {
        let mut brackets = Group::new(Delimiter::Bracket, TokenTree::from(Ident::new(RECV, ours())).into());
        brackets.set_span(second);
        out.push(punct('#', Spacing::Alone, first));
        out.push(brackets.into());
    }
}

fn arrow_tokens([first, second]: [Span; 2]) -> [TokenTree; 2] {
    [punct('<', Spacing::Joint, first), punct('-', Spacing::Alone, second)]
}

fn punct(sign: char, spacing: Spacing, span: Span) -> TokenTree {
    let mut punct = Punct::new(sign, spacing);
    punct.set_span(span);
    punct.into()
}

/// The attributes of any expression that has some.
pub(crate) fn attributes(expr: &Expr) -> &[Attribute] {
    macro_rules! of {
        ($($kind:ident)*) => {
            match expr {
                $(Expr::$kind(e) => &e.attrs,)*
                _ => &[],
            }
        };
    }
    of! { Array Assign Async Await Binary Block Break Call Cast Closure Const Continue Field ForLoop Group If Index Infer
    Let Lit Loop Macro Match MethodCall Paren Path Range RawAddr Reference Repeat Return Struct Try TryBlock Tuple Unary
    Unsafe While Yield }
}

/// The same, to change.
pub(crate) fn attributes_mut(expr: &mut Expr) -> Option<&mut Vec<Attribute>> {
    macro_rules! of {
        ($($kind:ident)*) => {
            match expr {
                $(Expr::$kind(e) => Some(&mut e.attrs),)*
                _ => None,
            }
        };
    }
    of! { Array Assign Async Await Binary Block Break Call Cast Closure Const Continue Field ForLoop Group If Index Infer
    Let Lit Loop Macro Match MethodCall Paren Path Range RawAddr Reference Repeat Return Struct Try TryBlock Tuple Unary
    Unsafe While Yield }
}
