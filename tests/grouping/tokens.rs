//! Fragments that are no expressions, types or patterns: names, lifetimes, paths, literals, blocks, statements, items.

use csp::prelude::*;

mod inner {
    pub(crate) fn three() -> i64 {
        3
    }
    pub(crate) const FOUR: i64 = 4;
}

macro_rules! all {
    ($name:ident, $life:lifetime, $path:path, $made:path, $literal:literal, $block:block, $let:stmt, $use:stmt, $item:item, $tt:tt, $vis:vis, #[$meta:meta]) => {{
        #[$meta]
        $vis fn plain<$life>(text: &$life str) -> (i64, i64, i64, &$life str) {
            $item
            $let;
            let mut sum = 0;
            $use;
            if sum < 100 $block
            let a = match 4 { $made => 1, _ => 2 };
            $life: loop {
                sum += -$literal + $path() * 2 + a;
                break $life;
            }
            ($name + helper(), sum, $tt, text)
        }

        #[$meta]
        #[process]
        $vis fn ours<$life>(text: &$life str) -> (i64, i64, i64, &$life str) {
            $item
            $let;
            let mut sum = 0;
            $use;
            if sum < 100 $block
            let a = match 4 { $made => 1, _ => 2 };
            $life: loop {
                sum += -$literal + $path() * 2 + a;
                break $life;
            }
            ($name + helper(), sum, $tt, text)
        }
        let expected = plain("text");
        assert_eq!(csp::block_on(ours("text")), expected);

        let started = csp::block_on(go! {
            $item
            $let;
            let mut sum = 0;
            $use;
            if sum < 100 $block
            let a = match 4 { $made => 1, _ => 2 };
            $life: loop {
                select! { default => { sum += -$literal + $path() * 2 + a; break $life } }
            }
            ($name + helper(), sum, $tt, "text")
        });
        assert_eq!(started.unwrap(), expected);
    }};
}

#[test]
#[allow(unused)]
fn names_lifetimes_paths_literals_blocks_statements_and_items() {
    all!(x, 'a, inner::three, inner::FOUR, 5, { let _ = 1; }, let x = 1 + 2, let _ = 1 | 2, fn helper() -> i64 { 2 }, (1 + 2), , #[allow(dead_code)]);
    all!(y, 'life, self::inner::three, crate::tokens::inner::FOUR, -5, { }, let mut y: i64 = { 4 }, let _ = -1, const fn helper() -> i64 { -2 }, 7, pub(crate), #[inline]);
    all!(z, 'l, i64::default, i64::MAX, 1_0, { std::hint::black_box(1); }, let z = if true { 1 } else { 2 }, let _ = (), fn helper() -> i64 { 3 }, { 4 }, pub(crate), #[must_use]);
}
