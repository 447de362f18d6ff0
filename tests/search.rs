//! The search example, on a tree of odd files: by what is expected, and by what the installed grep prints.
#![cfg(unix)]
mod support;

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A directory of its own for each test, removed at the end.
struct Tree(PathBuf);

impl Tree {
    fn new() -> Tree {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("csp-search-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).expect("a directory for temporary files");
        Tree(path)
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> &Tree {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("a file is in a directory")).expect("its directory");
        fs::write(path, content).expect("a file");
        self
    }

    /// What is odd about files, in one tree.
    fn odd() -> Tree {
        let tree = Tree::new();
        let long = "x".repeat(300_000);
        let later = format!("a foo\n{}\nfoo\0\nfoo\n", "line\n".repeat(40_000));
        tree.file("plain", "foo\nbar\nfoo foo\n")
            .file("empty", "")
            .file("one-newline", "\n")
            .file("no-newline-at-the-end", "bar\nfoo")
            .file("crlf", "foo\r\nbar\r\nfoo\r\n")
            .file("nul", "foo\n\0foo\n")
            .file("nul-at-the-end", "foo\nbar\0")
            .file("nul-without-a-match", "bar\0bar\n")
            .file("nul-later", later)
            .file("latin-1", b"foo\ncaf\xe9 foo\nfoo\n")
            .file("surrogate", b"foo \xed\xa0\x80\n")
            .file("beyond-unicode", b"foo \xf4\x90\x80\x80 \xfd\xbf\xbf\xbf\xbf\xbf\n")
            .file("utf-8", "føø foo\nFOO\nFØØ\n")
            .file("long-line", format!("{long}foo{long}\n{long}\nfoo\n"))
            .file("many", "foo\n".repeat(50_000))
            .file(".hidden", "foo\n")
            .file(".hidden-directory/file", "foo\n")
            .file("directory/b", "foo\n")
            .file("directory/a", "foo\n")
            .file("directory-2/a", "foo\n")
            .file("directory.rs", "foo\n")
            .file("directory/deep/er/file", "no\nfoo\n")
            .file("name with spaces", "foo\n")
            .file("-i", "foo\n")
            .file("unreadable", "foo\n");
        fs::set_permissions(tree.0.join("unreadable"), fs::Permissions::from_mode(0o000))
            .expect("permissions");
        symlink("plain", tree.0.join("link-to-file")).expect("a link");
        symlink("directory", tree.0.join("link-to-directory")).expect("a link");
        symlink("..", tree.0.join("directory/loop")).expect("a link");
        symlink("nowhere", tree.0.join("link-to-nothing")).expect("a link");
        if !make_fifo(&tree.0.join("fifo")) {
            println!("no `mkfifo` here: the tree has no pipe");
        }
        tree
    }

    fn search(&self, args: &[&str]) -> Output {
        run(self.command(support::example("search"), "C.UTF-8").args(args))
    }

    fn command(&self, mut command: Command, locale: &str) -> Command {
        command.current_dir(&self.0).env("LC_ALL", locale).stdin(Stdio::null());
        command
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn make_fifo(path: &Path) -> bool {
    Command::new("mkfifo").arg(path).status().is_ok_and(|status| status.success())
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

#[track_caller]
fn gives(output: Output, status: i32, printed: &str, said: &str) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(text(&output.stdout), printed);
    assert_eq!(text(&output.stderr), said);
    assert_eq!(output.status.code(), Some(status));
}

#[test]
fn lines_come_in_path_order_with_their_numbers() {
    let tree = Tree::new();
    tree.file("b", "x\nfoo\n").file("a/z", "foo").file("a.rs", "foo\n").file("a-1/y", "\n\nfoo\r\n");
    let expected = "a-1/y:3:foo\r\na.rs:1:foo\na/z:1:foo\nb:2:foo\n";
    gives(tree.search(&["foo"]), 0, expected, "");
    gives(tree.search(&["foo", "b", "a", "a.rs", "a-1"]), 0, expected, "");
    gives(tree.search(&["foo", "."]), 0, &expected.replace("a", "./a").replace("b:", "./b:"), "");
    gives(tree.search(&["foo", "a"]), 0, "a/z:1:foo\n", "");
    gives(tree.search(&["foo", "b"]), 0, "2:foo\n", "");
    gives(tree.search(&["nothing", "."]), 1, "", "");
}

#[test]
fn options() {
    let tree = Tree::new();
    tree.file("a", "foo\nFoo\n").file("b", "bar\n").file("-x", "foo\n");
    gives(tree.search(&["-i", "FOO", "a"]), 0, "1:foo\n2:Foo\n", "");
    gives(tree.search(&["-c", "foo"]), 0, "-x:1\na:1\nb:0\n", "");
    gives(tree.search(&["-ci", "foo", "a", "b"]), 0, "a:2\nb:0\n", "");
    gives(tree.search(&["-l", "foo"]), 0, "-x\na\n", "");
    gives(tree.search(&["-lc", "foo"]), 0, "-x\na\n", "");
    gives(tree.search(&["-c", "nothing", "a", "b"]), 1, "a:0\nb:0\n", "");
    gives(tree.search(&["foo", "-j3", "a"]), 0, "1:foo\n", "");
    gives(tree.search(&["-j", "3", "--", "foo", "-x", "a"]), 0, "-x:1:foo\na:1:foo\n", "");
    gives(tree.search(&["^foo|^bar", "a", "b"]), 0, "a:1:foo\nb:1:bar\n", "");
    assert!(String::from_utf8_lossy(&tree.search(&["--help"]).stdout).starts_with("usage: search "));
}

#[test]
fn mistakes_on_the_command_line() {
    let tree = Tree::new();
    tree.file("a", "foo\n");
    for (args, message) in [
        (&["-y", "foo"][..], "search: unrecognized option `-y`\n"),
        (&["--yes", "foo"], "search: unrecognized option `--yes`\n"),
        (&[], "search: a pattern is missing\n"),
        (&["-j"], "search: `-j` wants a number\n"),
        (&["-j", "many", "foo"], "search: `-j` wants a number from 1 to 1024, not `many`\n"),
        (&["-j0", "foo"], "search: `-j` wants a number from 1 to 1024, not `0`\n"),
        (&["fo(o", "a"], "search: regex parse error:\n"),
        (&["fo\\no", "a"], "search: the pattern asks for the end of a line inside a line\n"),
    ] {
        let output = tree.search(args);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.starts_with(message), "{args:?}: {said}");
        assert_eq!((output.status.code(), &output.stdout[..]), (Some(2), &b""[..]), "{args:?}");
    }
}

#[test]
fn no_match_reaches_over_the_end_of_a_line() {
    let tree = Tree::new();
    tree.file("a", "one\ntwo\n\nthree\n");
    gives(tree.search(&["e[^x]*t", "a"]), 1, "", "");
    gives(tree.search(&["e\\s*t", "a"]), 1, "", "");
    gives(tree.search(&["^$", "a"]), 0, "3:\n", "");
    gives(tree.search(&["\\Atw", "a"]), 0, "2:two\n", "");
    gives(tree.search(&["wo\\z", "a"]), 0, "2:two\n", "");
    gives(tree.search(&["", "a"]), 0, "1:one\n2:two\n3:\n4:three\n", "");
    gives(tree.search(&["one\nthree", "a"]), 0, "1:one\n4:three\n", "");
}

#[test]
fn ignored_and_hidden_files_are_left_out_unless_asked_for() {
    let tree = Tree::new();
    tree.file(".gitignore", "*.log\n/build\n").file("a", "foo\n").file("a.log", "foo\n");
    tree.file("build/b", "foo\n").file("sub/build/c", "foo\n").file(".hidden", "foo\n");
    gives(tree.search(&["foo"]), 0, "a:1:foo\nsub/build/c:1:foo\n", "");
    let all = ".hidden:1:foo\na:1:foo\na.log:1:foo\nbuild/b:1:foo\nsub/build/c:1:foo\n";
    gives(tree.search(&["--no-ignore", "foo"]), 0, all, "");
    // What is named is searched.
    gives(tree.search(&["foo", "a.log", ".hidden"]), 0, ".hidden:1:foo\na.log:1:foo\n", "");
}

#[test]
fn trouble_is_told_and_the_rest_is_searched() {
    let tree = Tree::new();
    tree.file("a", "foo\n").file("c", "foo\n");
    symlink("nowhere", tree.0.join("link")).expect("a link");
    let said = "search: b: No such file or directory\nsearch: link: No such file or directory\n";
    gives(tree.search(&["foo", "c", "b", "a", "link"]), 2, "a:1:foo\nc:1:foo\n", said);
    gives(tree.search(&["nothing", "b"]), 2, "", "search: b: No such file or directory\n");

    let closed = tree.0.join("closed");
    tree.file("closed/file", "foo\n").file("d", "foo\n");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).expect("permissions");
    fs::set_permissions(tree.0.join("d"), fs::Permissions::from_mode(0o000)).expect("permissions");
    let open_to_all = fs::File::open(tree.0.join("d")).is_ok();
    let output = tree.search(&["foo", "."]);
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).expect("permissions");
    if open_to_all {
        println!("this user may read everything: unreadable files are not tested");
    } else {
        let said = "search: ./closed: Permission denied\nsearch: ./d: Permission denied\n";
        gives(output, 2, "./a:1:foo\n./c:1:foo\n", said);
    }
}

