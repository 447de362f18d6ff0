//! Where a body waits for something else than one of its channels.
//!
//! What waits on its own end of a channel has that end, whoever asks, and need not say so. So a body says that it keeps an end, `held!`,
//! where it first waits for another thing; a short process that only sends on the one end that it got says nothing, and pays nothing.

use super::iterates::may_receive;
use super::macros::{self, Ours};
use super::{arrows, kept, verbs};
use crate::support::Door;
use std::collections::BTreeMap;
use syn::visit::{self, Visit};
use syn::{Expr, ExprForLoop, Ident, Item, Local, Macro, Pat, PatIdent, Stmt};

/// What the statements of a block say of the ends that it keeps.
#[derive(Default)]
pub(super) struct Keeps {
    /// Before which statement they say it of which.
    pub(super) said: BTreeMap<usize, Vec<Ident>>,
    /// Those on which they may wait before they say it, or without saying it.
    pub(super) unsaid: Vec<Ident>,
}

/// Of a block that keeps these ends, which it has, and some of those that it makes.
pub(super) fn keeps(statements: &[Stmt], has: Vec<Ident>, door: &Door) -> Keeps {
    let mut keeps = Keeps::default();
    let made = (0..statements.len()).map(|at| (at + 1, kept::made(&statements[at], &statements[at + 1..])));
    for (from, names) in std::iter::once((0, has)).chain(made).filter(|(_, names)| !names.is_empty()) {
        let place = place(&names, &statements[from..], door);
        if place != Some(0) {
            keeps.unsaid.extend(names.iter().cloned());
        }
        if let Some(at) = place {
            keeps.said.entry(from + at).or_default().extend(names);
        }
    }
    keeps
}

/// The first of the statements that waits for something else than the one name, if there is but one, or that hides a name.
fn place(names: &[Ident], statements: &[Stmt], door: &Door) -> Option<usize> {
    let own = match names {
        [own] => Some(own),
        _ => None,
    };
    statements.iter().position(|statement| {
        let mut waits = Waits { own, door, found: false };
        waits.visit_stmt(statement);
        waits.found || names.iter().any(|name| hides(statement, name))
    })
}

/// Whether the statements wait for anything.
pub(super) fn any(statements: &[Stmt], door: &Door) -> bool {
    place(&[], statements, door).is_some()
}

/// The name, if the expression is no more than one.
pub(super) fn plain(operand: &Expr) -> Option<&Ident> {
    match operand {
        Expr::Path(path) if path.qself.is_none() => path.path.get_ident(),
        _ => None,
    }
}

/// `let name = ..`: from there on the name is another's.
fn hides(statement: &Stmt, name: &Ident) -> bool {
    let Stmt::Local(Local { pat, .. }) = statement else { return false };
    let pat = match pat {
        Pat::Type(typed) => &*typed.pat,
        other => other,
    };
    matches!(pat, Pat::Ident(pattern) if pattern.ident == *name)
}

struct Waits<'a> {
    own: Option<&'a Ident>,
    door: &'a Door,
    found: bool,
}

impl Waits<'_> {
    fn on(&mut self, operand: &Expr) {
        self.found |= self.own.is_none() || plain(operand) != self.own;
    }
}

