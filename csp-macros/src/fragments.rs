//! What reaches a macro through a fragment of another macro (`$e:expr`, `$t:ty`) keeps its grouping (rule P9).
//!
//! The compiler marks such a fragment by an invisible group, and forgets the mark of a group that a procedural macro makes anew. So
//! before anything else is done, each invisible group becomes what says the same in visible tokens: parentheses around an expression, a
//! type or a pattern that would fall apart without them, `<..>` around a type before `::`, and nothing where nothing is needed.
//!
//! The tokens of foreign macros and of attributes are left as they are: their groups are the compiler's own.

use crate::body::arrows::{self, reaches};
use crate::body::macros;
use crate::support::{is_sign, is_word, ours_at};
use proc_macro2::{Delimiter, Group, Punct, Spacing, Span, TokenStream, TokenTree};
use syn::{Expr, Item, Pat, Type, TypePath};

/// The tokens without invisible groups.
pub(crate) fn visible(tokens: TokenStream) -> TokenStream {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    match rebuilt(&trees) {
        Some(rebuilt) => rebuilt.into_iter().collect(),
        None => tokens,
    }
}

/// `None` if there is no invisible group among the tokens.
fn rebuilt(tokens: &[TokenTree]) -> Option<Vec<TokenTree>> {
    let mut out: Option<Vec<TokenTree>> = None;
    for (at, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else {
            out.iter_mut().for_each(|out| out.push(token.clone()));
            continue;
        };
        let is_fragment = group.delimiter() == Delimiter::None;
        let inner = match is_fragment || is_reached(&tokens[..at]) {
            true => rebuilt(&group.stream().into_iter().collect::<Vec<_>>()),
            false => None,
        };
        if !is_fragment && inner.is_none() {
            out.iter_mut().for_each(|out| out.push(token.clone()));
            continue;
        }
        let out = out.get_or_insert_with(|| tokens[..at].to_vec());
        let inner = inner.unwrap_or_else(|| group.stream().into_iter().collect());
        if is_fragment {
            spread(inner, group.span(), &tokens[at + 1..], out);
        } else {
            let mut anew = Group::new(group.delimiter(), inner.into_iter().collect());
            anew.set_span(group.span());
            out.push(anew.into());
        }
    }
    out
}

/// Whether the group that follows `before` is read by us: our own macros are, besides what belongs to the body.
fn is_reached(before: &[TokenTree]) -> bool {
    match before {
        [.., TokenTree::Ident(name), TokenTree::Punct(bang)] if bang.as_char() == '!' => {
            macros::takes_expressions(name) || macros::is_our_name(name)
        }
        _ => reaches(before),
    }
}

/// Writes a fragment.
fn spread(inner: Vec<TokenTree>, span: Span, after: &[TokenTree], out: &mut Vec<TokenTree>) {
    let place = inner.first().map_or(span, TokenTree::span);
    match bounds(&inner, out, after) {
        Bounds::None => out.extend(inner),
        Bounds::Parentheses => {
            let mut group = Group::new(Delimiter::Parenthesis, inner.into_iter().collect());
            group.set_span(ours_at(place));
            out.push(group.into());
        }
        Bounds::Angles => {
            let sign = |sign| {
                let mut punct = Punct::new(sign, Spacing::Alone);
                punct.set_span(ours_at(place));
                TokenTree::from(punct)
            };
            out.push(sign('<'));
            out.extend(inner);
            out.push(sign('>'));
        }
    }
}

/// What keeps a fragment together.
#[derive(Clone, Copy, PartialEq)]
enum Bounds {
    None,
    Parentheses,
    /// A type before `::`.
    Angles,
}

fn bounds(inner: &[TokenTree], before: &[TokenTree], after: &[TokenTree]) -> Bounds {
    // A type after `as` goes on at a `<`.
    let cast = is_word(before.last(), "as") && is_sign(after.first(), '<');
    match inner {
        [] => Bounds::None,
        [TokenTree::Group(braces)]
            if braces.delimiter() == Delimiter::Brace
                && (is_operand(before) || begins_statement(before) && is_sign(after.first(), ';')) =>
        {
            Bounds::Parentheses
        }
        [_] if cast => Bounds::Parentheses,
        [_] => Bounds::None,
        // A lifetime.
        [TokenTree::Punct(quote), _] if quote.as_char() == '\'' => Bounds::None,
        [TokenTree::Punct(minus), TokenTree::Literal(_)] if minus.as_char() == '-' => {
            // What is attached to it would come before the sign. Bounds of a pattern take no parentheses.
            match goes_on(after) && !is_range(after) {
                true => Bounds::Parentheses,
                false => Bounds::None,
            }
        }
        [TokenTree::Ident(word), ..] if word == "pub" || word == "let" => Bounds::None,
        _ => parsed(&inner.iter().cloned().collect(), before, after, cast),
    }
}

