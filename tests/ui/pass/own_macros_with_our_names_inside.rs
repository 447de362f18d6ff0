// The user's macro may make channels and processes, under names that are its own.
use csp::prelude::*;

macro_rules! pipe {
    ($ty:ty, |$rx:ident, $tx:ident| { $($body:tt)* }) => {{
        let (input, $rx) = chan!($ty);
        let ($tx, output) = chan!($ty);
        go! { $($body)* };
        (input, output)
    }};
}

#[process]
fn main() {
    let (input, output) = pipe!(u32, |rx, tx| {
        for n in rx {
            tx <- n + 1;
        }
    });
    input.send(1)?;
    assert_eq!(output.recv()?, 2);
}
