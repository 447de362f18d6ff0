//! Where a dump that was asked for from outside goes, and in which form.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::snapshot;

/// `CSP_DUMP_FILE`: without it dumps go to standard error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target(Option<(PathBuf, Form)>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Text,
    Json,
    Dot,
    Mermaid,
}

impl Target {
    /// From the value of the variable.
    pub(super) fn of(file: Option<OsString>) -> Result<Self, String> {
        let Some(file) = file.map(PathBuf::from) else { return Ok(Self(None)) };
        let form = match file.extension().and_then(|extension| extension.to_str()) {
            Some("txt") => Form::Text,
            Some("json") => Form::Json,
            Some("dot") => Form::Dot,
            Some("mmd") => Form::Mermaid,
            _ => {
                return Err(format!(
                    "csp: `CSP_DUMP_FILE` is {file:?}; its name must end in .txt, .json, .dot or .mmd, which says the form of the \
                     dump"
                ));
            }
        };
        Ok(Self(Some((file, form))))
    }

    /// Writes a snapshot. A file is replaced as a whole, so that who reads it never sees a part.
    pub(super) fn dump(&self) {
        let snapshot = snapshot();
        let Some((file, form)) = &self.0 else {
            // Nothing can be done if standard error is closed.
            let _ = writeln!(io::stderr().lock(), "{snapshot}");
            return;
        };
        let text = match form {
            Form::Text => snapshot.to_string(),
            Form::Json => snapshot.to_json(),
            Form::Dot => snapshot.to_dot(),
            Form::Mermaid => snapshot.to_mermaid(),
        };
        if let Err(error) = replace(file, &text) {
            let _ = writeln!(io::stderr().lock(), "csp: `CSP_DUMP_FILE` {file:?} cannot be written: {error}");
        }
    }
}

fn replace(file: &Path, text: &str) -> io::Result<()> {
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    let replaced = std::fs::write(&part, text).and_then(|()| std::fs::rename(&part, file));
    if replaced.is_err() {
        // It may not be there, or it has to stay.
        let _ = std::fs::remove_file(&part);
    }
    replaced
}

#[cfg(test)]
#[test]
fn the_name_of_the_file_says_the_form() {
    let form = |name: &str| Target::of(Some(name.into())).map(|target| target.0.unwrap().1);
    assert_eq!(form("a/b.txt"), Ok(Form::Text));
    assert_eq!(form("x.json"), Ok(Form::Json));
    assert_eq!(form("x.y.dot"), Ok(Form::Dot));
    assert_eq!(form("x.mmd"), Ok(Form::Mermaid));
    assert!(form("x").unwrap_err().contains("`CSP_DUMP_FILE` is \"x\""));
    assert_eq!(Target::of(None), Ok(Target(None)));
}

#[cfg(test)]
#[test]
fn a_file_that_cannot_be_replaced_leaves_no_part_behind() {
    let place = std::env::temp_dir().join(format!("csp-dump-{}", std::process::id()));
    // A directory that is not empty is not replaced by a file.
    let file = place.join("dump.txt");
    std::fs::create_dir_all(file.join("full")).unwrap();
    let replaced = replace(&file, "text");
    let left: Vec<_> = std::fs::read_dir(&place).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    std::fs::remove_dir_all(&place).unwrap();
    assert!(replaced.is_err());
    assert_eq!(left, ["dump.txt"]);
}
