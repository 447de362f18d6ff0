//! Macros inside a body: ours are read as they will read themselves, the standard ones hold expressions, and another's
//! may mention names.

use super::names::{Chan, Kind, Step, What};
use super::value::{self, Value};
use super::walk::Walk;
use crate::body::macros::{self, Ours};
use crate::chan;
use crate::diag::Diag;
use crate::driver::{Call, Form};
use crate::go::Started;
use crate::messages;
use crate::select::{Arms, Body, Operation, Select};
use crate::{defer, go, par};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::Parser;
use syn::visit::Visit;
use syn::{Block, Expr, ExprReference, Lit, Macro};

impl Walk<'_> {
    pub(super) fn call(&mut self, mac: &Macro) {
        if let Some(arguments) = macros::arguments(mac) {
            for expr in arguments.expressions() {
                self.formatted(expr);
                self.visit_expr(expr);
            }
            return;
        }
        let Some(ours) = macros::ours(&mac.path, self.door.facade()) else {
            return self.mentioned(mac.tokens.clone());
        };
        let outer =
            std::mem::replace(&mut self.level, self.names.processes.len() + self.names.uses.len() + 1);
        match ours {
            Ours::Go => {
                let go = self.read::<go::Go>(mac);
                self.started(go.started());
            }
            Ours::Par => {
                let par = self.read::<par::Par>(mac);
                par.branches().iter().for_each(|branch| self.started(branch));
            }
            Ours::Select => {
                let select = self.read::<Select>(mac);
                self.select(&select);
            }
            Ours::Chan => {
                let chan = self.read::<chan::Chan>(mac);
                chan.capacity().into_iter().for_each(|capacity| self.visit_expr(capacity));
            }
            Ours::Defer => {
                drop(self.read::<defer::Defer>(mac));
                if let Ok(body) = Block::parse_within.parse2(mac.tokens.clone()) {
                    self.in_process(Kind::Closure, |this| this.statements(&body));
                }
            }
        }
        self.level = outer;
    }

    /// Reads one of our macros. What is wrong with it, it will say itself, unless it is never expanded.
    fn read<F: Form<Input = Call>>(&mut self, mac: &Macro) -> F::Ast {
        let mut diag = Diag::new();
        let call = Call { door: self.door.clone(), tokens: mac.tokens.clone() };
        let ast = F::parse(call, &mut diag);
        F::check(&ast, &mut diag);
        self.faults.inner(diag);
        ast
    }

    /// What a process is started from.
    pub(super) fn started(&mut self, started: &Started) {
        match started {
            Started::Block(statements) => {
                self.in_process(Kind::Started, |this| this.statements(statements));
            }
            Started::Call(Expr::Call(call)) => {
                self.visit_expr(&call.func);
                call.args.iter().for_each(|argument| self.argument(argument));
            }
            Started::Call(Expr::MethodCall(call)) => {
                self.visit_expr(&call.receiver);
                call.args.iter().for_each(|argument| self.argument(argument));
            }
            Started::Call(other) => self.visit_expr(other),
            Started::Broken => {}
        }
    }

    /// An argument of a process that is started: it is given away.
    fn argument(&mut self, argument: &Expr) {
        match argument {
            Expr::Path(_) if self.used(argument, What::Passed) => {}
            Expr::Reference(borrowed) => {
                self.lent(argument, borrowed);
                self.visit_expr(&borrowed.expr);
            }
            other => self.visit_expr(other),
        }
    }

    /// A variable that is lent to a process that starts. A name in capitals is a static, which lives as long as any process.
    fn lent(&mut self, argument: &Expr, borrowed: &ExprReference) {
        let Some(name) = value::base(&borrowed.expr) else { return };
        if name.to_string().chars().any(char::is_lowercase) {
            let message = match borrowed.mutability {
                Some(_) => messages::captured(&name.to_string()),
                None => messages::borrowed_argument(argument),
            };
            self.faults.add(self.level, argument, message);
        }
    }

    pub(super) fn select(&mut self, select: &Arms) {
        let at = self.fresh();
        for arm in &select.arms {
            match &arm.operation {
                Operation::Recv { source, .. } | Operation::RecvResult { source, .. } => {
                    self.communicates(source, What::Received);
                }
                Operation::Send { sink, .. } | Operation::SendResult { sink, .. } => {
                    self.communicates(sink, What::Sent);
                }
                Operation::Future { future, .. } => self.visit_expr(future),
            }
            arm.guard.iter().for_each(|guard| self.visit_expr(guard));
        }
        for (n, arm) in select.arms.iter().enumerate() {
            self.stepped(Step::Arm { at, arm: n }, |this| {
                if let Operation::Send { value, .. } | Operation::SendResult { value, .. } = &arm.operation {
                    this.visit_expr(value);
                }
                arm.pattern.iter().for_each(|pattern| this.bind(pattern, Value::Unknown));
                this.arm_body(&arm.body);
            });
        }
        let others = select.arms.iter().filter_map(|arm| Some(&arm.otherwise.as_ref()?.body));
        for (n, body) in others.chain(select.choices().map(|choice| &choice.body)).enumerate() {
            self.stepped(Step::Arm { at, arm: select.arms.len() + n }, |this| this.arm_body(body));
        }
    }

    fn arm_body(&mut self, body: &Body) {
        if let Body::Parsed(body) = body {
            self.visit_expr(body);
        }
    }

    /// What a macro makes, if it is `chan!`.
    pub(super) fn made_by(&mut self, mac: &Macro) -> Value {
        if macros::ours(&mac.path, self.door.facade()) != Some(Ours::Chan) {
            return Value::Unknown;
        }
        let is_buffered = mac
            .tokens
            .clone()
            .into_iter()
            .any(|token| matches!(token, TokenTree::Punct(p) if p.as_char() == ';'));
        self.names.chans.push(Chan { level: self.level, path: self.path.clone(), is_buffered });
        Value::ends(self.names.chans.len() - 1)
    }

    /// The names in the braces of a format string.
    fn formatted(&mut self, expr: &Expr) {
        let Expr::Lit(literal) = expr else { return };
        let Lit::Str(text) = &literal.lit else { return };
        let value = text.value();
        for part in value.replace("{{", "").split('{').skip(1) {
            let name: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if self.is_declared(&name) {
                let name = Ident::new(&name, text.span());
                self.record(&name, What::Read, Value::Unknown, text.to_token_stream(), name.to_string());
            }
        }
    }

    /// The names among the tokens of another's macro: they may be used there, we cannot tell how.
    fn mentioned(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.mentioned(group.stream()),
                TokenTree::Ident(name) if self.is_declared(&name.to_string()) => {
                    self.record(&name, What::Read, Value::Unknown, name.to_token_stream(), name.to_string());
                }
                _ => {}
            }
        }
    }
}
