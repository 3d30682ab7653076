//! Who asks, and for what.

use std::collections::BTreeSet;

use tokio::sync::OnceCell;

use super::challenge::Challenge;
use super::token::Tokens;
use crate::credentials::Credential;

/// What a request does to a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Action {
    Pull,
    Push,
}

/// Whom a request is made for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Purpose<'p> {
    pub(super) visitor: &'p Visitor,
    pub(super) action: Action,
}

impl Purpose<'_> {
    /// What a token must allow.
    pub(super) fn scopes(&self) -> BTreeSet<String> {
        let Some(repository) = &self.visitor.repository else {
            return BTreeSet::new();
        };
        let actions = match self.action {
            Action::Pull => "pull",
            Action::Push => "pull,push",
        };
        BTreeSet::from([format!("repository:{repository}:{actions}")])
    }
}

/// Somebody who asks for one repository, with credentials and tokens.
#[derive(Debug)]
pub(super) struct Visitor {
    /// `None` when no repository is meant, as when credentials are tried.
    pub(super) repository: Option<String>,
    pub(super) credential: OnceCell<Credential>,
    pub(super) state: tokio::sync::Mutex<VisitorState>,
}

#[derive(Debug, Default)]
pub(super) struct VisitorState {
    /// The latest challenge, where it differs from the one of the registry.
    pub(super) challenge: Option<Challenge>,
    /// The registry took a token for a password only.
    pub(super) is_token_password: bool,
    pub(super) tokens: Tokens,
    /// What to say when authentication fails.
    pub(super) note: Option<String>,
}

impl Visitor {
    pub(super) fn new(repository: Option<String>, credential: Option<Credential>) -> Self {
        Self {
            repository,
            credential: OnceCell::new_with(credential),
            state: tokio::sync::Mutex::default(),
        }
    }
}
