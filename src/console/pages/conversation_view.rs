//! How an inquiry is shown to staff. Pure: from what was read to what the template prints.

use std::collections::HashMap;

use super::conversation::Talk;
use super::deeds;
use super::inbox;
use super::{attaching, composing};
use crate::console::auth::SignedIn;
use crate::console::state::Web;
use crate::delivery::rules::lasting;
use crate::delivery::{self, Delivery};
use crate::inquiries::callbacks::Callback;
use crate::inquiries::offers::{DeclineReason, Offer, OfferState};
use crate::inquiries::views::conversation::{
    Composer, DeliveryState, DeliveryView, EntryKind, Fact, InquiryHead, Permitted,
};
use crate::inquiries::views::{Part, RatingView, Recording, rating_words};
use crate::inquiries::{Author, Inquiry, Message, MessageId, MessageKind, State};
use crate::media::{self, Received};
use crate::platform::clock::Moment;
use crate::platform::http::shell::Choice;
use crate::platform::http::when::When;
use crate::promises;
use crate::routing::actions::{may_put_back, picking};
use crate::routing::fit::Candidate;
use crate::routing::rules::Directory;
use crate::routing::views::CandidateRow;
use crate::staff::policy::Right;
use crate::staff::{Role, StaffMember};
use crate::worktime;

pub(super) use crate::inquiries::views::conversation::Entry;

/// Lines of the timeline on one page.
const PAGE: usize = 50;

/// One line with the moment it is sorted by.
pub(super) struct Line {
    pub at: Moment,
    pub entry: Entry,
}

/// The question, and everything after it in the order it happened.
pub(super) fn timeline(
    talk: &Talk,
    directory: &Directory,
    quiet_seconds: u64,
) -> (Vec<Part>, Vec<Line>) {
    let asked = question_length(&talk.messages, quiet_seconds);
    let (question, rest) = talk.messages.split_at(asked);
    let shown = |message: &Message| with_file(message, talk.received.get(&message.id));
    let question = question.iter().map(shown).collect();
    let deliveries: HashMap<MessageId, &Delivery> =
        talk.deliveries.iter().map(|d| (d.message_id, d)).collect();
    let citizen = talk.inquiry.citizen_label();
    let mut lines: Vec<Line> = Vec::new();
    let mut add = |at: Moment, kind, who: &str, parts, details| {
        let entry = Entry {
            seq: 0,
            kind,
            who: who.to_owned(),
            when: When::new(at, talk.now),
            parts,
            details,
        };
        lines.push(Line { at, entry });
    };
    for offer in &talk.offers {
        let (kind, sentence, details) = placing(offer, directory);
        add(offer.at, kind, "系统", vec![Part::Text(sentence)], details);
        if let Some((at, sentence)) = refusal(offer, directory) {
            add(at, EntryKind::Event, "系统", vec![Part::Text(sentence)], vec![]);
        }
    }
    for deed in &talk.deeds {
        if let Some(sentence) = deeds::sentence(deed, &talk.names) {
            add(deed.at, EntryKind::Event, "系统", vec![Part::Text(sentence)], vec![]);
        }
    }
    for (at, sentence) in promises::views::history(&talk.pauses, &talk.extensions, talk.now) {
        add(at, EntryKind::Event, "系统", vec![Part::Text(sentence)], vec![]);
    }
    for (at, sentence) in verdicts(&talk.inquiry) {
        add(at, EntryKind::Event, "系统", vec![Part::Text(sentence)], vec![]);
    }
    for message in rest {
        let kind = match message.author {
            Author::Citizen => EntryKind::Citizen,
            Author::Staff | Author::Told => {
                let delivery = deliveries.get(&message.id).copied();
                EntryKind::Answer(delivery_view(delivery, pictures(talk, message.id)))
            }
            Author::Note => EntryKind::Note,
            Author::System => EntryKind::Event,
        };
        let who = match message.author {
            Author::Citizen => citizen.as_str(),
            Author::System => "系统",
            Author::Staff if message.correction => "更正",
            Author::Told => "系统发给群众",
            Author::Staff | Author::Note => message.staff_name.as_deref().unwrap_or("工作人员"),
        };
        let mut parts = vec![shown(message)];
        parts.extend(files_of(talk, message.id));
        add(message.at, kind, who, parts, vec![]);
    }
    // A stable sort: at the same moment the placing stands before what was said.
    lines.sort_by_key(|line| line.at);
    for (place, line) in lines.iter_mut().enumerate() {
        line.entry.seq = i64::try_from(place + 1).unwrap_or(i64::MAX);
    }
    (question, lines)
}

