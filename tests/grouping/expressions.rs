//! Expressions as operands, in every body that the language has.

use csp::prelude::*;
use std::cell::Cell;

const N: i32 = -300;
const XS: [i64; 4] = [10, 20, 30, 40];
const PAIR: (i64, i64) = (3, 4);
const P: &i64 = &7;

struct S {
    a: i64,
}

fn add(a: i64, b: i64) -> i64 {
    a + b
}

fn run<F: IntoFuture>(process: F) -> F::Output {
    csp::block_on(process)
}

macro_rules! plain {
    ($($t:tt)*) => { (|| -> i64 { $($t)* })() };
}

/// The same tokens at the end of each kind of body.
macro_rules! each_host {
    ($what:expr, $name:literal: $($t:tt)*) => {{
        let plain = plain! { $($t)* };
        let same = |host: &str, got: i64| assert_eq!(got, plain, "`{}` as {} in {host}", $what, $name);

        same("go", run(go! { let v: i64 = { $($t)* }; v }).unwrap());
        same("go, at its end", run(go! { let _ = 1; $($t)* }).unwrap());

        #[process]
        fn body() -> i64 { $($t)* }
        same("process", run(body()));

        #[process]
        fn nested() -> i64 {
            let got: [i64; 2] = [go! { let v: i64 = { $($t)* }; v }.await.unwrap(), select! { default => { $($t)* } }];
            assert_eq!(got[0], got[1]);
            vec![got[0], { $($t)* }][1]
        }
        same("process, nested", run(nested()));


        let (tx, rx) = chan!(i64; 3);
        tx.try_send(0).unwrap();
        let selected = run(async {
            select! { _ = <-rx => { let v: i64 = { $($t)* }; v } closed => 0 }
        });
        same("select", selected);

        let (left, ()): (i64, ()) = run(async { par!({ let v: i64 = { $($t)* }; v }, async {}) });
        same("par", left);

        let cell = Cell::new(0i64);
        { defer! { cell.set({ $($t)* }); } }
        same("defer", cell.get());

        let (_, rx) = chan!(u8; ({ let v: i64 = { $($t)* }; v } & 7) as usize);
        assert_eq!(rx.capacity(), Some((plain & 7) as usize), "`{}` as {} in chan", $what, $name);
    }};
}

macro_rules! each_place {
    ($e:expr) => {{
        let what = stringify!($e);
        each_host!(what, "left of *": let v = $e * 2; v);
        each_host!(what, "right of *": 2 * $e);
        each_host!(what, "left of -": let v = $e - 1 - $e; v);
        each_host!(what, "unary minus": -$e);
        each_host!(what, "receiver": let v = $e.wrapping_abs(); v);
        each_host!(what, "receiver after a sign": -$e.wrapping_abs());
        each_host!(what, "cast": let v = $e as u8 as i64; v);
        each_host!(what, "cast before <": i64::from(($e as i32) < 4));
        each_host!(what, "index": XS[$e as usize & 3]);
        each_host!(what, "element": [0, $e][1] + ($e, 0).0);
        each_host!(what, "scrutinee": match $e { 3 => 1, other => other });
        each_host!(what, "condition": if $e == 3 { 1 } else { 2 });
        each_host!(what, "let": let v: i64 = $e; v);
        each_host!(what, "reference": *&$e);
        each_host!(what, "field": S { a: $e }.a * 2);
        each_host!(what, "argument": add($e, 2 * $e));
        each_host!(what, "end of a range": let mut sum = 0; for n in 0..$e & 7 { sum += n; } sum);
        each_host!(what, "closure": (|y: i64| y * $e)(2));
        each_host!(what, "arm": let v = match 1 { 1 => $e, _ => 0 }; v);
        each_host!(what, "block": let v = { $e }; v + 1);
        each_host!(what, "break": loop { break $e; });
        each_host!(what, "statement": $e; 5);
        each_host!(what, "format": format!("{}", 2 * $e).parse().unwrap());
        each_host!(what, "vec": vec![$e; 2][1] + vec![1, 3 * $e][1]);
    }};
}

/// A fragment of a fragment.
macro_rules! twice {
    ($e:expr) => {
        each_place!(1 + $e)
    };
}

macro_rules! tests {
    ($($name:ident: $e:expr;)*) => {
        $(
            #[test]
            #[allow(unused, unreachable_code, unused_must_use)]
            fn $name() {
                each_place!($e);
            }
        )*
    };
}

tests! {
    sum: 1i64 + 2;
    negative: -3i64;
    cast: N as i64;
    choice: if N < 0 { 1i64 } else { 2 };
    matched: match N { 0 => 1i64, _ => 2 };
    block: { 4i64 };
    endless: loop { break 6i64 };
    field: PAIR.1;
    call: add(1, 2);
    element: XS[1];
    literal: 9i64;
    deref: *P;
    method: P.wrapping_add(2);
    shift: 1i64 << 2;
    of_a_struct: S { a: 7 }.a;
    macro_call: i64::from_str_radix(concat!("1", "2"), 10).unwrap();
    difference: 5i64 - 1 - 1;
}

#[test]
#[allow(unused, unreachable_code, unused_must_use)]
fn nested() {
    twice!(2i64 * 3);
    twice!(-1i64);
}

/// Fragments that are no numbers.
macro_rules! others {
    ($closure:expr, $range:expr, $made:expr, $is:expr, $fails:expr, $text:expr) => {{
        each_host!("closure", "called": let f = $closure; ($closure)(2) + $closure(1));
        each_host!("range", "source of for": let mut sum = 0; for n in $range { sum += n; } sum);
        each_host!("range", "receiver": let v = $range.map(|n| n * 2).sum(); v);
        each_host!("range", "argument": Iterator::sum($range));
        each_host!("struct", "scrutinee": match $made { S { a } => a });
        each_host!("struct", "field": let v = $made.a; v);
        each_host!("struct", "condition": if $made.a == 1 { 1 } else { 2 });
        each_host!("comparison", "not": i64::from(!$is));
        each_host!("comparison", "and": i64::from($is && !$is || $is));
        each_host!("comparison", "condition": if !$is { 1 } else { 2 });
        each_host!("comparison", "while": let mut n = 0; while !$is && n < 3 { n += 1; } n);
        each_host!("question", "?": (|| -> Option<i64> { let v = $fails?; Some(v + 1) })().unwrap_or(-1));
        each_host!("text", "format": format!($text, 4).len() as i64);
    }};
}

#[test]
#[allow(unused)]
fn closures_ranges_structs_and_comparisons() {
    others!(|x: i64| x + 1, 1..4, S { a: 1 }, 1 == 2, if N < 0 { None } else { Some(1) }, "{:>3}");
    others!(
        move |x: i64| -> i64 { x - 1 },
        (2..=3).rev(),
        S { ..S { a: 2 } },
        N < 0,
        Some(2),
        concat!("{}", "?")
    );
}
