//! Every name of the prelude means something else here, the facade has another name, and every lint is an error: what the
//! macros write must not care.
#![no_implicit_prelude]
#![deny(warnings)]
#![warn(clippy::pedantic)]
#![forbid(unsafe_code)]

use ::gosh::{chan, defer, go, par, process, select, Receiver, Sender};
#[allow(unused_imports)]
use mine::*;

#[allow(dead_code, non_upper_case_globals, non_camel_case_types)]
mod mine {
    pub struct Result;
    pub struct Option;
    pub struct Some;
    pub struct None;
    pub struct Ok;
    pub struct Err;
    pub struct Send;
    pub struct Vec;
    pub struct Box;
    pub struct Future;
    pub struct Process;
    pub struct Pin;
    pub struct Handle;
    pub struct Continue;
    pub struct Break;
    pub struct String;
    pub mod std {}
    pub mod core {}
    pub mod csp {}
    pub trait IntoIterator {}
    pub trait Iterator {}
    pub fn branch() {}
    pub fn end() {}
    pub fn wait() {}
    pub fn run() {}
    pub const value: u32 = 3;
    pub const source: u32 = 3;
    pub const stop: u32 = 1;
    pub const each: u32 = 3;
    pub const chosen: u32 = 1;
    pub const source0: u32 = 0;
    pub const arm0: u32 = 1;
}

/// An error of the user's.
#[derive(Debug)]
enum Failure {
    Closed(::gosh::Closed),
    Text(::std::num::ParseIntError),
}

impl ::core::convert::From<::gosh::RecvError> for Failure {
    fn from(error: ::gosh::RecvError) -> Self {
        Failure::Closed(error.into())
    }
}

impl ::core::convert::From<::std::num::ParseIntError> for Failure {
    fn from(error: ::std::num::ParseIntError) -> Self {
        Failure::Text(error)
    }
}

use ::core::convert::Into as _;

#[process(crate = ::gosh)]
fn produce(out: Sender<u32>, n: u32) {
    for i in 0..n {
        out.send(i)?;
    }
}

#[process(crate = ::gosh)]
fn both(left: &Receiver<u32>, right: &Receiver<u32>, name: &str) -> ::core::option::Option<u32> {
    let _ = name;
    let x = select! { v = <-left => v, v = <-right => v, };
    let y = left.recv()?;
    for v in left {
        if v > 7 {
            return ::core::option::Option::Some(x + y + v);
        }
    }
    ::core::option::Option::None
}

#[process(crate = ::gosh)]
fn parse(lines: Receiver<&'static str>) -> ::core::result::Result<u32, Failure> {
    let first: u32 = lines.recv()?.parse()?;
    let second: u32 = lines.recv()?.parse()?;
    ::core::result::Result::Ok(first + second)
}

#[process(crate = ::gosh)]
fn call(
    work: impl ::core::ops::FnOnce() -> u32 + ::core::marker::Send,
    show: &(dyn ::core::ops::Fn(u32) -> u32 + ::core::marker::Sync),
) -> u32 {
    show(work())
}

#[process(crate = ::gosh, boxed)]
fn tree(depth: u32) -> u32 {
    if depth == 0 {
        return 1;
    }
    let (left, right) = par!(tree(depth - 1), tree(depth - 1));
    left + right
}

struct Thing<'a> {
    name: &'a str,
}

impl Thing<'_> {
    #[process(crate = ::gosh)]
    fn name(&self, _other: &u32, suffix: &str) -> &str {
        let _ = suffix;
        self.name
    }
}

macro_rules! started {
    ($($body:tt)*) => { go! { $($body)* } };
}

#[process(crate = ::gosh, workers = 2)]
fn main() {
    let (tx, rx) = chan!(u32; 2);
    let (_open, never) = chan!(u32; ..);
    go!(produce(tx, 10));
    let sum = both(&rx, &never, "x").await;
    ::std::assert_eq!(sum, ::core::option::Option::Some(9));

    let (tx, rx) = chan!(&'static str);
    started! { tx <- "1"; tx <- "x"; };
    match parse(rx).await {
        ::core::result::Result::Err(Failure::Text(error)) => ::std::println!("{error}"),
        ::core::result::Result::Err(Failure::Closed(error)) => ::std::panic!("{error}"),
        ::core::result::Result::Ok(sum) => ::std::panic!("{sum}"),
    }

    let thing = Thing { name: "n" };
    ::std::assert_eq!(thing.name(&2, "").await, "n");
    ::std::assert_eq!(call(|| 2, &|n| n + 1).await, 3);
    ::std::assert_eq!(tree(3).await, 8);

    defer! { ::std::println!("deferred"); }
    let (tx, rx) = chan!(u32; 1);
    let ((), got) = par!({ tx <- 1; }, { ::core::option::Option::Some(<-rx) });
    ::std::println!("{got:?}");
    let (tx, rx) = chan!(u32; 1);
    go! {
        for i in 0..3 {
            tx <- i;
        }
    };
    loop {
        select! {
            v = <-rx => ::std::println!("{v}"),
            closed => break,
        }
    }
}
