csp::__private::go_probed(
    async move {
        match listener {
            __source => {
                let mut __each = csp::__private::each::Probe::of(&__source)
                    .each(__source);
                csp::__private::held!(each __each);
                while let csp::__private::Some(__value) = __each.next().await {
                    let c = __value;
                    serve(c?).await?;
                }
            }
        }
        Ok::<(), Error>(())
    },
    |__probe| __probe.outcome(),
)
