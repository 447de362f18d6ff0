//! Ends of channels that a body never gives away: the body says so to the runtime, whose search for deadlocks then knows who has them.
//!
//! A name is kept if each time that it stands in the body it is borrowed: `tx <- v`, `<-rx`, `rx.recv()`, `tx.clone()`, `&rx`. Anything
//! else (an argument, a field, a closure with `move`, a `go! { .. }`, a macro that is not known) may give it away, and then nothing is
//! said. The compiler sees to it that this is right: what the body says, `held!(tx, rx);`, borrows the ends to the end of the block.

use super::{arrows, macros, plain};
use crate::support::{Door, is_sign, is_word, ours};
use proc_macro2::{Delimiter, Ident, Spacing, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use std::collections::BTreeMap;
use syn::{Expr, Local, Pat, Stmt};

/// What became of a name.
struct Fate {
    name: Ident,
    /// It was communicated on.
    is_end: bool,
    /// A method of an endpoint was called on it.
    may_be_end: bool,
    /// It may have been given away.
    leaves: bool,
}

#[derive(Default)]
struct Names(BTreeMap<String, Fate>);

/// The names in the body of a `go!` that are kept and communicated on; if there is communication at all, also those that may be an
/// endpoint by a method that is called on them: their types then tell.
pub(crate) fn captured(body: &TokenStream) -> Vec<Ident> {
    let names = Names::of(body);
    let communicates = names.0.values().any(|fate| fate.is_end);
    let is_end = |fate: &Fate| fate.is_end || (communicates && fate.may_be_end);
    let kept = names.0.into_values().filter(|fate| is_end(fate) && !fate.leaves);
    kept.map(|fate| fate.name).collect()
}

/// Those of the arguments that are ends by their type, or are communicated on, and are kept.
pub(crate) fn arguments(signature: &syn::Signature, body: &TokenStream) -> Vec<Ident> {
    let mut arguments = signature.inputs.iter().filter_map(argument).peekable();
    if arguments.peek().is_none() {
        return Vec::new();
    }
    let names = Names::of(body);
    let kept = |(name, is_end): (&Ident, bool)| match names.0.get(&name.to_string()) {
        Some(fate) => (!fate.leaves && (is_end || fate.is_end)).then(|| name.clone()),
        None => is_end.then(|| name.clone()),
    };
    arguments.filter_map(kept).collect()
}

/// An argument with a plain name, and whether its type says that it is an end.
fn argument(input: &syn::FnArg) -> Option<(&Ident, bool)> {
    let syn::FnArg::Typed(typed) = input else { return None };
    let Pat::Ident(pattern) = &*typed.pat else { return None };
    if pattern.by_ref.is_some() || pattern.subpat.is_some() {
        return None;
    }
    let syn::Type::Path(path) = &*typed.ty else { return None };
    let last = &path.path.segments.last()?.ident;
    Some((&pattern.ident, last == "Sender" || last == "Receiver"))
}

/// The ends of a channel that a statement makes, if the rest of its block keeps them.
pub(crate) fn made(statement: &Stmt, rest: &[Stmt]) -> Vec<Ident> {
    let Some(made) = pair(statement) else { return Vec::new() };
    let names = Names::of(&rest.iter().map(ToTokens::to_token_stream).collect());
    let kept = |name: &Ident| !names.0.get(&name.to_string()).is_some_and(|fate| fate.leaves);
    made.into_iter().filter(kept).collect()
}

/// `let (tx, rx) = chan!(..);`, `bounded(..)` or `unbounded()`
fn pair(statement: &Stmt) -> Option<Vec<Ident>> {
    let Stmt::Local(Local { pat: Pat::Tuple(pattern), init: Some(init), .. }) = statement else {
        return None;
    };
    let maker = match &*init.expr {
        Expr::Macro(call) => &call.mac.path,
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => &path.path,
            _ => return None,
        },
        _ => return None,
    };
    let maker = &maker.segments.last()?.ident;
    if maker != "chan" && maker != "bounded" && maker != "unbounded" {
        return None;
    }
    let names = pattern.elems.iter().filter_map(|element| match element {
        Pat::Ident(name) if name.by_ref.is_none() && name.subpat.is_none() => Some(name.ident.clone()),
        _ => None,
    });
    Some(names.collect())
}

