//! What becomes of a service whose processes block their threads, in csp-rs and in tokio: `stuck RUNTIME PROGRAM SPARES`.
//!
//! Two workers run a ticker of 5 ms and an echo server on loopback. Then the program's processes start, all at once. Printed is
//! how long these took, and how late the ticks and the answers came. What is late counts for each tick that it makes late.

use std::io::{Read, Write, pipe};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

const USAGE: &str = "usage: stuck csp|tokio sleep|mutex|mpsc|pipe|compute|crowd|slot SPARES";
const PERIOD: Duration = Duration::from_millis(5);
const BLOCKERS: usize = 1000;
const BLOCKED_FOR: Duration = Duration::from_secs(1);
/// After that it is said to hang.
const LONGEST: Duration = Duration::from_secs(30);

/// What a process of the program does, in one turn.
type Turn = Box<dyn FnOnce() + Send>;

/// Distances between a due time and what came of it.
type Lateness = Arc<Mutex<Vec<Duration>>>;

/// The processes of a program, and what lets them go on.
struct Load {
    turns: Vec<Turn>,
    release: Box<dyn FnOnce()>,
    /// When `release` is called.
    after: Duration,
}

fn load(program: &str) -> Option<Load> {
    let mut after = BLOCKED_FOR;
    let (turns, release): (Vec<Turn>, Box<dyn FnOnce()>) = match program {
        "sleep" => {
            let turn = || Box::new(|| thread::sleep(BLOCKED_FOR)) as Turn;
            ((0..BLOCKERS).map(|_| turn()).collect(), Box::new(|| ()))
        }
        "mutex" => {
            let lock = Arc::new(Mutex::new(()));
            let (held, is_held) = mpsc::channel();
            let (free, is_free) = mpsc::channel::<()>();
            let turn = || {
                let lock = Arc::clone(&lock);
                Box::new(move || drop(lock.lock())) as Turn
            };
            let turns = (0..BLOCKERS).map(|_| turn()).collect();
            thread::spawn(move || {
                let _guard = lock.lock();
                let _ = held.send(());
                let _ = is_free.recv();
            });
            let _ = is_held.recv();
            (turns, Box::new(move || drop(free)))
        }
        "mpsc" => {
            let (senders, turns) = (0..BLOCKERS)
                .map(|_| {
                    let (tx, rx) = mpsc::channel::<()>();
                    (tx, Box::new(move || _ = rx.recv()) as Turn)
                })
                .unzip::<_, _, Vec<_>, _>();
            (turns, Box::new(move || drop(senders)))
        }
        "pipe" => {
            let (reader, mut writer) = pipe().expect("a pipe");
            let reader = Arc::new(reader);
            let turn = || {
                let reader = Arc::clone(&reader);
                Box::new(move || _ = (&*reader).read_exact(&mut [0])) as Turn
            };
            let turns = (0..BLOCKERS).map(|_| turn()).collect();
            (turns, Box::new(move || writer.write_all(&[0; BLOCKERS]).expect("somebody reads")))
        }
        "compute" | "crowd" => {
            after = Duration::from_secs(3);
            let stop = Arc::new(AtomicBool::new(false));
            let turn = || {
                let stop = Arc::clone(&stop);
                Box::new(move || while !stop.load(SeqCst) {}) as Turn
            };
            let loops = if program == "compute" { 2 } else { BLOCKERS };
            ((0..loops).map(|_| turn()).collect(), Box::new(move || stop.store(true, SeqCst)))
        }
        _ => return None,
    };
    Some(Load { turns, release, after })
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [runtime, program, spares] = &arguments[..] else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let Ok(spares) = spares.parse() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let line = match (&runtime[..], &program[..]) {
        ("csp", "slot") => slot(&csp_runtime(spares)),
        ("csp", _) => run(&csp_runtime(spares), program),
        #[cfg(feature = "peers")]
        ("tokio", "slot") => slot(&tokio_runtime()),
        #[cfg(feature = "peers")]
        ("tokio", _) => run(&tokio_runtime(), program),
        _ => None,
    };
    match line {
        Some(line) => println!("{runtime:<5} {program:<7} {spares:>4} spares: {line}"),
        None => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    }
    // What hangs is not waited for.
    std::process::exit(0);
}

