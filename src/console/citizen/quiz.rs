//! `/c/quiz`: rounds, playing them, the own result. The key of a question leaves the server only
//! on the page of a question that is answered.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;

use super::Reader;
use super::entering::{recognizer, visitor, way_in};
use crate::console::error::{Answer, status_of};
use crate::console::form::{Fields, Form, Target};
use crate::console::frame;
use crate::console::pages::quiz::sentences;
use crate::console::state::Web;
use crate::knowledge::live::day_of;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::shell::{Choice, CitizenShell, href};
use crate::platform::secrets::Secret;
use crate::quiz::actions::playing::{self as actions, Entry};
use crate::quiz::actions::{flags as objecting, honours as thinking};
use crate::quiz::round::{Phase, Player, Round, RoundId, Task};
use crate::quiz::rules::draw::digest;
use crate::quiz::rules::flags::FlagDecision;
use crate::quiz::rules::honours::When;
use crate::quiz::store::{flags, honours, playing, rounds};
use crate::quiz::views::playing::{
    OpenRoundsPage, OptionView, PlayPage, ResultPage, RoundHomePage, Told,
};
use crate::quiz::{Kind as QuestionKind, Question};
use crate::visits::store::Visitor;

/// Cookie that marks a browser within one round; only its digest is kept.
const MARK: &str = "pufa-quiz";

/// The rounds that run.
pub async fn list(State(web): State<Web>, reader: Reader) -> Answer {
    let account = recognizer(&web, "").map_or("", |(id, _)| id);
    let today = day_of(web.deps.clock.now());
    let found = rounds::running(&mut web.deps.db.read().await?, account, &today).await?;
    let row = |round: Round| {
        let until = format!("到 {} 为止，每期 {} 题", round.closes_on, round.per_period);
        (format!("/c/quiz/{}", round.id), round.title, until)
    };
    reader.give(&OpenRoundsPage {
        shell: frame::street(&web, "普法答题", reader.large, "/c/quiz", &reader.asked),
        rows: found.into_iter().map(row).collect(),
    })
}

/// A round that has been let go, and where today lies in it.
pub(super) async fn published(web: &Web, id: RoundId) -> Result<(Round, Phase)> {
    let found = rounds::get(&mut web.deps.db.read().await?, id).await?;
    let round = found.ok_or_else(Error::not_found)?;
    match round.phase(web.deps.clock.now().in_shanghai().date()) {
        Phase::Unpublished => Err(Error::not_found()),
        phase => Ok((round, phase)),
    }
}

/// Who is reading, when the round's account knows them.
async fn known(web: &Web, headers: &HeaderMap, round: &Round) -> Result<Option<Visitor>> {
    let visitor = visitor(web, headers).await?;
    Ok(visitor.filter(|visitor| visitor.account_id == round.account_id))
}

/// What a round is about, and the way into it.
pub async fn show(
    State(web): State<Web>,
    headers: HeaderMap,
    Target(id): Target<RoundId>,
    reader: Reader,
) -> Answer {
    let (round, phase) = published(&web, id).await?;
    let visitor = known(&web, &headers, &round).await?;
    let here = format!("/c/quiz/{id}");
    let way_in = if visitor.is_none() { way_in(&web, &headers, &here) } else { None };
    if let Some(way_in) = way_in.as_ref().filter(|way| way.inside) {
        return Ok(Redirect::to(&way_in.href).into_response());
    }
    let enter = way_in.map_or_else(String::new, |way| way.href);
    let page = home(&web, &round, phase, visitor.as_ref(), &reader, &Fields::default()).await?;
    reader.give(&RoundHomePage { enter, ..page })
}

async fn home(
    web: &Web,
    round: &Round,
    phase: Phase,
    visitor: Option<&Visitor>,
    reader: &Reader,
    typed: &Fields,
) -> Result<RoundHomePage> {
    let player = match visitor {
        Some(visitor) => own(web, round, visitor).await?,
        None => None,
    };
    let here = format!("/c/quiz/{}", round.id);
    let (place, unit) = (typed.text("place"), typed.text("unit"));
    Ok(RoundHomePage {
        shell: frame::street(web, &round.title, reader.large, &here, &reader.asked),
        id: round.id.to_string(),
        title: round.title.clone(),
        intro: round.intro.clone(),
        rules: sentences(round),
        standing: match phase {
            Phase::Unpublished | Phase::Ahead => "还没有开始。".into(),
            Phase::Running(period) => format!("正在进行，现在是第 {} 期。", period + 1),
            Phase::Ended => "已经结束，等待开奖。".into(),
            Phase::Drawn => "已经结束，结果已公布。".into(),
        },
        running: matches!(phase, Phase::Running(_)),
        recognized: visitor.is_some(),
        enter: String::new(),
        joined: player.is_some(),
        places: frame::place_choices(&web.directory.current(), place),
        units: round.units().map(|name| Choice::new(name, name, name == unit)).collect(),
        error: None,
        nickname: typed.text("nickname").to_owned(),
        commitment: round.commitment.clone().filter(|_| round.winners > 0).unwrap_or_default(),
    })
}

