//! What the runtime would tell the recorder, where there is none: nothing is kept, and no code is left.

use std::panic::Location;

use crate::task::TaskRef;
use crate::wait::Who;

/// Who did it: whose turn it is, or whoever waited.
#[derive(Clone, Copy)]
pub(crate) enum By<'a> {
    Here,
    There(#[expect(dead_code)] &'a Who),
}

#[derive(Debug)]
pub(crate) struct Serial;

impl Serial {
    #[cfg_attr(not(loom), allow(dead_code))]
    pub(crate) fn new() -> Self {
        Self
    }

    #[inline(always)]
    pub(crate) fn renew(&self) {}
}

pub(crate) struct ChannelTag;

impl ChannelTag {
    #[inline(always)]
    #[expect(clippy::extra_unused_type_parameters, reason = "the recorder tells it")]
    pub(crate) fn new<T>(_made: &'static Location<'static>) -> Self {
        Self
    }

    #[inline(always)]
    pub(crate) fn sent(&self, _number: u64, _by: By<'_>) {}

    #[inline(always)]
    pub(crate) fn received(&self, _number: u64, _by: By<'_>) {}
}

#[inline(always)]
pub(crate) fn started(_task: TaskRef) {}

#[inline(always)]
pub(crate) fn woken(_task: TaskRef) {}

#[inline(always)]
pub(crate) fn turn_begins(_task: TaskRef) {}

#[inline(always)]
pub(crate) fn turn_ends(_task: TaskRef, _ready: bool, _yielded: bool) {}

#[inline(always)]
pub(crate) fn panicked(_task: TaskRef) {}

#[cfg(not(loom))]
pub(crate) fn save_and_say() {}
