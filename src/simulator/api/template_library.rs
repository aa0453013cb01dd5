//! The account's own templates, WeChat's library, and what followers consented to
//! (wechat-protocol.md §6).

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{Call, Done, Refusal, Route, get, ok, post, random_name};
use crate::simulator::Simulator;

/// Message templates of an account.
const MOST: usize = 25;

/// A message template every account has: an inquiry was answered.
pub const ANSWERED_TEMPLATE: &str = "SIMTPLanswered00000000000000000000000000001";
/// A subscription template every account has, one consent for one notice.
pub const ANSWERED_NOTICE: &str = "SIMSUBanswered00000000000000000000000000001";

const MESSAGE_CONTENT: &str = "咨询编号:{{character_string1.DATA}}\n咨询类型:{{thing2.DATA}}\n\
    答复单位:{{thing3.DATA}}\n答复时间:{{time4.DATA}}\n处理状态:{{phrase5.DATA}}\n";
const NOTICE_CONTENT: &str =
    "咨询编号:{{character_string1.DATA}}\n答复单位:{{thing2.DATA}}\n答复时间:{{time3.DATA}}\n";

/// A template of the library: tid, title, type, category, fields (kid, name, rule).
struct Public {
    tid: i64,
    title: &'static str,
    kind: i64,
    category: i64,
    fields: &'static [(i64, &'static str, &'static str)],
}

const LIBRARY: [Public; 2] = [
    Public {
        tid: 401,
        title: "咨询回复通知",
        kind: 2,
        category: 616,
        fields: &[
            (1, "咨询编号", "character_string"),
            (2, "答复单位", "thing"),
            (3, "答复时间", "time"),
        ],
    },
    Public {
        tid: 402,
        title: "办理进度通知",
        kind: 3,
        category: 616,
        fields: &[(1, "事项名称", "thing"), (2, "当前进度", "phrase")],
    },
];

/// A template of an account.
pub(super) struct Owned {
    pub id: String,
    title: String,
    content: String,
    /// 2 or 3 for subscriptions, 0 for messages.
    kind: i64,
}

/// Templates and consents of one account.
pub(in crate::simulator) struct Templates {
    messages: Vec<Owned>,
    notices: Vec<Owned>,
    /// Notices a follower may still get of a template.
    consents: HashMap<(String, String), u32>,
    /// One-time messages confirmed: openid, template, scene.
    confirmed: HashMap<(String, String, String), u32>,
    /// Month in which the industries were last set, and what they are.
    industries: Option<(i32, [String; 2])>,
}

impl Default for Templates {
    fn default() -> Self {
        let owned = |id: &str, title: &str, content: &str, kind| Owned {
            id: id.to_owned(),
            title: title.to_owned(),
            content: content.to_owned(),
            kind,
        };
        Self {
            messages: vec![owned(ANSWERED_TEMPLATE, "咨询答复提醒", MESSAGE_CONTENT, 0)],
            notices: vec![owned(ANSWERED_NOTICE, "咨询回复通知", NOTICE_CONTENT, 2)],
            consents: HashMap::new(),
            confirmed: HashMap::new(),
            industries: None,
        }
    }
}

impl Templates {
    /// Title of a message template; nothing when the account has none such.
    pub fn message(&self, id: &str) -> Option<&str> {
        self.messages.iter().find(|t| t.id == id).map(|t| t.title.as_str())
    }

    /// Title and content of a subscription template.
    pub fn notice(&self, id: &str) -> Option<(&str, &str)> {
        let found = self.notices.iter().find(|t| t.id == id)?;
        Some((found.title.as_str(), found.content.as_str()))
    }

    /// The subscription templates, as the phone offers them.
    pub fn listed(&self) -> Vec<Value> {
        self.notices.iter().map(|t| json!({"id": t.id, "title": t.title})).collect()
    }

    /// Uses one consent up; a long-term template's consent lasts.
    pub fn use_consent(&mut self, openid: &str, id: &str) -> bool {
        let lasts = self.notices.iter().any(|t| t.id == id && t.kind == 3);
        match self.consents.get_mut(&(openid.to_owned(), id.to_owned())) {
            Some(left) if *left > 0 => {
                *left -= u32::from(!lasts);
                true
            }
            _ => false,
        }
    }

    /// Uses one confirmation of a one-time message up.
    pub fn use_confirmation(&mut self, openid: &str, id: &str, scene: &str) -> bool {
        let key = (openid.to_owned(), id.to_owned(), scene.to_owned());
        self.confirmed.get_mut(&key).filter(|left| **left > 0).is_some_and(|left| {
            *left -= 1;
            true
        })
    }
}

/// Names of the fields in a content, `thing1`.
pub(super) fn fields_of(content: &str) -> impl Iterator<Item = &str> {
    content.split("{{").skip(1).filter_map(|part| part.split_once(".DATA}}")).map(|(name, _)| name)
}

