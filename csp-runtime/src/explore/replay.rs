//! A schedule as a text that can be handed on: `2/test/shape/path`.
//!
//! 2 is the version of this format, and behind it is how the clock goes: nothing if it stands still while a process is ready, `s` if
//! steps may be slow, `t` if timers compete. In version 1 the clock always stood still, and processes that yielded were passed
//! over. The shape is a digest of all that there was to decide: another program, or another course
//! of the same one, has another. The path lists the decisions that were not for the first alternative, in base 36: how many
//! others came before each, and after a dot which alternative it took, unless that was the second.

use std::fmt::Write as _;

use crate::sched::sim::Timers;

const VERSION: &str = "2";
/// What stands behind the version.
const CLOCKS: [(&str, Timers); 3] = [("", Timers::Wait), ("s", Timers::Slow), ("t", Timers::Compete)];

/// A schedule of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Schedule {
    pub(super) timers: Timers,
    pub(super) test: String,
    pub(super) shape: u32,
    pub(super) path: Vec<u32>,
}

impl Schedule {
    pub(super) fn to_text(&self) -> String {
        let mut path = String::new();
        let mut gap = 0;
        for &taken in &self.path {
            if taken == 0 {
                gap += 1;
                continue;
            }
            if !path.is_empty() {
                path.push('-');
            }
            number(&mut path, gap);
            if taken > 1 {
                path.push('.');
                number(&mut path, taken);
            }
            gap = 0;
        }
        let clock = CLOCKS.iter().find(|(_, timers)| *timers == self.timers).map_or("", |(clock, _)| clock);
        format!("{VERSION}{clock}/{}/{:08x}/{path}", self.test, self.shape)
    }

    /// `Err` says what is wrong.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let parts: Vec<&str> = text.split('/').collect();
        let &[version, test, shape, path] = parts.as_slice() else {
            return Err(format!(
                "`{text}` is no schedule; copy it as it was printed, with its four parts and the `/` between them"
            ));
        };
        let clock = version.strip_prefix(VERSION);
        let Some(&(_, timers)) = CLOCKS.iter().find(|(known, _)| clock == Some(*known)) else {
            return Err(format!(
                "this schedule is of version `{version}`, and this csp reads version {VERSION}"
            ));
        };
        let wrong = || format!("`{text}` is no schedule; copy it as it was printed");
        let parsed = |digits: &str, radix: u32| {
            // The parser would take a sign.
            let plain = digits.bytes().all(|digit| digit.is_ascii_alphanumeric());
            u32::from_str_radix(digits, radix).ok().filter(|_| plain).ok_or_else(wrong)
        };
        let shape = parsed(shape, 16)?;
        let mut taken = Vec::new();
        for step in path.split('-').filter(|_| !path.is_empty()) {
            let (gap, which) = step.split_once('.').unwrap_or((step, "1"));
            let (gap, which) = (parsed(gap, 36)? as usize, parsed(which, 36)?);
            if gap >= MOST.saturating_sub(taken.len()) || which == 0 {
                return Err(wrong());
            }
            taken.resize(taken.len() + gap, 0);
            taken.push(which);
        }
        Ok(Self { timers, test: test.to_owned(), shape, path: taken })
    }
}

/// No run decides that often: a text that says so is broken, and is not worth the memory.
const MOST: usize = 1 << 24;

fn number(text: &mut String, n: u32) {
    if n >= 36 {
        number(text, n / 36);
    }
    let digit = char::from_digit(n % 36, 36).expect("below 36");
    let _ = write!(text, "{digit}");
}

#[cfg(test)]
mod tests {
    use super::{CLOCKS, Schedule, Timers};

    #[test]
    fn a_schedule_is_read_as_it_was_written() {
        for path in
            [vec![], vec![1], vec![0, 0, 2], vec![1, 1, 0, 36, 0, 0, 1], [vec![0; 1300], vec![37]].concat()]
        {
            for (_, timers) in CLOCKS {
                let schedule = Schedule { timers, test: "a::b".into(), shape: 0xbeef, path: path.clone() };
                assert_eq!(Schedule::parse(&schedule.to_text()), Ok(schedule));
            }
        }
        let text =
            |timers| Schedule { timers, test: "t".into(), shape: 1, path: vec![0, 1, 0, 0, 2, 1] }.to_text();
        assert_eq!(text(Timers::Wait), "2/t/00000001/1-2.2-0");
        assert_eq!(text(Timers::Compete), "2t/t/00000001/1-2.2-0");
    }

    #[test]
    fn what_is_no_schedule_is_refused() {
        let wrong = " 2 2/t/x/ 2/t/+1/ 2/t/0/! 2/t/0/+1 2/t/0/1--1 2/t/0/1.0 2/t/0/zzzzzz 2/t/0/1/2";
        for wrong in wrong.split(' ') {
            assert!(Schedule::parse(wrong).unwrap_err().contains("no schedule"), "{wrong}");
        }
        // Each step may be; all together are too many.
        let long = format!("2/t/0/{}", ["zzzz"; 11].join("-"));
        assert!(Schedule::parse(&long).unwrap_err().contains("no schedule"));
        for version in ["1", "3", "2x", "s", ""] {
            let refused = Schedule::parse(&format!("{version}/t/0/")).unwrap_err();
            assert!(refused.contains(&format!("version `{version}`")), "{refused}");
        }
    }
}
