//! What a script may call, from the functions' own documentation: the one source of `docs/host.md`, of the definitions
//! for editors, of `deskhand host`, and of what the checker and the tests of scripts know.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;

use crate::script::Scripts;
use crate::shape::Shape;

/// A function as scripts call it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HostFunction {
    /// The module, such as `portal`.
    pub module: String,
    /// Its name within the module, such as `post_bill`.
    pub name: String,
    /// What it takes.
    pub params: Vec<HostParam>,
    /// What it does, in Markdown.
    pub text: String,
}

/// What a function takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HostParam {
    /// Its name.
    pub name: String,
    /// `text`, `number`, `map` or `any`.
    pub kind: &'static str,
}

impl HostFunction {
    /// `module::name`.
    pub fn path(&self) -> String {
        format!("{}::{}", self.module, self.name)
    }

    /// `module::name(param, param)`.
    pub fn signature(&self) -> String {
        let params: Vec<&str> = self.params.iter().map(|param| param.name.as_str()).collect();
        format!("{}({})", self.path(), params.join(", "))
    }

    /// The first sentence of the text.
    pub fn summary(&self) -> String {
        let first = self.text.split("\n\n").next().unwrap_or_default().replace('\n', " ");
        match first.split_once(". ") {
            Some((sentence, _)) => format!("{sentence}."),
            None => first,
        }
    }

    pub(crate) fn shape(&self) -> Option<Shape> {
        Shape::in_text(&self.text)
    }
}

/// Every function, by module and name.
pub fn host_functions() -> Vec<HostFunction> {
    let metadata = Scripts::new().metadata();
    let modules = metadata["modules"].as_object().into_iter().flatten();
    modules
        .flat_map(|(module, told)| {
            let functions = told["functions"].as_array().into_iter().flatten();
            functions.map(|function| function_of(module, function)).collect::<Vec<_>>()
        })
        .collect()
}

/// The reference that `docs/host.md` shows below its own words.
pub fn host_reference() -> String {
    let mut page = String::new();
    let mut module = String::new();
    for function in host_functions() {
        if function.module != module {
            module.clone_from(&function.module);
            let _ = write!(page, "\n## `{module}`\n");
        }
        let _ = write!(page, "\n**`{}`** {}\n", function.signature(), function.text);
    }
    page
}

/// The definitions for editors that understand rhai: the file's name and its text, one for each module.
pub fn host_definitions() -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    for function in host_functions() {
        let file = format!("{}.d.rhai", function.module);
        if files.last().is_none_or(|(last, _)| *last != file) {
            files.push((file, format!("module {};\n", function.module)));
        }
        let Some((_, text)) = files.last_mut() else { continue };
        let told = function.text.lines().map(|line| format!("/// {line}").trim_end().to_owned());
        let params =
            function.params.iter().map(|param| format!("{}: {}", param.name, editors_type(param.kind)));
        let (told, params) = (told.collect::<Vec<_>>().join("\n"), params.collect::<Vec<_>>().join(", "));
        let answers = if function.shape().is_some() { "Map" } else { "?" };
        let _ = write!(text, "\n{told}\nfn {}({params}) -> {answers};\n", function.name);
    }
    files
}

fn function_of(module: &str, told: &Value) -> HostFunction {
    let params = told["params"].as_array().into_iter().flatten();
    let params = params.filter_map(|param| {
        let kind = param["type"].as_str().unwrap_or_default();
        let name = param["name"].as_str()?.trim_start_matches('_').to_owned();
        (!kind.contains("NativeCallContext")).then(|| HostParam { name, kind: authors_word(kind) })
    });
    let comments = told["docComments"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let lines = comments.flat_map(str::lines).map(|line| line.trim_start_matches('/').trim());
    HostFunction {
        module: module.to_owned(),
        name: told["name"].as_str().unwrap_or_default().to_owned(),
        params: params.collect(),
        text: lines.collect::<Vec<_>>().join("\n").trim().to_owned(),
    }
}

fn authors_word(kind: &str) -> &'static str {
    match kind {
        "&str" | "String" | "ImmutableString" => "text",
        "int" | "INT" | "i64" => "number",
        "Map" => "map",
        "Array" => "list",
        _ => "any",
    }
}

fn editors_type(word: &str) -> &'static str {
    match word {
        "text" => "String",
        "number" => "int",
        "map" => "Map",
        "list" => "Array",
        _ => "?",
    }
}
