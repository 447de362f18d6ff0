//! The rules of form of a `select!`.

use super::ast::{Arm, Body, Operation, Select};
use crate::body::form;
use crate::diag::Diag;
use crate::messages;
use proc_macro2::Span;
use quote::ToTokens;
use syn::Pat;
use syn::visit::{self, Visit};

/// One call for each rule.
pub(crate) fn select(select: &Select, diag: &mut Diag) {
    if select.fork.is_some() {
        // What is left of it for this configuration is checked when it is expanded.
        return;
    }
    has_an_arm(select, diag);
    biased_stands_first(select, diag);
    has_one_default(select, diag);
    has_one_closed(select, diag);
    choices_have_no_precondition(select, diag);
    select.choices().for_each(|choice| body_is_a_process(&choice.body, diag));
    else_belongs_to_a_source(select, diag);
    for arm in &select.arms {
        arrows_stand_in_the_process(arm, diag);
        pattern_is_irrefutable(arm, diag);
        sending_gives_nothing(arm, diag);
    }
}

fn has_an_arm(select: &Select, diag: &mut Diag) {
    let nothing =
        select.arms.is_empty() && select.closed.is_empty() && select.default.is_empty() && diag.len() == 0;
    if nothing {
        diag.error_at(Span::call_site(), messages::SELECT_NEEDS_ARM);
    }
}

fn biased_stands_first(select: &Select, diag: &mut Diag) {
    for late in &select.late_biased {
        diag.error(late, messages::SELECT_BIASED_FIRST);
    }
}

fn has_one_default(select: &Select, diag: &mut Diag) {
    for more in select.default.iter().skip(1) {
        diag.error(&more.name, messages::SELECT_TWO_DEFAULTS);
    }
}

fn has_one_closed(select: &Select, diag: &mut Diag) {
    for more in select.closed.iter().skip(1) {
        diag.error(&more.name, messages::SELECT_TWO_CLOSED);
    }
}

fn choices_have_no_precondition(select: &Select, diag: &mut Diag) {
    for choice in select.choices() {
        if let Some(guard) = &choice.guard {
            diag.error(guard, messages::SELECT_GUARD_ON_CHOICE);
        }
    }
}

fn else_belongs_to_a_source(select: &Select, diag: &mut Diag) {
    for otherwise in select.choices().filter_map(|choice| choice.otherwise.as_ref()) {
        diag.error(otherwise.word, messages::SELECT_ELSE_ON_CHOICE);
    }
    for arm in &select.arms {
        let Some(otherwise) = &arm.otherwise else { continue };
        let message = match arm.operation {
            Operation::Recv { .. } => continue,
            Operation::RecvResult { .. } => messages::SELECT_ELSE_ON_RESULT,
            Operation::Send { .. } | Operation::SendResult { .. } => messages::SELECT_ELSE_ON_SEND,
            Operation::Future { .. } => messages::SELECT_ELSE_ON_FUTURE,
        };
        diag.error(otherwise.word, message);
    }
}

/// As far as the form of the pattern tells; the compiler sees the rest.
fn pattern_is_irrefutable(arm: &Arm, diag: &mut Diag) {
    let Some(pattern) = &arm.pattern else { return };
    let mut refutable = Refutable { found: None };
    refutable.visit_pat(pattern);
    if let Some(found) = refutable.found {
        diag.error(found, messages::SELECT_PATTERN_IS_REFUTABLE);
    }
}

fn sending_gives_nothing(arm: &Arm, diag: &mut Diag) {
    if let (Some(pattern), Operation::Send { .. }) = (&arm.pattern, &arm.operation) {
        diag.error(pattern, messages::SELECT_SEND_GIVES_NOTHING);
    }
}

fn arrows_stand_in_the_process(arm: &Arm, diag: &mut Diag) {
    match &arm.operation {
        Operation::Recv { source, .. } | Operation::RecvResult { source, .. } => form::expr(source, diag),
        Operation::Send { sink, value, .. } | Operation::SendResult { sink, value, .. } => {
            form::expr(sink, diag);
            form::expr(value, diag);
        }
        Operation::Future { future, .. } => form::expr(future, diag),
    }
    if let Some(guard) = &arm.guard {
        form::expr(guard, diag);
    }
    arm.bodies().for_each(|body| body_is_a_process(body, diag));
}

fn body_is_a_process(body: &Body, diag: &mut Diag) {
    if let Body::Parsed(body) = body {
        form::expr(body, diag);
    }
}

/// The first part of a pattern that not every value fits.
struct Refutable<'a> {
    found: Option<&'a dyn ToTokens>,
}

impl<'a> Visit<'a> for Refutable<'a> {
    fn visit_pat(&mut self, pat: &'a Pat) {
        const VARIANTS: &[&str] = &["Some", "None", "Ok", "Err"];
        let is_variant = |path: &syn::Path| {
            path.segments.last().is_some_and(|last| VARIANTS.iter().any(|variant| last.ident == variant))
        };
        match pat {
            Pat::Lit(_) | Pat::Range(_) => self.found = self.found.or(Some(pat)),
            Pat::Ident(name) if name.ident == "None" => self.found = self.found.or(Some(pat)),
            Pat::TupleStruct(variant) if is_variant(&variant.path) => self.found = self.found.or(Some(pat)),
            Pat::Path(variant) if is_variant(&variant.path) => self.found = self.found.or(Some(pat)),
            // Its cases together may leave nothing out.
            Pat::Or(_) => {}
            _ => visit::visit_pat(self, pat),
        }
    }
}
