//! The hidden door of the facade, what spans our own tokens get, and looks at tokens.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};

/// The span of a token of ours: variables named with it cannot meet the user's. Constants and statics of the user's could
/// still be taken for one in a pattern, so all our variables begin with `__`.
pub(crate) fn ours() -> Span {
    Span::mixed_site()
}

/// A token of ours that errors show at `place`, a token of the user's.
pub(crate) fn ours_at(place: Span) -> Span {
    Span::mixed_site().located_at(place)
}

/// `{ tokens }` for a block of the user's, with the span of its braces: coverage counts what the user wrote in it. Braces name nothing, so
/// that hygiene is not concerned.
pub(crate) fn braces_at(place: Span, tokens: TokenStream) -> TokenTree {
    let mut braces = Group::new(Delimiter::Brace, tokens);
    braces.set_span(place);
    braces.into()
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
    /// `facade::__private::`
    private: Vec<TokenTree>,
}

/// A path through the door. It is kept in trees, which cost nothing to put among other tokens: a stream is the
/// compiler's, and each one that is made or joined asks it.
#[derive(Clone)]
pub(crate) struct Named(Vec<TokenTree>);

impl ToTokens for Named {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.0.iter().cloned());
    }
}

impl Default for Door {
    fn default() -> Door {
        Door::of(quote_spanned!(ours()=> ::csp))
    }
}

impl Door {
    pub(crate) fn of(facade: TokenStream) -> Door {
        let sign = |spacing| TokenTree::from(Punct::new(':', spacing));
        let colons = || [sign(Spacing::Joint), sign(Spacing::Alone)];
        let mut private: Vec<TokenTree> = facade.clone().into_iter().collect();
        private.extend(colons());
        private.push(Ident::new("__private", ours()).into());
        private.extend(colons());
        Door { facade, private }
    }

    /// `facade::__private::name`.
    pub(crate) fn get(&self, name: &str) -> Named {
        let mut path = self.private.clone();
        path.push(Ident::new(name, ours()).into());
        Named(path)
    }

    /// The same, shown at `place` by errors.
    pub(crate) fn get_at(&self, place: Span, name: &str) -> Named {
        Named(self.get(name).0.into_iter().map(|token| moved(token, place)).collect())
    }

    /// The same, whose name is shown at `place` by errors.
    pub(crate) fn get_name_at(&self, place: Span, name: &str) -> Named {
        let mut path = self.private.clone();
        path.push(Ident::new(name, ours_at(place)).into());
        Named(path)
    }

    /// The same, shown from the beginning of `place` to what makes it what it is.
    pub(crate) fn get_over(&self, place: Place, name: &str) -> Named {
        let before = self.private.iter().map(|token| moved(token.clone(), place.first));
        let name = Ident::new(name, ours_at(place.at));
        Named(before.chain([name.into()]).collect())
    }

    /// The same, as if the user had written it at `place`: the line that the program names is the user's.
    pub(crate) fn get_as_written_at(&self, place: Span, name: &str) -> Named {
        let as_written = |mut token: TokenTree| {
            let is_crate = matches!(&token, TokenTree::Ident(ident) if *ident == "$crate");
            if !is_crate {
                token.set_span(place);
                return token;
            }
            moved(token, place)
        };
        Named(self.get(name).0.into_iter().map(as_written).collect())
    }

    /// A value of any type, beside an error.
    pub(crate) fn nothing(&self) -> TokenStream {
        let todo = self.get("todo");
        // A closure: what follows is not unreachable.
        quote_spanned!(ours()=> (|| #todo!())())
    }

    /// The facade's path, to compare with what the user wrote before the name of a macro.
    pub(crate) fn facade(&self) -> &TokenStream {
        &self.facade
    }
}

pub(crate) fn is_sign(token: Option<&TokenTree>, sign: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

pub(crate) fn is_word(token: Option<&TokenTree>, word: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if ident == word)
}

/// Whether the tokens name this variable, if only in a format string.
pub(crate) fn mentions(tokens: &TokenStream, variable: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(name) => name == variable,
        TokenTree::Group(group) => mentions(&group.stream(), variable),
        TokenTree::Literal(literal) => literal.to_string().contains(&format!("{{{variable}")),
        TokenTree::Punct(_) => false,
    })
}

/// The token means what it meant, and is shown at `place`.
fn moved(mut token: TokenTree, place: Span) -> TokenTree {
    token.set_span(token.span().located_at(place));
    token
}