#[test]
fn binary_files_get_one_message() {
    let tree = Tree::new();
    tree.file("a", "foo\n").file("b", "foo\0\nfoo\n").file("c", b"foo\n\xff foo\nfoo\n").file("d", "\0\n");
    let said = "search: ./b: binary file matches\nsearch: ./c: binary file matches\n";
    gives(tree.search(&["foo", "."]), 0, "./a:1:foo\n./c:1:foo\n./c:3:foo\n", said);
    gives(tree.search(&["-l", "foo", "."]), 0, "./a\n./b\n./c\n", "");
    gives(tree.search(&["-c", "foo", "."]), 0, "./a:1\n./b:2\n./c:3\n./d:0\n", "");
    let bytes = run(tree.command(support::example("search"), "C").args(["foo", "c"]));
    assert_eq!(bytes.stdout, b"1:foo\n2:\xff foo\n3:foo\n");
    assert_eq!(bytes.stderr, b"");
}

#[test]
fn the_number_of_readers_changes_nothing() {
    let tree = Tree::odd();
    for i in 0..300 {
        tree.file(&format!("more/{}/{i}", i % 7), "foo\nbar\n".repeat(i));
    }
    let one = tree.search(&["--no-ignore", "-j1", "foo", "."]);
    assert!(one.stdout.len() > 1_000_000);
    for readers in ["2", "7", "64"] {
        for workers in ["1", "2", "8"] {
            let mut command = tree.command(support::example("search"), "C.UTF-8");
            let many =
                run(command.env("CSP_WORKERS", workers).args(["--no-ignore", "-j", readers, "foo", "."]));
            assert_eq!(one.stdout, many.stdout, "{readers} readers, {workers} workers");
            assert_eq!(one.stderr, many.stderr, "{readers} readers, {workers} workers");
            assert_eq!(one.status, many.status, "{readers} readers, {workers} workers");
        }
    }
}

