//! `deskhand user`: people and roles.

use std::process::ExitCode;

use store::{Language, Role};

use crate::cli::{RoleArg, UserCommand};
use crate::config::Config;
use crate::{house, output, storage};

/// Adds or lists.
pub(super) async fn run(config: &Config, command: UserCommand, json: bool) -> anyhow::Result<ExitCode> {
    let store = storage::open_store(config).await?;
    match command {
        UserCommand::Add { name, email, role, language } => {
            let language: Language = language
                .parse()
                .map_err(|_| anyhow::anyhow!("DH-1004: the language is en or zh-Hant, not `{language}`"))?;
            let person = store.add_person(&name, &email, role.into(), house::password()?, language).await?;
            if json {
                output::json(&person)?;
            } else {
                output::text(&format!("{} may now sign in as {}.\n", person.name, person.role))?;
            }
        }
        UserCommand::Password { name } => {
            let people = store.people().await?;
            let Some(person) = people.into_iter().find(|p| p.name == name || p.email == name) else {
                anyhow::bail!("DH-1013: there is nobody called {name}; `deskhand user list` shows everyone");
            };
            store.set_password(&person.id, house::password()?).await?;
            output::text(&format!("{} has a new password.\n", person.name))?;
        }
        UserCommand::List => {
            let people = store.people().await?;
            if json {
                for person in &people {
                    output::json(person)?;
                }
            } else {
                let rows = people.into_iter().map(|p| {
                    let state = if p.active { "active" } else { "closed" };
                    [p.name, p.email, p.role.to_string(), p.language.to_string(), state.to_owned()]
                });
                output::table(["Name", "E-mail", "Role", "Language", "State"], rows)?;
            }
        }
    }
    Ok(output::DONE)
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Admin => Self::Admin,
            RoleArg::Author => Self::Author,
            RoleArg::Reviewer => Self::Reviewer,
            RoleArg::Viewer => Self::Viewer,
        }
    }
}
