//! # The map of pufa (普法)
//!
//! The backend and web console of a WeChat legal-education alliance. Citizens write to an official
//! account; their questions become inquiries that are understood, routed to member organizations,
//! answered in the console and delivered back within WeChat's rules.
//!
//! ## Floors
//! One folder per capability. A slice imports only from floors below its own:
//!
//! | floor | slices | what lives there |
//! |---|---|---|
//! | 0 | [`platform`] | settings, clock, database, jobs, news, ledger, page frame |
//! | 1 | [`wechat`], [`language`], [`worktime`] | WeChat's wire; reading texts; deadlines |
//! | 2 | [`territories`] | where |
//! | 3 | [`members`] | organizations, stations, and the scope within which staff may look |
//! | 4 | [`citizens`], [`staff`], [`content`], [`notices`], [`scenes`], [`media`], [`menus`], [`agents`], [`knowledge`] | who asks, who answers, what is said by itself and in which form, QR codes, files citizens sent, the menu, WeChat's own agents, what the law says |
//! | 5 | [`alerts`] | who of the staff is told what, when and by which way |
//! | 6 | [`calendar`], [`canned`], [`cards`], [`inquiries`], [`publishing`], [`roster`], [`visits`], [`wording`] | which dates a year has and what is due for them; texts kept for answers; answers to what is asked again and again; what was asked and said, who has it, how it stands; articles; who is on duty; who opened a page; changes of texts and their approval |
//! | 7 | [`campaigns`], [`delivery`], [`quality`], [`quiz`], [`referrals`], [`routing`], [`triage`] | what is sent to many at once; how answers travel; how good they were; questions the public is asked; what other institutions get; who should answer; what the reading learns |
//! | 8 | [`intake`], [`merging`], [`promises`] | the only door for pushes: verify, decide, write down, answer; two inquiries that are one matter; what was promised while it runs |
//! | 9 | [`accounts`], [`disclosure`], [`governance`] | how we stand with WeChat; what the public sees; citizens' rights |
//! | 10 | [`console`], [`simulator`] | pages for staff, citizens and the public; the WeChat stand-in |
//! | 11 | [`app`] | puts everything together |
//! | 12 | [`cli`] | the command line |
//!
//! ## Rooms inside a slice
//! `rules` (or named pure files) decides, without I/O, clock or async; `store` remembers and is the
//! only place with SQL; `actions` does one thing somebody asked for and is the only place that opens
//! a transaction; `jobs` does it later; `views` and `templates` show it. `tests/it/architecture.rs`
//! holds all of this against the source.
//!
//! ## Invariants
//! - **Nothing is acknowledged before it is on disk.** [`intake::writer`] answers a push only after
//!   the commit that holds its inbox row, its reply, the conversation's standing and its job.
//! - **A message to a citizen is written down before the call and settled after it.** What cannot
//!   be known is `unknown`, and nothing sends it again by itself ([`delivery`]).
//! - **Every query of inquiries takes an [`members::OrgScope`]**, and only
//!   [`staff::StaffMember::scope`] makes one for a person.
//! - **What is held is no message**: an answer that a colleague, or where there is none somebody of the
//!   hub, reads first stands in a table of its own until it is let go ([`inquiries::reviewing`]); what other institutions get leaves only as far
//!   as the citizen has agreed ([`referrals`]).
//! - **No text reaches a citizen that no person has written**: shipped or saved texts, and answers.
//! - **One token, one fetcher**: processes share an account's access token through the database
//!   ([`wechat::shelf`], [`accounts`]); nobody ever forces a new one.
//! - **Time and chance are passed in** ([`platform::clock`]).
//!
//! ## Walkthrough: a question
//! 1. WeChat posts to `/wechat/main`. The extractor [`intake::pages::VerifiedPush`] checks the
//!    signature, decrypts and parses; [`language::read`] finds field, places and danger.
//! 2. [`intake::writer::Writer`] collects the pushes that wait at the same moment;
//!    [`intake::actions::accept`] opens one transaction for them, asks the pure
//!    [`intake::conversation::step`] for reply, standing and effects, writes all of it, commits.
//! 3. The reply goes back, encrypted as the request was: number, field, place, who answers by when.
//! 4. [`intake::jobs::work_through`] takes the jobs in order; [`intake::actions::apply`] writes the
//!    inquiry, its messages and the offer with its reasons, and tells [`platform::coord`].
//!
//!
//! A question asked on the page `/c/ask` goes the same way: [`intake::writer::Writer`] takes it in under
//! the digest of its form, [`intake::conversation::page`] decides it without asking back, and the
//! receipt leads the browser to the page of the inquiry.
//!
//! ## Walkthrough: an offer
//! 1. [`routing::rules::Directory::decide`] asks the rules, then the best fit ([`routing::fit`]), then
//!    the hubs around. Who is suspended, off duty, full, has passed already or has an interest is left
//!    out; when only room or duty is missing, the inquiry waits for it. Organizations of some types
//!    are not asked but pick from a list ([`routing::actions::picking`]).
//! 2. The organization has some of its own working time ([`worktime`], [`members::hours`]) to claim,
//!    write, or decline; [`routing::actions::decline`] and [`routing::jobs::sweep`] ask the next one.
//! 3. What an organization cannot keep goes on at once ([`routing::jobs::share_out`]), when its
//!    standing, cap or duty changes; a hub's manager may move what nobody has taken.
//! 4. What the citizen was promised stays promised, whoever answers.
//! 5. While the promise runs, [`promises::jobs::sweep`] warns more and more people and tells the
//!    citizen before it slips; a pause or a granted extension moves its end ([`worktime::promise`]).
//!
//! ## Walkthrough: an answer
//! 1. [`inquiries::actions::staff::answer`] writes answer, job, audit entry and event together.
//! 2. The worker runs [`delivery::actions::Sender::deliver`]: outbox row, WeChat's allowance, note of
//!    the call, commit; the call; how it ended, commit.
//!    Pictures follow the text as messages of their own ([`delivery::actions::pictures`]).
//! 3. Without an allowance a notice with a link goes out where the citizen consented or a template
//!    message is chosen ([`notices`]); what WeChat reports of it settles the delivery. Else the answer
//!    waits; [`intake::actions::accept`] puts it into the reply to the citizen's next message.
//!
//! ## Walkthrough: an alert
//! 1. Whoever offers an inquiry, reads danger in one, sees its time run out, asks for more of it, takes
//!    it over, holds its answer or submits an article calls [`alerts::actions::raise`] in the same
//!    transaction. [`alerts::rules`] chooses people, channels and time: danger now, the rest gathered
//!    for a minute and never in somebody's quiet hours.
//! 2. [`alerts::jobs::Messenger`] words it from occasions and numbers alone and sends it: noted before
//!    the call, settled after it, `unknown` when the program died in between.
//!
//! ## Walkthrough: a rating
//! A tap on a link sends its label with an id such as `rate:5:2611-0837`;
//! [`intake::conversation`] turns it into an effect, [`inquiries::actions::citizen`] applies it.
//!
//! ## Walkthrough: a staff member signs in by password
//! 1. [`staff::actions::session::log_in`] counts the try and compares the password. Where the role
//!    must ([`staff::policy::needs_second_factor`]) or the person wants, no session begins yet: the
//!    browser gets a cookie that stands half-way and opens nothing.
//! 2. [`staff::actions::second::enter`] takes the digits of an app or a code on paper, each once, or
//!    puts a new key into force; only then the session begins.
//!
//! ## Walkthrough: a staff member signs in by WeChat
//! 1. `/console/login/wechat` has WeChat make a code ([`staff::actions::codes`]) and gives the browser
//!    a cookie; only this browser shows the code and is let in by it.
//! 2. The scan arrives at [`intake`] as any push. [`intake::conversation::staffing`] tells it from a
//!    citizen's, judges it by [`staff::rules`] and asks the phone; the effect moves the code on.
//! 3. The tap arrives as a message; then [`staff::actions::wechat`] begins the session, once.
//!
//! # Why
//! 2026-11-23: the floors are finer than in the first plan. Inquiries name the staff member who
//! answers and staff belong to organizations at stations, so "who" needed an order among itself;
//! equal floors still never import each other.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod accounts;
pub mod agents;
pub mod alerts;
pub mod app;
pub mod calendar;
pub mod campaigns;
pub mod canned;
pub mod cards;
pub mod citizens;
pub mod cli;
pub mod console;
pub mod content;
pub mod delivery;
pub mod disclosure;
pub mod governance;
pub mod inquiries;
pub mod intake;
pub mod knowledge;
pub mod language;
pub mod media;
pub mod members;
pub mod menus;
pub mod merging;
pub mod notices;
pub mod platform;
pub mod promises;
pub mod publishing;
pub mod quality;
pub mod quiz;
pub mod referrals;
pub mod roster;
pub mod routing;
pub mod scenes;
pub mod simulator;
pub mod staff;
pub mod territories;
pub mod triage;
pub mod visits;
pub mod wechat;
pub mod wording;
pub mod worktime;
