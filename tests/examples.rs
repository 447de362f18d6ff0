//! Every example prints what its file in `examples/expected` says, and ends with status 0, however many workers.
mod support;

use std::fs;
use std::path::Path;

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
