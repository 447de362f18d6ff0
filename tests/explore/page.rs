//! The programs of `docs/testing.md`, which a doc test only compiles, run here.

use csp::prelude::*;
use csp::time::advance;

#[process]
fn counter(add: Receiver<u64>, sum: Sender<u64>) {
    let mut total = 0;
    for n in add {
        total += n;
    }
    sum.send(total)?;
}

#[csp::test(schedules = 1_000)]
fn all_is_counted() {
    let (add, adds) = chan!(u64);
    let (sum, sums) = chan!(u64);
    go!(counter(adds, sum));
    for n in 1..=3 {
        let add = add.clone();
        go! { add <- n; };
    }
    drop(add);
    assert_eq!(sums.recv()?, 6);
}

#[csp::test]
fn a_reminder_comes_after_an_hour() {
    let (reminder, reminders) = chan!(&str; 1);
    go! {
        sleep(Duration::from_secs(3600)).await;
        reminder <- "tea";
    };
    advance(Duration::from_secs(3599)).await;
    assert!(reminders.try_recv().is_err());
    advance(Duration::from_secs(1)).await;
    assert_eq!(reminders.try_recv(), Ok("tea"));
}

#[test]
fn the_page_has_these_programs() {
    let page = include_str!("../../docs/testing.md");
    let here = include_str!("page.rs");
    let programs: Vec<&str> =
        page.split("```rust\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert_eq!(programs.len(), 2);
    for program in programs {
        let items = program.split("\n\n").filter(|item| !item.starts_with("use "));
        for item in items {
            assert!(here.contains(item.trim()), "{item}");
        }
    }
}
