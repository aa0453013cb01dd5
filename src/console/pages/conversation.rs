//! One inquiry with everything said and done about it.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use super::conversation_view as view;
use super::{citing, composing, merging, offers, referrals, reviews, sorting};
use crate::citizens::{self, store::Citizen};
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, html, page};
use crate::console::form::{Asked, Fields, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::delivery::rules::Allowance;
use crate::delivery::store::pictures::Standing;
use crate::delivery::{self, Delivery};
use crate::inquiries::actions::staff as actions;
use crate::inquiries::callbacks::{self, Callback};
use crate::inquiries::leaving::{self, Leaving};
use crate::inquiries::offers::Offer;
use crate::inquiries::store::{self, Draft};
use crate::inquiries::views::conversation::{Composer, ConversationPage, InquiryHead};
use crate::inquiries::views::inbox::InboxTab;
use crate::inquiries::{Inquiry, InquiryId, Message, MessageId, State as InquiryState};
use crate::media::{self, Attached, Received};
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::error::{Error, Result};
use crate::platform::http::shell::{Shell, href};
use crate::promises::{self, Extension, Pausing};
use crate::staff::{self, StaffId, StaffMember};

/// Messages of one inquiry that are read; nobody writes more.
const MOST_MESSAGES: i64 = 1000;

/// Everything about one inquiry that its page is made of.
pub(super) struct Talk {
    pub inquiry: Inquiry,
    pub messages: Vec<Message>,
    pub offers: Vec<Offer>,
    pub pauses: Vec<Pausing>,
    pub extensions: Vec<Extension>,
    pub deeds: Vec<audit::Entry>,
    pub deliveries: Vec<Delivery>,
    pub pictures: Vec<Standing>,
    pub allowances: Vec<Allowance>,
    pub citizen: Option<Citizen>,
    pub received: HashMap<MessageId, Received>,
    pub others: Vec<Inquiry>,
    pub call_back: Option<Callback>,
    pub draft: Option<Draft>,
    pub leaving: Option<Leaving>,
    pub labels: Vec<String>,
    pub known_labels: Vec<String>,
    pub names: HashMap<StaffId, String>,
    /// What was attached to answers, sent or not.
    pub attached: Vec<Attached>,
    /// Who looks.
    pub reader: StaffId,
    pub now: Moment,
}

impl Talk {
    /// Reads an inquiry within the person's scope.
    ///
    /// # Errors
    /// Not found when it does not exist or lies outside the scope; the two look the same.
    pub async fn read(web: &Web, member: &StaffMember, id: InquiryId) -> Result<Self> {
        let (scope, now) = (member.scope(), web.deps.clock.now());
        let mut link = web.deps.db.read().await?;
        let found = store::get(&mut link, scope, id).await?;
        let inquiry = found.ok_or_else(Error::not_found)?;
        let citizen = citizens::store::get(&mut link, inquiry.citizen_id).await?;
        let allowances = match &citizen {
            Some(who) => {
                delivery::store::allowances(&mut link, &who.account_id, &who.openid).await?
            }
            None => Vec::new(),
        };
        let messages = store::messages(&mut link, id, MOST_MESSAGES).await?;
        let carrying = messages.iter().filter(|message| message.media_id.is_some());
        let carrying: Vec<_> = carrying.map(|message| message.id.0).collect();
        let received = media::store::of_messages(&mut link, &carrying).await?;
        Ok(Self {
            messages,
            received: received.into_iter().map(|r| (MessageId(r.message_id), r)).collect(),
            offers: store::offers(&mut link, id).await?,
            pauses: promises::store::pauses(&mut link, id).await?,
            extensions: promises::store::extensions(&mut link, id).await?,
            deeds: audit::of_object(&mut link, &format!("inquiry:{id}"), 200).await?,
            deliveries: delivery::store::of_inquiry(&mut link, id).await?,
            pictures: delivery::store::pictures::of_inquiry(&mut link, id).await?,
            others: match inquiry.anonymous {
                true => Vec::new(),
                false => store::of_same_citizen(&mut link, scope, inquiry.citizen_id, id).await?,
            },
            call_back: callbacks::store::owed(&mut link, id).await?,
            labels: store::labels::of_inquiry(&mut link, scope, id).await?,
            known_labels: store::labels::known(&mut link, scope).await?,
            leaving: leaving::store::of_inquiry(&mut link, id).await?,
            draft: store::draft(&mut link, id, member.id).await?,
            names: staff::store::names(&mut link, scope.organization()).await?,
            attached: media::store::attached::of_inquiry(&mut link, id.0).await?,
            reader: member.id,
            inquiry,
            allowances,
            citizen,
            now,
        })
    }

    /// The number of the last word said; a form sends it back as what its writer has seen.
    pub fn last_number(&self) -> i64 {
        let said = self.messages.iter().filter(|message| message.author.is_exchanged());
        i64::try_from(said.count()).unwrap_or(i64::MAX)
    }
}

/// The page, or with `part=timeline` or `part=status` one block of it.
pub async fn show(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
    Asked(asked): Asked,
) -> Answer {
    let talk = Talk::read(&web, &signed.member, id).await?;
    if let Some(into) = living(&web, &signed.member, &talk.inquiry).await? {
        let pairs = [("done", "was-merged"), ("part", asked.text("part"))];
        let there = href(&format!("/console/inquiries/{into}"), &pairs);
        return Ok(Redirect::to(&there).into_response());
    }
    actions::mark_read(&web.deps, &signed.member, &talk.inquiry).await?;
    let page = assemble(&web, &signed, &talk, &asked).await?;
    match asked.text("part") {
        "timeline" => html(page.as_timeline().render()),
        "status" => html(page.as_status().render()),
        _ => self::page(&page),
    }
}

/// Where the matter of a merged inquiry goes on, as far as the person may look there.
pub(super) async fn living(
    web: &Web,
    member: &StaffMember,
    inquiry: &Inquiry,
) -> Result<Option<InquiryId>> {
    let Some(into) = inquiry.merged_into else { return Ok(None) };
    let found = store::get(&mut web.deps.db.read().await?, member.scope(), into).await?;
    Ok(found.map(|found| found.id))
}

/// The page again with a text that was refused, and why.
pub(super) async fn refused(
    web: &Web,
    signed: &SignedIn,
    id: InquiryId,
    body: &str,
    why: &str,
) -> Answer {
    let talk = Talk::read(web, &signed.member, id).await?;
    let say_why = |composer: &mut Composer| {
        composer.shut = None;
        composer.error = Some(why.to_owned());
    };
    with_text(web, signed, &talk, body, say_why).await
}

/// The page with a text in its composer that is not sent, and what else `change` says about it.
pub(super) async fn with_text(
    web: &Web,
    signed: &SignedIn,
    talk: &Talk,
    body: &str,
    change: impl FnOnce(&mut Composer),
) -> Answer {
    let mut shown = assemble(web, signed, talk, &Fields::default()).await?;
    shown.composer.body = body.to_owned();
    change(&mut shown.composer);
    page(&shown)
}

pub(super) async fn assemble(
    web: &Web,
    signed: &SignedIn,
    talk: &Talk,
    asked: &Fields,
) -> Result<ConversationPage> {
    let directory = web.directory.current();
    let title = format!("咨询 {}", talk.inquiry.number);
    let (question, entries) = view::timeline(talk, &directory, web.config.intake.quiet_seconds);
    let older = view::page_of(entries, asked.read("before"));
    let tab = match asked.text("tab") {
        "" => tab_of(&talk.inquiry, signed.member.id),
        named => InboxTab::parse(named),
    };
    let pairs = [("tab", tab.key())];
    let list = [("tab", tab.key()), ("part", "list")];
    let id = talk.inquiry.id;
    let presence = web.presence.others(id, signed.member.id);
    // A block that is fetched anew holds none of these.
    let (cards, similar, citing) = match asked.text("part") {
        "" => (
            offers::cards(web, talk),
            offers::similar(web, signed, talk).await?,
            citing::panel(web, signed, talk).await?,
        ),
        _ => Default::default(),
    };
    let mut composer = view::composer(talk, web, signed);
    offers::fill(web, &mut composer, asked.text("card"));
    if asked.text("part").is_empty() && composer.shut.is_none() {
        composing::offer(web, signed, talk, &mut composer, asked).await?;
    }
    let review = reviews::panel(web, signed, talk).await?;
    if review.as_ref().is_some_and(|panel| !panel.returned) && composer.shut.is_none() {
        composer.shut = Some("上面的答复正在等待复核。放行、退回或撤回以后才能再写。".into());
    }
    Ok(ConversationPage {
        inquiry: InquiryHead { presence, ..view::head(talk, &signed.member, &directory) },
        promise: super::promises::panel(talk, web, signed),
        question,
        facts: view::facts(talk, web, &directory),
        reasons: view::reasons(talk),
        related: merging::related(talk, signed),
        cards,
        citing,
        similar,
        older_href: older.first_shown.map(|seq| {
            let before = [("before", seq.to_string())];
            href(&format!("/console/inquiries/{id}"), &before.each_ref().map(|(n, v)| (*n, &**v)))
        }),
        timeline: older.entries,
        seen: talk.last_number(),
        composer,
        review,
        referrals: referrals::of_inquiry(web, id).await?,
        sorting: sorting::panel(talk, signed),
        may: view::permitted(talk, signed, &directory),
        rating: view::rating(&talk.inquiry, talk.now).filter(|_| !talk.inquiry.rating_hidden),
        back_href: href("/console/inbox", &pairs),
        list_src: href("/console/inbox", &list),
        // Whoever reads a question is at work: no place for an introduction.
        shell: Shell {
            tour: false,
            ..frame::desk(web, signed, &title, "/console/inbox", asked).await?
        },
    })
}

/// The tab in which an inquiry stands for a reader who came by no tab, as after a form.
fn tab_of(inquiry: &Inquiry, reader: StaffId) -> InboxTab {
    match inquiry.state {
        InquiryState::Closed => InboxTab::All,
        InquiryState::Waiting | InquiryState::Offered => InboxTab::Unclaimed,
        InquiryState::Claimed | InquiryState::Answered if inquiry.assignee_id == Some(reader) => {
            InboxTab::Mine
        }
        InquiryState::Claimed | InquiryState::Answered => InboxTab::Organization,
    }
}

/// The lines that came while somebody wrote, newest first, for the page that asks what to do now.
pub(super) fn news_for(talk: &Talk, web: &Web, unseen: &[Message]) -> Vec<view::Entry> {
    // What came in the first burst belongs to the question and has no line of its own otherwise.
    let quiet = 0;
    let (_, entries) = view::timeline(talk, &web.directory.current(), quiet);
    let first = unseen.first().map(|message| message.at);
    let fresh = entries.into_iter().filter(|line| first.is_some_and(|at| line.at >= at));
    let mut fresh: Vec<view::Entry> = fresh.map(|line| line.entry).collect();
    fresh.reverse();
    fresh
}
