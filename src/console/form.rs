//! What a request brings along: fields of a form, of the query, ids of the path. Nothing of it can
//! make a handler fail in any other way than with one of our own pages.

use std::str::FromStr;

use axum::extract::{
    DefaultBodyLimit, FromRequest, FromRequestParts, Multipart, Path, Query, Request,
};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::error::Problem;
use crate::publishing::pictures::LARGEST_BYTES;

/// Named values in the order they were sent; a name may occur many times.
#[derive(Clone, Debug, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// A single value.
    pub fn one(name: &str, value: &str) -> Self {
        Self(vec![(name.to_owned(), value.to_owned())])
    }

    /// The same with one more value.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The first value of `name`; empty when there is none.
    pub fn text(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// Every value of `name`.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of `name` read as a number or an id; `None` when it is none.
    pub fn read<T: FromStr>(&self, name: &str) -> Option<T> {
        self.text(name).trim().parse().ok()
    }

    /// Whether the box `name` was ticked.
    pub fn ticked(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }

    /// What a person may have written at length, for showing it again; never a password.
    pub fn typed(&self) -> &str {
        const PROSE: [&str; 5] = ["body", "text", "reason", "comment", "note"];
        PROSE.iter().map(|name| self.text(name)).find(|text| !text.is_empty()).unwrap_or_default()
    }
}

/// The fields of a posted form.
pub struct Form(pub Fields);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match axum::Form::from_request(request, state).await {
            Ok(axum::Form(fields)) => Ok(Self(Fields(fields))),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(Problem::of(StatusCode::PAYLOAD_TOO_LARGE))
            }
            Err(_) => Err(Problem::of(StatusCode::BAD_REQUEST)),
        }
    }
}

/// Largest form with a file, in bytes: one more than allowed must still come in, to be told why.
pub const LARGEST_UPLOAD: usize = LARGEST_BYTES + 64 * 1024;

/// A form with a file in it.
#[derive(Debug, Default)]
pub struct Upload {
    /// The other fields.
    pub fields: Fields,
    /// What the file is called where it came from.
    pub name: String,
    /// Its content; empty when none was chosen.
    pub bytes: Vec<u8>,
}

impl Upload {
    /// Reads a form whose file is its field `file`.
    ///
    /// # Errors
    /// A page that says that it is too large, or no such form.
    pub async fn read(mut request: Request) -> Result<Self, Problem> {
        let refused = |status: StatusCode| match status {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::of(StatusCode::PAYLOAD_TOO_LARGE),
            _ => Problem::of(StatusCode::BAD_REQUEST),
        };
        DefaultBodyLimit::max(LARGEST_UPLOAD).apply(&mut request);
        let form = Multipart::from_request(request, &()).await;
        let mut form = form.map_err(|error| refused(error.status()))?;
        let mut brought = Self::default();
        while let Some(field) = form.next_field().await.map_err(|error| refused(error.status()))? {
            let Some(name) = field.name().map(str::to_owned) else { continue };
            if name == "file" {
                brought.name = field.file_name().unwrap_or_default().to_owned();
                let bytes = field.bytes().await.map_err(|error| refused(error.status()))?;
                brought.bytes = bytes.to_vec();
            } else {
                let text = field.text().await.map_err(|error| refused(error.status()))?;
                brought.fields.0.push((name, text));
            }
        }
        Ok(brought)
    }
}

/// The fields of the query; one that cannot be read counts as empty.
pub struct Asked(pub Fields);

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let fields = Query::from_request_parts(parts, state).await;
        Ok(Self(fields.map(|Query(fields)| Fields(fields)).unwrap_or_default()))
    }
}

/// What the path names; what cannot be read does not exist.
pub struct Target<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Target<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(target)) => Ok(Self(target)),
            Err(_) => Err(Problem::of(StatusCode::NOT_FOUND)),
        }
    }
}
