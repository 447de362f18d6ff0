//! Names of types, made short enough for a person: `core::net::socket_addr::SocketAddr` is `SocketAddr`.

/// Leaves the modules out of each path in the name of a type.
pub(crate) fn shorten(name: &str) -> String {
    let mut short = String::with_capacity(name.len());
    let mut rest = name;
    while !rest.is_empty() {
        let path = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(rest.len());
        if path == 0 {
            let other = rest.chars().next().map_or(1, char::len_utf8);
            short.push_str(&rest[..other]);
            rest = &rest[other..];
            continue;
        }
        short.push_str(last(&rest[..path]));
        rest = &rest[path..];
    }
    short
}

/// The end of a path: from the first type on, or the last name. `vec::Vec` is `Vec`, `server::Server::serve` is `Server::serve`.
fn last(path: &str) -> &str {
    let mut start = 0;
    for part in path.split("::") {
        if part.starts_with(char::is_uppercase) || start + part.len() == path.len() {
            return &path[start..];
        }
        start += part.len() + 2;
    }
    path
}

/// What a process is called whose future has a type of this name: the function that it is the body of. A block of it, started by
/// itself, has braces: `main {}`.
pub(crate) fn of_process(future: &str) -> String {
    const BODY: &str = "::{{closure}}";
    let mut name = inside(future);
    if name.starts_with("core::pin::Pin<alloc::boxed::Box<dyn") {
        return "boxed".into();
    }
    let mut bodies = 0;
    while let Some(outer) = name.strip_suffix(BODY) {
        (name, bodies) = (outer, bodies + 1);
    }
    // A closure within: `f::{{closure}}::inner`.
    let name = shorten(&name.replace(BODY, ""));
    if bodies > 1 { format!("{name} {{}}") } else { name }
}

/// The type of the future that the user wrote.
pub(crate) fn inside(mut name: &str) -> &str {
    for (before, after) in AROUND {
        name = name.strip_prefix(before).and_then(|inner| inner.strip_suffix(after)).unwrap_or(name);
    }
    name
}

/// What the runtime puts around the future of a process: a `main` that may be ended by a close, one that has a span, a `main` whose value is reported, and a description.
const AROUND: [(&str, &str); 4] = [
    ("csp_runtime::util::ended::whole<", ">::{{closure}}"),
    ("tracing::instrument::Instrumented<", ">"),
    ("csp_runtime::explore::program::reporting<", ">::{{closure}}"),
    ("csp_runtime::rt::process::Process<", ">"),
];

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn modules_are_left_out() {
        for (long, short) in [
            ("u64", "u64"),
            ("alloc::string::String", "String"),
            ("(core::net::socket_addr::SocketAddr, chat::Event)", "(SocketAddr, Event)"),
            ("core::result::Result<alloc::vec::Vec<u8>, std::io::error::Error>", "Result<Vec<u8>, Error>"),
            ("&dyn core::fmt::Display", "&dyn Display"),
            ("[u8; 4]", "[u8; 4]"),
        ] {
            assert_eq!(shorten(long), short);
        }
    }

    #[test]
    fn a_process_has_the_name_of_its_function() {
        for (future, name) in [
            ("sieve::filter::{{closure}}", "filter"),
            ("chat::guest::{{closure}}::{{closure}}", "guest {}"),
            ("app::net::Server::serve::{{closure}}", "Server::serve"),
            ("app::map<alloc::string::String>::{{closure}}", "map<String>"),
            ("tracing::instrument::Instrumented<sieve::filter::{{closure}}>", "filter"),
            ("csp_runtime::explore::program::reporting<app::main::main::{{closure}}>::{{closure}}", "main"),
            ("csp_runtime::util::ended::whole<app::main::main::{{closure}}>::{{closure}}", "main"),
            ("csp_runtime::rt::process::Process<sieve::filter::{{closure}}>", "filter"),
            ("app::main::main::{{closure}}::{{closure}}", "main {}"),
            ("core::pin::Pin<alloc::boxed::Box<dyn core::future::future::Future<Output = ()>>>", "boxed"),
            ("csp_runtime::time::sleep::Sleep", "Sleep"),
        ] {
            assert_eq!(of_process(future), name);
        }
    }
}
