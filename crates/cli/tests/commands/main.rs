//! The program as people run it: arguments in; exit code, standard output and error out.

mod sandbox;

mod bad_input;
mod completion;
mod demo;
mod diff;
mod estate;
mod explain;
mod graph;
mod init;
mod lock;
mod login;
mod output;
mod pack;
mod pull;
mod push;
mod reference;
mod registry;
mod rules;
mod schema;
mod usage;
mod validate;
mod version;
