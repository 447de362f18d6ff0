//! Every example prints what its file in `examples/expected` says, and ends with status 0, however many workers; and, under
//! exploration, whatever the schedule.
//!
//! Not explored are `chat`, `crawler`, `http_server`, `proxy` and `search`: sockets and files come from outside, and no schedule can
//! repeat them.
mod support;

#[path = "../examples/power_series/algebra.rs"]
mod algebra;
#[path = "../examples/power_series/rational.rs"]
mod rational;
#[path = "../examples/power_series/split.rs"]
mod split;

use std::fs;
use std::path::Path;

use csp::prelude::*;
use rational::Rational;

#[track_caller]
fn prints_what_is_expected(name: &str) {
    let expected =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/expected").join(name).with_extension("txt");
    let expected = fs::read_to_string(&expected).expect("each example has its expected output");
    for workers in [1, 2, 8] {
        let output = support::example(name)
            .env("CSP_WORKERS", workers.to_string())
            .output()
            .unwrap_or_else(|error| panic!("{name} does not start: {error}"));
        let (printed, said) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{name} with {workers} workers: {}\n{printed}{said}", output.status);
        assert_eq!(printed, expected, "{name} with {workers} workers; on standard error: {said}");
        assert_eq!(said, "", "{name} with {workers} workers says something on standard error");
    }
}

macro_rules! examples {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                prints_what_is_expected(stringify!($name));
            }
        )*

        /// No example is forgotten here; `http_server` and `search` have test files of their own.
        #[test]
        fn all_are_run() {
            let mut run = vec![$(stringify!($name)),*];
            run.extend(["http_server", "search"]);
            run.sort();
            let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
            let mut found: Vec<String> = fs::read_dir(directory)
                .expect("the examples are in their directory")
                .map(|entry| entry.expect("a directory entry").path())
                .filter(|path| path.extension().is_some_and(|e| e == "rs") || path.join("main.rs").exists())
                .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
                .collect();
            found.sort();
            assert_eq!(run, found);
        }
    };
}

examples! {
    chat
    commstime
    crawler
    fan_in
    philosophers
    pipeline
    power_series
    proxy
    pubsub
    quicksort
    rate_limit
    ring
    sieve
    skynet
    timeouts
    worker_pool
}

/// Runs an example under so many schedules, and says what it prints under all of them.
#[track_caller]
fn explored(name: &str, argument: Option<&str>, schedules: u64) -> String {
    let outputs = (0..schedules).map(|seed| {
        let output = support::example(name)
            .args(argument)
            .env("CSP_EXPLORE", seed.to_string())
            .output()
            .unwrap_or_else(|error| panic!("{name} does not start: {error}"));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{name} with CSP_EXPLORE={seed}: {}\n{said}", output.status);
        assert_eq!(said, "", "{name} with CSP_EXPLORE={seed} says something on standard error");
        (seed, String::from_utf8_lossy(&output.stdout).into_owned())
    });
    let all = outputs.reduce(|(first, expected), (seed, printed)| {
        assert_eq!(printed, expected, "{name} with CSP_EXPLORE={seed} and with {first}");
        (first, expected)
    });
    all.expect("one schedule at least").1
}

macro_rules! explored {
    ($($name:ident: $schedules:literal)*) => {
        mod under_exploration {
            $(
                #[test]
                fn $name() {
                    let expected = include_str!(concat!("../examples/expected/", stringify!($name), ".txt"));
                    assert_eq!(super::explored(stringify!($name), None, $schedules), expected);
                }
            )*
        }
    };
}

// Fewer schedules of those that have many processes, or take many steps.
explored! {
    commstime: 3
    fan_in: 20
    philosophers: 5
    pipeline: 20
    power_series: 20
    pubsub: 20
    quicksort: 1
    rate_limit: 20
    ring: 2
    sieve: 10
    timeouts: 20
    worker_pool: 20
}

#[test]
fn a_smaller_skynet_under_exploration() {
    assert_eq!(explored("skynet", Some("1000"), 3), "499500\n");
}

#[test]
fn an_example_with_sockets_says_that_it_cannot_be_explored() {
    let output = support::example("chat").env("CSP_EXPLORE", "0").output().expect("it starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(101), "{said}");
    assert!(said.contains("csp: an escape, in the schedule of `CSP_EXPLORE=0`"), "{said}");
}

type Series = Receiver<Rational>;

/// exp and tan, each defined by itself: when its reader goes, the circle of processes that make it has to end.
#[csp::test(schedules = 20)]
fn a_power_series_ends_with_its_reader() {
    let (out, exp) = chan!(Rational);
    let (exp, again) = split::split(exp);
    go!(algebra::integrate(Rational::from(1), again, out));
    for under in [1, 1, 2, 6] {
        assert_eq!(exp.recv()?, Rational::from(1) / Rational::from(under));
    }
    drop(exp);

    let (out, tan) = chan!(Rational);
    let (tan, again) = split::split(tan);
    let (left, right) = split::split(again);
    let (to, square) = chan!(Rational);
    go!(algebra::multiply(left, right, to));
    let (to, one) = chan!(Rational);
    go!(algebra::polynomial(vec![1], to));
    let (to, sum) = chan!(Rational);
    go!(algebra::add(one, square, to));
    go!(algebra::integrate(Rational::from(0), sum, out));
    for n in [0, 1, 0] {
        assert_eq!(tan.recv()?, Rational::from(n));
    }
}
