//! A program seen from outside: what a snapshot says of processes and channels, its forms, and the signal that asks for one.

mod holders;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use csp::inspect::{ChannelInfo, ProcessInfo, ProcessState, Side, Snapshot, WaitKind, snapshot};
use csp::prelude::*;
use serde_json::Value;

fn runtime() -> Runtime {
    Runtime::builder().workers(2).name("seen").build().unwrap()
}

/// Looks until all processes of the runtime wait, so many that there are, and two looks see the same: one alone is not of one
/// instant.
fn when_all_wait(runtime: &Runtime, processes: usize) -> Snapshot {
    let mut before = String::new();
    loop {
        let seen = runtime.snapshot();
        let parked = seen.processes.iter().filter(|p| p.state == ProcessState::Parked);
        if parked.count() == processes {
            let now = format!("{:?} {:?}", seen.processes, seen.channels);
            if before == now {
                return seen;
            }
            before = now;
        }
        std::thread::yield_now();
    }
}

fn made_at(seen: &Snapshot, line: u32) -> &ChannelInfo {
    seen.channels.iter().find(|c| c.made.line() == line && c.made.file() == file!()).expect("it is seen")
}

fn waits(process: &ProcessInfo, kind: WaitKind) -> bool {
    process.wait.as_ref().is_some_and(|wait| wait.kind == kind)
}

#[process]
fn feeds(out: Sender<String>, count: usize) {
    for n in 0..count {
        out.send(n.to_string())?;
    }
}

#[process]
fn takes(input: Receiver<String>, most: usize, done: Receiver<()>) {
    for _ in 0..most {
        input.recv()?;
    }
    done.recv()?;
}

#[process]
fn chooses(one: Receiver<u8>, two: Sender<u16>, over: Receiver<()>) {
    select! {
        _ = <-one => {}
        two <- 1 => {}
        <-over => {}
    }
}

#[test]
fn who_waits_where_and_what_has_passed() {
    let runtime = runtime();
    let _here = runtime.enter();
    let line = line!();
    let (out, input) = chan!(String; 3);
    let (end, done) = chan!(());
    let (_keep, one) = chan!(u8);
    let (two, _nobody) = chan!(u16);
    let others: Vec<_> = (0..2).map(|_| input.clone()).collect();
    go!(feeds(out, 20));
    go!(takes(input, 10, done.clone()));
    go!(chooses(one, two, done));
    let seen = when_all_wait(&runtime, 3);

    let strings = made_at(&seen, line + 1);
    assert_eq!((strings.type_name.as_str(), strings.capacity, strings.len), ("String", Some(3), 3));
    assert_eq!((strings.passed, strings.senders.ends, strings.receivers.ends), (10, 1, 3));
    let [feeder] = strings.senders.waiting[..] else { panic!("one waits to send: {strings:?}") };
    let feeder = seen.processes.iter().find(|p| p.id == feeder).unwrap();
    assert_eq!(feeder.name, "feeds");
    assert_eq!(feeder.wait.as_ref().unwrap().channels, [(strings.id, Side::Send)]);
    let taker = seen.processes.iter().find(|p| p.name == "takes").unwrap();
    assert_eq!(strings.receivers.users, [taker.id], "it was seen there last");
    assert!(strings.receivers.waiting.is_empty() && waits(taker, WaitKind::Receive));

    let over = made_at(&seen, line + 2);
    assert_eq!((over.capacity, over.passed, over.receivers.waiting.len()), (Some(0), 0, 2));
    let chooser = seen.processes.iter().find(|p| p.name == "chooses").unwrap();
    assert!(waits(chooser, WaitKind::Select));
    let mut on = chooser.wait.as_ref().unwrap().channels.clone();
    on.sort();
    let (one, two) = (made_at(&seen, line + 3), made_at(&seen, line + 4));
    let mut expected = vec![(one.id, Side::Receive), (two.id, Side::Send), (over.id, Side::Receive)];
    expected.sort();
    assert_eq!(on, expected);

    // A thread waits, too; it is no process.
    let thread = std::thread::spawn(move || others[0].recv_blocking().is_ok());
    assert!(thread.join().unwrap(), "a value was there");
    drop(end);
    while runtime.live() > 0 {
        std::thread::yield_now();
    }
    assert!(runtime.snapshot().processes.is_empty());
}

