//! It builds, and does what it says.
use std::process::Command;

#[test]
fn it_runs() {
    let output = Command::new(env!("CARGO_BIN_EXE_hostile")).output().expect("it starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "invalid digit found in string\nSome(1)\n0\n1\n2\ndeferred\n"
    );
}
