#[process]
fn walk(&self, depth: u32) {
    self.walk(depth - 1).await;
    walk(depth);
}
