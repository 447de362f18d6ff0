//! What the compiler refuses, rule by rule: `tests/ui/GROUP/RULE.rs` breaks one rule and `RULE.stderr` is all that the
//! compiler says; `tests/ui/many` has many mistakes in one file; the programs of `tests/ui/pass` look suspicious and are
//! right.
//!
//! The wording of rustc's own part is that of one compiler. `TRYBUILD=overwrite` writes the `.stderr` files anew.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const GROUPS: [&str; 3] = ["roles", "captures", "form"];

/// The files of a folder of `tests/ui` with this extension, in order.
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
    tests.compile_fail("tests/ui/many/*.rs");
    tests.pass("tests/ui/pass/*.rs");
}

/// How many errors the compiler says there are.
fn errors(stderr: &Path) -> usize {
    let text = fs::read_to_string(stderr).expect("a readable file");
    text.lines().filter(|line| line.starts_with("error")).count()
}

#[test]
fn each_rule_has_its_message() {
    let rules = refused("rs");
    let messages = refused("stderr");
    assert!(rules.len() >= 60, "{} rules", rules.len());
    let expected: Vec<PathBuf> = rules.iter().map(|rule| rule.with_extension("stderr")).collect();
    assert_eq!(expected, messages, "each rule has a message, and each message a rule");
    assert!(files("pass", "rs").len() >= 30, "programs that are right");
}

#[test]
fn messages_are_short() {
    let mut lengths: Vec<usize> = refused("stderr")
        .iter()
        .map(|stderr| fs::read_to_string(stderr).expect("a readable file").lines().count())
        .collect();
    lengths.sort_unstable();
    assert!(lengths[lengths.len() / 2] <= 8, "lines: {lengths:?}");
}

#[test]
fn twelve_mistakes_give_twelve_errors() {
    let stderr = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui/many/twelve_mistakes.stderr");
    assert_eq!(errors(&stderr), 12);
}

/// The first message of the compiler, without its number.
fn message(stderr: &Path) -> String {
    let text = fs::read_to_string(stderr).expect("a readable file");
    let line = text.lines().find(|line| line.starts_with("error")).expect("an error");
    line.split_once(": ").expect("a message").1.to_owned()
}

/// The message without the names in it.
fn shape(message: &str) -> String {
    message.split('`').step_by(2).collect::<Vec<_>>().join("`_`")
}

#[test]
fn the_catalogue_is_what_the_compiler_says() {
    let page = include_str!("../docs/diagnostics.md");
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let mut listed = Vec::new();
    for entry in page.split("\n### ").skip(1) {
        let rule = entry.lines().next().expect("a title");
        let says = entry.lines().find_map(|line| line.strip_prefix("> ")).expect("a message");
        let programs =
            entry.split("Programs: ").nth(1).expect("its programs").split("\n#").next().expect("text");
        let programs: Vec<&str> = programs.split('`').skip(1).step_by(2).collect();
        let first = programs.first().expect("a program");
        assert_eq!(
            first.split_once('/').map(|(_, name)| name),
            Some(rule),
            "the first program has the rule's name"
        );
        assert_eq!(message(&ui.join(format!("{first}.stderr"))), says, "{rule}");
        for program in programs {
            let stderr = ui.join(format!("{program}.stderr"));
            assert_eq!(shape(&message(&stderr)), shape(says), "{program} is a case of {rule}");
            listed.push(stderr);
        }
    }
    listed.sort();
    let mut all = refused("stderr");
    all.sort();
    assert_eq!(listed, all, "each program stands in one entry");
}
