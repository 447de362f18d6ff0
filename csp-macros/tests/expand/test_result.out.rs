#[::csp::__private::test::case]
#[should_panic(expected = "no")]
fn fails() {
    ::csp::__private::test::run_test(
        ::csp::__private::test::Explore::new(),
        ::csp::__private::test::concat!(
            ::csp::__private::test::module_path!(), "::", "fails"
        ),
        || async move {
            if false {
                return ::csp::__private::returns::<Result<(), String>>();
            }
            Err("no".into())
        },
    )
}
