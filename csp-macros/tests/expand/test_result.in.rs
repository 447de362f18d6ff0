#[csp::test]
#[should_panic(expected = "no")]
fn fails() -> Result<(), String> {
    Err("no".into())
}
