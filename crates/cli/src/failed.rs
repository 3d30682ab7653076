//! Why a command did not finish.

use std::io;

use pacto_app::Failure;

use crate::exit::Exit;

/// Why a command did not finish; shown once, by [`crate::program`].
#[derive(Debug)]
pub(crate) enum Failed {
    /// What was typed cannot be understood.
    Usage {
        /// What is wrong with it.
        message: String,
        /// What to do instead.
        hints: Vec<String>,
    },
    /// The use case failed.
    Failure {
        /// What the message begins with, such as `old contract`.
        prefix: Option<&'static str>,
        /// The error.
        failure: Box<dyn Failure>,
    },
    /// Standard output or error could not be written.
    Output(io::Error),
}

impl Failed {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage {
            message: message.into(),
            hints: Vec::new(),
        }
    }

    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Usage { .. } => Exit::Usage,
            Self::Failure { failure, .. } => failure.kind().into(),
            Self::Output(_) => Exit::CouldNotRun,
        }
    }

    /// The message with everything that caused it, and the hints.
    pub(crate) fn describe(&self) -> (String, Vec<String>, Vec<String>) {
        match self {
            Self::Usage { message, hints } => (message.clone(), Vec::new(), hints.clone()),
            Self::Failure { prefix, failure } => {
                let mut message = failure.to_string();
                if let Some(prefix) = prefix {
                    message = format!("{prefix}: {message}");
                }
                let mut causes = Vec::new();
                let mut source = failure.source();
                while let Some(error) = source {
                    let text = error.to_string();
                    // Some errors of others repeat their source.
                    if !message.contains(&text) {
                        causes.push(text);
                    }
                    source = error.source();
                }
                (message, causes, failure.hints())
            }
            Self::Output(error) => (
                format!("cannot write the output: {error}"),
                Vec::new(),
                Vec::new(),
            ),
        }
    }
}

impl<F: Failure> From<F> for Failed {
    fn from(failure: F) -> Self {
        Self::Failure {
            prefix: None,
            failure: Box::new(failure),
        }
    }
}
