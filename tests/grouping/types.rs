//! Types where a type may stand.

use csp::prelude::*;
use std::any::type_name;
use std::fmt::Display;

fn name<T: ?Sized>(_: &T) -> &'static str {
    type_name::<T>()
}

macro_rules! each_place {
    ($t:ty, $value:expr) => {{
        let plain: $t = $value;
        let expected = name(&plain);

        #[process]
        fn argument(value: $t) -> &'static str {
            name(&value)
        }
        assert_eq!(csp::block_on(argument($value)), expected, "argument");

        #[process]
        fn returned() -> $t {
            $value
        }
        assert_eq!(name(&csp::block_on(returned())), expected, "return type");

        #[process]
        fn returned_in(value: Option<$t>) -> Option<$t> {
            value
        }
        assert_eq!(name(&csp::block_on(returned_in(Some($value))).unwrap()), expected, "argument of a type");

        #[process]
        fn reference(value: &$t) -> &'static str {
            name(value)
        }
        assert_eq!(csp::block_on(reference(&plain)), expected, "behind a reference");

        #[process(boxed)]
        fn boxed(value: &$t) -> &'static str {
            let value: &$t = value;
            name(value)
        }
        assert_eq!(csp::block_on(boxed(&plain)), expected, "boxed");

        #[process]
        fn pair(value: ($t, u8)) -> [&'static str; 1] {
            let (value, _): ($t, u8) = value;
            [name(&value)]
        }
        assert_eq!(csp::block_on(pair(($value, 1)))[0], expected, "in a tuple");

        #[process]
        fn channel() -> &'static str {
            let (tx, rx) = chan!($t; 1);
            let _ = tx.try_send($value as $t);
            name(&rx.try_recv().unwrap())
        }
        assert_eq!(csp::block_on(channel()), expected, "channel");

        let (tx, rx) = chan!($t; ..);
        tx.try_send($value).unwrap();
        let got = csp::block_on(async { select! { v: $t = <-rx => name(&v), default => "nothing" } });
        assert_eq!(got, expected, "pattern of an arm");

        let started = csp::block_on(go! {
            let v: $t = $value;
            name(&v)
        });
        assert_eq!(started.unwrap(), expected, "let in go");

        let (same, whole) = csp::block_on(async {
            par!({ let v = $value as $t; name(&v) }, { type_name::<$t>() })
        });
        assert_eq!((same, whole), (expected, expected), "cast and generic argument in par");

        let (tx, rx) = chan!(&'static str; 1);
        { defer! { let v: $t = $value; tx.try_send(name(&v)).unwrap(); } }
        assert_eq!(rx.try_recv().unwrap(), expected, "defer");
    }};
}

fn double(n: u8) -> u8 {
    n * 2
}

#[test]
#[allow(unused, trivial_casts)]
fn types_in_all_places() {
    each_place!(u8, 3);
    each_place!(&'static str, "a");
    each_place!(&'static (dyn Display + Sync), &5);
    each_place!(Box<dyn Display + Send + Sync>, Box::new(4));
    each_place!(fn(u8) -> u8, double);
    each_place!([u8; 2], [1, 2]);
    each_place!((u8, i64), (1u8, 2i64));
    each_place!(Option<Vec<u8>>, None);
    each_place!(std::time::Duration, std::time::Duration::ZERO);
    each_place!(&'static [u8], &[1u8]);
}

/// Types that are no values, behind something else.
macro_rules! unsized_type {
    ($t:ty, $value:expr) => {{
        #[process]
        fn given(value: &'static $t) -> &'static $t {
            let _: &$t = value;
            value
        }
        let plain: &'static $t = $value;
        let expected = name(plain);
        assert_eq!(name(csp::block_on(given($value))), expected);

        let (tx, rx) = chan!(&'static $t; 1);
        tx.try_send($value).unwrap();
        let got = csp::block_on(async { select! { v: &'static $t = <-rx => name(v), default => "nothing" } });
        assert_eq!(got, expected);

        let got = csp::block_on(go! { let v: &'static $t = $value; (name(v), type_name::<$t>()) });
        assert_eq!(got.unwrap(), (expected, expected));

        #[process]
        fn pointer(value: &'static $t) -> bool {
            let pointer = value as *const $t;
            !pointer.is_null()
        }
        assert!(csp::block_on(pointer($value)));
    }};
}

#[test]
fn unsized_types_behind_a_reference() {
    unsized_type!(dyn Display + Sync, &5);
    unsized_type!(dyn Fn(u8) -> u8 + Send + Sync, &double);
    unsized_type!(str, "a");
    unsized_type!([u8], &[1]);
}

/// A type before `::`, and one after `as` that a `<` follows.
macro_rules! heads {
    ($t:ty, $number:ty) => {
        csp::block_on(go! {
            let made = $t::default();
            let same = <$t>::default();
            (made == same, 1i64 as $number < 2, <$t as Default>::default() == made)
        })
        .unwrap()
    };
}

#[test]
fn types_before_colons_and_after_as() {
    assert_eq!(heads!(Vec<u8>, u8), (true, true, true));
    assert_eq!(heads!(String, std::primitive::u8), (true, true, true));
}

macro_rules! opaque {
    ($given:ty, $returned:ty) => {{
        #[process]
        fn opaque(f: $given) -> $returned {
            move |n| f(n) + 1
        }
        csp::block_on(opaque(double))(3)
    }};
}

#[test]
fn types_without_a_name() {
    assert_eq!(opaque!(impl Fn(u8) -> u8 + Send, impl Fn(u8) -> u8), 7);
}