#[test]
fn standard_input_and_pipes() {
    let tree = Tree::new();
    tree.file("a", "foo\n");
    let mut command = tree.command(support::example("search"), "C.UTF-8");
    let mut child =
        command.args(["foo", "-", "a"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"bar\nfoo").unwrap();
    gives(child.wait_with_output().unwrap(), 0, "(standard input):2:foo\na:1:foo\n", "");

    let fifo = tree.0.join("fifo");
    if !make_fifo(&fifo) {
        println!("no `mkfifo` here: pipes are not tested");
        return;
    }
    gives(tree.search(&["--no-ignore", "foo", "."]), 0, "./a:1:foo\n", "");
    let writer = std::thread::spawn(move || fs::write(fifo, "foo\n").unwrap());
    gives(tree.search(&["foo", "a", "fifo"]), 0, "a:1:foo\nfifo:1:foo\n", "");
    writer.join().unwrap();
}

#[test]
fn a_closed_output_ends_the_search_quietly() {
    let tree = Tree::new();
    for i in 0..200 {
        tree.file(&format!("{i}"), "foo\n".repeat(20_000));
    }
    let mut command = tree.command(support::example("search"), "C.UTF-8");
    let mut child = command.args(["foo"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut output = child.stdout.take().unwrap();
    output.read_exact(&mut [0; 100]).unwrap();
    drop(output);
    gives(child.wait_with_output().unwrap(), 128 + 13, "", "");

    if let Ok(full) = fs::File::options().write(true).open("/dev/full") {
        let mut command = tree.command(support::example("search"), "C.UTF-8");
        let child = command.args(["foo"]).stdout(full).stderr(Stdio::piped()).spawn().unwrap();
        let said = "search: write error: No space left on device\n";
        gives(child.wait_with_output().unwrap(), 2, "", said);
    }
}

#[test]
fn the_output_file_is_not_searched() {
    let tree = Tree::new();
    tree.file("a", "foo\n");
    let output = fs::File::create(tree.0.join("out")).unwrap();
    let mut command = tree.command(support::example("search"), "C.UTF-8");
    let child = command.args(["foo", "."]).stdout(output).stderr(Stdio::piped()).spawn().unwrap();
    gives(child.wait_with_output().unwrap(), 2, "", "search: ./out: input file is also the output\n");
    assert_eq!(fs::read(tree.0.join("out")).unwrap(), b"./a:1:foo\n");
}

/// Lines in the order of their paths, each file's in the order they came.
fn by_path(lines: &[u8]) -> Vec<&[u8]> {
    let mut lines: Vec<&[u8]> = lines.split_inclusive(|&byte| byte == b'\n').collect();
    lines.sort_by_key(|line| line.split(|&byte| byte == b':').next().unwrap_or_default());
    lines
}

fn said(stderr: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(stderr).replace("grep: ", "search: ");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

#[test]
fn the_same_as_grep() {
    let version = Command::new("grep").arg("--version").output().map_or(Vec::new(), |output| output.stdout);
    if !version.starts_with(b"grep (GNU grep) 3.8") {
        println!("no GNU grep 3.8 here: nothing to compare with");
        return;
    }
    let tree = Tree::odd();
    let patterns = ["foo", "^foo", "foo$", "FOO", "^$", "^", "x*foo", "f..", "[^b]ar", "fo\\+\\|bar", "ø"];
    for locale in ["C", "C.UTF-8"] {
        for options in [&[][..], &["-i"], &["-c"], &["-l"], &["-ci"]] {
            for pattern in patterns {
                for paths in
                    [&["."][..], &["plain"], &["directory/", "plain", "missing"], &["link-to-directory"]]
                {
                    let mut grep = tree.command(Command::new("grep"), locale);
                    let grep = run(grep.arg("-rn").args(options).args(["-e", pattern]).args(paths));
                    // `\+` and `\|` of grep's basic expressions are `+` and `|` here.
                    let pattern = pattern.replace("\\+", "+").replace("\\|", "|");
                    let mut search = tree.command(support::example("search"), locale);
                    let search = run(search.arg("--no-ignore").args(options).arg(&pattern).args(paths));
                    let what = format!("{locale} {options:?} {pattern:?} {paths:?}");
                    assert!(by_path(&grep.stdout).concat() == search.stdout, "{what}: other lines");
                    assert_eq!(said(&grep.stderr), said(&search.stderr), "{what}");
                    assert_eq!(grep.status.code(), search.status.code(), "{what}");
                }
            }
        }
    }
}