/// The statement that says that these are held, to the end of their block.
pub(crate) fn hold(names: &[Ident], door: &Door) -> Option<TokenStream> {
    if names.is_empty() {
        return None;
    }
    let held = door.get("held");
    Some(quote_spanned!(ours()=> #held!(#(#names),*);))
}

/// The same for what a loop goes over.
pub(crate) fn hold_each(door: &Door) -> TokenStream {
    let held = door.get("held");
    quote_spanned!(ours()=> #held!(each __each);)
}

impl Names {
    fn of(tokens: &TokenStream) -> Names {
        let mut names = Names::default();
        names.walk(tokens, &mut Vec::new(), false);
        names
    }

    fn used(&mut self, name: &Ident, like: Like, leaves: bool) {
        let new = || Fate { name: name.clone(), is_end: false, may_be_end: false, leaves: false };
        let fate = self.0.entry(name.to_string()).or_insert_with(new);
        fate.is_end |= like == Like::End;
        fate.may_be_end |= like == Like::MaybeEnd;
        fate.leaves |= leaves;
    }

    /// Walks over one group. `hidden` are names that mean something else there; with `gone`, each use gives its name away.
    fn walk(&mut self, tokens: &TokenStream, hidden: &mut Vec<String>, mut gone: bool) {
        let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
        let visible = hidden.len();
        let mut declared: Option<String> = None;
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) => self.walk(&group.stream(), hidden, gone),
                TokenTree::Punct(sign) if sign.as_char() == ';' => hidden.extend(declared.take()),
                TokenTree::Ident(word) if word == "move" => gone = true,
                TokenTree::Ident(word) if word == "let" => {
                    // A plain name that is declared: what it meant before is hidden behind the statement.
                    let name = at + 1 + usize::from(is_word(tokens.get(at + 1), "mut"));
                    if let Some(TokenTree::Ident(plain)) = tokens.get(name)
                        && (is_sign(tokens.get(name + 1), '=') || is_sign(tokens.get(name + 1), ':'))
                        && !is_sign(tokens.get(name + 2), ':')
                    {
                        declared = Some(plain.to_string());
                        at = name;
                    }
                }
                TokenTree::Ident(name)
                    if is_sign(tokens.get(at + 1), '!') && is_group(tokens.get(at + 2)) =>
                {
                    if let Some(TokenTree::Group(group)) = tokens.get(at + 2) {
                        let stays = match name.to_string().as_str() {
                            "select" | "chan" => true,
                            "go" => plain::is_call(&group.stream()),
                            _ => macros::takes_expressions(name),
                        };
                        self.walk(&group.stream(), hidden, gone || !stays);
                        at += 2;
                    }
                }
                TokenTree::Ident(name)
                    if !plain::is_keyword(name)
                        && !is_member(&tokens[..at])
                        && !hidden.iter().any(|hidden| name == hidden) =>
                {
                    let (borrowed, like) = borrowed(&tokens, at);
                    self.used(name, like, gone || !borrowed);
                }
                _ => {}
            }
            at += 1;
        }
        hidden.truncate(visible);
    }
}

/// What the use of a name says of its type.
#[derive(Clone, Copy, PartialEq)]
enum Like {
    End,
    MaybeEnd,
    Anything,
}

/// Methods of ends, all of which borrow: those that communicate, those that look, and those that much else has.
const COMMUNICATE: [&str; 7] =
    ["send", "recv", "send_timeout", "recv_timeout", "try_send", "try_recv", "close"];
const LOOK: [&str; 6] = ["len", "is_empty", "is_closed", "capacity", "same_channel", "try_iter"];
const BORROW: [&str; 2] = ["clone", "iter"];

fn method(name: &Ident) -> Option<Like> {
    let is_one_of = |names: &[&str]| names.iter().any(|known| name == known);
    match () {
        () if is_one_of(&COMMUNICATE) => Some(Like::End),
        () if is_one_of(&LOOK) => Some(Like::MaybeEnd),
        () if is_one_of(&BORROW) => Some(Like::Anything),
        () => None,
    }
}

/// Whether the name at `at` is only borrowed there, and what that says of it.
fn borrowed(tokens: &[TokenTree], at: usize) -> (bool, Like) {
    if let [TokenTree::Punct(dot), TokenTree::Ident(method), TokenTree::Group(arguments), ..] =
        &tokens[at + 1..]
        && dot.as_char() == '.'
        && arguments.delimiter() == Delimiter::Parenthesis
        && let Some(like) = self::method(method)
    {
        return (true, like);
    }
    // What is sent by an arrow before it is given away: `tx <- rx`.
    if sends(&tokens[at + 1..]) || (receives(&tokens[..at]) && stands_alone(tokens.get(at + 1))) {
        return (true, Like::End);
    }
    let borrows = matches!(&tokens[..at], [.., TokenTree::Punct(sign)] if sign.as_char() == '&');
    (borrows, Like::Anything)
}

