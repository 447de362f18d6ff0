//! What patterns declare.

use super::value::Value;
use super::walk::Walk;
use quote::ToTokens;
use syn::{FnArg, Pat, Signature};

impl Walk<'_> {
    /// The arguments of a process.
    pub(super) fn arguments(&mut self, signature: &Signature) {
        for input in &signature.inputs {
            match input {
                FnArg::Receiver(receiver) => {
                    let is_lent = receiver.reference.as_ref().is_some_and(|(_, lifetime)| lifetime.is_none());
                    let value = if is_lent { Value::BorrowedSelf } else { Value::Unknown };
                    let name = proc_macro2::Ident::new("self", receiver.self_token.span);
                    self.declare(&name, receiver.mutability.is_some(), value);
                }
                FnArg::Typed(argument) => {
                    let value = Value::of_type(&argument.ty);
                    self.bind(&argument.pat, value);
                }
            }
        }
    }

    /// Declares what a pattern names, with the parts of the value that it takes apart.
    pub(super) fn bind(&mut self, pattern: &Pat, value: Value) {
        match pattern {
            Pat::Ident(name) => {
                if let Some((_, inner)) = &name.subpat {
                    self.bind(inner, value.clone());
                }
                let text = name.ident.to_string();
                let is_constant = name.subpat.is_none()
                    && name.by_ref.is_none()
                    && name.mutability.is_none()
                    && text.starts_with(char::is_uppercase);
                if !is_constant {
                    self.declare(&name.ident, name.mutability.is_some(), value);
                }
            }
            Pat::Type(typed) => {
                let value = match value {
                    Value::Unknown => Value::of_type(&typed.ty),
                    known => known,
                };
                self.bind(&typed.pat, value);
            }
            Pat::Tuple(tuple) => {
                let parts = match value {
                    Value::Tuple(parts) if !tuple.elems.iter().any(|part| matches!(part, Pat::Rest(_))) => {
                        parts
                    }
                    _ => Vec::new(),
                };
                for (n, part) in tuple.elems.iter().enumerate() {
                    self.bind(part, parts.get(n).cloned().unwrap_or_default());
                }
            }
            Pat::Struct(taken) => {
                for field in &taken.fields {
                    let part = match &value {
                        Value::Struct(_) => value.member(&field.member),
                        _ => Value::Unknown,
                    };
                    self.bind(&field.pat, part);
                }
            }
            Pat::TupleStruct(taken) => taken.elems.iter().for_each(|part| self.bind(part, Value::Unknown)),
            Pat::Slice(slice) => slice.elems.iter().for_each(|part| self.bind(part, Value::Unknown)),
            // The cases declare the same names.
            Pat::Or(cases) => cases.cases.iter().for_each(|case| self.bind(case, Value::Unknown)),
            Pat::Paren(inner) => self.bind(&inner.pat, value),
            Pat::Reference(inner) => self.bind(&inner.pat, value),
            // Another's macro may declare anything, under names that we cannot see.
            Pat::Macro(call) => drop(call.to_token_stream()),
            _ => {}
        }
    }
}
