//! What matches in a file, by the rules of GNU grep 3.8 .
//!
//! * A NUL byte makes a file binary from the block on in which it is read. Lines that matched in the blocks
//!   before have been printed; from there on a match ends the file with one message on standard error,
//!   and NULs count as line ends.
//! * In a UTF-8 locale a line that is no UTF-8 is not printed, and at the end of its file comes the same
//!   message; the file's other lines are printed. In any other locale, such as C, every byte is a character.
//! * The last line of a file may lack its line end, and gets one when it is printed. A carriage return
//!   is a character like others.
//!
//! A block is what grep reads at once: 96 KiB, less the pages that an unfinished line takes. Not the same:
//! * grep asks the file system for holes, and takes a sparse file for binary from its first line on;
//! * how many pages an unfinished line of some thousand bytes takes depends there on where the memory lies,
//!   and grep keeps a buffer that has grown: a block may end elsewhere, which shows only if there is a NUL in it.
use memchr::{memchr, memchr_iter, memrchr};
use regex::bytes::Regex;
use std::io::{self, Read, Write};
use std::ops::{ControlFlow, Range};

const PAGE: usize = 4096;
const BLOCK: usize = 96 * 1024;

/// What to print of the lines that match.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Show {
    Lines,
    Counts,
    Names,
}

/// A file's unfinished line, and behind it room for the next block. Used again for file after file.
#[derive(Clone)]
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    /// `line..end` is what was read and not searched yet, because its line is unfinished.
    line: usize,
    end: usize,
}

impl Buffer {
    fn new() -> Buffer {
        Buffer { bytes: vec![0; PAGE + BLOCK], line: PAGE, end: PAGE }
    }

    /// The buffer itself, to be filled elsewhere and put back; what stays is none.
    pub(crate) fn lend(&mut self) -> Buffer {
        std::mem::replace(self, Buffer { bytes: Vec::new(), line: 0, end: 0 })
    }

    /// For the next file. The room that a very long line took is given back.
    fn clear(&mut self) {
        if self.bytes.len() > PAGE + BLOCK {
            *self = Buffer::new();
        }
        (self.line, self.end) = (PAGE, PAGE);
    }

    /// Reads once: as much as there is room for. Zero is the end of the file.
    pub(crate) fn fill(&mut self, file: &mut dyn Read) -> io::Result<usize> {
        if self.bytes.len() - self.end < PAGE {
            let unfinished = self.end - self.line;
            // The block starts at a page, as grep's does.
            let start = (unfinished + 1).next_multiple_of(PAGE);
            if self.bytes.len() - start < PAGE {
                self.bytes.resize(self.bytes.len() + (self.bytes.len() / 2).next_multiple_of(PAGE), 0);
            }
            self.bytes.copy_within(self.line..self.end, start - unfinished);
            (self.line, self.end) = (start - unfinished, start);
        }
        let room = (self.bytes.len() - self.end) / PAGE * PAGE;
        loop {
            match file.read(&mut self.bytes[self.end..self.end + room]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => return other,
            }
        }
    }
}

/// Searches one file after the other.
#[derive(Clone)]
pub(crate) struct Scanner {
    pub(crate) buffer: Buffer,
    regex: Regex,
    show: Show,
    utf8: bool,
    names_files: bool,
    // Of the file that is being searched:
    prefix: Vec<u8>,
    line_number: u64,
    matched: u64,
    /// Set when a NUL was seen: how many lines had matched before.
    binary_after: Option<u64>,
    not_text: bool,
}

impl Scanner {
    pub(crate) fn new(regex: Regex, show: Show, utf8: bool, names_files: bool) -> Scanner {
        Scanner {
            buffer: Buffer::new(),
            regex,
            show,
            utf8,
            names_files,
            prefix: Vec::new(),
            line_number: 1,
            matched: 0,
            binary_after: None,
            not_text: false,
        }
    }

    /// Whether the output holds lines of the files.
    pub(crate) fn prints_lines(&self) -> bool {
        self.show == Show::Lines
    }

    /// Forgets the file before.
    pub(crate) fn begin(&mut self, name: &[u8]) {
        self.buffer.clear();
        self.prefix.clear();
        if self.names_files {
            self.prefix.extend_from_slice(name);
            self.prefix.push(b':');
        }
        (self.line_number, self.matched) = (1, 0);
        (self.binary_after, self.not_text) = (None, false);
    }

