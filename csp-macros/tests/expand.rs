//! Snapshots of the expansions, printed as a reader would write them.
//!
//! Every file of `tests/expand` that is named `NAME.in.rs` holds one call; what it expands to stands in `NAME.out.rs`
//! beside it. Run with `BLESS=1` to write the second after a change, and read the difference.

#[path = "common/mod.rs"]
mod common;
#[path = "common/print.rs"]
mod print;

use common::{
    body, chan, defer, diag, driver, editor, fragments, go, messages, options, par, process, rules, select,
    support,
};
use print::{expand, pretty};
use std::fs;
use std::path::{Path, PathBuf};

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expand");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder of the snapshots")
        .map(|entry| entry.expect("a snapshot").path())
        .filter(|path| path.to_string_lossy().ends_with(".in.rs"))
        .collect();
    cases.sort();
    assert!(cases.len() >= 20, "the snapshots are there");
    cases
}

fn expansion(case: &Path) -> String {
    let source = fs::read_to_string(case).expect("a readable snapshot");
    pretty(expand(&source))
}

#[test]
fn expansions_are_as_reviewed() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut differing = Vec::new();
    for case in cases() {
        let out = PathBuf::from(case.to_string_lossy().replace(".in.rs", ".out.rs"));
        let now = expansion(&case);
        if bless {
            fs::write(&out, &now).expect("a writable snapshot");
        }
        let reviewed = fs::read_to_string(&out).unwrap_or_default();
        if now != reviewed {
            differing.push(format!("{}\n--- reviewed\n{reviewed}\n--- now\n{now}", out.display()));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

#[test]
fn expansions_are_short() {
    for case in cases() {
        let lines = expansion(&case).lines().count();
        assert!(lines <= 42, "{} expands to {lines} lines", case.display());
    }
}

#[test]
fn expansions_hold_nothing_that_is_not_checked() {
    let word = concat!("un", "safe");
    for case in cases() {
        assert!(!expansion(&case).contains(word), "{} expands to {word} code", case.display());
    }
}
