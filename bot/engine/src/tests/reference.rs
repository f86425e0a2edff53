//! What authors read is what the functions say of themselves.

use std::fs;

use serde_json::Value;

use super::*;
use crate::host::{DECIDING, DOING};
use crate::shape::Kind;
use crate::{host_definitions, host_functions, host_reference};

/// With `UPDATE_DOCS=1` a file is written, otherwise it must be what it would be written as.
fn kept(file: &std::path::Path, text: &str) {
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    let now = fs::read_to_string(file).unwrap_or_default();
    assert!(now == text, "{}: UPDATE_DOCS=1 scripts/test -E 'test(reference)' mends it", file.display());
}

#[test]
fn the_host_page_tells_of_every_function() {
    const MARK: &str = "\n<!-- from here on: UPDATE_DOCS=1 scripts/test -E 'test(reference)' -->\n";
    let file = repository().join("docs/host.md");
    let page = fs::read_to_string(&file).unwrap();
    let own = page.split(MARK).next().unwrap();
    kept(&file, &format!("{own}{MARK}{}", host_reference()));
}

#[test]
fn the_editors_definitions_tell_of_every_function() {
    for (name, text) in host_definitions() {
        kept(&repository().join("workflows/definitions").join(name), &text);
    }
}

#[test]
fn every_step_is_a_function_that_says_what_it_does() {
    let functions = host_functions();
    for step in DECIDING.iter().chain(&DOING) {
        assert!(functions.iter().any(|function| function.path() == *step), "{step}");
    }
    for function in &functions {
        assert!(!function.text.is_empty(), "{}", function.path());
        for (name, kind) in function.shape().into_iter().flat_map(|shape| shape.0) {
            if let Kind::As(step) = kind {
                assert!(functions.iter().any(|other| other.path() == step), "{name} is as {step}");
            }
        }
    }
}

/// What stands in the documentation is what the checker and the tests of scripts believe.
pub(super) fn assert_shape(step: &str, answer: &Value) {
    let function = host_functions().into_iter().find(|function| function.path() == step).unwrap();
    let Some(shape) = function.shape() else { return };
    let names: Vec<&String> = answer.as_object().unwrap().keys().collect();
    let mut told: Vec<&String> = shape.0.iter().map(|(name, _)| name).collect();
    told.sort();
    assert_eq!(names, told, "{step}");
    for (name, kind) in &shape.0 {
        let value = &answer[name.as_str()];
        match kind {
            Kind::Flag => assert!(value.is_boolean(), "{step}: {name}"),
            Kind::Text => assert!(value.is_string(), "{step}: {name}"),
            Kind::Number => assert!(value.is_number(), "{step}: {name}"),
            Kind::List => assert!(value.is_array(), "{step}: {name}"),
            Kind::As(other) => assert_shape(other, value),
            Kind::Maybe => {}
        }
    }
}