/// Routes of this family.
pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/cgi-bin/template/get_all_private_template", "template_list", list),
        post("/cgi-bin/template/api_add_template", "template_add", add),
        post("/cgi-bin/template/del_private_template", "template_delete", delete),
        get("/cgi-bin/template/get_industry", "industry", industry),
        post("/cgi-bin/template/api_set_industry", "industry_set", set_industry),
        post("/wxa/sec/queryblocktmplmsg", "template_withheld", withheld),
        get("/wxaapi/newtmpl/getcategory", "notice_category", categories),
        get("/wxaapi/newtmpl/getpubtemplatetitles", "notice_titles", titles),
        get("/wxaapi/newtmpl/getpubtemplatekeywords", "notice_keywords", keywords),
        post("/wxaapi/newtmpl/addtemplate", "notice_add", add_notice),
        get("/wxaapi/newtmpl/gettemplate", "notice_list", notices),
        post("/wxaapi/newtmpl/deltemplate", "notice_delete", delete_notice),
    ]
}

fn with<T>(
    simulator: &Simulator,
    call: &Call,
    act: impl FnOnce(&mut Templates) -> Result<T, i64>,
) -> Result<T, i64> {
    let mut world = simulator.world();
    act(&mut world.accounts.get_mut(call.account).ok_or(40001)?.templates)
}

fn text<'c>(call: &'c Call, name: &str) -> &'c str {
    call.json.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// An example such as the library gives: every place filled with its own name.
fn example(content: &str) -> String {
    content.replace("{{", "").replace(".DATA}}", "")
}

fn list(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let list = with(simulator, call, |templates| {
        let one = |t: &Owned| {
            json!({"template_id": t.id, "title": t.title, "primary_industry": "",
                   "deputy_industry": "", "content": t.content, "example": example(&t.content)})
        };
        Ok(templates.messages.iter().map(one).collect::<Vec<_>>())
    })?;
    Ok(json!({ "template_list": list }).into())
}

fn add(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let short = text(call, "template_id_short");
    if short.is_empty() || !short.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(40247.into());
    }
    let names = call.json.get("keyword_name_list").and_then(Value::as_array).ok_or(40246)?;
    if names.is_empty() {
        return Err(40246.into());
    }
    let field = |(at, name): (usize, &Value)| {
        format!("{}:{{{{thing{}.DATA}}}}\n", name.as_str().unwrap_or_default(), at + 1)
    };
    let content = names.iter().enumerate().map(field).collect();
    let id = random_name(&simulator.0.entropy, 43);
    let title = format!("模板 {short}");
    with(simulator, call, |templates| {
        if templates.messages.len() >= MOST {
            return Err(45026);
        }
        templates.messages.push(Owned { id: id.clone(), title, content, kind: 0 });
        Ok(())
    })?;
    Ok(json!({"errcode": 0, "errmsg": "ok", "template_id": id}).into())
}

fn delete(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let id = text(call, "template_id");
    with(simulator, call, |templates| remove(&mut templates.messages, id, 40037))?;
    Ok(ok().into())
}

fn remove(list: &mut Vec<Owned>, id: &str, errcode: i64) -> Result<(), i64> {
    let at = list.iter().position(|template| template.id == id).ok_or(errcode)?;
    list.remove(at);
    Ok(())
}

fn industry(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let set = with(simulator, call, |templates| Ok(templates.industries.clone()))?;
    let ids = set.map_or_else(|| ["1".to_owned(), "4".to_owned()], |(_, ids)| ids);
    let named = |id: &str| json!({"first_class": "行业", "second_class": id});
    let [first, second] = &ids;
    Ok(json!({"primary_industry": named(first), "secondary_industry": named(second)}).into())
}

fn set_industry(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let calendar = simulator.now().in_shanghai();
    let month = i32::from(calendar.year()) * 12 + i32::from(calendar.month());
    let ids = ["industry_id1", "industry_id2"].map(|name| text(call, name).to_owned());
    if ids.iter().any(|id| id.parse::<u8>().is_err()) {
        return Err(40097.into());
    }
    with(simulator, call, |templates| {
        if templates.industries.as_ref().is_some_and(|(last, _)| *last == month) {
            return Err(43100);
        }
        templates.industries = Some((month, ids));
        Ok(())
    })?;
    Ok(ok().into())
}

fn withheld(_: &Simulator, _: &Call) -> Result<Done, Refusal> {
    Ok(json!({"errcode": 0, "errmsg": "ok", "msginfo": []}).into())
}

fn categories(_: &Simulator, _: &Call) -> Result<Done, Refusal> {
    let data = json!([{"id": 616, "name": "法律咨询"}]);
    Ok(json!({"errcode": 0, "errmsg": "ok", "data": data}).into())
}

