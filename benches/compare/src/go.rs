//! Go's twins of the kernels: built from `go/` when there is a Go toolchain.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The program with Go's kernels, or why there is none. The toolchain is `$CSP_GO`, or `go` on the path.
pub fn build() -> Result<PathBuf, String> {
    let go = std::env::var_os("CSP_GO").unwrap_or_else(|| "go".into());
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("go");
    let program = std::env::current_exe().map_err(|e| e.to_string())?.with_file_name("csp-compare-go");
    let built = Command::new(&go)
        .current_dir(&source)
        .args(["build", "-o"])
        .arg(&program)
        .arg(".")
        .output()
        .map_err(|e| format!("no Go toolchain ({}: {e})", go.to_string_lossy()))?;
    match built.status.success() {
        true => Ok(program),
        false => Err(format!("Go's kernels do not build: {}", String::from_utf8_lossy(&built.stderr).trim())),
    }
}