impl<'ast> Visit<'ast> for Waits<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        if self.found {
            return;
        }
        if arrows::recv(expr).is_some() {
            return self.on(&arrows::source(expr.clone()));
        }
        if let Some(arrow) = arrows::send(expr) {
            self.on(arrow.sink);
            return arrow.value.into_iter().for_each(|value| self.visit_expr(value));
        }
        match expr {
            Expr::Closure(_) | Expr::Const(_) => {}
            Expr::Await(_) | Expr::Async(_) => self.found = true,
            Expr::ForLoop(ExprForLoop { expr, .. }) if may_receive(expr) => self.found = true,
            Expr::MethodCall(call) if verbs::verb(call).is_some_and(verbs::Verb::has_limit) => {
                self.found = true
            }
            Expr::MethodCall(call) if verbs::verb(call).is_some() => {
                self.on(&call.receiver);
                call.args.iter().for_each(|argument| self.visit_expr(argument));
            }
            _ => visit::visit_expr(self, expr),
        }
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        match (macros::ours(&mac.path, self.door.facade()), macros::arguments(mac)) {
            (Some(Ours::Go | Ours::Chan | Ours::Defer), _) => {}
            (None, Some(arguments)) => {
                let mut inner = Waits { found: false, ..*self };
                arguments.expressions().into_iter().for_each(|expr| inner.visit_expr(expr));
                self.found |= inner.found;
            }
            _ => self.found = true,
        }
    }

    /// Where the one name is declared again, inside the statement, it is another's.
    fn visit_pat_ident(&mut self, pattern: &'ast PatIdent) {
        self.found |= self.own == Some(&pattern.ident);
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use proc_macro2::Span;
    use syn::Block;

    /// What is said before which statement, and of which names it may not be said yet when the body waits on them.
    fn keeps_of(has: &str, body: &str) -> (Vec<(usize, String)>, String) {
        let named = |names: &[Ident]| names.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        let block: Block = syn::parse_str(&format!("{{ {body} }}")).unwrap();
        let has = has.split_whitespace().map(|name| Ident::new(name, Span::call_site())).collect();
        let keeps = keeps(&block.stmts, has, &Door::default());
        (keeps.said.iter().map(|(at, names)| (*at, named(names))).collect(), named(&keeps.unsaid))
    }

    #[track_caller]
    fn says(has: &str, body: &str, said: &[(usize, &str)], unsaid: &str) {
        let said: Vec<_> = said.iter().map(|(at, names)| (*at, (*names).to_owned())).collect();
        assert_eq!(keeps_of(has, body), (said, unsaid.to_owned()), "{body}");
    }

    #[test]
    fn nothing_is_said_of_the_one_end_that_a_body_waits_on() {
        for body in [
            "rx.recv()?;",
            "println!(\"{}\", rx.recv()?);",
            "assert!(matches!(rx.recv(), Ok(1)));",
            "while let Ok(n) = rx.recv() { seen.push(n); }",
            "let twice = |n| n * 2; go!(work(1)); defer! { log(1) } twice(rx.recv()?)",
            "let Ok(n) = rx.recv() else { return };",
            "fn other(tx: Sender<u8>) {} rx.recv()?;",
        ] {
            says("rx", body, &[], "rx");
        }
    }

    #[test]
    fn it_is_said_where_a_body_first_waits_for_something_else() {
        for something in [
            "tx.send(1)?;",
            "println!(\"{}\", tx.send(1)?);",
            "let n = tx.send(rx.recv()?);",
            "rx.recv()?; rx.recv()?; tx.send(1)?;",
            "if ready { tx.send(1)?; }",
            "for n in others {}",
            "for n in &rx {}",
            "sleep(second).await;",
            "rx.recv().await?;",
            "select! { v = rx.recv() => v }",
            "par!(a(), b());",
            "unknown!(1);",
        ] {
            let before = something.matches("rx.recv()?; ").count();
            says("rx", &format!("start(); {something}"), &[(1 + before, "rx")], "rx");
            says("rx", something, &[(before, "rx")], if before == 0 { "" } else { "rx" });
        }
        says("a b", "start(); a.recv()?;", &[(1, "a b")], "a b");
    }

    #[test]
    fn it_is_said_before_the_name_is_declared_again() {
        for body in [
            "start(); let rx = other();",
            "start(); let rx: Receiver<u8> = other();",
            "start(); { let rx = other(); rx.recv()?; }",
            "start(); while ready { let mut rx = other(); rx.recv()?; }",
        ] {
            says("rx", body, &[(1, "rx")], "rx");
        }
        says("a b", "start(); let b = other(); a.recv()?;", &[(1, "a b")], "a b");
    }

    #[test]
    fn the_ends_that_a_body_makes_are_its_own_from_there() {
        says(
            "",
            "let (a, b) = chan!(u8); let (c, d) = chan!(u8); go!(f(a)); go! { c.send(1)?; }; d.recv()?; b.recv()?;",
            &[(4, "b"), (5, "d")],
            "b d",
        );
        says("", "let (a, b) = bounded(1); go!(f(a)); b.recv()?;", &[], "b");
        says("", "let (a, b) = bounded(1); a.send(1)?; b.recv()?;", &[(1, "a b")], "");
        says("out", "out.send(1)?; let (a, b) = chan!(u8); b.recv()?;", &[(2, "out a b")], "out");
    }
}