fn titles(_: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let number = |name: &str| call.query.get(name).and_then(|text| text.parse::<usize>().ok());
    let start = number("start").ok_or(200_016)?;
    let limit = number("limit").filter(|limit| (1..=30).contains(limit)).ok_or(200_017)?;
    let ids: Vec<i64> = call
        .query
        .get("ids")
        .map(|ids| ids.split(',').filter_map(|id| id.parse().ok()).collect())
        .unwrap_or_default();
    if ids.is_empty() {
        return Err(200_018.into());
    }
    let found: Vec<&Public> = LIBRARY.iter().filter(|t| ids.contains(&t.category)).collect();
    let one = |t: &&Public| {
        json!({"tid": t.tid, "title": t.title, "type": t.kind,
               "categoryId": t.category.to_string()})
    };
    let data: Vec<_> = found.iter().skip(start).take(limit).map(one).collect();
    Ok(json!({"errcode": 0, "errmsg": "ok", "count": found.len(), "data": data}).into())
}

fn public(tid: Option<i64>) -> Result<&'static Public, i64> {
    LIBRARY.iter().find(|template| Some(template.tid) == tid).ok_or(200_014)
}

fn keywords(_: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let template = public(call.query.get("tid").and_then(|tid| tid.parse().ok()))?;
    let one = |(kid, name, rule): &(i64, &str, &str)| json!({"kid": kid, "name": name, "example": name, "rule": rule});
    let data: Vec<_> = template.fields.iter().map(one).collect();
    Ok(json!({"errcode": 0, "errmsg": "ok", "count": data.len(), "data": data}).into())
}

fn add_notice(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let template = public(text(call, "tid").parse().ok())?;
    let kids: Vec<i64> = call
        .json
        .get("kidList")
        .and_then(Value::as_array)
        .map(|kids| kids.iter().filter_map(Value::as_i64).collect())
        .unwrap_or_default();
    let fields: Option<Vec<_>> =
        kids.iter().map(|kid| template.fields.iter().find(|(known, ..)| known == kid)).collect();
    let fields = fields.filter(|fields| (2..=5).contains(&fields.len())).ok_or(200_020)?;
    if text(call, "sceneDesc").chars().count() > 15 {
        return Err(200_021.into());
    }
    let line =
        |(kid, name, rule): &&(i64, &str, &str)| format!("{name}:{{{{{rule}{kid}.DATA}}}}\n");
    let content: String = fields.iter().map(line).collect();
    let id = random_name(&simulator.0.entropy, 43);
    with(simulator, call, |templates| {
        if templates.notices.iter().any(|known| known.content == content) {
            return Err(200_022);
        }
        if templates.notices.len() >= MOST {
            return Err(200_012);
        }
        let title = template.title.to_owned();
        templates.notices.push(Owned { id: id.clone(), title, content, kind: template.kind });
        Ok(())
    })?;
    Ok(json!({"errcode": 0, "errmsg": "ok", "priTmplId": id}).into())
}

fn notices(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let data = with(simulator, call, |templates| {
        let one = |t: &Owned| {
            json!({"priTmplId": t.id, "title": t.title, "content": t.content,
                   "example": example(&t.content), "type": t.kind})
        };
        Ok(templates.notices.iter().map(one).collect::<Vec<_>>())
    })?;
    Ok(json!({"errcode": 0, "errmsg": "ok", "data": data}).into())
}

fn delete_notice(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let id = text(call, "priTmplId");
    with(simulator, call, |templates| remove(&mut templates.notices, id, 200_014))?;
    Ok(ok().into())
}

impl Simulator {
    /// Notes what a citizen chose about a subscription template: an acceptance adds one notice, a
    /// refusal takes them all away.
    pub(in crate::simulator) fn note_consent(&self, openid: &str, id: &str, accepted: bool) {
        let mut world = self.world();
        let Some(account) = world.citizen(openid).map(|citizen| citizen.account) else { return };
        let Some(account) = world.accounts.get_mut(account) else { return };
        let key = (openid.to_owned(), id.to_owned());
        let left = account.templates.consents.entry(key).or_default();
        *left = if accepted { *left + 1 } else { 0 };
    }

    /// The citizen confirms one message on WeChat's page (§6.3).
    pub fn confirm_one_time(&self, openid: &str, template_id: &str, scene: &str) {
        let mut world = self.world();
        let Some(account) = world.citizen(openid).map(|citizen| citizen.account) else { return };
        let Some(account) = world.accounts.get_mut(account) else { return };
        let key = (openid.to_owned(), template_id.to_owned(), scene.to_owned());
        *account.templates.confirmed.entry(key).or_default() += 1;
    }
}
