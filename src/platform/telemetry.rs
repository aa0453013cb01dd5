//! Log lines and counters.
//!
//! Rules: a failure is logged once, at the edge; never an openid, a text, a token or a telephone
//! number; names are dotted (`push.refused`), units stand in the name (`took_ms`).

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use super::config::{Log, LogFormat};

/// Starts writing log lines to standard error.
///
/// # Errors
/// When the filter cannot be read or logging was already started.
pub fn start(log: &Log) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&log.filter)
        .map_err(|e| anyhow::anyhow!("log.filter cannot be understood: {e}"))?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match log.format {
        LogFormat::Text => lines.with_target(false).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    }
    .map_err(|e| anyhow::anyhow!("cannot start logging: {e}"))
}
