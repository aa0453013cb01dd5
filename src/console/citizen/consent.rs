//! `/c/notices`: which notices a citizen accepts, for whom WeChat has recognized.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect};

use super::Reader;
use super::entering::{recognizer, visitor, way_in};
use crate::console::error::Answer;
use crate::console::form::Form;
use crate::console::frame;
use crate::console::state::Web;
use crate::notices::rules::fields_of;
use crate::notices::store::{self, Consent};
use crate::notices::views::{ConsentPage, ConsentRow};
use crate::notices::{NoticeKind, NoticeTemplate, Purpose, actions};
use crate::platform::http::headers::WITH_WECHAT_SCRIPT;

/// The page.
const HERE: &str = "/c/notices";

/// The page; inside WeChat whoever is not recognized yet is sent to WeChat first.
pub async fn show(State(web): State<Web>, headers: HeaderMap, reader: Reader) -> Answer {
    let visitor = visitor(&web, &headers).await?;
    let way_in = match visitor {
        Some(_) => None,
        None => way_in(&web, &headers, HERE),
    };
    if let Some(way_in) = way_in.as_ref().filter(|way_in| way_in.inside) {
        return Ok(Redirect::to(&way_in.href).into_response());
    }
    let first = || recognizer(&web, "").map(|(account, _)| account.to_owned());
    let account = visitor.as_ref().map(|one| one.account_id.clone()).or_else(first);
    let account = account.unwrap_or_default();
    let mut link = web.deps.db.read().await?;
    let chosen = store::chosen(&mut link, &account, Purpose::Answered).await?;
    let listed = store::templates(&mut link, &account).await?;
    let consents = match &visitor {
        Some(one) => store::choices(&mut link, &one.account_id, &one.openid).await?,
        None => Vec::new(),
    };
    drop(link);
    let in_use = |template: &&NoticeTemplate| {
        template.kind == NoticeKind::Subscription
            && chosen.iter().any(|chosen| chosen.template_id == template.template_id)
    };
    let rows: Vec<ConsentRow> =
        listed.iter().filter(in_use).map(|template| row(&web, template, &consents)).collect();
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let mut response = reader.give(&ConsentPage {
        shell: frame::street(&web, "答复提醒", reader.large, HERE, &reader.asked),
        recognized: visitor.is_some(),
        enter: way_in.map_or_else(String::new, |way_in| way_in.href),
        account,
        templates: ids.join(","),
        rows,
        demo: web.installation.demo,
    })?;
    let policy = HeaderValue::from_static(WITH_WECHAT_SCRIPT);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

fn row(web: &Web, template: &NoticeTemplate, consents: &[Consent]) -> ConsentRow {
    let consent = consents.iter().find(|one| one.template_id == template.template_id);
    let left = consent.map_or(0, |one| one.remaining);
    let labels: Vec<String> =
        fields_of(&template.content).into_iter().map(|field| field.label).collect();
    ConsentRow {
        id: template.template_id.clone(),
        title: template.title.clone(),
        tells: labels.join("、"),
        state: match (consent, left, template.lasting) {
            (None, ..) => "您还没有选择，现在不会提醒。".to_owned(),
            (Some(_), 0, _) => "现在不会提醒您。".to_owned(),
            (Some(_), _, true) => "您已同意，每次有答复都会提醒。".to_owned(),
            (Some(_), left, false) => format!("您已同意，还会提醒 {left} 次。"),
        },
        granted: left > 0,
        chosen: consent.map(|one| frame::when(web, one.changed_at)),
    }
}

/// Takes a consent back; whoever is not recognized any more is shown how to be.
pub async fn withdraw(State(web): State<Web>, headers: HeaderMap, Form(fields): Form) -> Answer {
    let Some(visitor) = visitor(&web, &headers).await? else {
        return Ok(Redirect::to(HERE).into_response());
    };
    let template = fields.text("template");
    actions::take_back(&web.deps, &visitor.account_id, &visitor.openid, template).await?;
    Ok(Redirect::to("/c/notices?done=withdrawn").into_response())
}