fn run(runtime: &impl Runs, program: &str) -> Option<String> {
    let load = load(program)?;
    let (ticks, answers) = (Lateness::default(), Lateness::default());
    let over = Arc::new(AtomicBool::new(false));
    runtime.tick(Arc::clone(&ticks), Arc::clone(&over));
    let asks = ask(runtime.echo(), Arc::clone(&answers), Arc::clone(&over));
    thread::sleep(Duration::from_millis(200));

    let all = load.turns.len();
    let done = Arc::new(AtomicUsize::new(0));
    let begin = Instant::now();
    for turn in load.turns {
        let done = Arc::clone(&done);
        runtime.start(Box::new(move || {
            turn();
            done.fetch_add(1, SeqCst);
        }));
    }
    let mut release = Some(load.release);
    let mut threads = 0;
    while done.load(SeqCst) < all && begin.elapsed() < LONGEST {
        if begin.elapsed() >= load.after
            && let Some(release) = release.take()
        {
            release();
        }
        threads = threads.max(std::fs::read_dir("/proc/self/task").map_or(0, Iterator::count));
        thread::sleep(Duration::from_millis(10));
    }
    let took = begin.elapsed();
    over.store(true, SeqCst);
    // A late answer counts, and that there is none.
    let until = Instant::now() + Duration::from_secs(1);
    while !asks.is_finished() && Instant::now() < until {
        thread::sleep(Duration::from_millis(10));
    }
    let came = done.load(SeqCst);
    let took = if came == all {
        format!("{:6.2} s", took.as_secs_f64())
    } else {
        format!("hangs: {came} of {all} in {LONGEST:?}")
    };
    let elapsed = begin.elapsed();
    Some(format!(
        "{took}; ticks {}; answers {}; {threads} threads",
        summary(&ticks, elapsed),
        summary(&answers, elapsed)
    ))
}

/// The 99th percentile, and the latest.
fn summary(lateness: &Lateness, elapsed: Duration) -> String {
    let mut all = lateness.lock().expect("nobody panics").clone();
    // What never came is late by what was left of the time.
    let due = (elapsed.as_nanos() / PERIOD.as_nanos()) as usize;
    let missing = due.saturating_sub(all.len());
    if missing > 300 {
        all.extend((0..missing).map(|n| PERIOD * n as u32));
    }
    all.sort();
    let Some(latest) = all.last() else { return "none".into() };
    let p99 = all[(all.len() * 99 / 100).min(all.len() - 1)];
    format!("p99 {:.1} ms, latest {:.1} ms", p99.as_secs_f64() * 1e3, latest.as_secs_f64() * 1e3)
}

/// Asks the echo server every 5 ms from a thread of its own.
fn ask(address: SocketAddr, answers: Lateness, over: Arc<AtomicBool>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut stream = TcpStream::connect(address).expect("it listens");
        stream.set_nodelay(true).expect("a socket");
        let mut due = Instant::now();
        while !over.load(SeqCst) {
            due += PERIOD;
            thread::sleep(due.saturating_duration_since(Instant::now()));
            // This thread's own delay is not the server's.
            let from = Instant::now().min(due.max(Instant::now() - PERIOD));
            let mut byte = [7];
            if stream.write_all(&byte).and_then(|()| stream.read_exact(&mut byte)).is_err() {
                break;
            }
            let now = Instant::now();
            answers.lock().expect("nobody panics").push(now - from);
            // One answer that is late delays those behind it.
            while due + PERIOD < now {
                due += PERIOD;
                answers.lock().expect("nobody panics").push(now - due);
            }
        }
    })
}

