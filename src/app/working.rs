//! Which part of the program does which job.

use crate::alerts;
use crate::alerts::jobs::Messenger;
use crate::campaigns;
use crate::campaigns::jobs::Dispatcher;
use crate::citizens::actions::{DETAILS, Followers, NIGHTLY, PAGE};
use crate::inquiries;
use crate::intake::jobs::fetch_media;
use crate::media::jobs::{FETCH, Keeper, REMOVE};
use crate::menus::actions::{IMPORT, PUBLISH as PUBLISH_MENU};
use crate::menus::jobs::Publisher as MenuPublisher;
use crate::platform::Deps;
use crate::platform::jobs::Handlers;
use crate::publishing::jobs::{CHECK, PUBLISH, Publisher, WITHDRAW};

/// The jobs about alerts.
pub(super) fn alerting(handlers: Handlers, messenger: &Messenger, deps: &Deps) -> Handlers {
    let (messenger, watching, warning) = (messenger.clone(), deps.clone(), deps.clone());
    handlers
        .with(alerts::jobs::DELIVER, move |job| {
            let messenger = messenger.clone();
            async move { messenger.deliver(job).await }
        })
        .with(alerts::jobs::WATCH, move |_| alerts::jobs::watch(watching.clone()))
        .with(inquiries::jobs::WARN, move |_| inquiries::jobs::warn(warning.clone()))
}

/// The jobs about files that citizens send.
pub(super) fn media(handlers: Handlers, keeper: &Keeper) -> Handlers {
    let (fetching, removing) = (keeper.clone(), keeper.clone());
    handlers.with(FETCH, move |job| fetch_media(fetching.clone(), job)).with(REMOVE, move |job| {
        let keeper = removing.clone();
        async move { keeper.remove(job).await }
    })
}

/// The jobs about articles.
pub(super) fn publishing(handlers: Handlers, publisher: &Publisher) -> Handlers {
    let (one, two, three) = (publisher.clone(), publisher.clone(), publisher.clone());
    handlers
        .with(PUBLISH, move |job| {
            let publisher = one.clone();
            async move { publisher.publish(job).await }
        })
        .with(CHECK, move |job| {
            let publisher = two.clone();
            async move { publisher.check(job).await }
        })
        .with(WITHDRAW, move |job| {
            let publisher = three.clone();
            async move { publisher.withdraw(job).await }
        })
}

/// The jobs about campaigns.
pub(super) fn campaigning(handlers: Handlers, dispatcher: &Dispatcher) -> Handlers {
    let (one, two, three, four) =
        (dispatcher.clone(), dispatcher.clone(), dispatcher.clone(), dispatcher.clone());
    handlers
        .with(campaigns::jobs::DISPATCH, move |job| {
            let dispatcher = one.clone();
            async move { dispatcher.dispatch(job).await }
        })
        .with(campaigns::jobs::PREVIEW, move |job| {
            let dispatcher = two.clone();
            async move { dispatcher.preview(job).await }
        })
        .with(campaigns::jobs::CHECK, move |job| {
            let dispatcher = three.clone();
            async move { dispatcher.check(job).await }
        })
        .with(campaigns::jobs::SWEEP, move |_| {
            let dispatcher = four.clone();
            async move { dispatcher.sweep().await }
        })
}

/// Adds what is done for menus.
pub(super) fn menus(handlers: Handlers, publisher: &MenuPublisher) -> Handlers {
    let (publishing, importing) = (publisher.clone(), publisher.clone());
    handlers
        .with(PUBLISH_MENU, move |job| {
            let publisher = publishing.clone();
            async move { publisher.publish(job).await }
        })
        .with(IMPORT, move |job| {
            let publisher = importing.clone();
            async move { publisher.import(job).await }
        })
}

/// Adds what is done to keep the list of followers.
pub(super) fn reading_followers(handlers: Handlers, followers: &Followers) -> Handlers {
    let (nightly, page, details) = (followers.clone(), followers.clone(), followers.clone());
    handlers
        .with(NIGHTLY, move |job| {
            let followers = nightly.clone();
            async move { followers.nightly(job).await }
        })
        .with(PAGE, move |job| {
            let followers = page.clone();
            async move { followers.read_page(job).await }
        })
        .with(DETAILS, move |job| {
            let followers = details.clone();
            async move { followers.ask_details(job).await }
        })
}
