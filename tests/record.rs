//! What the recorder writes is a trace that viewers open, and each process has a span. Run with
//! `cargo test --test record --features record,tracing`.

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::{Arc, Mutex};

use csp::prelude::*;
use serde_json::Value;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber, field};

/// The tracks of processes.
const PROCESSES: u64 = 1;

fn trace() -> Vec<Value> {
    let mut text = Vec::new();
    csp::record::write_to(&mut text).unwrap();
    let trace: Value = serde_json::from_slice(&text).expect("it is JSON");
    trace["traceEvents"].as_array().expect("a list").clone()
}

fn track(event: &Value) -> (u64, u64) {
    (event["pid"].as_u64().unwrap(), event["tid"].as_u64().unwrap())
}

fn phase(event: &Value) -> &str {
    event["ph"].as_str().unwrap()
}

/// What holds of every trace: times go up, slices nest, and arrows have two ends, each in a slice.
fn check(events: &[Value]) {
    let mut last = 0.0;
    let mut open: HashMap<(u64, u64), u32> = HashMap::new();
    let mut arrows: BTreeMap<u64, Vec<(&str, f64)>> = BTreeMap::new();
    for event in events {
        if phase(event) == "M" {
            continue;
        }
        let at = event["ts"].as_f64().unwrap();
        assert!(at >= last, "{at} comes after {last}");
        last = at;
        let depth = open.entry(track(event)).or_default();
        match phase(event) {
            "B" => *depth += 1,
            "E" => *depth = depth.checked_sub(1).expect("a slice ends that began"),
            "i" => assert_eq!(*depth, 1, "a point is in a turn: {event}"),
            "s" | "f" => {
                assert_eq!(*depth, 1, "an arrow begins and ends in a turn: {event}");
                arrows.entry(event["id"].as_u64().unwrap()).or_default().push((phase(event), at));
            }
            other => panic!("what is a {other}?"),
        }
        assert!(*depth <= 1, "turns do not nest: {event}");
    }
    assert!(open.values().all(|depth| *depth == 0), "every slice ends");
    for (id, ends) in arrows {
        assert!(
            matches!(ends[..], [("s", sent), ("f", received)] if sent <= received),
            "arrow {id}: {ends:?}"
        );
    }
}

#[process]
fn numbers(out: Sender<u64>, most: u64) {
    for n in 0..most {
        out.send(n)?;
    }
}

#[process]
fn doubles(input: Receiver<u64>, out: Sender<u64>) {
    for n in input {
        out.send(2 * n)?;
    }
}

#[process]
fn sums(input: Receiver<u64>, never: Receiver<()>) -> u64 {
    let mut sum = 0;
    loop {
        select! {
            n = input.recv() => match n {
                Ok(n) => sum += n,
                Err(_) => return sum,
            },
            _ = <-never => unreachable!(),
        }
    }
}

/// The name of a process's track.
fn tracks(events: &[Value]) -> HashMap<u64, String> {
    let names = events.iter().filter(|event| phase(event) == "M" && event["pid"] == PROCESSES);
    names
        .filter(|event| event["name"] == "thread_name")
        .map(|event| (event["tid"].as_u64().unwrap(), event["args"]["name"].as_str().unwrap().to_owned()))
        .collect()
}

