//! `select!`: `parse -> ast <- check`, `ast <- expand`.

mod ast;
mod check;
mod expand;
mod first;
mod given;
mod heads;
mod held;
mod lazy;
mod parse;
mod recover;
mod turns;

use crate::diag::Diag;
use crate::driver::{Call, Form};
use crate::editor;
use crate::rules;
use proc_macro2::TokenStream;

pub(crate) use ast::{Body, Operation, Select as Arms};
pub(crate) use turns::in_turns;

/// The macro.
pub(crate) struct Select;

impl Form for Select {
    type Input = Call;
    type Ast = ast::Select;

    fn parse(call: Call, diag: &mut Diag) -> ast::Select {
        parse::select(call, diag)
    }

    fn check(select: &ast::Select, diag: &mut Diag) {
        check::select(select, diag);
    }

    fn rules(select: &ast::Select, diag: &mut Diag) {
        if select.rules_apply || diag.len() > 0 {
            rules::select(select, &select.door, diag);
        }
    }

    fn expand(select: &ast::Select) -> TokenStream {
        expand::select(select)
    }

    fn recover(select: &ast::Select, errors: TokenStream) -> TokenStream {
        recover::select(select, errors)
    }

    fn edit(select: &ast::Select, call: Call, errors: Option<&TokenStream>) -> Option<TokenStream> {
        Some(editor::with_errors(editor::choice(call.tokens, &select.door), errors))
    }
}
