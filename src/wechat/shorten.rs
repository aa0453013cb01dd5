//! Short keys for long data (wechat-protocol.md §9). A key is no address: whoever shows it hosts
//! the redirect.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::client::{CallError, Client, decode, lacking};

/// Most bytes that one key may stand for.
pub const LONG_DATA_LIMIT_BYTES: usize = 4096;
/// Longest life of a key: thirty days, in seconds.
pub const KEY_LIFE_LIMIT_SECONDS: u32 = 2_592_000;

/// What is to be shortened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LongData {
    /// At most [`LONG_DATA_LIMIT_BYTES`].
    pub long_data: String,
    /// At most [`KEY_LIFE_LIMIT_SECONDS`].
    pub expire_seconds: u32,
}

/// What a key stands for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Lengthened {
    /// The data.
    pub long_data: String,
    /// When the key was made, in seconds since the epoch.
    pub create_time: i64,
    /// Seconds it still lives.
    pub expire_seconds: i64,
}

impl Client {
    /// A key for `data`.
    ///
    /// # Errors
    /// [`CallError`]; 9410010 and 9410011 when data or life are too long.
    pub async fn shorten(&self, data: &LongData) -> Result<String, CallError> {
        let mut answer = self.post_json("/cgi-bin/shorten/gen", data).await?;
        decode(answer["short_key"].take()).map_err(|_| lacking())
    }

    /// What `short_key` stands for.
    ///
    /// # Errors
    /// [`CallError`]; 9410012 for a key that does not exist any more.
    pub async fn lengthen(&self, short_key: &str) -> Result<Lengthened, CallError> {
        let body = json!({ "short_key": short_key });
        decode(self.post_json("/cgi-bin/shorten/fetch", &body).await?)
    }
}