/// What went with an answer.
pub(super) fn files_of(talk: &Talk, answer: MessageId) -> impl Iterator<Item = Part> {
    let base = format!("/console/inquiries/{}/attached", talk.inquiry.id);
    let own = talk.attached.iter().filter(move |file| file.message_id == Some(answer.0));
    own.map(move |file| attaching::part(file, &base))
}

/// What the citizen thinks of the answers, with the moments it was said.
fn verdicts(inquiry: &Inquiry) -> impl Iterator<Item = (Moment, String)> {
    let stars = inquiry.rating.and_then(|stars| u8::try_from(stars).ok());
    let rated = inquiry.rated_at.zip(stars);
    let rated = rated.map(|(at, n)| match inquiry.rating_hidden {
        true => (at, "群众已匿名评价".to_owned()),
        false => (at, format!("群众评价：{}（{n} 分）", rating_words(n))),
    });
    let unsolved = inquiry.unsolved_at.map(|at| (at, "群众说还没解决".to_owned()));
    rated.into_iter().chain(unsolved)
}

/// The messages of the first burst: each soon enough after the one before, all by the citizen.
pub(in crate::console) fn question_length(messages: &[Message], quiet_seconds: u64) -> usize {
    let mut length = 0;
    let mut last: Option<Moment> = None;
    for message in messages {
        let soon = last.is_none_or(|before| message.at.since(before).as_secs() <= quiet_seconds);
        if message.author != Author::Citizen || !soon {
            break;
        }
        last = Some(message.at);
        length += 1;
    }
    length
}

/// One page of the timeline.
pub(super) struct Shown {
    pub entries: Vec<Entry>,
    /// The first line shown, when there are older ones.
    pub first_shown: Option<i64>,
}

/// The newest lines, or those before line `before`.
pub(super) fn page_of(lines: Vec<Line>, before: Option<i64>) -> Shown {
    let mut entries: Vec<Entry> = lines.into_iter().map(|line| line.entry).collect();
    if let Some(before) = before {
        entries.retain(|entry| entry.seq < before);
    }
    let older = entries.len().saturating_sub(PAGE);
    let entries = entries.split_off(older);
    let first_shown = entries.first().filter(|_| older > 0).map(|entry| entry.seq);
    Shown { entries, first_shown }
}

/// What was sent, as a piece of the page.
pub(in crate::console) fn part(message: &Message) -> Part {
    let body = message.body.clone();
    match message.kind {
        MessageKind::Text | MessageKind::Link => Part::Text(body),
        MessageKind::Voice => {
            let recognition = Some(body).filter(|text| !text.starts_with("（语音"));
            Part::Voice { seconds: None, recognition, recording: Recording::default() }
        }
        MessageKind::Image => Part::Other("图片".into()),
        MessageKind::Video => Part::Other("视频".into()),
        MessageKind::Location => Part::Location { label: body },
    }
}

/// What was sent, with the file that came with it or why there is none.
fn with_file(message: &Message, received: Option<&Received>) -> Part {
    let Some(received) = received else { return part(message) };
    let name = received.kind.name();
    let note = match (received.state, &received.reason) {
        (media::State::Stored, _) => String::new(),
        (media::State::Waiting, _) => received.state.name().to_owned(),
        (state, reason) => reason.clone().unwrap_or_else(|| state.name().to_owned()),
    };
    let stored = received.state == media::State::Stored;
    let href = stored.then(|| format!("/console/media/{}", message.id));
    match (part(message), href) {
        (Part::Voice { seconds, recognition, .. }, href) => {
            let plays = received.format.is_some_and(media::rules::shows_itself);
            let file = received.format.zip(received.bytes);
            let file = file.map(|(format, bytes)| media::rules::in_words(format, bytes));
            let file = file.unwrap_or_default();
            Part::Voice { seconds, recognition, recording: Recording { href, plays, file, note } }
        }
        (_, Some(href)) if received.kind == media::Kind::Picture => Part::Picture { href },
        (_, Some(href)) => Part::File { label: format!("下载{name}"), href },
        (_, None) => Part::Other(format!("{name}：{note}")),
    }
}

