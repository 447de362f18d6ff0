//! The hidden door of the facade, and what spans our own tokens get.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};

/// The span of a token of ours: variables named with it cannot meet the user's. Constants and statics of the user's could
/// still be taken for one in a pattern, so all our variables begin with `__`.
pub(crate) fn ours() -> Span {
    Span::mixed_site()
}

/// A token of ours that errors show at `place`, a token of the user's.
pub(crate) fn ours_at(place: Span) -> Span {
    Span::mixed_site().located_at(place)
}

/// Where a construct of the user's stands, for what replaces it: errors then underline the whole of it.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// Its first token.
    pub(crate) first: Span,
    /// The token that makes it what it is: a method's name, an arrow.
    pub(crate) at: Span,
    /// Its last token.
    pub(crate) last: Span,
}

impl Place {
    pub(crate) fn of(tokens: impl ToTokens, at: Span) -> Place {
        let mut tokens = tokens.to_token_stream().into_iter();
        let first = tokens.next();
        let last = tokens.last().or_else(|| first.clone());
        Place {
            first: first.map_or(at, |token| opening(&token)),
            at,
            last: last.map_or(at, |token| closing(&token)),
        }
    }

    /// One token.
    pub(crate) fn at(at: Span) -> Place {
        Place { first: at, at, last: at }
    }
}

fn opening(token: &TokenTree) -> Span {
    match token {
        TokenTree::Group(group) if group.delimiter() != Delimiter::None => group.span_open(),
        other => other.span(),
    }
}

fn closing(token: &TokenTree) -> Span {
    match token {
        TokenTree::Group(group) if group.delimiter() != Delimiter::None => group.span_close(),
        other => other.span(),
    }
}

/// The path of the facade as seen from the user's crate. Expansions name nothing but what stands behind its door.
#[derive(Clone)]
pub(crate) struct Door {
    facade: TokenStream,
}

impl Default for Door {
    fn default() -> Door {
        Door { facade: quote_spanned!(ours()=> ::csp) }
    }
}

impl Door {
    pub(crate) fn of(facade: TokenStream) -> Door {
        Door { facade }
    }

    /// `facade::__private::name`.
    pub(crate) fn get(&self, name: TokenStream) -> TokenStream {
        let facade = &self.facade;
        let private = quote_spanned!(ours()=> __private);
        quote!(#facade::#private::#name)
    }

    /// The same, shown at `place` by errors.
    pub(crate) fn get_at(&self, place: Span, name: TokenStream) -> TokenStream {
        self.get(name).into_iter().map(|token| moved(token, place)).collect()
    }

    /// The same, shown from the beginning of `place` to what makes it what it is.
    pub(crate) fn get_over(&self, place: Place, name: TokenStream) -> TokenStream {
        let mut path: Vec<TokenTree> =
            self.get(name).into_iter().map(|token| moved(token, place.first)).collect();
        let last = path.pop().map(|name| moved(name, place.at));
        path.into_iter().chain(last).collect()
    }

    /// The same, as if the user had written it at `place`: the line that the program names is the user's.
    pub(crate) fn get_as_written_at(&self, place: Span, name: TokenStream) -> TokenStream {
        let as_written = |mut token: TokenTree| {
            let is_crate = matches!(&token, TokenTree::Ident(ident) if *ident == "$crate");
            if !is_crate {
                token.set_span(place);
                return token;
            }
            moved(token, place)
        };
        self.get(name).into_iter().map(as_written).collect()
    }

    /// A value of any type, beside an error.
    pub(crate) fn nothing(&self) -> TokenStream {
        let todo = self.get(quote_spanned!(ours()=> todo));
        // A closure: what follows is not unreachable.
        quote_spanned!(ours()=> (|| #todo!())())
    }

    /// The facade's path, to compare with what the user wrote before the name of a macro.
    pub(crate) fn facade(&self) -> &TokenStream {
        &self.facade
    }
}

/// The token means what it meant, and is shown at `place`.
fn moved(mut token: TokenTree, place: Span) -> TokenTree {
    token.set_span(token.span().located_at(place));
    token
}
