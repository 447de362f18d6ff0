// `break` and `continue` leave and repeat loops of the same process, by their labels.
use csp::prelude::*;

#[process]
fn main() {
    let handle = go! {
        let mut turns = 0;
        'outer: loop {
            for n in 0.. {
                turns += 1;
                if n == 2 {
                    continue 'outer;
                }
                if turns > 5 {
                    break 'outer;
                }
            }
        }
        let block = 'block: {
            if turns == 6 {
                break 'block 1;
            }
            2
        };
        (turns, block)
    };
    assert_eq!(handle.await.unwrap(), (7, 2));
}
