//! Certificates, which everybody can verify by their code, and the three questions afterwards.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect};

use super::Reader;
use super::quiz::{at_play, refused_result};
use crate::console::error::Answer;
use crate::console::form::{Form, Target};
use crate::console::frame;
use crate::console::pages::media::POLICY;
use crate::console::state::Web;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::shell::href;
use crate::quiz::actions::honours as actions;
use crate::quiz::round::RoundId;
use crate::quiz::rules::honours::{When, picture, printed, typed};
use crate::quiz::store::honours::{self as store, Certificate};
use crate::quiz::views::honours::{CertificatePage, VerifyPage};

/// Makes the own certificate.
pub async fn issue(
    State(web): State<Web>,
    headers: HeaderMap,
    Target(id): Target<RoundId>,
) -> Answer {
    let Some((round, _, player, _)) = at_play(&web, &headers, id).await? else {
        return Ok(Redirect::to(&format!("/c/quiz/{id}")).into_response());
    };
    let made = actions::certificate(&web.deps, &round, &player).await?;
    Ok(Redirect::to(&format!("/c/certificate/{}", made.code)).into_response())
}

/// Asks for a code, or leads to the certificate of the one asked with.
pub async fn verify(State(web): State<Web>, reader: Reader) -> Answer {
    let code = typed(reader.asked.text("code"));
    let found = store::by_code(&mut web.deps.db.read().await?, &code).await?;
    if let Some(found) = found {
        return Ok(Redirect::to(&format!("/c/certificate/{}", found.code)).into_response());
    }
    let here = "/c/certificate";
    reader.give(&VerifyPage {
        shell: frame::street(&web, "验证证书", reader.large, here, &reader.asked),
        unknown: !reader.asked.text("code").is_empty(),
    })
}

async fn found(web: &Web, code: &str) -> Result<Certificate> {
    let found = store::by_code(&mut web.deps.db.read().await?, &typed(code)).await?;
    found.ok_or_else(Error::not_found)
}

/// A certificate, for printing and for whoever checks it.
pub async fn show(State(web): State<Web>, Target(code): Target<String>, reader: Reader) -> Answer {
    let certificate = found(&web, &code).await?;
    let here = format!("/c/certificate/{}", certificate.code);
    reader.give(&CertificatePage {
        shell: frame::street(&web, "答题证书", reader.large, &here, &reader.asked),
        picture: format!("{here}/picture"),
        code: printed(&certificate.code),
        title: certificate.title,
        number: certificate.number,
        right_answers: certificate.right_answers,
        issued: frame::when(&web, certificate.issued_at),
        round: format!("/c/quiz/{}", certificate.round_id),
    })
}

/// The picture of a certificate.
pub async fn drawn(State(web): State<Web>, Target(code): Target<String>) -> Answer {
    let certificate = found(&web, &code).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    ];
    Ok((headers, picture(&certificate, &web.config.alliance.name)).into_response())
}

/// Keeps what a player thinks afterwards.
pub async fn survey(
    State(web): State<Web>,
    headers: HeaderMap,
    Target(id): Target<RoundId>,
    reader: Reader,
    Form(fields): Form,
) -> Answer {
    let Some((_, _, player, _)) = at_play(&web, &headers, id).await? else {
        return Ok(Redirect::to(&format!("/c/quiz/{id}")).into_response());
    };
    let mark = |name: &str| fields.read::<i64>(name).unwrap_or(0);
    let marks = (mark("aware"), mark("useful"), mark("satisfied"));
    let to = format!("/c/quiz/{id}/result");
    match actions::survey(&web.deps, &player, When::After, marks).await {
        Ok(()) => Ok(Redirect::to(&href(&to, &[("done", "surveyed")])).into_response()),
        Err(error) if error.kind() == Kind::Invalid => {
            refused_result(&web, &headers, &reader, id, &error).await
        }
        Err(error) => Err(error.into()),
    }
}
