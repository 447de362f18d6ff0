//! The command line.
use crate::scan::Show;
use std::ffi::OsString;
use std::path::PathBuf;

pub(crate) const USAGE: &str = "usage: search [-i] [-l | -c] [-j N] [--no-ignore] PATTERN [PATH..]";

pub(crate) const HELP: &str = "\
usage: search [-i] [-l | -c] [-j N] [--no-ignore] PATTERN [PATH..]

Prints `path:line:text` for each line that matches, in the order of the paths.
A PATH may be a directory, a file, or `-` for standard input; without any, the working directory.

  -i           letters match in either case
  -l           only the names of files with a match
  -c           only the number of matching lines of each file
  -j N         so many readers (as many as there are processors)
  --no-ignore  search hidden files too, and what .gitignore and its like name
  --           all that follows are operands

The status is 0 if a line matched, 1 if none did, 2 if there was trouble.
";

pub(crate) struct Args {
    pub(crate) pattern: String,
    /// Empty: the working directory, whose files are named without a leading `./`.
    pub(crate) paths: Vec<PathBuf>,
    pub(crate) ignore_case: bool,
    pub(crate) show: Show,
    pub(crate) readers: usize,
    pub(crate) everything: bool,
    /// Whether text is UTF-8, by the same variables that grep's locale comes from; else it is bytes.
    pub(crate) utf8: bool,
}

impl Args {
    /// As in `grep -r`, a single operand that is no directory needs no name before each line.
    pub(crate) fn names_files(&self) -> bool {
        match &self.paths[..] {
            [only] => only.is_dir(),
            _ => true,
        }
    }
}

/// `None` if help was asked for.
pub(crate) fn parse(args: impl Iterator<Item = OsString>) -> Result<Option<Args>, String> {
    let mut operands: Vec<OsString> = Vec::new();
    let (mut ignore_case, mut names, mut counts, mut everything) = (false, false, false, false);
    let mut readers = None;

    let mut args = args;
    while let Some(arg) = args.next() {
        let text = arg.to_string_lossy().into_owned();
        match text.as_str() {
            "--" => {
                operands.extend(args);
                break;
            }
            "--help" => return Ok(None),
            "--no-ignore" => everything = true,
            long if long.starts_with("--") => return Err(format!("unrecognized option `{long}`")),
            "-" => operands.push(arg),
            short if short.starts_with('-') => {
                let mut letters = short[1..].chars();
                while let Some(letter) = letters.next() {
                    match letter {
                        'i' => ignore_case = true,
                        'l' => names = true,
                        'c' => counts = true,
                        'h' => return Ok(None),
                        'j' => {
                            let rest = std::mem::replace(&mut letters, "".chars()).as_str().to_owned();
                            let next = if rest.is_empty() { args.next() } else { Some(rest.into()) };
                            readers = Some(number(next)?);
                        }
                        other => return Err(format!("unrecognized option `-{other}`")),
                    }
                }
            }
            _ => operands.push(arg),
        }
    }

    let mut operands = operands.into_iter();
    let pattern = operands.next().ok_or("a pattern is missing")?;
    let pattern = pattern.into_string().map_err(|_| "the pattern is not valid UTF-8")?;
    Ok(Some(Args {
        pattern,
        paths: operands.map(PathBuf::from).collect(),
        ignore_case,
        show: match (names, counts) {
            (true, _) => Show::Names,
            (false, true) => Show::Counts,
            (false, false) => Show::Lines,
        },
        readers: readers.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, Into::into)),
        everything,
        utf8: utf8_locale(),
    }))
}

fn number(arg: Option<OsString>) -> Result<usize, String> {
    let arg = arg.ok_or("`-j` wants a number")?;
    match arg.to_string_lossy().parse() {
        Ok(n @ 1..=1024) => Ok(n),
        _ => Err(format!("`-j` wants a number from 1 to 1024, not `{}`", arg.display())),
    }
}

/// The first of these variables that is set and not empty names the locale.
fn utf8_locale() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        .unwrap_or_default();
    locale.to_lowercase().replace('-', "").contains("utf8")
}
