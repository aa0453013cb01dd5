//! Many players at once through the real server. Ten thousand:
//! `cargo test --test it ten_thousand_players -- --ignored --nocapture`.

use std::sync::Arc;
use std::time::Duration;

use pufa::platform::clock::Stopwatch;
use pufa::platform::secrets::Secret;
use pufa::visits::store::insert_session;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::browser::House;
use super::quiz_playing::running_with;
use crate::support::{Backend, database};

/// Questions each player answers.
const QUESTIONS: usize = 5;
/// Requests on their way at the same moment; all players play at the same time.
const AT_ONCE: usize = 200;
const ANSWERED: &str = "SELECT count(*) FROM quiz_tasks WHERE answered_at IS NOT NULL";
/// Answers whose score is not what comparing them with the key of their question gives.
const WRONG: &str = "SELECT count(*) FROM quiz_tasks t JOIN quiz_questions q \
    ON q.id = t.question_id AND q.version = t.version WHERE t.answered_at IS NOT NULL \
    AND t.correct <> CASE WHEN t.answer = q.answer_key THEN 1 ELSE 0 END";

in_both! {
    async fn forty_players_at_once_lose_no_answer(house: House) {
        play_all(&house, 40).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement of minutes"]
async fn ten_thousand_players_on_sqlite() {
    play_all(&House::open().await, 10_000).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement of minutes"]
async fn ten_thousand_players_on_postgres() {
    if !database::postgres_is_missing() {
        play_all(&House::open_on(Backend::Postgres).await, 10_000).await;
    }
}

#[expect(clippy::disallowed_methods, reason = "a test plays the phones")]
fn http() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy();
    client.redirect(reqwest::redirect::Policy::none()).build().expect("a client")
}

/// Cookies of citizens whom WeChat has recognized.
async fn sessions(house: &House, count: usize) -> Vec<String> {
    let deps = &house.app.app.web.deps;
    let (now, mut cookies) = (deps.clock.now(), Vec::new());
    let until = now.plus(Duration::from_secs(86_400));
    let mut tx = deps.db.begin().await.unwrap();
    for n in 0..count {
        let secret = Secret::fresh(&deps.entropy);
        let openid = format!("oPLAYER{n}");
        insert_session(&mut tx, &secret.digest(), "main", &openid, now, until).await.unwrap();
        cookies.push(format!("__Host-pufa-citizen={}", secret.reveal()));
    }
    tx.commit().await.unwrap();
    cookies
}

/// One phone.
struct Phone {
    http: reqwest::Client,
    lane: Arc<Semaphore>,
    round: String,
    cookie: String,
    taken: Vec<Duration>,
}

impl Phone {
    async fn ask(&mut self, path: &str, form: Option<String>) -> u16 {
        let address = format!("{}/{path}", self.round);
        let request = match form {
            Some(form) => self
                .http
                .post(address)
                .header("content-type", "application/x-www-form-urlencoded")
                .body(form),
            None => self.http.get(address),
        };
        let _lane = self.lane.acquire().await.unwrap();
        let begun = Stopwatch::start();
        let answer = request.header("cookie", &self.cookie).send().await.expect("an answer");
        let status = answer.status().as_u16();
        answer.bytes().await.expect("a whole page");
        self.taken.push(begun.elapsed());
        status
    }

    async fn play(mut self, n: usize) -> Vec<Duration> {
        assert_eq!(self.ask("start", Some(String::new())).await, 303, "player {n}");
        for place in 1..=QUESTIONS {
            assert_eq!(self.ask(&format!("play?n={place}"), None).await, 200, "player {n}");
            let chosen = 1 << ((n + place) % 3);
            let form = format!("period=0&place={place}&chosen={chosen}");
            assert_eq!(self.ask("answer", Some(form)).await, 303, "player {n} at {place}");
        }
        self.taken
    }
}

async fn play_all(house: &House, players: usize) {
    let round = format!("{}{}", house.app.url, running_with(house, QUESTIONS).await);
    let cookies = sessions(house, players).await;
    let (http, lane) = (http(), Arc::new(Semaphore::new(AT_ONCE)));
    let (begun, mut phones) = (Stopwatch::start(), JoinSet::new());
    for (n, cookie) in cookies.into_iter().enumerate() {
        let (http, lane, round) = (http.clone(), lane.clone(), round.clone());
        phones.spawn(Phone { http, lane, round, cookie, taken: Vec::new() }.play(n));
    }
    let mut taken: Vec<Duration> = phones.join_all().await.into_iter().flatten().collect();
    let whole = begun.elapsed();
    taken.sort();
    let answered = i64::try_from(players * QUESTIONS).expect("few");
    assert_eq!(house.app.number(ANSWERED).await, answered, "no answer is lost");
    assert_eq!(house.app.number(WRONG).await, 0, "every score can be recomputed");
    println!(
        "{players} players, {} requests in {whole:.1?}: p50 {:.1?}, p99 {:.1?}, most {:.1?}",
        taken.len(),
        taken[taken.len() / 2],
        taken[taken.len() * 99 / 100],
        taken[taken.len() - 1],
    );
}