fn placing(offer: &Offer, directory: &Directory) -> (EntryKind, String, Vec<String>) {
    let mut reasons: Vec<String> = offer.reasons.lines().map(str::to_owned).collect();
    let to = match offer.organization_id {
        Some(id) => format!("转给 {}", directory.organization_name(Some(id))),
        None => match offer.listed_for {
            Some(kind) => format!("放入{}单位的自选列表", kind.name()),
            None => "进入待分派，由联盟运营人员处理".into(),
        },
    };
    if offer.staff_id.is_none() {
        reasons.extend(compared(offer, directory));
        return (EntryKind::Event, to, reasons);
    }
    let why = if reasons.is_empty() { String::new() } else { reasons.remove(0) };
    (EntryKind::HandOver, format!("{why} → {to}"), reasons)
}

/// How the candidates compared, one sentence each.
fn compared(offer: &Offer, directory: &Directory) -> Vec<String> {
    // Written by routing; what cannot be read is not worth losing the page for.
    let candidates: Vec<Candidate> = serde_json::from_str(&offer.candidates).unwrap_or_default();
    let row = |candidate| CandidateRow::new(candidate, directory).sentence();
    candidates.iter().map(row).collect()
}

/// That the organization did not take it, and why.
fn refusal(offer: &Offer, directory: &Directory) -> Option<(Moment, String)> {
    let name = directory.organization_name(offer.organization_id);
    let sentence = match (offer.state, offer.decline) {
        (OfferState::Declined, reason) => {
            let reason = reason.map_or("其他原因", DeclineReason::name);
            let remark = if offer.remark.is_empty() { "" } else { "，" };
            format!("{name} 退回：{reason}{remark}{}", offer.remark)
        }
        (OfferState::Expired, _) => format!("{name} 超时未接"),
        _ => return None,
    };
    Some((offer.settled_at?, sentence))
}

/// How the pictures that follow an answer stand, in words.
fn pictures(talk: &Talk, answer: MessageId) -> Option<String> {
    use delivery::DeliveryState::Dropped;
    let own = talk.pictures.iter().filter(|standing| standing.message_id == answer);
    let words = own.map(|standing| {
        let how = if standing.state == Dropped { "仅网页可见" } else { standing.state.name() };
        format!("图片 {} 张{how}", standing.pictures)
    });
    let words: Vec<String> = words.collect();
    (!words.is_empty()).then(|| words.join("、"))
}

fn delivery_view(delivery: Option<&Delivery>, pictures: Option<String>) -> DeliveryView {
    use delivery::DeliveryState as Row;
    let Some(delivery) = delivery else {
        return DeliveryView { state: DeliveryState::Queued, reason: None };
    };
    let state = match delivery.state {
        Row::Queued | Row::Calling => DeliveryState::Queued,
        Row::Sent => DeliveryState::Delivered,
        Row::Waiting => DeliveryState::Waiting,
        Row::Unknown => DeliveryState::Unknown,
        Row::Dropped => DeliveryState::PageOnly,
        Row::Failed => DeliveryState::Failed,
    };
    let way = delivery.way.filter(|_| delivery.state == Row::Sent).map(|way| way.name().to_owned());
    let reason = delivery.reason.clone().or(way).into_iter().chain(pictures);
    let reason = reason.collect::<Vec<_>>().join(" · ");
    DeliveryView { state, reason: (!reason.is_empty()).then_some(reason) }
}

/// The head of the page.
pub(super) fn head(talk: &Talk, member: &StaffMember, directory: &Directory) -> InquiryHead {
    let inquiry = &talk.inquiry;
    let mut flags: Vec<String> = inbox::dangers(inquiry).map(|d| d.name().to_owned()).collect();
    let more = [
        (inquiry.urgent, "加急"),
        (inquiry.wants_human, "要求人工答复"),
        (inquiry.unsolved_at.is_some(), "群众说还没解决"),
        (talk.call_back.is_some(), "群众不满意，换人回访"),
    ];
    flags.extend(more.iter().filter(|(on, _)| *on).map(|(_, words)| (*words).to_owned()));
    InquiryHead {
        id: inquiry.id.to_string(),
        number: inquiry.number.clone(),
        citizen: inquiry.citizen_label(),
        state: inquiry.state.name().to_owned(),
        closed: inquiry.state == State::Closed,
        asked: When::new(inquiry.opened_at, talk.now),
        sla: inbox::sla(inquiry, talk.now),
        field: inquiry.field.map(|field| field.name().to_owned()),
        place: inquiry.territory_id.as_deref().map(|id| directory.atlas.place_name(id)),
        danger: inbox::in_danger(inquiry),
        flags,
        claimed_by: inbox::claimed_by(inquiry, &talk.names),
        mine: inquiry.assignee_id == Some(member.id),
        presence: None,
        answer_by: answer_by(talk),
        claim_holds: claim_holds(talk, directory),
        leaving: talk.leaving.as_ref().map(|leaving| leaving.author_id == member.id),
    }
}