#[process]
fn loops(input: Receiver<u8>, handle: Handle<()>) {
    for _ in input {}
    for _ in handle {}
}

/// What a macro writes for a loop has the place of the loop.
#[test]
fn a_loop_waits_where_it_is_written() {
    let runtime = runtime();
    let _here = runtime.enter();
    let (tx, rx) = chan!(u8);
    let lines: Vec<usize> = (1..)
        .zip(include_str!("main.rs").lines())
        .filter(|(_, l)| l.starts_with("    for _ in ") && l.ends_with("{}"))
        .map(|(n, _)| n)
        .take(2)
        .collect();
    let sleeper = go!(sleeps());
    go!(loops(rx, sleeper));
    let mut tx = Some(tx);
    for (line, kind) in lines.into_iter().zip([WaitKind::Receive, WaitKind::Select]) {
        let seen = loop {
            let seen = when_all_wait(&runtime, 2);
            let process = seen.processes.iter().find(|p| p.name == "loops").unwrap().clone();
            if waits(&process, kind) {
                break process;
            }
        };
        let place = seen.wait.unwrap().place.unwrap();
        assert_eq!((place.file(), place.line() as usize), (file!(), line));
        tx.take();
    }
}

#[test]
fn a_thread_that_waits_counts_as_another() {
    let (tx, rx) = csp::bounded::<u32>(0);
    let line = line!() - 1;
    let thread = std::thread::spawn(move || rx.recv_blocking());
    while made_at(&snapshot(), line).receivers.others_waiting != 1 {
        std::thread::yield_now();
    }
    tx.send_blocking(5).unwrap();
    assert_eq!(thread.join().unwrap(), Ok(5));
    let seen = snapshot();
    let channel = made_at(&seen, line);
    assert_eq!((channel.passed, channel.receivers.ends, channel.senders.ends), (1, 0, 1));
    drop(tx);
    assert!(!snapshot().channels.iter().any(|c| c.made.line() == line && c.made.file() == file!()));
}

#[process]
fn sleeps() {
    sleep(Duration::from_secs(3_600)).await;
}

#[test]
fn what_else_a_process_waits_for() {
    let runtime = runtime();
    let _here = runtime.enter();
    let sleeper = go!(sleeps());
    let joiner = go! { sleeper.await };
    let seen = when_all_wait(&runtime, 2);
    let sleeper = seen.processes.iter().find(|p| waits(p, WaitKind::Sleep)).unwrap();
    let waiting = seen.processes.iter().find(|p| waits(p, WaitKind::Join)).unwrap();
    assert_eq!(waiting.wait.as_ref().unwrap().process, Some(sleeper.id));
    assert_eq!((waiting.name.as_str(), sleeper.name.as_str()), ("what_else_a_process_waits_for", "sleeps"));
    assert!(seen.to_string().contains("waits for the end of the process started at"));
    assert!(seen.to_dot().contains("awaits") && seen.to_mermaid().contains("awaits"));
    drop(joiner);
}

#[test]
fn many_alike_are_one_line_and_one_node() {
    let runtime = runtime();
    let _here = runtime.enter();
    let (tx, rx) = chan!(String);
    let (keep, done) = chan!(());
    for _ in 0..1_000 {
        go!(takes(rx.clone(), 1, done.clone()));
    }
    let seen = when_all_wait(&runtime, 1_000);
    let text = seen.to_string();
    assert!(text.contains("1,000 × takes, started at"), "{text}");
    assert!(text.lines().count() < 20, "{text}");
    // The queue is longer than what is looked at; who waits with a plain receive is known all the same.
    assert_eq!(seen.channels.iter().map(|c| c.receivers.waiting.len()).max(), Some(1_000));
    assert!(seen.to_dot().contains("1,000 × takes") && seen.to_dot().lines().count() < 20);
    drop((tx, keep));
}

