//! What Go's programs use besides channels, made of channels, so that others may come between wherever they may in Go: each
//! operation that can wait is a communication, even when it does not wait.

mod context;
mod groups;
mod locks;
mod shared;

pub(crate) use context::Context;
pub(crate) use groups::{Condition, Group};
pub(crate) use locks::{Lock, Permits, ReadWrite};
pub(crate) use shared::Shared;

use csp::prelude::*;

pub(crate) const SECOND: Duration = Duration::from_secs(1);
