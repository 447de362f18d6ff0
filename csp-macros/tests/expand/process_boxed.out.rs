#[allow(refining_impl_trait)]
fn serve<'held, 'held0, 'held1, 'a, T: Clone + 'held>(
    &'held0 self,
    name: &'a str,
    values: &'held1 [T],
    by: impl Fn(&T) -> u32 + 'held,
) -> ::csp::__private::Process<::csp::__private::Boxed<'held, &'a str>>
where
    'a: 'held,
    'held0: 'held,
    'held1: 'held,
    Self: 'held,
{
    ::csp::__private::boxed_process(async move {
        if false {
            return ::csp::__private::returns::<&'a str>();
        }
        let _ = &name;
        let _ = &self;
        let values = values;
        let by = by;
        name
    })
}
