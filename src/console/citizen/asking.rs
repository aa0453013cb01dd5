//! `/c/ask`: asking on a page instead of in the chat; the question goes the same way.

use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect};
use sha2::{Digest, Sha256};

use super::Reader;
use super::entering::{visitor, way_in};
use crate::citizens::actions::agreeing::agree;
use crate::citizens::consents::{Subject, in_force};
use crate::citizens::store::consents;
use crate::console::error::{Answer, Problem, status_of};
use crate::console::form::{Fields, Form};
use crate::console::frame;
use crate::console::state::Web;
use crate::inquiries::actions::page::may_ask;
use crate::inquiries::store;
use crate::inquiries::views::citizen::{AskPage, ConsentChoice};
use crate::intake::actions::accept::{Arrival, PageReceipt};
use crate::intake::conversation::page::Choices;
use crate::language::{Chatter, Field, Reading};
use crate::members::OrgScope;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::shell::{Choice, href};
use crate::visits::store::Visitor;
use crate::wechat::message::{Content, Message, Push};

/// The page.
const HERE: &str = "/c/ask";
/// The kinds of matter most people come with, in the words they use.
const BIG: [(Field, &str); 7] = [
    (Field::Labor, "工作、工资、工伤"),
    (Field::Family, "婚姻、孩子、老人"),
    (Field::Housing, "房子、物业、邻居"),
    (Field::Debt, "借钱、欠债"),
    (Field::Traffic, "交通事故"),
    (Field::Consumer, "买东西、预付卡"),
    (Field::Inheritance, "遗产、继承"),
];
/// Shortest and longest question, in characters.
const LENGTH: std::ops::RangeInclusive<usize> = 4..=2000;
/// How often it is looked whether the question is in the books, before the page is shown.
const LOOKS: u32 = 40;
/// Time between two looks.
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// The page; inside WeChat whoever is not recognized yet is sent to WeChat first.
pub async fn show(State(web): State<Web>, headers: HeaderMap, reader: Reader) -> Answer {
    let Some(visitor) = visitor(&web, &headers).await? else {
        let way_in = way_in(&web, &headers, HERE);
        if let Some(way_in) = way_in.as_ref().filter(|way_in| way_in.inside) {
            return Ok(Redirect::to(&way_in.href).into_response());
        }
        return reader.give(&AskPage {
            shell: frame::street(&web, "我要提问", reader.large, HERE, &reader.asked),
            enter: way_in.map_or_else(String::new, |way_in| way_in.href),
            ..AskPage::default()
        });
    };
    reader.give(&page(&web, &visitor, &reader, &reader.asked).await?)
}

/// The form, as far as it was filled in.
async fn page(web: &Web, visitor: &Visitor, reader: &Reader, filled: &Fields) -> Result<AskPage> {
    let missing = missing(web, visitor).await?;
    let consent = |subject: &Subject| {
        let text = in_force(*subject);
        ConsentChoice {
            subject: subject.code(),
            body: text.body,
            version: text.version,
            needed: *subject == Subject::Asking,
            given: filled.all("consent").any(|given| given == subject.code()),
        }
    };
    let chosen = filled.text("field");
    let big = BIG.iter().map(|(field, words)| (field.code(), *words));
    let fields = big.chain([("", "不清楚，或者是别的事")]);
    Ok(AskPage {
        shell: frame::street(web, "我要提问", reader.large, HERE, &reader.asked),
        recognized: true,
        enter: String::new(),
        body: filled.text("body").to_owned(),
        fields: fields.map(|(code, words)| Choice::new(code, words, code == chosen)).collect(),
        districts: frame::district_choices(&web.directory.current(), filled.text("district")),
        anonymous: filled.ticked("anonymous"),
        consents: missing.iter().map(consent).collect(),
        error: None,
    })
}

/// What this person has not agreed to yet; once the needed one is given, nothing more is asked.
async fn missing(web: &Web, visitor: &Visitor) -> Result<Vec<Subject>> {
    let mut link = web.deps.db.read().await?;
    let given = consents::of(&mut link, &visitor.account_id, &visitor.openid).await?;
    let holds = given.iter().any(|one| {
        one.holds()
            && one.subject == Subject::Asking
            && one.text_version == in_force(Subject::Asking).version
    });
    Ok(if holds { Vec::new() } else { vec![Subject::Asking, Subject::Sensitive] })
}

