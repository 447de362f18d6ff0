#!/bin/sh
# loom 0.7.3 beside shuttle 0.9.10: a `yield_now` takes orders out of an exhaustive search.
#
# One thread yields and stores 1, the main thread loads. The load may see 0 or 1. loom ends with "everything
# explored" after 2 orders and has seen only 0: a thread that yielded is not run before every other has made a step,
# and the main thread's first step is the load. Without the yield loom sees both. shuttle's depth-first search sees
# both either way.
#
# Surprising, because `yield_now` is a hint that allows everything, and because loom's documentation asks for it in
# every loop that spins: the more of them there are, the less the "exhaustive" says. An assertion that fails on real
# threads passes.
# What to do: put `yield_now` nowhere but into loops that spin, and check such code with a second tool too.
. "$(dirname "$0")/setup.sh"
rust 'loom = "=0.7.3"' 'shuttle = "=0.9.10"' << 'RS'
use std::{collections::BTreeSet, process::exit, sync::{atomic::{AtomicUsize, Ordering}, Arc, Mutex}};

/// The values that the load yields in all the orders that `explore` runs, and how many those are.
macro_rules! explored {
    ($tool:ident, $explore:expr, $yields:expr) => {{
        let (seen, orders) = (Arc::new(Mutex::new(BTreeSet::new())), Arc::new(AtomicUsize::new(0)));
        let (values, count) = (seen.clone(), orders.clone());
        $explore(move || {
            count.fetch_add(1, Ordering::Relaxed);
            let shared = Arc::new($tool::sync::atomic::AtomicUsize::new(0));
            let store = shared.clone();
            let thread = $tool::thread::spawn(move || {
                if $yields {
                    $tool::thread::yield_now();
                }
                store.store(1, Ordering::SeqCst);
            });
            values.lock().unwrap().insert(shared.load(Ordering::SeqCst));
            thread.join().unwrap();
        });
        let values: Vec<usize> = seen.lock().unwrap().iter().copied().collect();
        println!("{}{}: {} orders, values {values:?}", stringify!($tool), if $yields { " with yield_now" } else { "" }, orders.load(Ordering::Relaxed));
        values
    }};
}

fn main() {
    let loom = explored!(loom, loom::model, false);
    let loom_yield = explored!(loom, loom::model, true);
    let shuttle = explored!(shuttle, |f| shuttle::check_dfs(f, None), false);
    let shuttle_yield = explored!(shuttle, |f| shuttle::check_dfs(f, None), true);
    let both = [0, 1];
    exit(i32::from(!(loom == both && loom_yield == [0] && shuttle == both && shuttle_yield == both)));
}
RS
