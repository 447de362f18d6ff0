//! What every exhibit must show, and that `README.md` lists all of them.

use csp::explore::{Explore, Failure, FailureKind};

/// A schedule of more steps has no end. The longest one of a program here takes about a hundred.
const STEPS: u64 = 1_000;

/// How often a bug shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shows {
    /// Under every schedule: any run of the program would tell.
    Always,
    /// Under some schedules, and not under others.
    Sometimes,
}

/// How many schedules a mended program must pass: so many, or as `CSP_MUSEUM_SCHEDULES` says.
fn schedules() -> u64 {
    match std::env::var("CSP_MUSEUM_SCHEDULES") {
        Ok(number) => number.parse().expect("`CSP_MUSEUM_SCHEDULES` is a number of schedules"),
        Err(_) => 10_000,
    }
}

/// The bug is found within 1,000 schedules, replays 100 times out of 100, and is not in the mended program.
/// Where it is called is where the body is said to start, in every report.
#[track_caller]
pub(crate) fn show<B, M>(name: &str, kind: FailureKind, shows: Shows, buggy: fn() -> B, mended: fn() -> M)
where
    B: IntoFuture<Output = ()>,
    B::IntoFuture: Send + 'static,
    M: IntoFuture<Output = ()>,
    M::IntoFuture: Send + 'static,
{
    let failure = Explore::new().steps(STEPS).schedules(1_000).run(buggy).expect_err("the bug is found");
    assert_eq!(failure.kind(), kind, "{failure}");
    for _ in 0..100 {
        let again = Explore::new().steps(STEPS).replay(failure.replay(), buggy).expect_err("it replays");
        assert_eq!(again.kind(), kind, "{again}");
        assert_eq!((again.text(), again.trace()), (failure.text(), failure.trace()));
    }
    assert_eq!(shows, shows_in(&failure, buggy), "{failure}");
    if let Err(failure) = Explore::new().steps(STEPS).schedules(schedules()).run(mended) {
        panic!("the mended program fails: {failure}\n{}", failure.trace());
    }
    println!("`{name}`, {} switches: {failure}", failure.switches());
}

/// Whether there is a schedule that passes, if the first one that fails is this.
fn shows_in<B>(failure: &Failure, buggy: fn() -> B) -> Shows
where
    B: IntoFuture<Output = ()>,
    B::IntoFuture: Send + 'static,
{
    let passes = |seed| Explore::new().steps(STEPS).seed(seed).schedules(1).run(buggy).is_ok();
    if failure.schedules() > 1 || (1..50).any(passes) { Shows::Sometimes } else { Shows::Always }
}

/// The test of the two programs `buggy` and `mended` beside it: which kind of failure the bug is, and how often it shows.
macro_rules! exhibit {
    ($kind:ident, $shows:ident) => {
        #[test]
        fn is_found_and_mended() {
            let name = module_path!().rsplit("::").next().unwrap_or_default();
            crate::exhibit::show(
                name,
                csp::explore::FailureKind::$kind,
                crate::exhibit::Shows::$shows,
                buggy,
                mended,
            );
        }
    };
}
pub(crate) use exhibit;

/// The name, the kind and the frequency of every exhibit in a source.
fn exhibits(source: &str) -> Vec<[String; 3]> {
    let mut found = Vec::new();
    let mut name = "";
    for line in source.lines() {
        if let Some(module) = line.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(" {")) {
            name = module;
        }
        if let Some(rest) = line.trim().strip_prefix("exhibit!(").and_then(|rest| rest.strip_suffix(");")) {
            let (kind, shows) = rest.split_once(", ").expect("a kind and how often it shows");
            found.push([format!("`{name}`"), kind.into(), shows.to_lowercase()]);
        }
    }
    found
}

#[test]
fn the_readme_lists_every_exhibit() {
    let sources = [
        include_str!("requests.rs"),
        include_str!("pipelines.rs"),
        include_str!("locks.rs"),
        include_str!("resources.rs"),
        include_str!("mixed.rs"),
        include_str!("signals.rs"),
        include_str!("atomicity.rs"),
        include_str!("invariants.rs"),
        include_str!("order.rs"),
        include_str!("delivery.rs"),
        include_str!("endings.rs"),
        include_str!("timers.rs"),
    ];
    let exhibits: Vec<_> = sources.into_iter().flat_map(exhibits).collect();
    let rows = include_str!("README.md").lines().filter(|line| line.starts_with("| `"));
    let listed: Vec<_> = rows
        .map(|row| {
            let mut cells = row.split('|').skip(1).map(|cell| cell.trim().to_owned());
            std::array::from_fn(|_| cells.next().expect("a row has a name, a kind, and how often it shows"))
        })
        .collect::<Vec<[String; 3]>>();
    assert_eq!(exhibits, listed);
    let always = exhibits.iter().filter(|exhibit| exhibit[2] == "always").count();
    assert!(exhibits.len() >= 40, "{} exhibits", exhibits.len());
    assert!(3 * always <= exhibits.len(), "{always} of {} need no search", exhibits.len());
}
