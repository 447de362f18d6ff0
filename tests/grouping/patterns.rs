//! Patterns where a pattern may stand.

use csp::prelude::*;

/// Whether the value fits, asked in each place of a pattern.
macro_rules! each_place {
    ($p:pat, $t:ty: $($value:expr),*) => {{
        $({
            fn plain(value: $t) -> bool {
                matches!(value, $p)
            }
            let expected = plain($value);
            let what = concat!(stringify!($p), " and ", stringify!($value));

            #[process]
            fn body(value: $t) -> [bool; 5] {
                let arm = match value {
                    $p => true,
                    _ => false,
                };
                let also = match (value, 1) {
                    ($p, 1) if arm => true,
                    _ => false,
                };
                let borrowed = match &value {
                    &$p => true,
                    _ => false,
                };
                let condition = if let $p = value { true } else { false };
                let mut many = 0;
                let mut left = vec![value, value];
                while let Some($p) = left.pop() {
                    many += 1;
                }
                [arm, also, borrowed, condition, matches!(value, $p) && many == 2]
            }
            assert_eq!(csp::block_on(body($value)), [expected; 5], "{what} in a process");

            let started = csp::block_on(go! {
                let (tx, rx) = chan!($t; 2);
                go! { tx <- $value; tx <- $value; };
                let received = match <-rx {
                    $p => true,
                    _ => false,
                };
                let verb = if let Ok($p) = rx.recv() { true } else { false };
                Some([received, verb])
            });
            assert_eq!(started.unwrap(), Some([expected; 2]), "{what} in go");

            let (tx, rx) = chan!($t; 1);
            tx.try_send($value).unwrap();
            let selected = csp::block_on(async {
                select! {
                    r = rx.recv() => match r {
                        Ok($p) => true,
                        _ => false,
                    },
                }
            });
            assert_eq!(selected, expected, "{what} in select");

            let (left, right) = csp::block_on(async {
                par!({ let v: $t = $value; matches!(v, $p) }, { matches!([$value] as [$t; 1], [$p]) })
            });
            assert_eq!((left, right), (expected, expected), "{what} in par");
        })*
    }};
}

#[derive(Clone, Copy)]
struct S {
    a: u8,
}

#[test]
#[allow(unused, irrefutable_let_patterns, unreachable_patterns)]
fn patterns_in_all_places() {
    each_place!(1 | 2, u8: 1, 2, 3);
    each_place!(-1, i8: -1, 1);
    each_place!(-3..=-1 | 5, i8: -2, 5, 0);
    each_place!(1..=3, u8: 2, 4);
    each_place!(Some(1 | 2), Option<u8>: Some(1), Some(3), None);
    each_place!(Some(_) | None, Option<u8>: Some(1), None);
    each_place!(&(1 | 2), &'static u8: &1, &3);
    each_place!(S { a: 1 | 2 }, S: S { a: 1 }, S { a: 3 });
    each_place!(S { .. }, S: S { a: 1 });
    each_place!((1, _) | (_, 1), (u8, u8): (1, 2), (2, 1), (2, 2));
    each_place!([1, ..] | [_, 1], [u8; 2]: [1, 2], [2, 2]);
    each_place!(_, u8: 1);
    each_place!(u8::MAX, u8: 255, 1);
    each_place!(_x @ 1..=3, u8: 2, 4);
}

/// Patterns that bind, where nothing can fail to fit.
macro_rules! binds {
    ($p:pat, $name:ident, $value:expr, $t:ty) => {{
        #[process]
        fn argument($p: $t) -> u8 {
            $name
        }
        #[process]
        fn received(rx: Receiver<$t>) -> u8 {
            let mut sum = 0;
            for $p in rx {
                sum += $name;
            }
            sum
        }
        let (tx, rx) = chan!($t; 3);
        (0..3).for_each(|_| tx.try_send($value).unwrap());
        let selected = csp::block_on(async { select! { $p = <-rx => $name, closed => 0 } });
        let looped = csp::block_on(go! {
            let mut last = 0;
            loop {
                select! {
                    $p = <-rx => { last = $name; break }
                    closed => break,
                }
            }
            (last, rx)
        });
        let (last, rx) = looped.unwrap();
        drop(tx);
        [
            csp::block_on(argument($value)),
            selected,
            last,
            csp::block_on(received(rx)),
            csp::block_on(go! { let $p: $t = $value; $name }).unwrap(),
            csp::block_on(async { par!({ let $p: $t = $value; $name }) }).0,
        ]
    }};
}

#[test]
#[allow(unused_mut)]
fn patterns_that_bind() {
    assert_eq!(binds!(mut x, x, 3, u8), [3; 6]);
    assert_eq!(binds!((x, _), x, (3, 4), (u8, u8)), [3; 6]);
    assert_eq!(binds!(S { a: x }, x, S { a: 3 }, S), [3; 6]);
    assert_eq!(binds!(&x, x, &3, &'static u8), [3; 6]);
    assert_eq!(binds!([x, ..], x, [3, 4], [u8; 2]), [3; 6]);
}
