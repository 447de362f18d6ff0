//! Which send arms must be held until their body.
//!
//! The value of a send arm is evaluated beside the operation, in another `match` than the bodies. If it moves a variable
//! that another body names, the compiler cannot see that only one of the two happens: then the chosen arm itself is
//! carried to its body, and the value is evaluated there.

use super::ast::{Arm, Body, Operation, Select};
use crate::support::mentions;
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::HashSet;
use syn::visit::{Visit, visit_expr, visit_expr_call, visit_expr_method_call};
use syn::{BinOp, Expr, ExprBinary, ExprCall, ExprMethodCall, ExprPath, ExprReference, Macro};

/// For each arm, whether its value is evaluated at its body.
pub(super) fn held(select: &Select) -> Vec<bool> {
    select.arms.iter().enumerate().map(|(n, arm)| is_held(select, n, arm)).collect()
}

fn is_held(select: &Select, n: usize, arm: &Arm) -> bool {
    let (Operation::Send { value, .. } | Operation::SendResult { value, .. }) = &arm.operation else {
        return false;
    };
    let mut moved = Moved::default();
    moved.visit_expr(value);
    !moved.0.is_empty()
        && select.bodies_but(n).any(|body| match body {
            Body::Parsed(body) => {
                let tokens = body.to_token_stream();
                moved.0.iter().any(|name| mentions(&tokens, name))
            }
            Body::Broken => false,
        })
}

/// The variables that an expression may move; too many rather than too few.
#[derive(Default)]
struct Moved(HashSet<String>);

impl<'ast> Visit<'ast> for Moved {
    fn visit_expr_path(&mut self, path: &'ast ExprPath) {
        self.0.extend(path.path.get_ident().map(ToString::to_string));
    }

    fn visit_expr_reference(&mut self, reference: &'ast ExprReference) {
        if !matches!(*reference.expr, Expr::Path(_)) {
            visit_expr(self, &reference.expr);
        }
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        match *call.func {
            Expr::Path(_) => call.args.iter().for_each(|argument| self.visit_expr(argument)),
            _ => visit_expr_call(self, call),
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        if call.method != "clone" || !matches!(*call.receiver, Expr::Path(_)) {
            visit_expr_method_call(self, call);
        }
    }

    /// What is compared is borrowed, and what is reckoned with a number is one.
    fn visit_expr_binary(&mut self, binary: &'ast ExprBinary) {
        let compares = matches!(
            binary.op,
            BinOp::Eq(_) | BinOp::Ne(_) | BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_)
        );
        let reckons = matches!((&*binary.left, &*binary.right), (Expr::Lit(_), _) | (_, Expr::Lit(_)));
        for side in [&*binary.left, &*binary.right] {
            if !(matches!(side, Expr::Path(_)) && (compares || reckons)) {
                self.visit_expr(side);
            }
        }
    }

    fn visit_macro(&mut self, written: &'ast Macro) {
        self.tokens(written.tokens.clone());
    }
}

impl Moved {
    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(name) => drop(self.0.insert(name.to_string())),
                TokenTree::Group(group) => self.tokens(group.stream()),
                _ => {}
            }
        }
    }
}
