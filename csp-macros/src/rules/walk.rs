//! The walk through a body that records what it declares and uses: scopes as Rust has them, processes as the language
//! has them.

use super::Faults;
use super::leaves::Leavable;
use super::names::{Binding, Kind, Names, Process, Step, Use, What};
use super::value::{self, Value};
use crate::body::verbs::Verb;
use crate::body::{arrows, verbs};
use crate::support::Door;
use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use std::collections::BTreeMap;
use syn::visit::{self, Visit};
use syn::{BinOp, Block, Expr, ExprMethodCall, Item, Local, Macro, Stmt};

pub(super) struct Walk<'a> {
    pub(super) door: &'a Door,
    pub(super) names: Names,
    pub(super) faults: Faults,
    scopes: Vec<BTreeMap<String, usize>>,
    pub(super) leavable: Vec<Leavable>,
    pub(super) path: Vec<Step>,
    pub(super) process: usize,
    /// The macro call whose tokens are being walked; 0 is the one that is being checked.
    pub(super) level: usize,
    count: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(door: &'a Door) -> Walk<'a> {
        let process = Process { parent: None, kind: Kind::Function, level: 0, path: Vec::new(), order: 0 };
        Walk {
            door,
            names: Names { processes: vec![process], ..Names::default() },
            faults: Faults::default(),
            // The first scope is all that is declared elsewhere.
            scopes: vec![BTreeMap::new(), BTreeMap::new()],
            leavable: Vec::new(),
            path: Vec::new(),
            process: 0,
            level: 0,
            count: 0,
        }
    }

    /// A number that no other thing has; later things have greater ones.
    pub(super) fn fresh(&mut self) -> usize {
        self.count += 1;
        self.count
    }

    pub(super) fn scoped(&mut self, walk: impl FnOnce(&mut Self)) {
        self.scopes.push(BTreeMap::new());
        walk(self);
        self.scopes.pop();
    }

    /// Walks what runs only on some step of the way.
    pub(super) fn stepped(&mut self, step: Step, walk: impl FnOnce(&mut Self)) {
        self.path.push(step);
        self.scoped(walk);
        self.path.pop();
    }

    pub(super) fn in_process(&mut self, kind: Kind, walk: impl FnOnce(&mut Self)) {
        let (parent, order) = (self.process, self.fresh());
        let process =
            Process { parent: Some(parent), kind, level: self.level, path: self.path.clone(), order };
        self.names.processes.push(process);
        self.process = self.names.processes.len() - 1;
        self.scoped(walk);
        self.process = parent;
    }

    pub(super) fn declare(&mut self, name: &Ident, is_mut: bool, value: Value) {
        let binding = Binding {
            name: name.to_string(),
            process: Some(self.process),
            path: self.path.clone(),
            level: self.level,
            is_mut,
            is_assigned: false,
            value,
        };
        self.names.bindings.push(binding);
        let id = self.names.bindings.len() - 1;
        let scope = self.scopes.last_mut().expect("a walk is always in a scope");
        scope.insert(name.to_string(), id);
    }

    pub(super) fn is_declared(&self, name: &str) -> bool {
        self.scopes[1..].iter().any(|scope| scope.contains_key(name))
    }

    /// What the name means here; a name that is declared nowhere is declared outside.
    fn resolve(&mut self, name: &Ident) -> usize {
        let text = name.to_string();
        if let Some(&id) = self.scopes.iter().rev().find_map(|scope| scope.get(&text)) {
            return id;
        }
        let outside = Binding {
            name: text.clone(),
            process: None,
            path: Vec::new(),
            level: 0,
            is_mut: false,
            is_assigned: false,
            value: Value::Unknown,
        };
        self.names.bindings.push(outside);
        let id = self.names.bindings.len() - 1;
        self.scopes[0].insert(text, id);
        id
    }

    pub(super) fn record(
        &mut self,
        name: &Ident,
        what: What,
        value: Value,
        tokens: TokenStream,
        text: String,
    ) {
        let binding = self.resolve(name);
        self.names.bindings[binding].is_assigned |= what == What::Assigned;
        let order = self.fresh();
        let (process, path) = (self.process, self.path.clone());
        self.names.uses.push(Use { binding, what, value, process, path, tokens, text, order });
    }

    /// Records what is done with the variable that a place belongs to; `false` when it belongs to none.
    pub(super) fn used(&mut self, place: &Expr, what: What) -> bool {
        let Some(name) = value::base(place) else { return false };
        let value = self.value(place);
        let text = crate::body::text::text(place);
        let tokens = if matches!(what, What::Sent | What::Received) {
            place.to_token_stream()
        } else {
            name.to_token_stream()
        };
        self.record(name, what, value, tokens, text);
        self.indices(place);
        true
    }

    /// The expressions in the brackets of a place.
    fn indices(&mut self, place: &Expr) {
        match place {
            Expr::Index(index) => {
                self.visit_expr(&index.index);
                self.indices(&index.expr);
            }
            Expr::Field(field) => self.indices(&field.base),
            Expr::Paren(inner) => self.indices(&inner.expr),
            _ => {}
        }
    }

    /// A communication on what `operand` holds.
    pub(super) fn communicates(&mut self, operand: &Expr, what: What) {
        let place = match operand {
            Expr::Reference(borrowed) => &borrowed.expr,
            other => other,
        };
        if !self.used(place, what) {
            self.visit_expr(operand);
        }
    }

    /// What an expression is known to hold.
    pub(super) fn value(&mut self, expr: &Expr) -> Value {
        match expr {
            Expr::Path(path) => match path.path.get_ident() {
                Some(name) => {
                    let id = self.resolve(name);
                    self.names.bindings[id].value.clone()
                }
                None => Value::Unknown,
            },
            Expr::Field(field) => self.value(&field.base).member(&field.member),
            Expr::MethodCall(call) if call.method == "clone" && call.args.is_empty() => {
                match self.value(&call.receiver) {
                    // The clone is the caller's own.
                    Value::BorrowedSelf => Value::Unknown,
                    value => value,
                }
            }
            Expr::Reference(inner) => self.value(&inner.expr),
            Expr::Paren(inner) => self.value(&inner.expr),
            Expr::Group(inner) => self.value(&inner.expr),
            Expr::Tuple(tuple) => Value::Tuple(tuple.elems.iter().map(|part| self.value(part)).collect()),
            Expr::Struct(made) => {
                let fields = made.fields.iter();
                Value::Struct(
                    fields
                        .map(|field| (field.member.to_token_stream().to_string(), self.value(&field.expr)))
                        .collect(),
                )
            }
            Expr::Macro(call) => self.made_by(&call.mac),
            _ => Value::Unknown,
        }
    }

    fn assigned(&mut self, place: &Expr) {
        match place {
            Expr::Tuple(tuple) => tuple.elems.iter().for_each(|part| self.assigned(part)),
            Expr::Array(array) => array.elems.iter().for_each(|part| self.assigned(part)),
            Expr::Infer(_) => {}
            place if self.used(place, What::Assigned) => {}
            other => self.visit_expr(other),
        }
    }

    fn method(&mut self, call: &ExprMethodCall) {
        match verbs::verb(call) {
            Some(Verb::Send | Verb::SendTimeout) => self.communicates(&call.receiver, What::Sent),
            Some(Verb::Recv | Verb::RecvTimeout) => self.communicates(&call.receiver, What::Received),
            None if CHANGES.contains(&call.method.to_string().as_str()) => {
                if !self.used(&call.receiver, What::Changed) {
                    self.visit_expr(&call.receiver);
                }
            }
            None => self.visit_expr(&call.receiver),
        }
        call.args.iter().for_each(|argument| self.visit_expr(argument));
    }

    pub(super) fn statements(&mut self, statements: &[Stmt]) {
        // Items are known before they are declared.
        for statement in statements {
            if let Stmt::Item(item) = statement
                && let Some(name) = item_name(item)
            {
                self.declare(name, false, Value::Unknown);
                let id = self.names.bindings.len() - 1;
                // Nobody takes an item.
                self.names.bindings[id].process = None;
            }
        }
        statements.iter().for_each(|statement| self.visit_stmt(statement));
    }

    fn either(&mut self, at: usize, arm: usize, walk: impl FnOnce(&mut Self)) {
        self.stepped(Step::Arm { at, arm }, walk);
    }
}

