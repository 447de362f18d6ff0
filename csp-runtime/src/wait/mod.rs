//! Waiting, without knowing on what.
//!
//! | field of a [`Node`](node::Node) | who may touch it |
//! |---|---|
//! | `links.next`, `links.prev` | whoever holds the lock of the channel that the node waits on |
//! | `links.slot`, `links.waiter` | the owner before it enlists; then whoever holds that lock |
//! | `state` | written under that lock, or by the owner of a node that nobody else can reach; read by the owner at any time |
//!
//! A node is in a list exactly while its state is `WAITING`. In every other state only the owner may touch it.

#[allow(unsafe_code)]
pub(crate) mod block;
pub(crate) mod block_on;
#[allow(unsafe_code)]
pub(crate) mod node;
#[allow(unsafe_code)]
pub(crate) mod who;

pub(crate) use who::{Wakes, Who};
