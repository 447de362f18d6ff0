// A function may look at what it is lent and give a process that owns all it needs.
use csp::prelude::*;

fn greet(name: &str) -> impl Future<Output = usize> + Send + use<> {
    let name = name.to_owned();
    async move { name.len() }
}

#[process]
fn main() {
    let name = String::from("you");
    let greeting = greet(&name);
    assert_eq!(go!(greeting).await.unwrap(), 3);
}
