//! Reach: what a script names must have been granted to its workflow.
//!
//! What a script only gets to know while it runs is looked at then, by the step itself.

use reqwest::Url;
use rhai::{Expr, Position};

use super::tree::{Called, call_of};
use super::{Looked, Problem};
use crate::host::{files, http, portal, sheet, subruns};

/// Something that a script names, and how the settings would grant it.
struct Named {
    en: String,
    zh_hant: String,
    setting: String,
}

pub(super) fn check(looked: &Looked) -> Vec<Problem> {
    let mut problems = Vec::new();
    looked.ast.walk(&mut |path| {
        if let Some(called) = path.last().and_then(call_of)
            && let Some(Expr::StringConstant(name, position)) = called.call.args.get(place(&called))
            && let Some(named) = not_granted(looked, &called, name)
        {
            problems.push(problem(looked.workflow, &named, *position));
        }
        true
    });
    problems
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
        files::LIST | files::READ | sheet::READ | files::WRITE | sheet::WRITE => {
            let to_write = matches!(path.as_str(), files::WRITE | sheet::WRITE);
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
