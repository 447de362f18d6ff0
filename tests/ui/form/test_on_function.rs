#[csp::test]
struct Relay;

fn main() {}
