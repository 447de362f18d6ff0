{
    let mut __branch0 = csp::__private::par::branch(left(a));
    let mut __branch1 = csp::__private::par::branch(right(b));
    let mut __branch2 = csp::__private::par::branch(async move {
        if false {
            return;
        }
        match (csp::__private::wait(tx.send(1))).await {
            csp::__private::Ok(__value) => __value,
            csp::__private::Err(_) => return,
        };
    });
    csp::__private::par::all(&mut [&mut __branch0, &mut __branch1, &mut __branch2])
        .await;
    (__branch0.take(), __branch1.take(), __branch2.take())
}