/// Whether these tokens begin with the arrow of a send, as written or as it is carried to the parser.
fn sends(after: &[TokenTree]) -> bool {
    let carried =
        is_sign(after.first(), '=') && is_word(after.get(1), "break") && is_sign(after.get(2), '\'');
    carried || (arrows::arrow_at(after, 0).is_some())
}

/// Whether these tokens end with the arrow of a receive, as written or as it is carried to the parser.
fn receives(before: &[TokenTree]) -> bool {
    match before {
        [.., TokenTree::Punct(hash), TokenTree::Group(group)] => {
            hash.as_char() == '#' && arrows::carries(&group.stream())
        }
        [start @ .., _, TokenTree::Punct(minus)] => {
            minus.as_char() == '-'
                && arrows::arrow_at(before, start.len()).is_some()
                && !arrows::ends_expression(start)
        }
        _ => false,
    }
}

/// Whether an operand that is followed by this is no more than a name: `<-rx`, not `<-any(&all)` or `<-office.letters`.
fn stands_alone(next: Option<&TokenTree>) -> bool {
    match next {
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Brace,
        Some(TokenTree::Punct(sign)) => !matches!(sign.as_char(), '.' | ':' | '!'),
        _ => true,
    }
}

/// Whether what follows is a field, a method, a label, or the next name of a path.
fn is_member(before: &[TokenTree]) -> bool {
    match before {
        [.., TokenTree::Punct(first), TokenTree::Punct(last)] => match last.as_char() {
            '.' => first.as_char() != '.',
            ':' => first.as_char() == ':' && first.spacing() == Spacing::Joint,
            sign => sign == '\'',
        },
        [.., TokenTree::Punct(last)] => matches!(last.as_char(), '.' | '\''),
        _ => false,
    }
}

fn is_group(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Group(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(body: &str) -> String {
        let names = captured(&body.parse().unwrap());
        names.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_only_communicated_on_is_kept() {
        assert_eq!(
            kept("let v = <-rx; tx <- v + 1; other.send(v)?; select! { v = <-a => b <- v, c <- 1 => {} }"),
            "a b c other rx tx"
        );
        assert_eq!(
            kept("go!(worker(tx.clone())); tx <- 1; println!(\"{}\", rx.len()); rx.recv()?;"),
            "rx tx"
        );
        assert_eq!(kept("let n = match <-rx { n => n }; if <-ready { return <-rx; }"), "ready rx");
        assert_eq!(kept("look(&rx); while let Ok(v) = rx.recv() {}"), "rx");
        assert_eq!(kept("tx <- 1; println!(\"{}\", rx.len());"), "rx tx");
        assert_eq!(kept("println!(\"{}\", rx.len());"), "");
    }

    #[test]
    fn what_may_be_given_away_is_not() {
        for body in [
            "tx <- 1; drop(tx);",
            "tx <- 1; go! { tx <- 2 };",
            "tx <- 1; go!(f(tx));",
            "tx <- 1; let f = move || tx.try_send(1);",
            "tx <- 1; strange!(tx);",
            "tx <- 1; Some(tx)",
            "tx <- 1; S { tx }",
            "tx <- 1; let other = tx;",
            "tx <- 1; change(&mut tx);",
            "tx <- 1; tx = other();",
            "tx <- 1; par!({ tx <- 2 });",
            "tx <- 1; let f = |tx| 1;",
            "self.tx.send(1)?;",
            "let v = <-any(&all); let w = <-office.letters; <-all[0]; <-other::make();",
            "for v in rx {}",
        ] {
            assert_eq!(kept(body), "", "{body}");
        }
        assert_eq!(kept("tx <- rx; rx.recv()?;"), "tx");
    }

    #[test]
    fn a_name_that_is_declared_again_is_another_one_from_there() {
        assert_eq!(kept("tx <- 1; for n in 0..3 { let tx = tx.clone(); go! { tx <- n }; }"), "tx");
        assert_eq!(kept("for n in 0..3 { let tx = tx.clone(); go! { tx <- n }; tx <- 1; }"), "");
    }
}