/// Those of several tokens.
fn parsed(inner: &TokenStream, before: &[TokenTree], after: &[TokenTree], cast: bool) -> Bounds {
    let colons = is_sign(after.first(), ':') && is_sign(after.get(1), ':') && is_joint(after.first());
    if syn::parse2::<TypePath>(inner.clone()).is_ok() {
        let generic = inner.to_string().contains('<');
        return match () {
            () if generic && colons => Bounds::Angles,
            () if cast => Bounds::Parentheses,
            () => Bounds::None,
        };
    }
    if syn::parse2::<Item>(inner.clone()).is_ok() {
        return Bounds::None;
    }
    match syn::parse2::<Expr>(inner.clone()) {
        Ok(expr) => return of_expr(&expr, before, after),
        Err(_) if syn::parse2::<Type>(inner.clone()).is_ok() => {
            return if colons { Bounds::Angles } else { Bounds::Parentheses };
        }
        Err(_) => {}
    }
    match syn::parse::Parser::parse2(Pat::parse_multi_with_leading_vert, inner.clone()) {
        Ok(Pat::Or(_)) => Bounds::Parentheses,
        Ok(Pat::Ident(_)) if is_sign(before.last(), '&') => Bounds::Parentheses,
        _ => Bounds::None,
    }
}

fn of_expr(expr: &Expr, before: &[TokenTree], after: &[TokenTree]) -> Bounds {
    match expr {
        Expr::Field(_) if is_parentheses(after.first()) => Bounds::Parentheses,
        _ if holds_together(expr) => Bounds::None,
        // It may be a statement, after which nothing need stand; so may the body of an arm.
        Expr::Block(_)
        | Expr::Const(_)
        | Expr::ForLoop(_)
        | Expr::If(_)
        | Expr::Loop(_)
        | Expr::Macro(_)
        | Expr::Match(_)
        | Expr::Unsafe(_)
        | Expr::While(_)
            if (begins_statement(before) || ends_with_fat_arrow(before)) && !is_sign(after.first(), ';') =>
        {
            Bounds::None
        }
        _ => Bounds::Parentheses,
    }
}

/// Whether the expression is one thing and what is attached to it.
fn holds_together(expr: &Expr) -> bool {
    match expr {
        Expr::Array(_) | Expr::Lit(_) | Expr::Paren(_) | Expr::Path(_) | Expr::Repeat(_) | Expr::Tuple(_) => {
            true
        }
        Expr::Macro(call) => !matches!(call.mac.delimiter, syn::MacroDelimiter::Brace(_)),
        Expr::Await(inner) => holds_together(&inner.base),
        Expr::Call(call) => holds_together(&call.func),
        Expr::Field(field) => holds_together(&field.base),
        Expr::Index(index) => holds_together(&index.expr),
        Expr::MethodCall(call) => holds_together(&call.receiver),
        Expr::Try(inner) => holds_together(&inner.expr),
        _ => false,
    }
}

/// Whether a block that follows is the operand of an arrow, or the end of a range.
fn is_operand(before: &[TokenTree]) -> bool {
    let is_end = match before {
        [.., dot, equals] if is_sign(Some(equals), '=') => is_sign(Some(dot), '.'),
        _ => is_sign(before.last(), '.'),
    };
    is_end || before.len().checked_sub(2).is_some_and(|at| arrows::arrow_at(before, at).is_some())
}

/// Whether something is attached to the expression before these tokens.
fn goes_on(after: &[TokenTree]) -> bool {
    match after.first() {
        Some(TokenTree::Punct(sign)) => matches!(sign.as_char(), '.' | '?'),
        Some(TokenTree::Group(group)) => {
            matches!(group.delimiter(), Delimiter::Parenthesis | Delimiter::Bracket)
        }
        _ => false,
    }
}

fn is_range(after: &[TokenTree]) -> bool {
    is_sign(after.first(), '.') && is_sign(after.get(1), '.')
}

fn begins_statement(before: &[TokenTree]) -> bool {
    match before.last() {
        None => true,
        Some(TokenTree::Punct(sign)) => sign.as_char() == ';',
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Brace,
        _ => false,
    }
}

fn ends_with_fat_arrow(before: &[TokenTree]) -> bool {
    matches!(before, [.., equals, arrow] if is_sign(Some(equals), '=') && is_joint(Some(equals)) && is_sign(Some(arrow), '>'))
}

fn is_joint(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Punct(sign)) if sign.spacing() == Spacing::Joint)
}

fn is_parentheses(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis)
}
