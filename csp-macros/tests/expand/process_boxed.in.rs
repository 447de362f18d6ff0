#[process(boxed)]
fn serve<'a, T: Clone>(&self, name: &'a str, values: &[T], by: impl Fn(&T) -> u32) -> &'a str {
    name
}
