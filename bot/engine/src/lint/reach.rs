//! Reach: what a script names must have been granted to its workflow.
//!
//! What a script only gets to know while it runs is looked at then, by the step itself.

use reqwest::Url;
use rhai::{Array, Dynamic, Expr, Map, Position};

use super::tree::{Called, call_of};
use super::{Looked, Problem};
use crate::host::{files, http, letter, portal, sheet, subruns};

/// Something that a script names, and how the settings would grant it.
struct Named {
    en: String,
    zh_hant: String,
    setting: String,
}

pub(super) fn check(looked: &Looked) -> Vec<Problem> {
    let mut problems = Vec::new();
    looked.ast.walk(&mut |path| {
        let called = path.last().and_then(call_of);
        if let Some(called) = called.as_ref().filter(|called| called.path() == letter::SEND) {
            problems.extend(called.call.args.first().into_iter().flat_map(|given| strangers(looked, given)));
        } else if let Some(called) = called
            && let Some(Expr::StringConstant(name, position)) = called.call.args.get(place(&called))
            && let Some(named) = not_granted(looked, &called, name)
        {
            problems.push(problem(looked.workflow, &named, *position));
        }
        true
    });
    problems
}

/// The addresses in a letter's map that lie in domains which were not granted.
fn strangers(looked: &Looked, given: &Expr) -> Vec<Problem> {
    let granted = |domain: &str| letter::is_granted(looked.grants.mail(looked.workflow), domain);
    let domains = addresses(given).into_iter().filter_map(|address| notify::address_domain(&address).ok());
    let strangers = domains.filter(|domain| !granted(domain)).map(|domain| Named {
        en: format!("mail to {domain}"),
        zh_hant: format!("發送電郵至 {domain}"),
        setting: format!("mail = [\"{domain}\"]"),
    });
    strangers.map(|named| problem(looked.workflow, &named, given.position())).collect()
}

/// The addresses that stand in the script itself. A map of nothing but constants is one constant in rhai's tree.
fn addresses(given: &Expr) -> Vec<String> {
    let texts = |to: &Dynamic| -> Vec<String> {
        match to.read_lock::<Array>() {
            Some(several) => several.iter().filter_map(|one| one.clone().into_string().ok()).collect(),
            None => to.clone().into_string().into_iter().collect(),
        }
    };
    match given {
        Expr::DynamicConstant(map, _) => {
            map.read_lock::<Map>().and_then(|map| map.get("to").map(texts)).unwrap_or_default()
        }
        Expr::Map(map, _) => {
            let to = map.0.iter().find(|(name, _)| name.as_str() == "to").map(|(_, to)| to);
            let constant = |one: &Expr| one.get_literal_value(None).as_ref().map(texts).unwrap_or_default();
            match to {
                Some(Expr::Array(several, _)) => several.iter().flat_map(constant).collect(),
                Some(one) => constant(one),
                None => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

/// Which argument of a call names what it reaches.
fn place(called: &Called) -> usize {
    usize::from(called.path() == subruns::EACH)
}

/// What that argument names, if it was not granted.
fn not_granted(looked: &Looked, called: &Called, name: &str) -> Option<Named> {
    let (grants, workflow) = (looked.grants, looked.workflow);
    let path = called.path();
    match path.as_str() {
        portal::POST_BILL if !grants.portals(workflow).any(|granted| granted == name) => Some(Named {
            en: format!("the portal {name}"),
            zh_hant: format!("入口系統 {name}"),
            setting: format!("portals = [\"{name}\"]"),
        }),
        files::LIST | files::READ | sheet::READ | files::WRITE | sheet::WRITE | sheet::SAVE => {
            let to_write = matches!(path.as_str(), files::WRITE | sheet::WRITE | sheet::SAVE);
            let granted = grants.folder(workflow, name);
            let (en, zh, more) =
                if to_write { (" for writing", "（寫入）", ", write = true") } else { ("", "", "") };
            (!granted.is_some_and(|granted| granted.write || !to_write)).then(|| Named {
                en: format!("the folder {name}{en}"),
                zh_hant: format!("資料夾 {name}{zh}"),
                setting: format!("folders.{name} = {{ path = \"…\"{more} }}"),
            })
        }
        http::GET | http::POST => {
            let url = Url::parse(name).ok()?;
            let host = url.origin().ascii_serialization();
            (!grants.hosts(workflow).any(|granted| http::is_at(&url, granted))).then(|| Named {
                en: format!("the server {host}"),
                zh_hant: format!("伺服器 {host}"),
                setting: format!("hosts = [\"{host}\"]"),
            })
        }
        subruns::START | subruns::INVOKE | subruns::EACH
            if !grants.workflows(workflow).any(|granted| granted == name) =>
        {
            Some(Named {
                en: format!("to start the workflow {name}"),
                zh_hant: format!("流程 {name}"),
                setting: format!("workflows = [\"{name}\"]"),
            })
        }
        "secrets::named" if !grants.secrets(workflow).any(|granted| granted == name) => Some(Named {
            en: format!("the secret {name}"),
            zh_hant: format!("秘密 {name}"),
            setting: format!("secrets = [\"{name}\"]"),
        }),
        _ => None,
    }
}

fn problem(workflow: &str, named: &Named, position: Position) -> Problem {
    let Named { en, zh_hant, setting } = named;
    Problem::at(
        position,
        "DH-6506",
        format!(
            "The workflow {workflow} was not granted {en}. Name it in deskhand.toml: [grants.{workflow}] {setting}."
        ),
        format!(
            "流程 {workflow} 未獲授權使用{zh_hant}。請在 deskhand.toml 寫明：[grants.{workflow}] {setting}。"
        ),
    )
}
