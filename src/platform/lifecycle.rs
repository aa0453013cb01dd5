//! Starting and stopping: who is told to stop, and who is waited for.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The running parts of a process.
#[derive(Clone, Default)]
pub struct Lifecycle {
    stop: CancellationToken,
    parts: TaskTracker,
}

impl Lifecycle {
    /// Resolves when everybody should finish.
    pub fn stopping(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Starts a part that is waited for at the end.
    pub fn start(&self, part: impl Future<Output = ()> + Send + 'static) {
        self.parts.spawn(part);
    }

    /// Tells every part to finish and waits up to `patience`; `false` when some did not.
    pub async fn finish(&self, patience: Duration) -> bool {
        self.stop.cancel();
        self.parts.close();
        tokio::time::timeout(patience, self.parts.wait()).await.is_ok()
    }
}

/// Resolves on SIGTERM or Ctrl-C.
///
/// # Errors
/// When the operating system refuses to deliver signals.
pub async fn stop_signal() -> std::io::Result<()> {
    let mut term = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        _ = term.recv() => Ok(()),
        interrupted = tokio::signal::ctrl_c() => interrupted,
    }
}
