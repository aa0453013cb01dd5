//! Time, chance and ids: the only place that asks the operating system for them.
//!
//! Everything else receives a [`Clock`] and an [`Entropy`], so that a test can hold time still,
//! the demo can move it forward by two days, and a failing run can be repeated with its seed.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use uuid::Uuid;

/// A point in time: milliseconds since the Unix epoch, UTC. This is how time is stored.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type, Default,
)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct Moment(pub i64);

impl Moment {
    /// From whole seconds since the epoch (WeChat's `CreateTime`).
    pub fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Whole seconds since the epoch.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This moment moved later by `duration`.
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// This moment moved earlier by `duration`.
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// Time elapsed since `earlier`; zero when `earlier` lies in the future.
    pub fn since(self, earlier: Moment) -> Duration {
        Duration::from_millis(u64::try_from(self.0 - earlier.0).unwrap_or(0))
    }

    /// The next moment after this one at which it is `hour` (0–23) o'clock in Beijing.
    pub fn next_at_hour(self, hour: u8) -> Self {
        const DAY_MS: i64 = 86_400_000;
        const BEIJING_MS: i64 = 8 * 3_600_000;
        let of_day = i64::from(hour) * 3_600_000;
        let today = (self.0 + BEIJING_MS).div_euclid(DAY_MS) * DAY_MS - BEIJING_MS + of_day;
        Self(if today > self.0 { today } else { today + DAY_MS })
    }

    /// The same moment on the wall clock of Asia/Shanghai, where every rule of the alliance lives.
    pub fn in_shanghai(self) -> Zoned {
        let stamp = Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH);
        // China has kept UTC+8 without daylight saving since 1991; a fixed offset needs no zone data.
        stamp.to_zoned(TimeZone::fixed(jiff::tz::offset(8)))
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.in_shanghai().strftime("%Y-%m-%dT%H:%M:%S%.3f"))
    }
}

/// Tells the time. Cloned handles share one clock; [`Clock::advance`] moves it for all of them.
#[derive(Clone)]
pub struct Clock {
    base: Base,
    offset_ms: Arc<AtomicI64>,
    moved: Arc<watch::Sender<()>>,
}

#[derive(Clone, Copy)]
enum Base {
    System,
    Still(i64),
}

impl Clock {
    /// The operating system's clock.
    pub fn system() -> Self {
        Self::with(Base::System)
    }

    /// A clock that stands still at `start` until it is advanced.
    pub fn still(start: Moment) -> Self {
        Self::with(Base::Still(start.0))
    }

    fn with(base: Base) -> Self {
        Self { base, offset_ms: Arc::default(), moved: Arc::new(watch::channel(()).0) }
    }

    /// The current moment.
    pub fn now(&self) -> Moment {
        let base = match self.base {
            #[expect(clippy::disallowed_methods, reason = "the one owner of the system clock")]
            Base::System => Timestamp::now().as_millisecond(),
            Base::Still(ms) => ms,
        };
        Moment(base + self.offset_ms.load(Ordering::SeqCst))
    }

    /// Moves the clock forward and wakes everybody who waits for a moment of it.
    pub fn advance(&self, by: Duration) {
        let ms = i64::try_from(by.as_millis()).unwrap_or(0);
        self.offset_ms.fetch_add(ms, Ordering::SeqCst);
        self.moved.send_replace(());
    }

    /// Waits until the clock shows `until`; notices when the clock is advanced meanwhile.
    pub async fn wait_until(&self, until: Moment) {
        let mut moved = self.moved.subscribe();
        loop {
            let now = self.now();
            if now >= until {
                return;
            }
            match self.base {
                Base::System => {
                    let _ = tokio::time::timeout(until.since(now), moved.changed()).await;
                }
                Base::Still(_) => {
                    let _ = moved.changed().await;
                }
            }
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({:?})", self.now())
    }
}

/// Measures how long something took, unaffected by [`Clock::advance`].
#[derive(Clone, Copy)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Starts measuring.
    #[expect(clippy::disallowed_methods, reason = "the one owner of the monotonic clock")]
    pub fn start() -> Self {
        Self(std::time::Instant::now())
    }

    /// Time since [`Stopwatch::start`].
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// Source of randomness and of ids. Cloned handles share one generator.
#[derive(Clone)]
pub struct Entropy(Arc<Mutex<StdRng>>);

impl Entropy {
    /// Seeded from the operating system; fit for session tokens and keys.
    #[expect(clippy::disallowed_methods, reason = "the one owner of the system's randomness")]
    pub fn system() -> Self {
        Self(Arc::new(Mutex::new(StdRng::from_rng(&mut rand::rng()))))
    }

    /// Repeatable; for tests and generated demo data only.
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        let mut rng = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        rng.fill_bytes(&mut out);
        out
    }

    /// A whole number in `0..below`; zero when `below` is zero.
    pub fn below(&self, below: u64) -> u64 {
        u64::from_le_bytes(self.bytes()) % below.max(1)
    }

    /// A time-ordered id (UUID version 7, RFC 9562) for something that came to be at `at`.
    pub fn id_at(&self, at: Moment) -> Uuid {
        let ms = u64::try_from(at.0).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(ms, &self.bytes::<10>()).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hour_is_beijings_and_always_lies_ahead() {
        // 2025-11-23 20:13:20 Beijing time.
        let now = Moment::from_seconds(1_763_900_000);
        let shown = |moment: Moment| moment.in_shanghai().strftime("%d %H:%M:%S").to_string();
        assert_eq!(shown(now.next_at_hour(3)), "24 03:00:00");
        assert_eq!(shown(now.next_at_hour(21)), "23 21:00:00");
        assert_eq!(shown(now.next_at_hour(3).next_at_hour(3)), "25 03:00:00");
    }

    #[tokio::test]
    async fn waiting_ends_when_a_still_clock_is_advanced_past_the_moment() {
        let clock = Clock::still(Moment(1_000));
        let waiter = tokio::spawn({
            let clock = clock.clone();
            async move { clock.wait_until(Moment(5_000)).await }
        });
        tokio::task::yield_now().await;
        clock.advance(Duration::from_secs(10));
        waiter.await.unwrap();
        assert_eq!(clock.now(), Moment(11_000));
    }

    #[test]
    fn shanghai_is_eight_hours_ahead_of_utc() {
        let evening = Moment::from_seconds(1_763_900_000).in_shanghai();
        assert_eq!(evening.strftime("%Y-%m-%d %H:%M").to_string(), "2025-11-23 20:13");
    }

    #[test]
    fn ids_sort_by_time_and_repeat_with_their_seed() {
        let (a, b) = (Entropy::seeded(7), Entropy::seeded(7));
        assert_eq!(a.id_at(Moment(5)), b.id_at(Moment(5)));
        assert!(a.id_at(Moment(1_000)) < a.id_at(Moment(2_000)));
    }
}
