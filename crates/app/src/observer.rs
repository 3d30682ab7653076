//! Who is told what happens while a use case runs.

/// Receives warnings and progress; called from any thread.
pub trait Observer: Send + Sync + std::fmt::Debug {
    /// Something the user should know that does not change the result.
    fn warn(&self, message: &str);

    /// Work that may take long begins; reported until the returned value is dropped.
    fn begin(&self, what: &str, total: Option<u64>) -> Box<dyn Progress>;
}

/// One piece of long work.
pub trait Progress: Send + Sync {
    /// More of the work is done.
    fn advance(&self, by: u64);

    /// More work turned up.
    fn extend(&self, by: u64);
}

/// Tells nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Observer for Silent {
    fn warn(&self, _message: &str) {}

    fn begin(&self, _what: &str, _total: Option<u64>) -> Box<dyn Progress> {
        Box::new(Self)
    }
}

impl Progress for Silent {
    fn advance(&self, _by: u64) {}

    fn extend(&self, _by: u64) {}
}