#[test]
fn every_value_is_an_arrow_between_the_right_processes() {
    let runtime = Runtime::builder().workers(2).build().unwrap();
    let _here = runtime.enter();
    let line = line!();
    let (out, input) = chan!(u64);
    let (twice, doubled) = chan!(u64; 4);
    let (keep, never) = chan!(());
    go!(numbers(out, 50));
    go!(doubles(input, twice));
    assert_eq!(go!(sums(doubled, never)).join().unwrap(), 50 * 49);
    drop(keep);
    // Not after the end: the rings are then others' to use.
    while runtime.live() > 0 {
        std::thread::yield_now();
    }
    let events = trace();
    check(&events);
    let tracks = tracks(&events);
    for (made, from, to) in [(line + 1, "numbers", "doubles"), (line + 2, "doubles", "sums")] {
        let channel = format!("u64 record.rs:{made} #");
        let of = |wanted: &str| -> Vec<&Value> {
            let ours = events.iter().filter(|event| phase(event) == wanted);
            ours.filter(|event| event["name"].as_str().unwrap().starts_with(&channel)).collect()
        };
        let (sends, receives) = (of("s"), of("f"));
        assert_eq!((sends.len(), receives.len()), (50, 50), "{from} to {to}");
        for (arrows, process) in [(sends, from), (receives, to)] {
            for arrow in arrows {
                let name = &tracks[&arrow["tid"].as_u64().unwrap()];
                assert!(name.starts_with(&format!("{process} record.rs:")), "{name}");
            }
        }
        let values = events.iter().filter(|event| event["name"] == "receives");
        let values = values.filter(|event| event["args"]["channel"].as_str().unwrap().starts_with(&channel));
        let values: Vec<u64> = values.map(|event| event["args"]["value"].as_u64().unwrap()).collect();
        assert_eq!(values, (0..50).collect::<Vec<_>>(), "they arrive in order");
    }
}

#[test]
fn turns_end_as_they_did() {
    let yields = go! {
        yield_now().await;
        sleep(Duration::from_millis(1)).await;
    };
    yields.join().unwrap();
    let place = format!("turns_end_as_they_did record.rs:{}", line!() - 5);
    loop {
        let events = trace();
        check(&events);
        let names = tracks(&events);
        let ends: Vec<&str> = events
            .iter()
            .filter(|event| phase(event) == "E" && event["pid"] == PROCESSES)
            .filter(|event| names[&event["tid"].as_u64().unwrap()].starts_with(&place))
            .map(|event| event["args"]["how"].as_str().unwrap())
            .collect();
        // The handle knows of the end a little before the ring does.
        if ends.last() == Some(&"ended") {
            assert_eq!(ends[..2], ["yielded", "parked"]);
            return;
        }
        assert!(matches!(ends[..], ["yielded", "parked", .., "running"]), "{ends:?}");
    }
}

/// More events than the rings hold, while somebody writes them down.
#[test]
fn rings_go_round_while_they_are_written() {
    let runtime = Runtime::builder().workers(3).build().unwrap();
    let _here = runtime.enter();
    let (_keep, never) = chan!(());
    let rounds: Vec<_> = (0..4)
        .map(|_| {
            let (out, input) = chan!(u64);
            let (twice, doubled) = chan!(u64; 2);
            go!(numbers(out, 8_000));
            go!(doubles(input, twice));
            go!(sums(doubled, never.clone()))
        })
        .collect();
    for _ in 0..2 {
        check(&trace());
    }
    for round in rounds {
        assert_eq!(round.join().unwrap(), 8_000 * 7_999);
    }
    check(&trace());
}

#[test]
fn a_trace_is_written_to_a_file() {
    let file = std::env::temp_dir().join(format!("csp-trace-{}.json", std::process::id()));
    go! { yield_now().await }.join().unwrap();
    csp::record::write(&file).unwrap();
    let trace: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert!(trace["traceEvents"].as_array().is_some_and(|events| !events.is_empty()));
    let missing = std::env::temp_dir().join("no such directory").join("trace.json");
    assert_eq!(csp::record::write(missing).unwrap_err().kind(), std::io::ErrorKind::NotFound);
}

/// What the next test starts.
#[test]
#[ignore = "a program that another test starts"]
fn panics() {
    let falls = go! {
        yield_now().await;
        panic!("it falls");
    };
    assert!(falls.join().is_err());
}

/// Runs it with this file for its trace, and gives what it says on standard error.
fn panicked_into(file: &Path) -> String {
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "panics", "--nocapture"])
        .env("CSP_RECORD_FILE", file)
        .output()
        .unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{errors}");
    errors
}