async fn own(web: &Web, round: &Round, visitor: &Visitor) -> Result<Option<Player>> {
    let person = (visitor.account_id.as_str(), visitor.openid.as_str());
    playing::player(&mut web.deps.db.read().await?, round.id, person).await
}

/// Joins, and deals the questions of this period.
pub async fn start(
    State(web): State<Web>,
    headers: HeaderMap,
    Target(id): Target<RoundId>,
    reader: Reader,
    Form(fields): Form,
) -> Answer {
    let (round, phase) = published(&web, id).await?;
    let Some(visitor) = known(&web, &headers, &round).await? else {
        return Ok(Redirect::to(&format!("/c/quiz/{id}")).into_response());
    };
    let mark = CookieJar::from_headers(&headers).get(MARK).map(|c| c.value().to_owned());
    let mark = mark.filter(|mark| mark.len() == 43).map(Secret::from);
    let mark = mark.unwrap_or_else(|| Secret::fresh(&web.deps.entropy));
    let device = digest(&format!("{id}:{}", mark.reveal()));
    let entry = entry(&web, &fields, device);
    let person = (visitor.account_id.as_str(), visitor.openid.as_str());
    match actions::start(&web.deps, id, person, entry).await {
        Ok(()) => {
            before(&web, &round, &visitor, fields.read("aware")).await?;
            let mut response = Redirect::to(&format!("/c/quiz/{id}/play")).into_response();
            leave_mark(&mut response, id, &mark);
            Ok(response)
        }
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let page = home(&web, &round, phase, Some(&visitor), &reader, &fields).await?;
            let page = RoundHomePage { error: Some(error.public().to_owned()), ..page };
            Ok((status_of(error.kind()), reader.give(&page)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Keeps how well somebody says to know the law before the first question, when they said so.
async fn before(web: &Web, round: &Round, visitor: &Visitor, aware: Option<i64>) -> Result<()> {
    let (Some(aware), Some(player)) = (aware, own(web, round, visitor).await?) else {
        return Ok(());
    };
    thinking::survey(&web.deps, &player, When::Before, (aware, 0, 0)).await
}

fn entry(web: &Web, fields: &Fields, device: String) -> Entry {
    let directory = web.directory.current();
    let atlas = &directory.atlas;
    let place = atlas.get(fields.text("place")).map(|known| known.id.to_string());
    let place = place.unwrap_or_default();
    let district = atlas.district_of(&place).map_or_else(String::new, ToString::to_string);
    let town = if place == district { String::new() } else { place };
    let text = |name: &str| fields.text(name).to_owned();
    Entry { nickname: text("nickname"), district, town, unit: text("unit"), device }
}

/// The browser sends the mark back to this round's pages only.
fn leave_mark(response: &mut Response, id: RoundId, mark: &Secret) {
    let mark = mark.reveal();
    let cookie = format!(
        "{MARK}={mark}; Path=/c/quiz/{id}; Max-Age=31536000; HttpOnly; Secure; SameSite=Lax"
    );
    if let Ok(cookie) = cookie.parse() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// A player with what they were dealt in the running period, or the way back to the beginning.
pub(super) async fn at_play(
    web: &Web,
    headers: &HeaderMap,
    id: RoundId,
) -> Result<Option<(Round, Phase, Player, Vec<Task>)>> {
    let (round, phase) = published(web, id).await?;
    let Some(visitor) = known(web, headers, &round).await? else { return Ok(None) };
    let Some(player) = own(web, &round, &visitor).await? else { return Ok(None) };
    let tasks = match phase {
        Phase::Running(period) => {
            playing::tasks(&mut web.deps.db.read().await?, player.id, period).await?
        }
        _ => Vec::new(),
    };
    Ok(Some((round, phase, player, tasks)))
}

/// One question: the one asked for with `n`, or the first without an answer.
pub async fn play(
    State(web): State<Web>,
    headers: HeaderMap,
    Target(id): Target<RoundId>,
    reader: Reader,
) -> Answer {
    let Some((round, _, _, tasks)) = at_play(&web, &headers, id).await? else {
        return Ok(Redirect::to(&format!("/c/quiz/{id}")).into_response());
    };
    if tasks.is_empty() {
        return Ok(Redirect::to(&format!("/c/quiz/{id}")).into_response());
    }
    let wanted = reader.asked.read::<i64>("n");
    let task = match wanted {
        Some(wanted) => tasks.iter().find(|task| task.place == wanted),
        None => tasks.iter().find(|task| task.answered_at.is_none()),
    };
    let Some(task) = task else {
        return Ok(Redirect::to(&format!("/c/quiz/{id}/result")).into_response());
    };
    reader.give(&asked(&web, &round, &tasks, task, &reader).await?)
}

async fn asked(
    web: &Web,
    round: &Round,
    tasks: &[Task],
    task: &Task,
    reader: &Reader,
) -> Result<PlayPage> {
    let mut link = web.deps.db.read().await?;
    let question = playing::question(&mut link, task.question_id, task.version).await?;
    drop(link);
    let question = question.ok_or_else(Error::not_found)?;
    let here = format!("/c/quiz/{}/play", round.id);
    let progress = format!("第 {} 题，共 {} 题", task.place, tasks.len());
    let shell = frame::street(web, &progress, reader.large, &here, &reader.asked);
    let large_href = format!("{}&n={}", shell.large_href, task.place);
    let last = tasks.last().map_or(0, |task| task.place);
    Ok(PlayPage {
        shell: CitizenShell { large_href, ..shell },
        id: round.id.to_string(),
        title: round.title.clone(),
        period: task.period,
        place: task.place,
        progress,
        kind: question.kind.name(),
        many: question.kind == QuestionKind::Multiple,
        options: options(&question, task.answer),
        told: task.correct.map(|correct| Told {
            right: correct == 1,
            explanation: question.explanation.clone(),
            law: question.citation(),
        }),
        situation: question.situation,
        question: question.question,
        error: None,
        before: task.place - 1,
        after: if task.place < last { task.place + 1 } else { 0 },
    })
}

/// The options; which are right is told only together with an answer.
fn options(question: &Question, answer: Option<i64>) -> Vec<OptionView> {
    let letters = 'A'..='F';
    let each = question.options().zip(letters).zip(0..);
    each.map(|((text, letter), at)| {
        let bit: i64 = 1 << at;
        let mark = match answer {
            None => "",
            Some(chosen) => match (chosen & bit != 0, question.answer_key & bit != 0) {
                (true, true) => "您选的，正确",
                (true, false) => "您选的，不对",
                (false, true) => "正确答案",
                (false, false) => "",
            },
        };
        OptionView { value: bit, letter, text: text.to_owned(), mark }
    })
    .collect()
}

/// Takes an answer.
pub async fn answer(
    State(web): State<Web>,
    headers: HeaderMap,
    Target(id): Target<RoundId>,
    reader: Reader,
    Form(fields): Form,
) -> Answer {
    let (round, _) = published(&web, id).await?;
    let Some(visitor) = known(&web, &headers, &round).await? else {
        return Ok(Redirect::to(&format!("/c/quiz/{id}")).into_response());
    };
    let person = (visitor.account_id.as_str(), visitor.openid.as_str());
    let number = |name: &str| fields.read::<i64>(name).unwrap_or(0);
    let at = (number("period"), number("place"));
    let bits = fields.all("chosen").filter_map(|bit| bit.parse::<i64>().ok());
    let chosen = bits.filter(|bit| (1..64).contains(bit)).fold(0, |all, bit| all | bit);
    match actions::answer(&web.deps, id, person, at, chosen).await {
        Ok(answered) => {
            let place = answered.task.place.to_string();
            let next = href(&format!("/c/quiz/{id}/play"), &[("n", &place)]);
            Ok(Redirect::to(&next).into_response())
        }
        Err(error) if error.kind() == Kind::Invalid => {
            let Some((round, _, _, tasks)) = at_play(&web, &headers, id).await? else {
                return Err(error.into());
            };
            let task = tasks.iter().find(|task| task.place == at.1).ok_or_else(Error::not_found)?;
            let page = asked(&web, &round, &tasks, task, &reader).await?;
            let page = PlayPage { error: Some(error.public().to_owned()), ..page };
            Ok((status_of(error.kind()), reader.give(&page)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// The own result.
pub async fn result(
    State(web): State<Web>,
    headers: HeaderMap,
    Target(id): Target<RoundId>,
    reader: Reader,
) -> Answer {
    let Some((round, phase, player, tasks)) = at_play(&web, &headers, id).await? else {
        return Ok(Redirect::to(&format!("/c/quiz/{id}")).into_response());
    };
    let page = own_result(&web, &reader, (round, phase, player, tasks)).await?;
    reader.give(&page)
}

async fn own_result(
    web: &Web,
    reader: &Reader,
    (round, phase, player, tasks): (Round, Phase, Player, Vec<Task>),
) -> Result<ResultPage> {
    let id = round.id;
    let mut link = web.deps.db.read().await?;
    let all = playing::all_tasks(&mut link, player.id).await?;
    let flags = flags::of_player(&mut link, player.id).await?;
    let asked = honours::surveyed(&mut link, player.id, When::After).await?;
    drop(link);
    let cleared = |flag: &flags::Flag| flag.decision == Some(FlagDecision::Cleared);
    let flags: Vec<flags::Flag> = flags.into_iter().filter(|flag| !cleared(flag)).collect();
    let count = |tasks: &[Task]| {
        let answered = tasks.iter().filter(|task| task.answered_at.is_some()).count();
        let right = tasks.iter().filter(|task| task.correct == Some(1)).count();
        (answered, right)
    };
    let (now, whole) = (count(&tasks), count(&all));
    let mut figures = vec![("累计答对".to_owned(), format!("{} / {} 题", whole.1, whole.0))];
    if matches!(phase, Phase::Running(_)) {
        figures.insert(0, ("这一期答对".to_owned(), format!("{} / {} 题", now.1, tasks.len())));
    }
    let right = i64::try_from(whole.1).unwrap_or(0);
    let here = format!("/c/quiz/{id}/result");
    Ok(ResultPage {
        shell: frame::street(web, "我的成绩", reader.large, &here, &reader.asked),
        id: id.to_string(),
        meaning: meaning(&round, right),
        title: round.title,
        number: player.number,
        figures,
        open: tasks.iter().any(|task| task.answered_at.is_none()),
        may_object: phase != Phase::Drawn && flags.iter().any(|flag| flag.appeal.is_none()),
        certified: right >= round.least_right.max(1),
        surveying: !asked && whole.0 > 0 && tasks.iter().all(|task| task.answered_at.is_some()),
        flags: flags.into_iter().map(|flag| (flag.kind.name(), standing(&flag))).collect(),
        error: None,
    })
}

/// How something that looks like cheating stands, for the player.
fn standing(flag: &flags::Flag) -> String {
    let reason = flag.reason.as_deref().unwrap_or_default();
    match (flag.decision, &flag.appeal) {
        (_, Some(_)) => "您的申诉已收到，等待复核。".to_owned(),
        (Some(decision), None) => format!("决定：{}。{reason}", decision.name()),
        (None, None) => "等工作人员核实，现在仍照常计分。".to_owned(),
    }
}

/// Objects to being looked at or left out.
pub async fn object(
    State(web): State<Web>,
    headers: HeaderMap,
    Target(id): Target<RoundId>,
    reader: Reader,
    Form(fields): Form,
) -> Answer {
    let Some(at_play) = at_play(&web, &headers, id).await? else {
        return Ok(Redirect::to(&format!("/c/quiz/{id}")).into_response());
    };
    let visitor = known(&web, &headers, &at_play.0).await?.ok_or_else(Error::not_found)?;
    let person = (visitor.account_id.as_str(), visitor.openid.as_str());
    match objecting::object(&web.deps, id, person, fields.text("text")).await {
        Ok(()) => {
            let to = href(&format!("/c/quiz/{id}/result"), &[("done", "objected")]);
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            refused_result(&web, &headers, &reader, id, &error).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The own result with why something on it was not kept.
pub(super) async fn refused_result(
    web: &Web,
    headers: &HeaderMap,
    reader: &Reader,
    id: RoundId,
    error: &Error,
) -> Answer {
    let at_play = at_play(web, headers, id).await?.ok_or_else(Error::not_found)?;
    let page = own_result(web, reader, at_play).await?;
    let page = ResultPage { error: Some(error.public().to_owned()), ..page };
    Ok((status_of(error.kind()), reader.give(&page)?).into_response())
}

/// What so many right answers mean for the draw.
fn meaning(round: &Round, right: i64) -> String {
    let missing = round.least_right.max(1) - right;
    match round.winners {
        0 => "谢谢参加。".to_owned(),
        _ if missing > 0 => format!("再答对 {missing} 题就能参加抽奖。"),
        _ => "已经够参加抽奖了，活动结束后公布结果。".to_owned(),
    }
}