fn item_name(item: &Item) -> Option<&Ident> {
    match item {
        Item::Const(item) => Some(&item.ident),
        Item::Fn(item) => Some(&item.sig.ident),
        Item::Static(item) => Some(&item.ident),
        _ => None,
    }
}

/// Methods of the standard collections that change them.
const CHANGES: &[&str] = &[
    "append",
    "clear",
    "dedup",
    "drain",
    "entry",
    "extend",
    "extend_from_slice",
    "get_mut",
    "insert",
    "iter_mut",
    "pop",
    "pop_back",
    "pop_front",
    "push",
    "push_back",
    "push_front",
    "push_str",
    "remove",
    "resize",
    "retain",
    "reverse",
    "sort",
    "sort_by",
    "sort_by_key",
    "sort_unstable",
    "swap_remove",
    "truncate",
    "values_mut",
];

impl<'a> Visit<'a> for Walk<'_> {
    fn visit_block(&mut self, block: &'a Block) {
        self.scoped(|this| this.statements(&block.stmts));
    }

    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            // `<-m!(..);` was read as a macro with an attribute.
            Stmt::Macro(mac) => self.visit_macro(&mac.mac),
            _ => visit::visit_stmt(self, statement),
        }
    }

    fn visit_local(&mut self, local: &'a Local) {
        let mut value = Value::Unknown;
        if let Some(init) = &local.init {
            self.visit_expr(&init.expr);
            value = self.value(&init.expr);
            if let Some((_, other)) = &init.diverge {
                let at = self.fresh();
                self.either(at, 0, |this| this.visit_expr(other));
            }
        }
        self.bind(&local.pat, value);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if arrows::recv(expr).is_some() {
            let source = arrows::source(expr.clone());
            return self.communicates(&source, What::Received);
        }
        if let Some(arrow) = arrows::send(expr) {
            self.communicates(arrow.sink, What::Sent);
            return arrow.value.into_iter().for_each(|value| self.visit_expr(value));
        }
        match expr {
            Expr::Path(path) => {
                if let Some(name) = path.path.get_ident() {
                    self.record(name, What::Read, Value::Unknown, name.to_token_stream(), name.to_string());
                }
            }
            Expr::MethodCall(call) => self.method(call),
            Expr::Assign(assign) => {
                self.visit_expr(&assign.right);
                self.assigned(&assign.left);
            }
            Expr::Binary(binary) if is_assignment(&binary.op) => {
                self.visit_expr(&binary.right);
                self.assigned(&binary.left);
            }
            Expr::Reference(borrowed) if borrowed.mutability.is_some() => {
                if !self.used(&borrowed.expr, What::BorrowedMut) {
                    self.visit_expr(&borrowed.expr);
                }
            }
            Expr::Closure(closure) => self.in_process(Kind::Closure, |this| {
                closure.inputs.iter().for_each(|input| this.bind(input, Value::Unknown));
                this.visit_expr(&closure.body);
            }),
            Expr::Async(inner) => {
                self.in_process(Kind::Async, |this| this.visit_block(&inner.block));
            }
            Expr::ForLoop(each) => {
                if matches!(self.value(&each.expr), Value::End(_)) {
                    self.communicates(&each.expr, What::Received);
                } else {
                    self.visit_expr(&each.expr);
                }
                self.looped(each.label.as_ref().map(|label| &label.name), |this| {
                    this.bind(&each.pat, Value::Unknown);
                    this.visit_block(&each.body);
                });
            }
            Expr::While(each) => self.looped(each.label.as_ref().map(|label| &label.name), |this| {
                this.visit_expr(&each.cond);
                this.visit_block(&each.body);
            }),
            Expr::Loop(each) => {
                self.looped(each.label.as_ref().map(|label| &label.name), |this| {
                    this.visit_block(&each.body)
                });
            }
            Expr::Block(block) if block.label.is_some() => {
                let id = self.fresh();
                let label = block.label.as_ref().map(|label| &label.name);
                self.leavable(id, label, false, |this| this.visit_block(&block.block));
            }
            Expr::If(choice) => self.scoped(|this| {
                this.visit_expr(&choice.cond);
                let at = this.fresh();
                this.either(at, 0, |this| this.visit_block(&choice.then_branch));
                if let Some((_, other)) = &choice.else_branch {
                    this.either(at, 1, |this| this.visit_expr(other));
                }
            }),
            Expr::Match(choice) => {
                self.visit_expr(&choice.expr);
                let at = self.fresh();
                for (n, arm) in choice.arms.iter().enumerate() {
                    self.either(at, n, |this| {
                        this.bind(&arm.pat, Value::Unknown);
                        arm.guard.iter().for_each(|(_, guard)| this.visit_expr(guard));
                        this.visit_expr(&arm.body);
                    });
                }
            }
            Expr::Let(condition) => {
                self.visit_expr(&condition.expr);
                let value = self.value(&condition.expr);
                self.bind(&condition.pat, value);
            }
            Expr::Break(leave) => {
                leave.expr.iter().for_each(|value| self.visit_expr(value));
                self.leaves(&leave.break_token, leave.label.as_ref(), true);
            }
            Expr::Continue(leave) => self.leaves(&leave.continue_token, leave.label.as_ref(), false),
            Expr::Return(leave) => {
                leave.expr.iter().for_each(|value| self.visit_expr(value));
                self.returns();
            }
            _ => visit::visit_expr(self, expr),
        }
    }

    fn visit_macro(&mut self, mac: &'a Macro) {
        self.call(mac);
    }

    fn visit_item(&mut self, _: &'a Item) {}
    fn visit_attribute(&mut self, _: &'a syn::Attribute) {}
    fn visit_type(&mut self, _: &'a syn::Type) {}
    fn visit_pat(&mut self, _: &'a syn::Pat) {}
}

fn is_assignment(op: &BinOp) -> bool {
    use BinOp::{
        AddAssign, BitAndAssign, BitOrAssign, BitXorAssign, DivAssign, MulAssign, RemAssign, ShlAssign,
        ShrAssign, SubAssign,
    };
    matches!(
        op,
        AddAssign(_)
            | SubAssign(_)
            | MulAssign(_)
            | DivAssign(_)
            | RemAssign(_)
            | BitXorAssign(_)
            | BitAndAssign(_)
            | BitOrAssign(_)
            | ShlAssign(_)
            | ShrAssign(_)
    )
}
