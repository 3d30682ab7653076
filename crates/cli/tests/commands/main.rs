//! The program as people run it: arguments in; exit code, standard output and error out.

mod sandbox;

mod bad_input;
mod baseline;
mod completion;
mod demo;
mod diff;
mod diff_annotations;
mod diff_bad_input;
mod diff_html;
mod diff_set;
mod estate;
mod explain;
mod graph;
mod impact;
mod init;
#[cfg(unix)]
mod interrupt;
mod lock;
mod login;
mod man;
mod output;
mod pack;
mod pull;
mod push;
mod reference;
mod registry;
mod rules;
mod rules_file;
mod schema;
#[cfg(target_os = "linux")]
mod terminal;
mod usage;
mod validate;
mod version;
