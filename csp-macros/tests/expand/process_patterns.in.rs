#[process(crate = my::csp)]
fn patterns(self, (a, b): (u64, u64), _: Guard, _unused: u64) -> impl Iterator<Item = u64> {
    a..b
}