/// The documented schema: each member is there and has its type.
#[test]
fn the_json_is_what_is_documented() {
    let runtime = runtime();
    let _here = runtime.enter();
    let (two, _kept) = chan!(u16);
    let (_one, one) = chan!(u8; 7);
    let (end, over) = csp::unbounded();
    go!(chooses(one, two, over));
    when_all_wait(&runtime, 1);
    let json: Value = serde_json::from_str(&runtime.snapshot().to_json()).expect("it is JSON");
    assert_eq!((&json["format"], &json["version"]), (&"csp-snapshot".into(), &1.into()));
    assert_eq!(json["runtimes"][0]["name"], "seen");
    let counters = json["runtimes"][0]["counters"].as_object().unwrap();
    let documented = include_str!("../../docs/inspect.md");
    for (name, value) in counters {
        assert!(documented.contains(&format!("| `{name}` |")), "`{name}` is not documented");
        assert!(value.is_u64());
    }
    assert_eq!(
        (&counters["workers"], &counters["processes_parked"], &counters["processes_started"]),
        (&2.into(), &1.into(), &1.into())
    );
    let process = &json["processes"][0];
    assert_eq!(
        (&process["name"], &process["state"], &process["runtime"]),
        (&"chooses".into(), &"parked".into(), &0.into())
    );
    assert_eq!(process["started"]["file"], file!());
    assert_eq!(process["wait"]["kind"], "select");
    assert_eq!(process["wait"]["channels"].as_array().unwrap().len(), 3);
    assert!(process["wait"]["process"].is_null());
    let holds = process["holds"].as_array().unwrap();
    assert!(holds.len() == 3 && holds.iter().all(|end| end["id"].is_u64() && end["side"].is_string()));
    let channels = json["channels"].as_array().unwrap();
    let of = |name: &str| channels.iter().find(|c| c["type"] == name).unwrap();
    assert_eq!(
        (&of("u8")["capacity"], &of("()")["capacity"], &of("u16")["capacity"]),
        (&7.into(), &Value::Null, &0.into())
    );
    for channel in channels {
        assert!(channel["id"].is_u64() && channel["made"]["line"].is_u64() && channel["closed"] == false);
        assert!(channel["len"] == 0 && channel["passed"] == 0);
        for side in ["senders", "receivers"] {
            let side = &channel[side];
            assert!(side["ends"].is_u64() && side["others_waiting"] == 0 && side["more_waiting"] == false);
            assert!(side["waiting"].is_array() && side["users"].is_array() && side["holders"].is_array());
        }
    }
    drop(end);
}

/// Channels and processes come and go on all sides while several look.
#[test]
fn it_is_looked_at_while_it_runs() {
    let runtime = runtime();
    let over = Arc::new(AtomicBool::new(false));
    let lookers: Vec<_> = (0..2)
        .map(|_| {
            let over = over.clone();
            std::thread::spawn(move || {
                let mut looks = 0;
                while !over.load(Ordering::Relaxed) || looks < 3 {
                    let seen = snapshot();
                    for channel in &seen.channels {
                        assert!(!channel.type_name.is_empty() && channel.made.line() > 0);
                    }
                    serde_json::from_str::<Value>(&seen.to_json()).expect("it is JSON");
                    looks += 1;
                }
            })
        })
        .collect();
    let _here = runtime.enter();
    let rounds: Vec<_> = (0..4)
        .map(|_| {
            go! {
                let mut sum = 0;
                for n in 0..500 {
                    let (tx, rx) = chan!(Box<usize>; n % 3);
                    go! {
                        tx <- Box::new(n);
                    };
                    sum += *rx.recv().expect("it is sent");
                    if n % 100 == 0 {
                        sum += snapshot().processes.len().min(1);
                    }
                }
                sum
            }
        })
        .collect();
    for round in rounds {
        assert_eq!(round.join().unwrap(), 500 * 499 / 2 + 5);
    }
    over.store(true, Ordering::Relaxed);
    lookers.into_iter().for_each(|looker| looker.join().unwrap());
}

