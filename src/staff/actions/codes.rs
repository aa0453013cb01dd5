//! Codes on a screen: shown to a browser, scanned and answered by a phone.

use serde_json::json;

use super::session::{WINDOW, short};
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::platform::secrets::Secret;
use crate::staff::rules::{self, MOST_WAITING, STEP};
use crate::staff::store::{self, wechat};
use crate::staff::{Gesture, Purpose, ScreenCode, StaffId, Stage};
use crate::wechat::client::Client;
use crate::wechat::qrcode::Life;

/// Codes that one address gets within the window of log-ins; those that signed somebody in do not
/// count.
const CODES_PER_ADDRESS: i64 = 30;

/// Who asks for a code, and where.
pub struct Asking<'a> {
    /// Official account whose code it is.
    pub account: &'a str,
    /// Whose WeChat is to be bound; `None` to sign in.
    pub binds: Option<StaffId>,
    /// The browser as it names itself.
    pub browser: &'a str,
    /// Where it is.
    pub address: &'a str,
}

/// How asking for a code ended.
pub enum Shown {
    /// The secret that makes the browser the only one that shows the code and is let in by it.
    Code(Secret),
    /// Too many codes; the next is possible then.
    Wait(Moment),
    /// WeChat made none.
    Unreachable,
}

/// Has WeChat make a code for a browser.
///
/// # Errors
/// When the database cannot be used.
pub async fn show(deps: &Deps, client: &Client, asking: &Asking<'_>) -> Result<Shown> {
    if let Some(until) = count(deps, asking.address).await? {
        return Ok(Shown::Wait(until));
    }
    let scene = rules::scene(deps.entropy.bytes());
    let life = Life::Seconds(u32::try_from(STEP.as_secs()).unwrap_or(u32::MAX));
    let made = match client.create_qr_code(&scene, life).await {
        Ok(made) => made,
        Err(error) => {
            tracing::warn!(account = asking.account, %error, "staff.code_refused");
            return Ok(Shown::Unreachable);
        }
    };
    let now = deps.clock.now();
    let code = ScreenCode {
        scene,
        account_id: asking.account.to_owned(),
        purpose: if asking.binds.is_some() { Purpose::Bind } else { Purpose::SignIn },
        stage: Stage::Open,
        url: made.url,
        browser: rules::device(asking.browser),
        address: short(asking.address),
        staff_id: asking.binds,
        openid: None,
        created_at: now,
        scanned_at: None,
        ends_at: now.plus(STEP),
    };
    let secret = Secret::fresh(&deps.entropy);
    let mut tx = deps.db.begin().await?;
    wechat::sweep_codes(&mut tx, now).await?;
    wechat::insert_code(&mut tx, &secret.digest(), &code).await?;
    if let Some(staff) = asking.binds {
        record(&mut tx, staff, "staff.wechat_code", asking.account, now).await?;
    }
    tx.commit().await?;
    Ok(Shown::Code(secret))
}

/// Counts one more code for an address; gives when the next is possible if there were too many.
async fn count(deps: &Deps, address: &str) -> Result<Option<Moment>> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let (codes, until) = store::count_try(&mut tx, &counter(address), now, WINDOW).await?;
    let waiting = wechat::waiting_codes(&mut tx, now).await?;
    tx.commit().await?;
    if codes > CODES_PER_ADDRESS {
        return Ok(Some(until));
    }
    Ok((waiting >= MOST_WAITING).then(|| now.plus(STEP)))
}

/// The key under which the codes of an address are counted.
pub(super) fn counter(address: &str) -> String {
    format!("codes:{}", short(address))
}

/// The code that the browser with this secret shows, while its time is not over.
///
/// # Errors
/// When the database cannot be read.
pub async fn shown(deps: &Deps, secret: &Secret) -> Result<Option<ScreenCode>> {
    let now = deps.clock.now();
    wechat::code_of_browser(&mut deps.db.read().await?, &secret.digest(), now).await
}

/// What a phone did about a code.
pub struct Heard<'a> {
    /// Official account.
    pub account: &'a str,
    /// The WeChat.
    pub openid: &'a str,
    /// Scene of the code.
    pub scene: &'a str,
    /// What.
    pub gesture: Gesture,
}

/// Takes in what a phone did at `at`. Only the first WeChat that scans a code has it; for signing in
/// it must be bound to an account that is open.
///
/// # Errors
/// When the database cannot be used.
pub async fn hear(tx: &mut Tx, heard: &Heard<'_>, at: Moment) -> Result<()> {
    let wechat = (heard.account, heard.openid);
    let owner = wechat::owner(tx, heard.account, heard.openid).await?;
    let owner = owner.filter(|member| member.active).map(|member| member.id);
    let ends = at.plus(STEP);
    let (staff, action) = match heard.gesture {
        Gesture::Scan => {
            let Some(code) = wechat::scan(tx, heard.scene, wechat, owner, at, ends).await? else {
                return Ok(());
            };
            match code.purpose {
                Purpose::SignIn => (owner, "staff.scan"),
                Purpose::Bind => (code.staff_id, "staff.wechat_scan"),
            }
        }
        Gesture::Confirm => {
            let stages = (Stage::Scanned, Stage::Confirmed);
            (wechat::tap(tx, heard.scene, wechat, stages, at, ends).await?, "staff.scan_confirm")
        }
        Gesture::Refuse => {
            let mut staff = None;
            for before in [Stage::Scanned, Stage::Confirmed] {
                let stages = (before, Stage::Refused);
                staff = staff.or(wechat::tap(tx, heard.scene, wechat, stages, at, ends).await?);
            }
            (staff, "staff.scan_refuse")
        }
    };
    match staff {
        Some(staff) => record(tx, staff, action, heard.account, at).await,
        None => Ok(()),
    }
}

/// Writes into the audit what happened to somebody's WeChat; never which WeChat it is.
pub(super) async fn record(
    tx: &mut Tx,
    staff: StaffId,
    action: &'static str,
    account: &str,
    at: Moment,
) -> Result<()> {
    let object = format!("staff:{staff}");
    audit::record(tx, at, Some(staff.0), action, &object, &json!({ "account": account })).await
}