/// What is known, beside the conversation.
pub(super) fn facts(talk: &Talk, web: &Web, directory: &Directory) -> Vec<Fact> {
    let inquiry = &talk.inquiry;
    let station = directory.stations.iter().find(|station| Some(station.id) == inquiry.station_id);
    let accounts = web.config.wechat.accounts.len();
    let facts = [
        ("编号", Some(inquiry.number.clone())),
        ("公众号", Some(inquiry.account_id.clone()).filter(|_| accounts > 1)),
        ("服务站点", station.map(|station| station.name.clone())),
        ("接收单位", Some(directory.organization_name(inquiry.organization_id).to_owned())),
        ("关注", talk.citizen.as_ref().filter(|who| !who.following).map(|_| "已取消关注".into())),
        ("办理结果", inquiry.outcome.map(|outcome| outcome.name().to_owned())),
    ];
    let known = facts.into_iter().filter_map(|(label, value)| Some((label, value?)));
    known.map(|(label, value)| Fact { label: label.to_owned(), value }).collect()
}

/// Why the inquiry is where it is.
pub(super) fn reasons(talk: &Talk) -> Vec<String> {
    let last = talk.offers.last();
    last.map(|offer| offer.reasons.lines().map(str::to_owned).collect()).unwrap_or_default()
}

/// The stars, when they were given.
pub(in crate::console) fn rating(inquiry: &Inquiry, now: Moment) -> Option<RatingView> {
    let score = u8::try_from(inquiry.rating?).ok()?;
    let when = When::new(inquiry.rated_at.unwrap_or(inquiry.opened_at), now);
    Some(RatingView { score, comment: String::new(), when })
}

/// The form for an answer, or why there is none.
pub(super) fn composer(talk: &Talk, web: &Web, signed: &SignedIn) -> Composer {
    if let Some(why) = shut(talk, signed) {
        return Composer { shut: Some(why), ..Composer::default() };
    }
    let open = lasting(&talk.allowances, talk.now);
    let following = talk.citizen.as_ref().is_some_and(|citizen| citizen.following);
    let window = match open {
        _ if !following => "群众已取消关注，重新关注并来信后自动补发".to_owned(),
        Some(open) => format!("客服消息可发到 {}", When::new(open.until, talk.now).absolute),
        None => "现在不能主动发消息，群众下次来信时自动送出".to_owned(),
    };
    Composer {
        shut: None,
        body: talk.draft.as_ref().map(|draft| draft.body.clone()).unwrap_or_default(),
        saved_at: talk.draft.as_ref().map(|draft| clock_words(draft.saved_at)),
        byte_limit: composing::room(talk, web),
        sends_left: open.filter(|_| following).map(|open| open.messages),
        window,
        files: attaching::waiting(talk),
        pictures: attaching::pictures_in_words(talk),
        error: None,
        ..Composer::default()
    }
}

/// 10:32:05.
pub(super) fn clock_words(at: Moment) -> String {
    at.in_shanghai().strftime("%H:%M:%S").to_string()
}

