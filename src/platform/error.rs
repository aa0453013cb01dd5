//! One error for every slice: what kind it is, what may be told to people, and why it happened.
//!
//! The public sentence (Simplified Chinese) and the inner cause are separate on purpose and the
//! type has no `Display`, so that an inner cause cannot reach a page by accident.

use std::borrow::Cow;
use std::fmt;

/// What a caller would do differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The thing does not exist, or is not this person's to know of.
    NotFound,
    /// The person is known but may not do this.
    Forbidden,
    /// The input cannot be accepted as it is.
    Invalid,
    /// Somebody else changed the thing meanwhile, or its state does not allow this.
    Conflict,
    /// Too much at once, or storage is full: try again later.
    Busy,
    /// A defect or a failing dependency.
    Internal,
}

/// An error on its way to whoever asked.
pub struct Error {
    kind: Kind,
    public: Cow<'static, str>,
    source: Option<anyhow::Error>,
}

/// Shorthand used by every slice.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error with a sentence for people: what happened and what to do.
    pub fn new(kind: Kind, public: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, public: public.into(), source: None }
    }

    /// The thing does not exist for this person.
    pub fn not_found() -> Self {
        Self::new(Kind::NotFound, "没有找到这一项，可能已被删除，或者不属于您的单位。")
    }

    /// The person may not do this.
    pub fn forbidden() -> Self {
        Self::new(Kind::Forbidden, "您的账号没有这项权限。如工作需要，请联系本单位管理员。")
    }

    /// Input that must be corrected; the sentence says how.
    pub fn invalid(public: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Invalid, public)
    }

    /// The state of the thing does not allow this.
    pub fn conflict(public: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Conflict, public)
    }

    /// A defect or failing dependency; people are told only that it was not their fault.
    pub fn internal(source: impl Into<anyhow::Error>) -> Self {
        Self {
            kind: Kind::Internal,
            public: "系统出现问题，您的操作没有完成。请稍后再试；多次出现请联系系统管理员。".into(),
            source: Some(source.into()),
        }
    }

    /// Adds what the program was doing to the inner cause.
    #[must_use]
    pub fn while_doing(mut self, what: &'static str) -> Self {
        self.source = self.source.map(|cause| cause.context(what));
        self
    }

    /// What a caller would do differently.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The sentence for people.
    pub fn public(&self) -> &str {
        &self.public
    }

    /// The inner cause as one line for the log.
    pub fn cause(&self) -> String {
        match &self.source {
            Some(source) => format!("{source:#}"),
            None => self.public.to_string(),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.kind, self.cause())
    }
}

impl From<anyhow::Error> for Error {
    fn from(source: anyhow::Error) -> Self {
        Self::internal(source)
    }
}

impl From<serde_json::Error> for Error {
    fn from(source: serde_json::Error) -> Self {
        Self::internal(source)
    }
}

impl From<sqlx::Error> for Error {
    fn from(source: sqlx::Error) -> Self {
        if is_storage_full(&source) {
            let mut error =
                Self::new(Kind::Busy, "服务器存储空间已满，暂时只能查看。管理员已收到提醒。");
            error.source = Some(source.into());
            return error;
        }
        Self::internal(source)
    }
}

/// SQLite's `SQLITE_FULL` (13) and PostgreSQL's `disk_full` (53100).
fn is_storage_full(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .and_then(|e| e.code())
        .is_some_and(|code| code == "13" || code == "53100")
}
