//! `pufa load`: signed, encrypted, distinct pushes against any address, from one thread if need be.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::Context;
use hdrhistogram::Histogram;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::platform::clock::{Clock, Entropy, Moment, Stopwatch};
use crate::wechat::crypto::{AesKey, encrypt};
use crate::wechat::signature::sign;

/// What to send, and where.
#[derive(Clone, clap::Args)]
pub struct Args {
    /// Where the pushes go, such as http://127.0.0.1:8080/wechat/main
    #[arg(long)]
    pub url: String,
    /// Token of the account.
    #[arg(long, env = "LOAD_TOKEN", hide_env_values = true)]
    pub token: String,
    /// EncodingAESKey of the account.
    #[arg(long, env = "LOAD_AES_KEY", hide_env_values = true)]
    pub aes_key: String,
    /// AppID of the account.
    #[arg(long)]
    pub app_id: String,
    /// Connections kept open at the same time.
    #[arg(long, default_value_t = 64)]
    pub connections: usize,
    /// Pushes in all, each from a citizen of its own.
    #[arg(long, default_value_t = 20_000)]
    pub messages: usize,
    /// Makes the pushes differ from those of another run.
    #[arg(long, default_value_t = 1)]
    pub run: u64,
}

/// What came of a load.
pub struct Report {
    /// Pushes answered with 200.
    pub acknowledged: Vec<u64>,
    /// Pushes answered otherwise or not at all.
    pub refused: usize,
    /// Time from the first push to the last answer.
    pub took: Duration,
    /// Times to answer, in microseconds.
    pub latency: Histogram<u64>,
}

/// One push, ready to be sent.
struct Shot {
    id: u64,
    target: String,
    body: Bytes,
}

/// Sends the load and prints what came of it.
pub async fn run(args: &Args) -> anyhow::Result<()> {
    eprintln!("Preparing {} pushes …", args.messages);
    let report = send(args).await?;
    let seconds = report.took.as_secs_f64();
    let acknowledged = report.acknowledged.len();
    println!("acknowledged {acknowledged}, refused {}", report.refused);
    println!("throughput   {:.0} pushes/s over {seconds:.2} s", acknowledged as f64 / seconds);
    let ms = |quantile: f64| report.latency.value_at_quantile(quantile) as f64 / 1000.0;
    println!("latency ms   p50 {:.2}  p99 {:.2}  p99.9 {:.2}", ms(0.5), ms(0.99), ms(0.999));
    Ok(())
}

/// Sends everything over the given number of connections, each push as soon as the one before on
/// its connection is answered.
pub async fn send(args: &Args) -> anyhow::Result<Report> {
    let uri: Uri = args.url.parse().context("--url is not an address")?;
    let authority = uri.authority().context("--url needs host and port")?.to_string();
    connect(&authority).await.with_context(|| format!("nobody answers at {authority}"))?;
    let shots = Arc::new(prepare(args, uri.path())?);
    let next = Arc::new(AtomicUsize::new(0));
    let started = Stopwatch::start();
    let mut shooters = Vec::new();
    for _ in 0..args.connections {
        shooters.push(tokio::spawn(shoot(
            authority.clone(),
            shots.clone(),
            next.clone(),
            Histogram::new(3)?,
        )));
    }
    let mut report = Report {
        acknowledged: Vec::with_capacity(args.messages),
        refused: 0,
        took: Duration::ZERO,
        latency: Histogram::new(3)?,
    };
    for shooter in shooters {
        let (acknowledged, latency) = shooter.await.context("a connection failed")?;
        report.acknowledged.extend(acknowledged);
        report.latency.add(&latency)?;
    }
    report.took = started.elapsed();
    report.refused = args.messages - report.acknowledged.len();
    Ok(report)
}

fn prepare(args: &Args, path: &str) -> anyhow::Result<Vec<Shot>> {
    let key = AesKey::parse(&args.aes_key).context("--aes-key")?;
    let entropy = Entropy::seeded(args.run);
    let now = Clock::system().now();
    Ok((0..args.messages).map(|n| shot(args, &key, &entropy, now, path, n as u64)).collect())
}

fn shot(args: &Args, key: &AesKey, entropy: &Entropy, now: Moment, path: &str, n: u64) -> Shot {
    let id = args.run * 1_000_000_000 + n;
    let (seconds, months) = (now.seconds(), n % 11 + 2);
    let inner = format!(
        "<xml><ToUserName><![CDATA[gh_load]]></ToUserName>\
         <FromUserName><![CDATA[oLOAD{id:024}]]></FromUserName><CreateTime>{seconds}</CreateTime>\
         <MsgType><![CDATA[text]]></MsgType>\
         <Content><![CDATA[老板拖欠我{months}个月工资，我在武进湖塘，怎么办？第{n}问]]></Content>\
         <MsgId>{id}</MsgId></xml>"
    );
    let sealed = encrypt(key, entropy.bytes::<16>(), inner.as_bytes(), &args.app_id);
    let (timestamp, nonce) = (seconds.to_string(), format!("{n}"));
    let signature = sign(&args.token, &[&timestamp, &nonce]);
    let seal = sign(&args.token, &[&timestamp, &nonce, &sealed]);
    let target = format!(
        "{path}?signature={signature}&timestamp={timestamp}&nonce={nonce}\
         &openid=oLOAD{id:024}&encrypt_type=aes&msg_signature={seal}"
    );
    let body = format!(
        "<xml><ToUserName><![CDATA[gh_load]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    );
    Shot { id, target, body: Bytes::from(body) }
}

/// One connection: opened again when the server closes it.
async fn shoot(
    authority: String,
    shots: Arc<Vec<Shot>>,
    next: Arc<AtomicUsize>,
    mut latency: Histogram<u64>,
) -> (Vec<u64>, Histogram<u64>) {
    let mut acknowledged = Vec::new();
    let mut connection = None;
    while let Some(shot) = shots.get(next.fetch_add(1, Ordering::Relaxed)) {
        if connection.is_none() {
            connection = connect(&authority).await.ok();
        }
        let Some(open) = &mut connection else { continue };
        let started = Stopwatch::start();
        match fire(open, &authority, shot).await {
            Ok(StatusCode::OK) => {
                acknowledged.push(shot.id);
                let took = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
                // The histogram grows by itself; only a time beyond its 64 bits is left out.
                let _ = latency.record(took);
            }
            Ok(_) => {}
            Err(_) => connection = None,
        }
    }
    (acknowledged, latency)
}

async fn connect(authority: &str) -> anyhow::Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(authority).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

async fn fire(
    connection: &mut SendRequest<Full<Bytes>>,
    authority: &str,
    shot: &Shot,
) -> anyhow::Result<StatusCode> {
    connection.ready().await?;
    let request = Request::post(&shot.target)
        .header("host", authority)
        .header("content-type", "text/xml")
        .body(Full::new(shot.body.clone()))?;
    let response = connection.send_request(request).await?;
    let status = response.status();
    response.into_body().collect().await?;
    Ok(status)
}