    /// Searches the lines that the last `fill` completed; `read` is what it returned. `Break`: the rest of
    /// the file makes no difference.
    pub(crate) fn scan(&mut self, read: usize, text: &mut Vec<u8>) -> ControlFlow<()> {
        let Buffer { bytes, line, end } = &mut self.buffer;
        if read == 0 {
            if line == end {
                return ControlFlow::Continue(());
            }
            // `fill` leaves a page of room.
            bytes[*end] = b'\n';
            let rest = *line..*end + 1;
            *line = *end;
            return self.lines(rest, text);
        }
        let block = &mut bytes[*end..*end + read];
        if self.binary_after.is_none() && memchr(0, block).is_some() {
            self.binary_after = Some(self.matched);
        }
        if self.binary_after.is_some() {
            for byte in block.iter_mut().filter(|byte| **byte == 0) {
                *byte = b'\n';
            }
        }
        let last = memrchr(b'\n', block).map(|at| *end + at + 1);
        *end += read;
        match last {
            Some(last) => {
                let complete = *line..last;
                *line = last;
                self.lines(complete, text)
            }
            None => ControlFlow::Continue(()),
        }
    }

    /// Searches whole lines, each with its end.
    fn lines(&mut self, range: Range<usize>, text: &mut Vec<u8>) -> ControlFlow<()> {
        let lines = &self.buffer.bytes[range];
        let first_is_enough = match self.show {
            Show::Names => true,
            Show::Lines => self.binary_after.is_some(),
            Show::Counts => false,
        };
        let (mut from, mut numbered) = (0, 0);
        // No match reaches over the end of a line, so where the first one ends is in the first line that has one.
        while let Some(inside) = self.regex.shortest_match_at(lines, from) {
            if inside == lines.len() {
                break; // The empty match behind the last line.
            }
            let start = memrchr(b'\n', &lines[from..inside]).map_or(from, |at| from + at + 1);
            let end = memchr(b'\n', &lines[inside..]).map_or(lines.len(), |at| inside + at + 1);
            from = end;
            self.matched += 1;
            if first_is_enough {
                return ControlFlow::Break(());
            }
            if self.show == Show::Counts {
                continue;
            }
            if self.utf8 && !is_text(&lines[start..end - 1]) {
                self.not_text = true;
                continue;
            }
            self.line_number += memchr_iter(b'\n', &lines[numbered..start]).count() as u64;
            numbered = start;
            text.extend_from_slice(&self.prefix);
            let _ = write!(text, "{}:", self.line_number);
            text.extend_from_slice(&lines[start..end]);
        }
        self.line_number += memchr_iter(b'\n', &lines[numbered..]).count() as u64;
        ControlFlow::Continue(())
    }

    /// What is printed after the file's lines; whether there was a match; whether it was one in binary data.
    pub(crate) fn finish(&mut self, name: &[u8], text: &mut Vec<u8>) -> (bool, bool) {
        match self.show {
            Show::Lines => {}
            Show::Counts => {
                text.extend_from_slice(&self.prefix);
                let _ = writeln!(text, "{}", self.matched);
            }
            Show::Names if self.matched > 0 => {
                text.extend_from_slice(name);
                text.push(b'\n');
            }
            Show::Names => {}
        }
        let binary = self.not_text || self.binary_after.is_some_and(|before| before < self.matched);
        (self.matched > 0, binary && self.show == Show::Lines)
    }
}

/// Whether a line is UTF-8. As the C library does, this takes what would be a character if Unicode had more of
/// them, in four to six bytes, for one.
fn is_text(mut line: &[u8]) -> bool {
    loop {
        let Err(error) = std::str::from_utf8(line) else { return true };
        line = &line[error.valid_up_to()..];
        let (length, least) = match line[0] {
            0xf4..=0xf7 => (4, 0x80),
            0xf8 => (5, 0x88),
            0xf9..=0xfb => (5, 0x80),
            0xfc => (6, 0x84),
            0xfd => (6, 0x80),
            _ => return false,
        };
        match line.get(1..length) {
            Some(more) if more[0] >= least && more.iter().all(|byte| byte & 0xc0 == 0x80) => {
                line = &line[length..]
            }
            _ => return false,
        }
    }
}