fn shut(talk: &Talk, signed: &SignedIn) -> Option<String> {
    let inquiry = &talk.inquiry;
    if !signed.may(Right::Answer) {
        return Some("您可以查看这件咨询，不能答复。".into());
    }
    let wrote = |callback: &Callback| callback.author_id == Some(signed.member.id);
    if talk.call_back.as_ref().is_some_and(wrote) {
        return Some("群众对您上一次的答复不满意，这次要换一位同事回访和答复。".into());
    }
    if inquiry.state == State::Closed {
        return Some("已办结。群众再来信时会自动重新打开。".into());
    }
    let colleague = inquiry.assignee_id != Some(signed.member.id);
    if inquiry.state == State::Claimed && colleague {
        let name = inbox::claimed_by(inquiry, &talk.names).unwrap_or_else(|| "同事".into());
        return Some(match signed.member.role {
            Role::OrgManager => {
                format!("{name} 正在办理，只有认领人能答复。需要时请在下面写明理由后接手。")
            }
            _ => format!(
                "{name} 正在办理，只有认领人能答复。如需接手，请对方放回，或由单位管理员处理。"
            ),
        });
    }
    None
}

/// What the person may do with the inquiry as it stands.
pub(super) fn permitted(talk: &Talk, signed: &SignedIn, directory: &Directory) -> Permitted {
    let inquiry = &talk.inquiry;
    let mine = inquiry.assignee_id == Some(signed.member.id);
    let manager = signed.member.role == Role::OrgManager;
    let open = inquiry.state != State::Closed;
    let answers = signed.may(Right::Answer);
    let wrote = |callback: &Callback| callback.author_id == Some(signed.member.id);
    let barred = talk.call_back.as_ref().is_some_and(wrote);
    let free = matches!(inquiry.state, State::Offered | State::Answered);
    let reassign_to =
        if open && signed.may(Right::Assign) { receivers(inquiry, directory) } else { Vec::new() };
    use delivery::DeliveryState as Row;
    Permitted {
        claim: answers && !barred && free && !(mine && inquiry.state == State::Answered),
        take_over: manager && inquiry.state == State::Claimed && !mine,
        release: answers && inquiry.state == State::Claimed && (mine || manager),
        decline: if answers && may_decline(talk, signed) { reasons_to_decline() } else { vec![] },
        note: answers,
        reassign_to,
        close: answers && !barred && open,
        unclear: talk.deliveries.last().is_some_and(|last| last.state == Row::Unknown),
        reopen: false,
    }
}

/// The offer that the organization has not answered yet.
fn open_offer(talk: &Talk) -> Option<&Offer> {
    let offered = talk.inquiry.state == State::Offered;
    talk.offers.last().filter(|offer| offered && offer.state == OfferState::Open)
}

/// Whether the organization has not taken it yet, or has picked it and may put it back.
fn may_decline(talk: &Talk, signed: &SignedIn) -> bool {
    let picked = picking::picked(&talk.inquiry, &talk.offers).is_some();
    open_offer(talk).is_some() || (picked && may_put_back(&talk.inquiry, &signed.member))
}

fn reasons_to_decline() -> Vec<Choice> {
    DeclineReason::ALL.iter().map(|r| Choice::new(r.code(), r.name(), false)).collect()
}

/// Until when somebody should take it, for those who can.
fn answer_by(talk: &Talk) -> Option<String> {
    let until = open_offer(talk)?.answer_by?;
    let until = worktime::in_words(until, talk.now);
    Some(format!("请在{until}前认领或退回，过时转给下一家单位"))
}

/// Until when the claim holds, for everybody who looks.
fn claim_holds(talk: &Talk, directory: &Directory) -> Option<String> {
    let inquiry = &talk.inquiry;
    let active = inquiry.active_at.filter(|_| inquiry.state == State::Claimed)?;
    let until = directory.claim_until(inquiry.organization_id, active);
    Some(format!("认领保留到{}，期间没有任何操作会自动放回", worktime::in_words(until, talk.now)))
}

/// The value that stands for the operators in the choice of receivers.
pub(super) const OPERATORS: &str = "operators";

/// Whom an inquiry may be given to: those it fits first.
pub(super) fn receivers(inquiry: &Inquiry, directory: &Directory) -> Vec<Choice> {
    let mut takers: Vec<_> = directory
        .organizations
        .iter()
        .filter(|o| o.status.takes_inquiries() && Some(o.id) != inquiry.organization_id)
        .collect();
    takers.sort_by_key(|o| !inquiry.field.is_some_and(|field| o.fields.contains(&field)));
    let mut choices: Vec<Choice> =
        takers.into_iter().map(|o| Choice::new(o.id.to_string(), &o.name, false)).collect();
    if inquiry.organization_id.is_some() {
        choices.push(Choice::new(OPERATORS, "退回联盟运营（待分派）", false));
    }
    choices
}
