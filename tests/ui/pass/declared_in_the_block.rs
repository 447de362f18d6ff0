// What the block declares, in any way, it may change.
use csp::prelude::*;

#[process]
fn main() {
    let values = vec![Some((1, [2, 3])), None];
    let handle = go! {
        let mut sum = 0;
        for value in values {
            if let Some((mut first, [mut second, _])) = value {
                first += 1;
                second += first;
                sum += second;
            }
        }
        let mut add = |mut n: i32| {
            n += 1;
            sum += n;
        };
        add(1);
        match sum {
            mut n if n > 0 => {
                n += 1;
                n
            }
            n => n,
        }
    };
    assert_eq!(handle.await.unwrap(), 7);
}
