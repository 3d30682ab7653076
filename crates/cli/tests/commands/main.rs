//! The program as people run it: arguments in; exit code, standard output and error out.

mod sandbox;

mod completion;
mod init;
mod schema;
mod usage;
mod validate;
mod version;
