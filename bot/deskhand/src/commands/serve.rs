//! `deskhand serve`: everything on one machine, until it is asked to end.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use engine::{Engine, EngineError, Intake, Retry, Upload};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use web::{Handed, Hook, NotAgain, NotStarted, StartRun, WebState};

use super::stock_desk;
use crate::config::Config;
use crate::{house, output, storage};

/// Starts the engine and the pages; SIGTERM or Ctrl-C ends both, and runs go on at the next start.
pub(super) async fn run(config: Config) -> anyhow::Result<ExitCode> {
    let store = storage::open_store(&config).await?;
    let listener = TcpListener::bind(config.web.listen).await.with_context(|| {
        format!(
            "DH-1012: the pages cannot listen on {}; is another Deskhand running there?",
            config.web.listen
        )
    })?;
    let engine = house::engine(&config, store.clone()).await?;

    let mut state = WebState::new(store.clone(), config.base_url());
    state.on_decided = on_decided(&engine);
    state.upload = upload(&config, &engine);
    state.draw = Some(draw(&engine));
    state.triggers = triggers(&engine);
    state.again = Some(again(&engine));
    state.limits = Arc::new(house::limits(&config));
    state.hooks = Arc::new(hooks(&config, &engine)?);
    state.stock = Some(stock_desk::desk(&config, store.clone())?);
    state.feeds = Arc::new(stock_desk::feeds(&config)?);
    state.zone = config.zone;
    state.behind_proxy = config.web.behind_proxy;
    state.oldest_months = config.invoices.oldest_months;
    state.vocabulary = house::vocabulary(&config)?.into();
    let pages = web::router(state);
    tracing::info!(address = %config.base_url(), folders = config.folders.len(), schedules = config.schedules.len(), "deskhand is up");

    web::serve(listener, pages, asked_to_end()?).await?;
    engine.shutdown().await;
    store.close().await;
    tracing::info!("ended; runs go on at the next start");
    Ok(output::DONE)
}

/// Ends when this program is asked to end.
pub(super) fn asked_to_end() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate()).context("DH-1000: signals cannot be heard")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        tracing::info!("asked to end; steps under way may finish");
    })
}

fn on_decided(engine: &Engine) -> web::OnDecided {
    let engine = engine.clone();
    Arc::new(move |task| {
        let engine = engine.clone();
        Box::pin(async move {
            if let Err(error) = engine.task_decided(&task).await {
                tracing::warn!(%error, task, "the run was not told of a decision; the reconcile loop will tell it");
            }
        })
    })
}

fn again(engine: &Engine) -> web::TryAgain {
    let engine = engine.clone();
    Arc::new(move |again| {
        let engine = engine.clone();
        Box::pin(async move {
            let web::Again { run, person, from, repeat_effects, on_new_version, why } = again;
            let retry = Retry { from, repeat_effects, on_new_version, why };
            let done = engine.run_again(&run, &retry, &person).await;
            done.map(|_| ()).map_err(|error| NotAgain { code: error.code(), text: error.to_string() })
        })
    })
}

fn draw(engine: &Engine) -> web::Draw {
    let engine = engine.clone();
    Arc::new(move |document, page| {
        let engine = engine.clone();
        Box::pin(async move {
            let drawn = engine.draw(&document, page).await;
            if let Err(error) = &drawn {
                tracing::warn!(%error, document, page, "a page could not be drawn");
            }
            drawn.is_ok()
        })
    })
}

/// What starts by itself, for its page.
fn triggers(engine: &Engine) -> web::Triggers {
    let (schedules, folders, mailboxes, why) =
        (engine.clone(), engine.clone(), engine.clone(), engine.clone());
    web::Triggers {
        schedules: Arc::new(move || schedules.schedules()),
        folders: Arc::new(move || folders.folders()),
        mailboxes: Arc::new(move || {
            let engine = mailboxes.clone();
            Box::pin(async move {
                let views = engine.mailboxes().await;
                views
                    .inspect_err(|error| tracing::warn!(%error, "how the mailboxes are is not known"))
                    .unwrap_or_default()
            })
        }),
        why: Arc::new(move |name, on| {
            let engine = why.clone();
            Box::pin(async move {
                let why = engine.why(&name, on).await;
                why.inspect_err(|error| tracing::warn!(%error, "why is not known")).ok()
            })
        }),
    }
}

/// Uploads go the way of the first watched folder.
fn upload(config: &Config, engine: &Engine) -> Option<web::Upload> {
    let folder = config.folders.first()?.clone();
    let engine = engine.clone();
    Some(Arc::new(move |name, bytes| {
        let (engine, folder) = (engine.clone(), folder.clone());
        Box::pin(async move {
            let upload = Upload {
                name,
                bytes,
                workflow: folder.workflow,
                portal: folder.portal,
                origin: "upload".into(),
            };
            engine.take_apart(upload).await.into_iter().map(|(name, intake)| (name, handed(intake))).collect()
        })
    }))
}

/// The webhooks with their secrets.
fn hooks(config: &Config, engine: &Engine) -> anyhow::Result<BTreeMap<String, Hook>> {
    let mut hooks = BTreeMap::new();
    for (name, hook) in &config.hooks {
        let secret = hook.secret.open().with_context(|| format!("hooks.{name}.secret"))?;
        let start = on_delivery(engine.clone(), hook.workflow.clone());
        hooks.insert(name.clone(), Hook { secret, window: hook.window, start });
    }
    Ok(hooks)
}

fn on_delivery(engine: Engine, workflow: String) -> StartRun {
    Arc::new(move |key, mut params| {
        let (engine, workflow) = (engine.clone(), workflow.clone());
        Box::pin(async move {
            // What a run by hand may name besides its parameters is not the sender's to choose.
            if let Some(name) = ["key", "portal"].into_iter().find(|name| params.contains_key(*name)) {
                return Err(NotStarted::Params(format!("it has no parameter {name}")));
            }
            params.insert("key".to_owned(), key.into());
            match engine.start_with(&workflow, &params, "webhook").await {
                Ok(run) => Ok(run),
                Err(EngineError::Params { reason, .. }) => Err(NotStarted::Params(reason)),
                Err(error) => {
                    tracing::error!(%error, workflow, "a webhook's run could not be started");
                    Err(NotStarted::Later)
                }
            }
        })
    })
}

fn handed(intake: Result<Intake, EngineError>) -> Handed {
    match intake {
        Ok(Intake::Started { run, .. }) => Handed::Started { run },
        Ok(Intake::Duplicate { first_name, first_at, .. }) => Handed::Duplicate { first_name, first_at },
        Ok(Intake::Refused { code, .. }) => Handed::Refused { code },
        Err(error) => {
            tracing::error!(%error, "an upload could not be taken in");
            Handed::Failed
        }
    }
}
