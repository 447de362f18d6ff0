use csp::prelude::*;

#[process]
fn main<T: Default>() {
    let _ = T::default();
}