/// Takes the question in; the same form sent twice is one question.
pub async fn ask(
    State(web): State<Web>,
    headers: HeaderMap,
    reader: Reader,
    Form(fields): Form,
) -> Answer {
    let body = fields.text("body").replace("\r\n", "\n").trim().to_owned();
    let Some(visitor) = visitor(&web, &headers).await? else {
        return Err(Problem::saying(StatusCode::CONFLICT, STRANGER).keeping(&body));
    };
    let reading = web.triage.read(&body, &web.directory.current().gazetteer);
    if let Err(error) = judge(&web, &visitor, &fields, &body, &reading).await {
        if error.kind() != Kind::Invalid {
            return Err(Problem::from(error).keeping(&body));
        }
        let mut page = page(&web, &visitor, &reader, &fields).await?;
        page.error = Some(error.public().to_owned());
        return Ok((status_of(error.kind()), reader.give(&page)?).into_response());
    }
    let arrival = arrival(&web, &visitor, &fields, &body, reading);
    let reply = web.writer.take_in(arrival).await;
    let reply = reply.map_err(|error| Problem::from(error).keeping(&body))?;
    let receipt: PageReceipt = serde_json::from_str(&reply).map_err(Problem::internal)?;
    for _ in 0..LOOKS {
        let mut link = web.deps.db.read().await?;
        if store::get(&mut link, OrgScope::Everything, receipt.inquiry).await?.is_some() {
            break;
        }
        drop(link);
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
    let token = web.links.token(receipt.inquiry, web.deps.clock.now());
    let done = if receipt.danger { "danger" } else { "asked" };
    Ok(Redirect::to(&href(&format!("/c/i/{token}"), &[("done", done)])).into_response())
}

const STRANGER: &str =
    "微信确认已经过期，问题没有发出。请先复制下面的文字，再从公众号重新打开提问页面。";

/// Whether the question can be taken in; notes what was agreed to.
async fn judge(
    web: &Web,
    visitor: &Visitor,
    fields: &Fields,
    body: &str,
    reading: &Reading,
) -> Result<()> {
    let length = body.chars().count();
    if length > *LENGTH.end() {
        return Err(Error::invalid("太长了，请控制在 2000 字以内；细节可以之后再补充。"));
    }
    let no_matter = reading.chatter != Chatter::None && reading.dangers.is_empty();
    if length < *LENGTH.start() || no_matter {
        let why = "还看不出是什么事。请写：发生了什么、什么时候、想解决什么，一两句话就可以。";
        return Err(Error::invalid(why));
    }
    let agreed: Vec<Subject> = fields.all("consent").filter_map(Subject::from_code).collect();
    let missing = missing(web, visitor).await?;
    if missing.contains(&Subject::Asking) && !agreed.contains(&Subject::Asking) {
        let why = "还没有同意处理您写的内容，我们不能保存和答复。请勾选“必选”的一项。";
        return Err(Error::invalid(why));
    }
    let person = (visitor.account_id.as_str(), visitor.openid.as_str());
    let whose: String = digest(&[person.0, person.1])[..16].to_owned();
    if !may_ask(&web.deps, &whose).await? {
        let why = "一小时内问得太多了，请过一会儿再来。着急请拨打 12348。";
        return Err(Error::new(Kind::Busy, why));
    }
    agree(&web.deps, person, &agreed).await
}

/// The question as the door takes it in.
fn arrival(web: &Web, visitor: &Visitor, fields: &Fields, body: &str, reading: Reading) -> Arrival {
    let directory = web.directory.current();
    let district = fields.text("district");
    let choices = Choices {
        field: Field::from_code(fields.text("field")),
        territory: directory
            .atlas
            .districts()
            .find(|known| known.id.as_str() == district)
            .map(|known| known.id.to_string()),
        anonymous: fields.ticked("anonymous"),
    };
    let key = format!("page:{}", digest(&[&visitor.openid, fields.text("once"), body]));
    let deps = &web.deps;
    let raw = deps.vault.seal(&deps.entropy, key.as_bytes(), body).unwrap_or_default();
    let content = Content::Message {
        id: None,
        menu_id: None,
        body: Message::Text { content: body.to_owned() },
    };
    let push = Push {
        to: String::new(),
        from: visitor.openid.clone(),
        created: deps.clock.now(),
        content,
    };
    Arrival {
        account: visitor.account_id.clone(),
        key,
        push,
        raw,
        reading: Some(reading),
        transfers: false,
        asked: Some(choices),
    }
}

fn digest(parts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.as_bytes());
        digest.update([0]);
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
