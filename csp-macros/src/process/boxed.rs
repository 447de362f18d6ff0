//! `#[process(boxed)]`: the description holds a boxed future, whose type has a name.
//!
//! A box says how long what it holds lives: `'held`, which every lifetime and type of the arguments outlives.

use super::expand;
use crate::support::{Door, ours, ours_at};
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{
    FnArg, GenericParam, Generics, Ident, Lifetime, LifetimeParam, Receiver, Signature, Token, Type,
    TypeBareFn, TypeImplTrait, TypeParamBound, TypeReference, WhereClause, WherePredicate,
};

/// Changes `fn f(&self, x: &T) -> U` to
///
/// ```text
/// fn f<'held, 'held0, 'held1>(&'held0 self, x: &'held1 T) -> Process<Boxed<'held, U>>
/// where 'held0: 'held, 'held1: 'held, Self: 'held
/// ```
pub(crate) fn signature(signature: &mut Signature, door: &Door, is_description: bool) {
    let place = signature.ident.span();
    let held = Lifetime { apostrophe: ours(), ident: format_ident!("held", span = ours()) };
    let bounds = bounds(signature, &held);
    let lifetime = if bounds.is_empty() {
        quote_spanned!(ours()=> 'static)
    } else {
        signature.generics.params.insert(0, GenericParam::Lifetime(LifetimeParam::new(held.clone())));
        signature.generics.make_where_clause().predicates.extend(bounds);
        quote!(#held)
    };
    let process = door.get_at(place, "Process");
    let boxed = door.get_at(place, "Boxed");
    let output = expand::output(&signature.output);
    let future = quote_spanned!(ours_at(place)=> #boxed<#lifetime, #output>);
    expand::set_output(
        signature,
        if is_description { quote_spanned!(ours_at(place)=> #process<#future>) } else { future },
    );
}

/// `boxed_process(async move { .. })`
pub(crate) fn body(door: &Door, body: &TokenStream) -> TokenStream {
    expand::call(door, "boxed_process", body)
}

/// Names the elided lifetimes of the arguments, and says that everything outlives the box.
fn bounds(signature: &mut Signature, held: &Lifetime) -> Vec<WherePredicate> {
    let mut name = Name { held, named: Vec::new(), anonymous_types: false };
    for input in &mut signature.inputs {
        match input {
            FnArg::Receiver(receiver) => name.receiver(receiver),
            FnArg::Typed(argument) => name.visit_type_mut(&mut argument.ty),
        }
    }
    let Name { named, anonymous_types, .. } = name;
    let mut bounds: Vec<WherePredicate> = Vec::new();
    let mut outlives = |what: TokenStream| bounds.extend(syn::parse2(quote!(#what: #held)));
    let Generics { params, where_clause, .. } = &mut signature.generics;
    for param in params {
        match param {
            GenericParam::Lifetime(lifetime) => outlives(lifetime.lifetime.to_token_stream()),
            GenericParam::Type(ty) => match where_bounds(where_clause.as_mut(), &ty.ident) {
                // All bounds of one parameter stay in one place.
                Some(bounds) if ty.bounds.is_empty() => bounds.push(TypeParamBound::Lifetime(held.clone())),
                _ => {
                    ty.colon_token = ty.colon_token.or(Some(Token![:](ours())));
                    ty.bounds.push(TypeParamBound::Lifetime(held.clone()));
                }
            },
            GenericParam::Const(_) => {}
        }
    }
    let has_types = signature.generics.type_params().next().is_some();
    named.iter().for_each(|lifetime| outlives(quote!(#lifetime)));
    if signature.receiver().is_some() {
        outlives(quote_spanned!(ours()=> Self));
    } else if (anonymous_types || has_types) && bounds.is_empty() {
        bounds.extend(syn::parse2::<WherePredicate>(quote!(#held: #held)));
    }
    let params = named.into_iter().map(|lifetime| GenericParam::Lifetime(LifetimeParam::new(lifetime)));
    for (at, param) in params.enumerate() {
        signature.generics.params.insert(at, param);
    }
    bounds
}

/// The bounds that the `where` clause gives to a parameter.
fn where_bounds<'a>(
    where_clause: Option<&'a mut WhereClause>,
    parameter: &Ident,
) -> Option<&'a mut Punctuated<TypeParamBound, Token![+]>> {
    where_clause?.predicates.iter_mut().find_map(|predicate| match predicate {
        WherePredicate::Type(bound) if matches!(&bound.bounded_ty, Type::Path(path) if path.path.is_ident(parameter)) => {
            Some(&mut bound.bounds)
        }
        _ => None,
    })
}

/// Gives every elided lifetime a name.
struct Name<'a> {
    held: &'a Lifetime,
    named: Vec<Lifetime>,
    /// There is an `impl Trait` among the arguments.
    anonymous_types: bool,
}

impl Name<'_> {
    fn fresh(&mut self) -> Lifetime {
        let ident = format_ident!("held{}", self.named.len(), span = ours());
        let lifetime = Lifetime { apostrophe: ours(), ident };
        self.named.push(lifetime.clone());
        lifetime
    }

    fn receiver(&mut self, receiver: &mut Receiver) {
        match &mut receiver.reference {
            Some((_, Some(lifetime))) => self.visit_lifetime_mut(lifetime),
            Some((_, elided)) => *elided = Some(self.fresh()),
            None => {}
        }
        // `self: Pin<&mut Self>`; without a colon the type is only implied.
        if receiver.colon_token.is_some() {
            self.visit_type_mut(&mut receiver.ty);
        }
    }
}

impl VisitMut for Name<'_> {
    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident == "_" {
            *lifetime = self.fresh();
        }
    }

    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        if reference.lifetime.is_none() {
            reference.lifetime = Some(self.fresh());
        }
        visit_mut::visit_type_reference_mut(self, reference);
    }

    fn visit_type_impl_trait_mut(&mut self, anonymous: &mut TypeImplTrait) {
        self.anonymous_types = true;
        anonymous.bounds.push(TypeParamBound::Lifetime(self.held.clone()));
        visit_mut::visit_type_impl_trait_mut(self, anonymous);
    }

    // Their elided lifetimes are bound by themselves.
    fn visit_type_bare_fn_mut(&mut self, _: &mut TypeBareFn) {}
    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut syn::ParenthesizedGenericArguments) {}
}
