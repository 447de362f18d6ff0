//! What a body leaves or repeats: its own loops only.

use super::names::{Kind, Step};
use super::walk::Walk;
use crate::messages;
use quote::ToTokens;
use syn::Lifetime;

/// What `break` may leave.
pub(super) struct Leavable {
    id: usize,
    label: Option<String>,
    /// A labelled block is left by its label only.
    is_loop: bool,
    process: usize,
}

impl Walk<'_> {
    pub(super) fn looped(&mut self, label: Option<&Lifetime>, walk: impl FnOnce(&mut Self)) {
        let id = self.fresh();
        self.leavable(id, label, true, |this| this.stepped(Step::Loop(id), walk));
    }

    pub(super) fn leavable(
        &mut self,
        id: usize,
        label: Option<&Lifetime>,
        is_loop: bool,
        walk: impl FnOnce(&mut Self),
    ) {
        let label = label.map(|label| label.ident.to_string());
        self.leavable.push(Leavable { id, label, is_loop, process: self.process });
        walk(self);
        self.leavable.pop();
    }

    /// `break` or `continue`: the loop must be in the same process.
    pub(super) fn leaves(&mut self, keyword: &dyn ToTokens, label: Option<&Lifetime>, ends_loop: bool) {
        let target = self.leavable.iter().rposition(|entry| match label {
            Some(label) => entry.label.as_ref().is_some_and(|name| label.ident == name),
            None => entry.is_loop,
        });
        let is_inside = target.is_some_and(|at| self.leavable[at].process == self.process);
        let process = &self.names.processes[self.process];
        if !is_inside && process.kind == Kind::Started {
            let tokens = match label {
                Some(label) => label.to_token_stream(),
                None => keyword.to_token_stream(),
            };
            self.faults.add(process.level, &tokens, messages::LEAVES_PROCESS);
        }
        if let (Some(at), true) = (target, ends_loop) {
            let order = self.fresh();
            // It ends what is further in, too.
            let ended = self.leavable[at..].iter().map(|entry| (entry.id, order));
            self.names.leaves.extend(ended);
        }
    }

    pub(super) fn returns(&mut self) {
        let order = self.fresh();
        let ended = self.leavable.iter().filter(|entry| entry.process == self.process);
        self.names.leaves.extend(ended.map(|entry| (entry.id, order)));
    }
}