#[test]
fn a_panic_leaves_a_trace() {
    let file = std::env::temp_dir().join(format!("csp-panic-{}.json", std::process::id()));
    let errors = panicked_into(&file);
    assert!(errors.contains("csp: the last events are in "), "{errors}");
    let trace: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    std::fs::remove_file(&file).unwrap();
    let events = trace["traceEvents"].as_array().unwrap();
    check(events);
    let fall = events.iter().find(|event| event["name"] == "panics").expect("the panic is there");
    assert!(tracks(events)[&fall["tid"].as_u64().unwrap()].starts_with("panics record.rs:"));
    let missing = std::env::temp_dir().join("no such directory").join("trace.json");
    let errors = panicked_into(&missing);
    let said = format!("csp: the last events could not be written: `CSP_RECORD_FILE` is {missing:?}: ");
    assert!(errors.contains(&said), "{errors}");
}

#[process]
fn passes(input: Receiver<u64>, out: Sender<u64>) {
    for n in input {
        out.send(n)?;
    }
}

/// What the next test starts: two that wait for each other's word.
#[test]
#[ignore = "a program that another test starts"]
fn gets_stuck() {
    let runtime = Runtime::builder().workers(1).build().unwrap();
    let _here = runtime.enter();
    let (one, from_one) = chan!(u64);
    let (two, from_two) = chan!(u64);
    go!(passes(from_one, two));
    go!(passes(from_two, one));
    // Until the parent kills it.
    loop {
        std::thread::park();
    }
}

#[test]
fn a_deadlock_leaves_a_trace() {
    let file = std::env::temp_dir().join(format!("csp-stuck-{}.json", std::process::id()));
    let mut child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "gets_stuck", "--nocapture"])
        .env("CSP_RECORD_FILE", &file)
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let errors = BufReader::new(child.stderr.take().unwrap());
    let mut errors = errors.lines().map(Result::unwrap);
    assert!(errors.any(|line| line.starts_with("csp: deadlock: 2 processes")), "it is reported");
    assert!(errors.any(|line| line.starts_with("csp: the last events are in ")), "it says where they are");
    child.kill().unwrap();
    child.wait().unwrap();
    let trace: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    std::fs::remove_file(&file).unwrap();
    let events = trace["traceEvents"].as_array().unwrap();
    check(events);
    let parked = |event: &&Value| phase(event) == "E" && event["args"]["how"] == "parked";
    let names = tracks(events);
    for event in events.iter().filter(|event| event["pid"] == PROCESSES).filter(parked) {
        assert!(names[&event["tid"].as_u64().unwrap()].starts_with("passes record.rs:"));
    }
    assert_eq!(names.len(), 2);
}

/// Keeps what it is told of spans with our target.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<Span>>>);

#[derive(Clone, Debug, Default)]
struct Span {
    fields: BTreeMap<&'static str, String>,
    entered: usize,
    left: usize,
}

struct Fields<'a>(&'a mut BTreeMap<&'static str, String>);

impl field::Visit for Fields<'_> {
    fn record_debug(&mut self, field: &field::Field, value: &dyn std::fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

impl Subscriber for Spans {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "csp::process"
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut new = Span::default();
        span.record(&mut Fields(&mut new.fields));
        let mut spans = self.0.lock().unwrap();
        spans.push(new);
        Id::from_u64(spans.len() as u64)
    }

    fn enter(&self, span: &Id) {
        self.0.lock().unwrap()[span.into_u64() as usize - 1].entered += 1;
    }

    fn exit(&self, span: &Id) {
        self.0.lock().unwrap()[span.into_u64() as usize - 1].left += 1;
    }

    fn record(&self, _span: &Id, _values: &Record<'_>) {}
    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}
    fn event(&self, _event: &Event<'_>) {}
}

#[process]
fn turns(count: usize) {
    for _ in 0..count {
        yield_now().await;
    }
}

#[test]
fn a_process_is_in_a_span() {
    let spans = Spans::default();
    let line = line!() + 1;
    let turns = tracing::subscriber::with_default(spans.clone(), || go!(turns(3)));
    turns.join().unwrap();
    // The end of the process, and of its span, comes after its last turn.
    let span = spans.0.lock().unwrap()[0].clone();
    assert_eq!(span.fields["name"], "turns");
    assert!(span.fields["started"].starts_with(&format!("tests/record.rs:{line}:")), "{span:?}");
    // Four turns, and once more to be dropped.
    assert_eq!((span.entered, span.left), (5, 5));
}
