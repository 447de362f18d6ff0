//! The macros as a library: a crate of procedural macros exports none, so the tests include its modules. A test imports
//! them all at its root, where they look for each other.

#[path = "../../src/body/mod.rs"]
pub(crate) mod body;
#[path = "../../src/chan.rs"]
pub(crate) mod chan;
#[path = "../../src/defer.rs"]
pub(crate) mod defer;
#[path = "../../src/diag.rs"]
pub(crate) mod diag;
#[path = "../../src/driver.rs"]
pub(crate) mod driver;
#[path = "../../src/editor/mod.rs"]
pub(crate) mod editor;
#[path = "../../src/fragments.rs"]
pub(crate) mod fragments;
#[path = "../../src/go.rs"]
pub(crate) mod go;
#[path = "../../src/messages.rs"]
pub(crate) mod messages;
#[path = "../../src/options.rs"]
pub(crate) mod options;
#[path = "../../src/par.rs"]
pub(crate) mod par;
#[path = "../../src/process/mod.rs"]
pub(crate) mod process;
#[path = "../../src/rules/mod.rs"]
pub(crate) mod rules;
#[path = "../../src/select/mod.rs"]
pub(crate) mod select;
#[path = "../../src/support.rs"]
pub(crate) mod support;
