//! Check: share by communicating. A started process owns what it takes, so a change in it is seen by nobody else.

use super::names::{Names, Step, Use, What, dominates};
use super::value::Value;
use super::{Faults, messages};
use std::collections::BTreeSet;

pub(super) fn check(names: &Names, faults: &mut Faults) {
    changes_only_its_own(names, faults);
    leaves_self_alone(names, faults);
    ends_are_given_once(names, faults);
    collections_have_one_owner(names, faults);
    ends_are_not_exchanged(names, faults);
}

/// No started process assigns to what it took, or borrows it to be changed.
fn changes_only_its_own(names: &Names, faults: &mut Faults) {
    let mut told = BTreeSet::new();
    for used in changes(names) {
        let Some(&taker) = names.takers(used).first() else { continue };
        if told.insert((taker, used.binding)) {
            let message = messages::captured(&names.bindings[used.binding].name);
            faults.add(names.processes[taker].level, &used.tokens, message);
        }
    }
}

/// The assignments and mutable borrows. A name in capitals is a static, which is no variable.
fn changes(names: &Names) -> impl Iterator<Item = &Use> {
    let is_static = |used: &&Use| {
        let name = &names.bindings[used.binding].name;
        !name.chars().any(char::is_lowercase)
    };
    names
        .uses
        .iter()
        .filter(|used| matches!(used.what, What::Assigned | What::BorrowedMut))
        .filter(move |used| !is_static(used))
}

/// A process that starts does not take a `self` that its starter was only lent.
fn leaves_self_alone(names: &Names, faults: &mut Faults) {
    let mut told = BTreeSet::new();
    for used in &names.uses {
        let binding = &names.bindings[used.binding];
        let Value::BorrowedSelf = binding.value else { continue };
        let takers = names.takers(used);
        let Some(taker) = takers.last() else { continue };
        let is_changed = changes(names)
            .any(|change| change.binding == used.binding && names.takers(change).last() == Some(taker));
        if !is_changed && told.insert(*taker) {
            faults.add(binding.level, &used.tokens, messages::BORROWED_SELF);
        }
    }
}

/// One time that a variable goes to a process that starts.
struct Taken<'a> {
    used: &'a Use,
    /// Where the process starts, and when.
    path: &'a [Step],
    order: usize,
}

/// Each process that takes the variable, once, in the order of starting. Only processes that its declarer starts itself.
fn taken<'a>(names: &'a Names, binding: usize, wanted: impl Fn(&Use) -> bool) -> Vec<Taken<'a>> {
    let mut seen = BTreeSet::new();
    let mut all: Vec<Taken<'a>> = Vec::new();
    let declared = names.bindings[binding].process;
    for used in names.uses.iter().filter(|used| used.binding == binding) {
        if used.what == What::Passed && Some(used.process) == declared {
            all.push(Taken { used, path: &used.path, order: used.order });
            continue;
        }
        let Some(&taker) = names.takers(used).last() else { continue };
        let process = &names.processes[taker];
        if process.parent == declared && wanted(used) && seen.insert(taker) {
            all.push(Taken { used, path: &process.path, order: process.order });
        }
    }
    all.sort_by_key(|taken| taken.order);
    all
}

/// An end goes to one process; each further one gets a clone.
fn ends_are_given_once(names: &Names, faults: &mut Faults) {
    for (id, binding) in names.bindings.iter().enumerate() {
        if !matches!(binding.value, Value::End(_)) || binding.is_assigned || binding.process.is_none() {
            continue;
        }
        let taken = taken(names, id, |_| true);
        for (at, this) in taken.iter().enumerate() {
            let before = taken[..at].iter().find(|before| dominates(before.path, this.path));
            let message = if names.repeats(&binding.path, this.path, this.order) {
                messages::end_taken_in_loop(&binding.name)
            } else if before.is_some() {
                messages::end_taken_twice(&binding.name)
            } else {
                continue;
            };
            faults.add(binding.level, &this.used.tokens, message);
            break;
        }
    }
}

/// A collection that one process changes is taken by no other.
fn collections_have_one_owner(names: &Names, faults: &mut Faults) {
    for (id, binding) in names.bindings.iter().enumerate() {
        let is_owner = binding.is_mut && matches!(binding.value, Value::Unknown | Value::Struct(_));
        if !is_owner || binding.is_assigned || binding.process.is_none() || is_changed_by_taker(names, id) {
            continue;
        }
        let changing = taken(names, id, |used| used.what == What::Changed);
        let all = taken(names, id, |_| true);
        let message = messages::captured(&binding.name);
        let repeated = changing.iter().find(|this| names.repeats(&binding.path, this.path, this.order));
        if let Some(repeated) = repeated {
            faults.add(binding.level, &repeated.used.tokens, &message);
            continue;
        }
        let pair = changing.iter().find_map(|change| {
            let other = all.iter().find(|other| {
                other.order != change.order
                    && (dominates(other.path, change.path) || dominates(change.path, other.path))
            })?;
            Some((change, other))
        });
        if let Some((change, other)) = pair {
            let (first, second) = if change.order < other.order { (change, other) } else { (other, change) };
            faults.add(binding.level, &first.used.tokens, &message);
            faults.add(binding.level, &second.used.tokens, &message);
        }
    }
}

fn is_changed_by_taker(names: &Names, binding: usize) -> bool {
    changes(names).any(|used| used.binding == binding && !names.takers(used).is_empty())
}

/// A variable with an end that a process took is not given another end by a loop that began after: the process has the
/// first one still.
fn ends_are_not_exchanged(names: &Names, faults: &mut Faults) {
    for (id, binding) in names.bindings.iter().enumerate() {
        if !binding.value.holds_end() {
            continue;
        }
        let assigned = names.uses.iter().filter(|used| {
            used.binding == id && used.what == What::Assigned && names.takers(used).is_empty()
        });
        let assigned: Vec<&Use> = assigned.collect();
        let pair = taken(names, id, |_| true)
            .into_iter()
            .filter(|taken| taken.used.what != What::Passed)
            .find_map(|taken| {
                let later = assigned.iter().find(|assigned| {
                    assigned.order > taken.order
                        && dominates(taken.path, &assigned.path)
                        && assigned.path[taken.path.len()..].iter().any(|step| matches!(step, Step::Loop(_)))
                })?;
                Some((taken.used, *later))
            });
        if let Some((taken, assigned)) = pair {
            let message = messages::captured_end(&binding.name);
            faults.add(binding.level, &taken.tokens, &message);
            faults.add(binding.level, &assigned.tokens, &message);
        }
    }
}
