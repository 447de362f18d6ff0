#!/usr/bin/env bash
# What the macros cost to build: a crate of 1,000 processes, 1,000 `go!` and 500 `select!`, beside the same program in
# `async fn` and plain calls. Prints processor milliseconds for `cargo check`, a debug build and a release build of each, and
# their ratios; dependencies are built before. `PROCESSES` sets the size.
#
# The plain program starts the same processes, which communicate the same way on the same ends and end for the same reasons.
# Its `either` is written once and prefers the first that is ready; `select!` chooses among the ready, and that is in the
# library too. So what is compared is what each process costs its author's compiler.
set -euo pipefail
cd "$(dirname "$0")/.."

root=$PWD
work=$root/target/build-cost
# Each run builds the whole crate.
export CARGO_INCREMENTAL=0
processes=${PROCESSES:-1000}
mkdir -p "$work"

generate() {
    python3 - "$1" "$2" "$processes" "$root" <<'PYTHON'
import os, sys
kind, folder, count, root = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
os.makedirs(f"{folder}/src", exist_ok=True)
with open(f"{folder}/Cargo.toml", "w") as manifest:
    manifest.write(f'[package]\nname = "cost-{kind}"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n'
                   f'[dependencies]\ncsp = {{ package = "csp-rs", path = "{root}" }}\n')
PLAIN = """use csp::{Receiver, RecvError, Sender, bounded};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

enum Either<A, B> { Left(A), Right(B) }

async fn either<A: Future, B: Future>(a: A, b: B) -> Either<A::Output, B::Output> {
    let (mut a, mut b) = (pin!(a), pin!(b));
    poll_fn(|cx| {
        if let Poll::Ready(value) = a.as_mut().poll(cx) { return Poll::Ready(Either::Left(value)); }
        if let Poll::Ready(value) = b.as_mut().poll(cx) { return Poll::Ready(Either::Right(value)); }
        Poll::Pending
    }).await
}
"""
out = ["use csp::prelude::*;\n" if kind == "macros" else PLAIN]
for n in range(count):
    selects = n % 2 == 0
    if kind == "macros" and selects:
        out.append(f"""
#[process]
fn p{n}(input: Receiver<u64>, quit: Receiver<()>, out: Sender<u64>) {{
    loop {{
        select! {{
            v = <-input => out.send(v + {n})?,
            <-quit => break,
        }}
    }}
}}
""")
    elif kind == "macros":
        out.append(f"""
#[process]
fn p{n}(input: Receiver<u64>, quit: Receiver<()>, out: Sender<u64>) {{
    for v in input {{
        out.send(v + {n})?;
    }}
    quit.recv()?;
}}
""")
    elif selects:
        out.append(f"""
async fn p{n}(input: Receiver<u64>, quit: Receiver<()>, out: Sender<u64>) {{
    loop {{
        match either(input.recv(), quit.recv()).await {{
            Either::Left(Ok(v)) => if out.send(v + {n}).await.is_err() {{ return }},
            Either::Left(Err(RecvError)) => return,
            Either::Right(_) => break,
        }}
    }}
}}
""")
    else:
        out.append(f"""
async fn p{n}(input: Receiver<u64>, quit: Receiver<()>, out: Sender<u64>) {{
    while let Ok(v) = input.recv().await {{
        if out.send(v + {n}).await.is_err() {{ return; }}
    }}
    if quit.recv().await.is_err() {{ return; }}
}}
""")
calls = []
for start in range(0, count, 50):
    calls.append(f"start{start}")
    out.append(f"\nfn start{start}(input: &Receiver<u64>, quit: &Receiver<()>, out: &Sender<u64>) {{\n")
    for n in range(start, min(start + 50, count)):
        call = f"p{n}(input.clone(), quit.clone(), out.clone())"
        out.append(f"    go!({call});\n" if kind == "macros" else f"    csp::__private::go({call});\n")
    out.append("}\n")
ends = "chan!(u64)" if kind == "macros" else "bounded::<u64>(0)"
unit = "chan!(())" if kind == "macros" else "bounded::<()>(0)"
out.append(f"\nfn main() {{\n    let (out, input) = {ends};\n    let (_stop, quit) = {unit};\n")
out += [f"    {name}(&input, &quit, &out);\n" for name in calls]
out.append("}\n")
with open(f"{folder}/src/main.rs", "w") as source:
    source.write("".join(out))
PYTHON
}

# Processor time of the better of two runs: a busy machine changes it little.
cost() {
    local folder=$1 best=
    shift
    for _ in 1 2; do
        touch "$folder/src/main.rs"
        local took
        TIMEFORMAT='%U %S'
        took=$( (cd "$folder" && export CARGO_TARGET_DIR="$work/target" &&
            { time cargo "$@" --quiet 2>/dev/null; } 2>&1) | awk '{ print int(1000 * ($1 + $2)) }')
        if [ -z "$best" ] || [ "$took" -lt "$best" ]; then best=$took; fi
    done
    echo "$best"
}

for kind in macros plain; do
    generate "$kind" "$work/$kind"
    cp Cargo.lock "$work/$kind/Cargo.lock"
done
printf '%-16s %10s %10s %8s\n' "$processes processes" 'macros ms' 'plain ms' ratio
for command in check build 'build --release'; do
    # The dependencies, once.
    for kind in macros plain; do
        # shellcheck disable=SC2086
        (cd "$work/$kind" && CARGO_TARGET_DIR="$work/target" cargo $command --quiet)
    done
    # shellcheck disable=SC2086
    macros=$(cost "$work/macros" $command)
    # shellcheck disable=SC2086
    plain=$(cost "$work/plain" $command)
    printf '%-16s %10s %10s %8s\n' "$command" "$macros" "$plain" "$(awk "BEGIN { printf \"%.2f\", $macros / $plain }")"
done