#[test]
fn at_a_panic_and_at_the_end() {
    static SEEN: Mutex<Option<Snapshot>> = Mutex::new(None);
    let runtime = Runtime::builder().workers(2).name("ending").build().unwrap();
    let _here = runtime.enter();
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| *SEEN.lock().unwrap() = Some(snapshot())));
    let panics = go! { panic!("it is looked at") };
    assert!(panics.join().is_err());
    std::panic::set_hook(before);
    let seen = SEEN.lock().unwrap().take().expect("the hook looked");
    assert!(
        seen.processes
            .iter()
            .any(|p| p.state == ProcessState::Running && p.name == "at_a_panic_and_at_the_end")
    );

    struct Looks(Arc<AtomicBool>);
    impl Drop for Looks {
        fn drop(&mut self) {
            self.0.store(!snapshot().processes.is_empty(), Ordering::Relaxed);
        }
    }
    let looked = Arc::new(AtomicBool::new(false));
    let looks = Looks(looked.clone());
    go! {
        let _looks = looks;
        sleep(Duration::from_secs(3_600)).await;
    };
    when_all_wait(&runtime, 1);
    drop(_here);
    runtime.shutdown(Duration::from_secs(600)).unwrap();
    assert!(looked.load(Ordering::Relaxed), "it looked as it was dropped");
    assert!(!snapshot().runtimes.iter().any(|runtime| runtime.name == "ending"));
}

#[cfg(unix)]
mod signal {
    use super::*;
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    /// What the parent starts: a network that stands still, and says so.
    #[test]
    #[ignore = "a program that another test starts"]
    fn stands_still() {
        let runtime = runtime();
        let _here = runtime.enter();
        let (out, input) = chan!(String; 3);
        let (_keep, done) = chan!(());
        go!(feeds(out, 20));
        go!(takes(input, 10, done));
        when_all_wait(&runtime, 2);
        println!("\nready");
        // Until the parent kills it.
        loop {
            std::thread::park();
        }
    }

    fn program() -> Command {
        let mut program = Command::new(std::env::current_exe().unwrap());
        program.args(["--ignored", "--exact", "signal::stands_still", "--nocapture"]);
        program
    }

    /// Asks a program for a dump and gives what `read` finds, once it finds something.
    fn dump_of(mut program: Command, mut read: impl FnMut(&mut dyn BufRead) -> Option<String>) -> String {
        let mut child = program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while line.trim() != "ready" {
            line.clear();
            assert_ne!(out.read_line(&mut line).unwrap(), 0, "the program ended");
        }
        let signal = Command::new("kill").args(["-USR1", &child.id().to_string()]).status().unwrap();
        assert!(signal.success());
        let mut errors = BufReader::new(child.stderr.take().unwrap());
        let text = loop {
            if let Some(text) = read(&mut errors) {
                break text;
            }
            std::thread::yield_now();
        };
        child.kill().unwrap();
        child.wait().unwrap();
        text
    }

    #[test]
    fn a_signal_asks_for_the_text() {
        let mut program = program();
        program.env("CSP_DUMP_SIGNAL", "USR1");
        let text = dump_of(program, |errors| {
            let mut text = String::new();
            while !text.contains("20 passed") && !text.contains("10 passed") {
                assert_ne!(errors.read_line(&mut text).unwrap(), 0, "the program ended: {text}");
            }
            Some(text)
        });
        assert!(text.contains("2 processes: 0 running, 0 ready, 2 parked"), "{text}");
        assert!(text.contains("feeds, started at") && text.contains("to send on String, made at"), "{text}");
    }

    #[test]
    fn a_file_gets_the_form_of_its_name() {
        let file = std::env::temp_dir().join(format!("csp-dump-{}.json", std::process::id()));
        let _ = std::fs::remove_file(&file);
        let mut program = program();
        program.env("CSP_DUMP_SIGNAL", "sigusr1").env("CSP_DUMP_FILE", &file);
        let text = dump_of(program, |_| std::fs::read_to_string(&file).ok());
        let _ = std::fs::remove_file(&file);
        let json: Value = serde_json::from_str(&text).expect("the file is there as a whole");
        assert_eq!(json["processes"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn a_wrong_name_ends_the_program_at_its_start() {
        let file = ("CSP_DUMP_FILE", "dump.png", ".json");
        // The file's name is looked at also if no signal asks for a dump.
        for (signal, (variable, value, remedy)) in
            [(None, ("CSP_DUMP_SIGNAL", "USR3", "USR1")), (Some("USR1"), file), (None, file)]
        {
            let mut program = program();
            program.envs(signal.map(|signal| ("CSP_DUMP_SIGNAL", signal))).env(variable, value);
            let output = program.output().unwrap();
            let text = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{text}");
            assert!(
                text.contains(&format!("`{variable}` is \"{value}\"")) && text.contains(remedy),
                "{text}"
            );
        }
    }
}
