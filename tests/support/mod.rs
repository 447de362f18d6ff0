//! Finding and running the examples that cargo has built beside the tests.
use std::env;
use std::path::PathBuf;
use std::process::Command;

/// The binary of an example, built with the same profile as this test.
///
/// `cargo test` builds all examples. With `cargo test --test NAME` that is up to the caller: `--examples` does it.
pub(crate) fn example(name: &str) -> Command {
    let test = env::current_exe().expect("a test knows where it is");
    let profile = test.ancestors().nth(2).expect("tests are in target/PROFILE/deps");
    let path: PathBuf = profile.join("examples").join(name).with_extension(env::consts::EXE_EXTENSION);
    assert!(path.exists(), "{} is not built: `cargo build --examples` builds it", path.display());
    Command::new(path)
}
