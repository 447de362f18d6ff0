//! What a block of a process gives: whether its type is plainly `()`, so that we may write it down.
//!
//! A block such as `loop { tx <- 1; }` never gives anything, and nothing in it tells the compiler which type it does
//! not give. Where the syntax shows that no value can come out, the type is `()`.

use super::macros::Arguments;
use super::{arrows, macros};
use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprAsync, ExprBreak, ExprClosure, ExprReturn, Item, Macro, Stmt};

/// Whether these statements, the body of a process or of an async block, can give nothing but `()`.
pub(crate) fn is_unit(body: &[Stmt]) -> bool {
    let mut leaves = Leaves { with: Keyword::Return, value: false, label: None, loops: 0 };
    body.iter().for_each(|statement| leaves.visit_stmt(statement));
    !leaves.value && statements_are_unit(body)
}

fn statements_are_unit(body: &[Stmt]) -> bool {
    match body.last() {
        Some(Stmt::Expr(tail, None)) => expr_is_unit(tail),
        // A macro of ours or of another's at the end may give a value.
        Some(Stmt::Macro(tail)) => tail.semi_token.is_some() || diverges(&tail.mac),
        _ => true,
    }
}

fn block_is_unit(block: &Block) -> bool {
    statements_are_unit(&block.stmts)
}

fn expr_is_unit(expr: &Expr) -> bool {
    match expr {
        Expr::Assign(_) => arrows::recv(expr).is_none(),
        Expr::Break(_) | Expr::Continue(_) | Expr::Return(_) | Expr::ForLoop(_) | Expr::While(_) => true,
        Expr::Block(block) => block.label.is_none() && block_is_unit(&block.block),
        Expr::If(choice) => {
            block_is_unit(&choice.then_branch)
                && choice.else_branch.as_ref().is_none_or(|(_, other)| expr_is_unit(other))
        }
        Expr::Loop(endless) => {
            let label = endless.label.as_ref().map(|label| label.name.ident.to_string());
            let mut leaves = Leaves { with: Keyword::Break, value: false, label, loops: 0 };
            leaves.visit_block(&endless.body);
            !leaves.value
        }
        Expr::Macro(call) => diverges(&call.mac),
        Expr::Match(choice) => choice.arms.iter().all(|arm| expr_is_unit(&arm.body)),
        Expr::Paren(inner) => expr_is_unit(&inner.expr),
        Expr::Tuple(tuple) => tuple.elems.is_empty(),
        _ => false,
    }
}

fn diverges(mac: &Macro) -> bool {
    const DIVERGE: &[&str] = &["panic", "todo", "unimplemented", "unreachable"];
    const UNIT: &[&str] = &["print", "println", "eprint", "eprintln", "assert", "assert_eq", "assert_ne"];
    mac.path.segments.last().is_some_and(|name| {
        let name = name.ident.to_string();
        DIVERGE.contains(&name.as_str()) || UNIT.contains(&name.as_str())
    })
}

#[derive(Clone, Copy, PartialEq)]
enum Keyword {
    Return,
    Break,
}

/// Finds a `return` with a value, or a `break` with a value out of one loop.
struct Leaves {
    with: Keyword,
    value: bool,
    /// The label of the loop.
    label: Option<String>,
    /// How many loops stand between.
    loops: usize,
}

impl Leaves {
    fn inside_loop(&mut self, visit: impl FnOnce(&mut Leaves)) {
        self.loops += 1;
        visit(self);
        self.loops -= 1;
    }
}

impl<'a> Visit<'a> for Leaves {
    fn visit_expr_return(&mut self, leave: &'a ExprReturn) {
        self.value |= self.with == Keyword::Return && leave.expr.is_some();
        visit::visit_expr_return(self, leave);
    }

    fn visit_expr_break(&mut self, leave: &'a ExprBreak) {
        let ours = match &leave.label {
            Some(label) if arrows::is_carrier(label) => false,
            Some(label) => self.label.as_ref().is_some_and(|name| label.ident == name),
            None => self.loops == 0,
        };
        self.value |= self.with == Keyword::Break && ours && leave.expr.is_some();
        visit::visit_expr_break(self, leave);
    }

    fn visit_expr_loop(&mut self, inner: &'a syn::ExprLoop) {
        self.inside_loop(|this| visit::visit_expr_loop(this, inner));
    }

    fn visit_expr_while(&mut self, inner: &'a syn::ExprWhile) {
        self.inside_loop(|this| visit::visit_expr_while(this, inner));
    }

    fn visit_expr_for_loop(&mut self, inner: &'a syn::ExprForLoop) {
        self.inside_loop(|this| visit::visit_expr_for_loop(this, inner));
    }

    fn visit_macro(&mut self, mac: &'a Macro) {
        match macros::arguments(mac) {
            Some(arguments) => self.look_into(&arguments),
            None => self.value |= leaves_with_value(mac.tokens.clone(), self.with),
        }
    }

    fn visit_expr_async(&mut self, _: &'a ExprAsync) {}
    fn visit_expr_closure(&mut self, _: &'a ExprClosure) {}
    fn visit_item(&mut self, _: &'a Item) {}
}

impl Leaves {
    fn look_into(&mut self, arguments: &Arguments) {
        for expr in arguments.expressions() {
            Leaves { label: self.label.clone(), ..*self }.visit_into(expr, &mut self.value);
        }
    }

    fn visit_into(mut self, expr: &Expr, value: &mut bool) {
        self.visit_expr(expr);
        *value |= self.value;
    }
}

/// The same for the tokens of a macro that we cannot read as a body: any `break` or `return` with something after it.
fn leaves_with_value(tokens: TokenStream, with: Keyword) -> bool {
    let word = if with == Keyword::Return { "return" } else { "break" };
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    tokens.iter().enumerate().any(|(at, token)| match token {
        TokenTree::Group(group) => leaves_with_value(group.stream(), with),
        TokenTree::Ident(ident) if ident == word => has_value(&tokens[at + 1..]),
        _ => false,
    })
}

fn has_value(after: &[TokenTree]) -> bool {
    match after {
        [] => false,
        // A label is no value.
        [TokenTree::Punct(quote), TokenTree::Ident(_), rest @ ..] if quote.as_char() == '\'' => {
            has_value(rest)
        }
        [TokenTree::Punct(end), ..] => {
            !(matches!(end.as_char(), ';' | ',') || end.as_char() == '=' && end.spacing() == Spacing::Joint)
        }
        [TokenTree::Group(group), ..] => group.delimiter() != Delimiter::Brace || !group.stream().is_empty(),
        _ => true,
    }
}
