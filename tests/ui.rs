//! What the compiler refuses, rule by rule: `tests/ui/GROUP/RULE.rs` breaks one rule and `RULE.stderr` is all that the
//! compiler says; the programs of `tests/ui/pass` look suspicious and are right.
//!
//! The wording of rustc's own part is that of one compiler. `TRYBUILD=overwrite` writes the `.stderr` files anew.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const GROUPS: [&str; 3] = ["roles", "captures", "form"];

/// The files of a folder of `tests/ui` with this extension, in order.
#[allow(dead_code)]
fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui").join(folder);
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("a folder of ui tests")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    files.sort();
    files
}

fn refused(extension: &str) -> Vec<PathBuf> {
    GROUPS.iter().flat_map(|group| files(group, extension)).collect()
}

/// The compiler that the messages are pinned for: the one of `rust-toolchain.toml`.
fn is_pinned_compiler() -> bool {
    let pinned = include_str!("../rust-toolchain.toml");
    let pinned = pinned.lines().find_map(|line| line.strip_prefix("channel = ")).expect("a pinned channel");
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().expect("rustc runs");
    let version = String::from_utf8(version.stdout).expect("rustc prints text");
    let same = version.split(' ').nth(1) == Some(pinned.trim_matches('"'));
    if !same {
        println!("skipped: the messages are pinned for rustc {pinned}, and this is {}", version.trim());
    }
    same
}

#[test]
fn each_rule_is_refused_and_nothing_else() {
    if !is_pinned_compiler() {
        return;
    }
    let tests = trybuild::TestCases::new();
    for group in GROUPS {
        tests.compile_fail(format!("tests/ui/{group}/*.rs"));
    }
    tests.pass("tests/ui/pass/*.rs");
}
