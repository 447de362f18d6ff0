//! What `#[process]` understood.

use crate::options::Options;
use crate::support::Door;
use proc_macro2::TokenStream;
use syn::token::Brace;
use syn::{Attribute, Ident, Signature, Stmt, Visibility};

pub(crate) struct Process {
    pub(crate) door: Door,
    pub(crate) options: Options,
    pub(crate) what: What,
}

pub(crate) enum What {
    Function(Box<Function>),
    /// It is no function, or its head does not parse.
    Written(TokenStream),
}

#[derive(Clone)]
pub(crate) struct Function {
    /// It is one that `#[csp::test]` stands on.
    pub(crate) is_test: bool,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    /// `async`, `const` and the like, as written: a process takes none of them. The signature has them no more.
    pub(crate) qualifiers: Vec<Ident>,
    pub(crate) signature: Signature,
    pub(crate) body: Body,
}

#[derive(Clone)]
pub(crate) enum Body {
    /// A method of a trait that each implementation writes.
    None,
    Statements {
        braces: Brace,
        statements: Vec<Stmt>,
        /// The rules that need to know names may find fault with them.
        rules_apply: bool,
        /// The arguments that are ends and that it keeps.
        kept: Vec<Ident>,
    },
    /// What does not parse.
    Broken,
}

impl Function {
    /// It starts the runtime.
    pub(crate) fn is_main(&self) -> bool {
        !self.is_test && self.signature.ident == "main" && self.signature.receiver().is_none()
    }

    /// It is called from outside of all processes: by the system, or by the test harness.
    pub(crate) fn is_called(&self) -> bool {
        self.is_test || self.is_main()
    }
}
