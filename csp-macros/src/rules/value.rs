//! What a name is known to hold, as far as the program's text tells: ends of channels, alone or in tuples and structs.

use quote::ToTokens;
use syn::{Expr, Member, Type};

/// Which end of a channel.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Sender,
    Receiver,
}

/// One end of a channel.
#[derive(Clone, Copy)]
pub(crate) struct End {
    pub(crate) role: Role,
    /// The `chan!` that made it, if it is known.
    pub(crate) chan: Option<usize>,
}

#[derive(Clone, Default)]
pub(crate) enum Value {
    #[default]
    Unknown,
    End(End),
    Tuple(Vec<Value>),
    Struct(Vec<(String, Value)>),
    /// A `self` that somebody else owns.
    BorrowedSelf,
}

impl Value {
    /// What `chan!` gives.
    pub(crate) fn ends(chan: usize) -> Value {
        let end = |role| Value::End(End { role, chan: Some(chan) });
        Value::Tuple(vec![end(Role::Sender), end(Role::Receiver)])
    }

    /// What a type says: an end that is owned. Which channel's it is, it does not say.
    pub(crate) fn of_type(ty: &Type) -> Value {
        let Type::Path(path) = ty else { return Value::Unknown };
        let role = match path.path.segments.last() {
            Some(last) if last.ident == "Sender" => Role::Sender,
            Some(last) if last.ident == "Receiver" => Role::Receiver,
            _ => return Value::Unknown,
        };
        Value::End(End { role, chan: None })
    }

    pub(crate) fn member(&self, member: &Member) -> Value {
        match (self, member) {
            (Value::Tuple(values), Member::Unnamed(index)) => values.get(index.index as usize).cloned(),
            (Value::Struct(fields), member) => {
                let name = member.to_token_stream().to_string();
                fields.iter().find(|(field, _)| *field == name).map(|(_, value)| value.clone())
            }
            _ => None,
        }
        .unwrap_or_default()
    }

    /// Whether it holds an end of a known channel.
    pub(crate) fn holds_end(&self) -> bool {
        match self {
            Value::End(end) => end.chan.is_some(),
            Value::Tuple(values) => values.iter().any(Value::holds_end),
            Value::Struct(fields) => fields.iter().any(|(_, value)| value.holds_end()),
            Value::Unknown | Value::BorrowedSelf => false,
        }
    }
}

/// The variable that a place belongs to: `total` of `total.parts[0]`. What is behind a `*` or a call is another's.
pub(crate) fn base(place: &Expr) -> Option<&proc_macro2::Ident> {
    match place {
        Expr::Path(path) if path.qself.is_none() => path.path.get_ident(),
        Expr::Field(field) => base(&field.base),
        Expr::Index(index) => base(&index.expr),
        Expr::Paren(inner) => base(&inner.expr),
        Expr::Group(inner) => base(&inner.expr),
        _ => None,
    }
}