/// A process waits, blocking, for one that it has just started.
fn slot(runtime: &impl Runs) -> Option<String> {
    let (tx, rx) = mpsc::channel();
    let begin = Instant::now();
    runtime.start_pair(tx);
    Some(match rx.recv_timeout(Duration::from_secs(5)) {
        Ok(()) => format!("{:.1} ms", begin.elapsed().as_secs_f64() * 1e3),
        Err(_) => "hangs".into(),
    })
}

trait Runs {
    /// A process that has one turn.
    fn start(&self, turn: Turn);
    fn tick(&self, ticks: Lateness, over: Arc<AtomicBool>);
    fn echo(&self) -> SocketAddr;
    /// A process that starts another and blocks until that has run; then it says so.
    fn start_pair(&self, said: mpsc::Sender<()>);
}

/// Notes a tick and those that it made late, and says when the next is due.
fn note(ticks: &Lateness, mut due: Instant) -> Instant {
    let now = Instant::now();
    let mut ticks = ticks.lock().expect("nobody panics");
    loop {
        ticks.push(now - due);
        due += PERIOD;
        if due > now {
            return due;
        }
    }
}

fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
    let address = listener.local_addr().expect("bound");
    listener.set_nonblocking(true).expect("a socket");
    (listener, address)
}

fn csp_runtime(spares: usize) -> csp::Runtime {
    csp::Runtime::builder().workers(2).max_spare_threads(spares).build().expect("threads")
}

impl Runs for csp::Runtime {
    fn start(&self, turn: Turn) {
        self.go(async move { turn() });
    }

    fn tick(&self, ticks: Lateness, over: Arc<AtomicBool>) {
        self.go(async move {
            let mut due = Instant::now() + PERIOD;
            while !over.load(SeqCst) {
                csp::sleep_until(due).await;
                due = note(&ticks, due);
            }
        });
    }

    fn echo(&self) -> SocketAddr {
        let (listener, address) = listen();
        let _entered = self.enter();
        let listener = csp::net::TcpListener::from_std(listener).expect("a poller");
        self.go(async move {
            let (stream, _) = listener.accept().await.expect("one connects");
            stream.set_nodelay(true).expect("a socket");
            let mut byte = [0];
            while stream.read_exact(&mut byte).await.is_ok() && stream.write_all(&byte).await.is_ok() {}
        });
        address
    }

    fn start_pair(&self, said: mpsc::Sender<()>) {
        self.go(async move {
            let (tx, rx) = mpsc::channel();
            csp::__private::go(async move { tx.send(()) });
            let _ = rx.recv();
            let _ = said.send(());
        });
    }
}

#[cfg(feature = "peers")]
fn tokio_runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("threads")
}

#[cfg(feature = "peers")]
impl Runs for tokio::runtime::Runtime {
    fn start(&self, turn: Turn) {
        self.spawn(async move { turn() });
    }

    fn tick(&self, ticks: Lateness, over: Arc<AtomicBool>) {
        self.spawn(async move {
            let mut due = Instant::now() + PERIOD;
            while !over.load(SeqCst) {
                tokio::time::sleep_until(due.into()).await;
                due = note(&ticks, due);
            }
        });
    }

    fn echo(&self) -> SocketAddr {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let (listener, address) = listen();
        self.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a poller");
            let (mut stream, _) = listener.accept().await.expect("one connects");
            stream.set_nodelay(true).expect("a socket");
            let mut byte = [0];
            while stream.read_exact(&mut byte).await.is_ok() && stream.write_all(&byte).await.is_ok() {}
        });
        address
    }

    fn start_pair(&self, said: mpsc::Sender<()>) {
        self.spawn(async move {
            let (tx, rx) = mpsc::channel();
            tokio::spawn(async move { tx.send(()) });
            let _ = rx.recv();
            let _ = said.send(());
        });
    }
}
