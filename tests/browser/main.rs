//! Journeys in a real headless Chromium through the real program in its demo, as a newcomer runs it.
//!
//! Needs `chromium` and `chromedriver` (`tests/run` installs them). Every picture a journey takes
//! goes to the target folder; with `SCREENSHOTS=1` those that the README shows are renewed too.

mod axe;
mod browser;
mod demo;
mod desk;
mod journeys;
mod phone;
mod tab;
