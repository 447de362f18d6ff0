// A static is nobody's variable: it is shared by all, with the care that it takes itself.
use csp::prelude::*;

use std::sync::atomic::{AtomicU32, Ordering};

static COUNT: AtomicU32 = AtomicU32::new(0);

#[process]
fn add(count: &'static AtomicU32) {
    count.fetch_add(1, Ordering::Relaxed);
}

#[process]
fn main() {
    go!(add(&COUNT)).await.unwrap();
    go! { COUNT.fetch_add(1, Ordering::Relaxed); }.await.unwrap();
    assert_eq!(COUNT.load(Ordering::Relaxed), 2);
}
