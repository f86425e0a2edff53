//! `mail::send`: a letter in the author's own words, once, and only to the domains that the workflow was granted.

use notify::{Letter, Mail};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::host::{mail, text};
use crate::house::House;
use crate::orchestrator::Ask;

pub(crate) const SEND: &str = "mail::send";

/// Who may get one letter.
const MOST: usize = 20;

/// What was begun before and never ended may have left: only a person may say that it is sent again.
pub(crate) async fn send(house: &House, ask: &Ask, begun_before: bool) -> Result<Value, Failure> {
    let letter = letter(house, ask)?;
    if begun_before && ask.round == 0 {
        return Err(Failure::business(
            &"DH-6077: nobody knows whether the mail left (Deskhand stopped while it was sent); ask who should have got it, then try again or give up",
        ));
    }
    Ok(json!({ "sent": mail::send(house, &letter).await? > 0 }))
}

/// The mail, if everybody who is to get it may. The id is derived from run and step: a second one is the same mail.
pub(crate) fn letter(house: &House, ask: &Ask) -> Result<Mail, Failure> {
    let to = recipients(house, ask)?;
    let (subject, body) = (text(ask, "subject")?, text(ask, "body")?);
    if subject.trim().is_empty() || body.trim().is_empty() {
        return Err(Failure::business(&"DH-6076: a letter needs a subject and a body; correct the script"));
    }
    let id = format!("letter/{}/{}", ask.run, ask.call.index);
    Ok(Mail::letter(to, house.language, &id, &Letter::new(subject, body)))
}

fn recipients(house: &House, ask: &Ask) -> Result<Vec<String>, Failure> {
    let (workflow, given) = (&ask.workflow, &ask.call.args["to"]);
    let given: Vec<&str> = match given {
        Value::Array(several) => several.iter().map(|one| one.as_str().unwrap_or_default()).collect(),
        one => vec![one.as_str().unwrap_or_default()],
    };
    if given.is_empty() || given.len() > MOST {
        return Err(Failure::business(&format!(
            "DH-6076: a letter goes to one to {MOST} addresses; correct the script"
        )));
    }
    for address in &given {
        let domain = notify::address_domain(address).map_err(|_| {
            Failure::business(&format!(
                "DH-6076: `{}` is not one mail address; write name@domain and nothing else",
                taxid::privacy::mask(address)
            ))
        })?;
        if !is_granted(house.grants.mail(workflow), &domain) {
            return Err(Failure::business(&format!(
                "DH-6506: the workflow {workflow} was not granted mail to {domain}; correct [grants.{workflow}] in the settings, then try again"
            )));
        }
    }
    Ok(given.into_iter().map(str::to_owned).collect())
}

/// Whether a domain is one of those that were granted: itself, not what lies below it.
pub(crate) fn is_granted<'g>(mut granted: impl Iterator<Item = &'g str>, domain: &str) -> bool {
    granted.any(|granted| granted.eq_ignore_ascii_case(domain))
}
