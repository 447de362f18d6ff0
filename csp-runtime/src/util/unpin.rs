//! A check at compile time: memory that peers point to is not `Unpin`.

/// Refuses to compile if one of the types is `Unpin`.
///
/// It stands beside each type that peers reach by a pointer while it is polled, and beside each type that embeds one. Such
/// a type has to be `!Unpin` by itself: `Pin` then keeps safe code from moving it, and the compiler does not mark a reference to
/// it `noalias`. `ci/noalias.sh` looks at the latter from outside.
///
/// The types must be concrete, with parameters that are `Unpin`: an unknown `T` is never known to be.
macro_rules! assert_not_unpin {
    ($($type:ty),+ $(,)?) => {
        const _: () = {
            trait MustNotBeUnpin<A> {
                const CHECKED: () = ();
            }
            struct ButIs;
            impl<T: ?Sized> MustNotBeUnpin<()> for T {}
            // For a type that is `Unpin` there are two implementations, and `_` below is ambiguous.
            impl<T: ?Sized + Unpin> MustNotBeUnpin<ButIs> for T {}
            $(let () = <$type as MustNotBeUnpin<_>>::CHECKED;)+
        };
    };
}
pub(crate) use assert_not_unpin;
