//! `secrets`: names of secrets. A script holds the name; only the step that needs the secret opens it.

use rhai::plugin::export_module;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::house::House;
use crate::orchestrator::Ask;

/// What a script holds of a secret. It has no text, no parts, and is equal to nothing.
#[derive(Debug, Clone)]
pub(crate) struct SecretName(String);

impl SecretName {
    /// How a step's arguments name it. The history holds the name, never the secret.
    pub(crate) fn json(&self) -> Value {
        json!({ "secret": self.0 })
    }
}

#[export_module]
pub(crate) mod functions {
    use super::SecretName;

    /// A secret by its name, to be handed to a function that needs one, such as `http::get`. It cannot be read, printed
    /// or compared. The operator grants it to the workflow by name.
    pub(crate) fn named(name: &str) -> SecretName {
        SecretName(name.to_owned())
    }
}

/// Opens the secret that a step's argument names, if its workflow was granted it.
pub(crate) fn open<'a>(house: &'a House, ask: &Ask, argument: &Value) -> Result<&'a SecretString, Failure> {
    let (workflow, name) = (&ask.workflow, argument["secret"].as_str().unwrap_or_default());
    let granted = house.grants.secrets(workflow).any(|granted| granted == name);
    house.secrets.get(name).filter(|_| granted).ok_or_else(|| {
        Failure::business(&format!(
            "DH-6506: the workflow {workflow} was not granted the secret {name}; correct [grants.{workflow}] and [secrets] in the settings, then try again"
        ))
    })
}
