//! The book of one account: the shared token, and every call.
//!
//! Turns at the token are transactions of their own, so that only one process fetches. Calls are
//! counted in memory and written down in batches ([`write_down`]); a crash loses some seconds of
//! counts, which the hourly comparison with WeChat's own count mends.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use zeroize::Zeroizing;

use crate::accounts::store::calls::{self, Count, Trouble};
use crate::accounts::store::tokens;
use crate::accounts::{Accounts, rules};
use crate::platform::clock::Entropy;
use crate::platform::config;
use crate::platform::db::Db;
use crate::platform::error::Result;
use crate::wechat::client::CallError;
use crate::wechat::crypto::{self, AesKey};
use crate::wechat::keeper::{Called, Keeper, Later};
use crate::wechat::shelf::{AccessToken, Shelf, Step, Turn, Wish};

/// What is written about one account by one process.
pub struct Book {
    account: String,
    app_id: String,
    key: AesKey,
    db: Db,
    entropy: Entropy,
    pending: Mutex<Pending>,
}

/// Not written down yet.
#[derive(Default)]
struct Pending {
    counts: HashMap<(String, String), Count>,
    /// By path: the trouble it is in, or nothing after a success.
    standing: HashMap<String, Option<Trouble>>,
}

impl Book {
    /// A book for the account `id`.
    pub fn new(id: &str, account: &config::Account, db: Db, entropy: Entropy) -> Self {
        Self {
            account: id.to_owned(),
            app_id: account.app_id.clone(),
            key: AesKey::derived("pufa access token", account.app_secret.reveal()),
            db,
            entropy,
            pending: Mutex::default(),
        }
    }

    async fn take_turn(&self, turn: Turn) -> Result<Step> {
        let mut tx = self.db.begin().await?;
        let row = tokens::lock(&mut tx, &self.account, turn.now).await?;
        let mut shelf: Shelf = serde_json::from_str(&row.state).unwrap_or_default();
        shelf.token = row.sealed.as_deref().and_then(|sealed| self.unseal(sealed));
        let step = shelf.turn(&turn);
        let state = serde_json::to_string(&shelf)?;
        if state != row.state || matches!(turn.wish, Wish::Put { .. }) {
            let sealed = shelf.token.as_ref().map(|token| self.seal(token));
            tokens::save(&mut tx, &self.account, sealed.as_deref(), &state, turn.now).await?;
            tx.commit().await?;
        }
        Ok(step)
    }

    /// The envelope of §1.4 with a key of our own: its random first block hides equal tokens.
    fn seal(&self, token: &AccessToken) -> String {
        crypto::encrypt(&self.key, self.entropy.bytes(), token.as_bytes(), &self.app_id)
    }

    /// Nothing when it was sealed for another AppID or AppSecret, which makes the token useless.
    fn unseal(&self, sealed: &str) -> Option<AccessToken> {
        let bytes = crypto::decrypt(&self.key, sealed, &self.app_id).ok()?;
        String::from_utf8(bytes).ok().map(|text| Arc::new(Zeroizing::new(text)))
    }

    fn take(&self) -> Pending {
        std::mem::take(&mut *self.pending.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn write(&self) -> Result<()> {
        let pending = self.take();
        if pending.counts.is_empty() {
            return Ok(());
        }
        let written = async {
            let mut tx = self.db.begin().await?;
            calls::add(&mut tx, &self.account, &pending.counts).await?;
            let known = calls::troubles(&mut tx, &self.account).await?;
            for (path, standing) in &pending.standing {
                match standing {
                    Some(trouble) => calls::trouble(&mut tx, &self.account, path, trouble).await?,
                    None if known.iter().any(|known| known.path == *path) => {
                        calls::mended(&mut tx, &self.account, path).await?;
                    }
                    None => {}
                }
            }
            tx.commit().await
        };
        let outcome = written.await;
        if outcome.is_err() {
            self.put_back(pending);
        }
        outcome
    }

    fn put_back(&self, former: Pending) {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, count) in former.counts {
            let now = pending.counts.entry(key).or_default();
            now.calls += count.calls;
            now.refused += count.refused;
        }
        for (path, standing) in former.standing {
            pending.standing.entry(path).or_insert(standing);
        }
    }
}

impl Keeper for Book {
    fn turn(&self, turn: Turn) -> Later<'_, Result<Step>> {
        Box::pin(self.take_turn(turn))
    }

    fn called(&self, call: Called<'_>) {
        let key = (rules::day(call.at), call.path.to_owned());
        let refused = matches!(call.error, Some(CallError::Refused { .. }));
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        let count = pending.counts.entry(key).or_default();
        count.calls += 1;
        count.refused += i64::from(refused);
        match call.error {
            None => {
                pending.standing.insert(call.path.to_owned(), None);
            }
            Some(CallError::Refused { errcode, meaning, rid, ip })
                if rules::is_trouble(call.path, meaning) =>
            {
                let standing = pending.standing.entry(call.path.to_owned()).or_default();
                let times = standing.as_ref().map_or(0, |known| known.times) + 1;
                let (errcode, rid, ip, at) = (*errcode, rid.clone(), *ip, call.at);
                *standing = Some(Trouble { errcode, rid, ip, times, at });
            }
            Some(_) => {}
        }
    }
}

/// Writes down what was counted since the last time, for every account.
///
/// # Errors
/// When the database cannot be written; nothing is lost, the next time tries again.
pub async fn write_down(accounts: &Accounts) -> Result<()> {
    for book in accounts.books() {
        book.write().await?;
    }
    Ok(())
}
