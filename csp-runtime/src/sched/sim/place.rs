//! Which line of the user's program is at work, where no caller's place is at hand: read off the stack, if the program was
//! built with line numbers.

use std::backtrace::Backtrace;

/// The innermost place outside of the runtime and the standard library.
pub(super) fn of_user() -> Option<String> {
    first_of_user(&Backtrace::force_capture().to_string())
}

/// A frame is a line with its function, and one with `at` and its place.
fn first_of_user(stack: &str) -> Option<String> {
    let places = stack.lines().filter_map(|line| line.trim_start().strip_prefix("at "));
    places.map(|place| place.replace('\\', "/")).find(|place| !is_ours(place)).map(|place| {
        let place = place.strip_prefix("./").unwrap_or(&place);
        place.to_owned()
    })
}

fn is_ours(place: &str) -> bool {
    ["/rustc/", "/rustlib/", "csp-runtime/src/"].iter().any(|ours| place.contains(ours))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_first_frame_of_the_user_is_found() {
        let stack = "   3: csp_runtime::rt::driver\n             at ./csp-runtime/src/rt/mod.rs:3:4\n   \
                     4: core::ops::call\n             at /rustc/0/library/core/src/ops.rs:1:1\n   \
                     5: shop::main::{{closure}}\n             at ./src/main.rs:7:9\n   6: x\n             at ./src/lib.rs:1:2\n";
        assert_eq!(super::first_of_user(stack).as_deref(), Some("src/main.rs:7:9"));
        assert_eq!(super::first_of_user("   0: no_places\n"), None);
    }
}
