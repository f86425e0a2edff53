//! Templates to subject, plain part and HTML part.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, ErrorKind, UndefinedBehavior};
use serde_json::Value;

use crate::{
    Alarm, Attachment, AuditHead, Digest, Exception, Language, Letter, Mail, MonthReport, NotifyError,
    Reminder, Statement, Template, clean,
};

/// A mail in words, ready for any transport.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedMail {
    /// The id of the [`Mail`].
    pub id: String,
    /// The addresses.
    pub to: Vec<String>,
    /// One line.
    pub subject: String,
    /// The plain part: complete in itself.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// Files that go with it.
    pub attachments: Vec<Attachment>,
}

impl Mail {
    /// Fills the template.
    pub fn render(&self, at: DateTime<Utc>) -> Result<RenderedMail, NotifyError> {
        if self.to.is_empty() {
            return Err(NotifyError::NoRecipient);
        }
        let context = clean::context(&self.typed_context()?);
        check_links(self.template, &context)?;
        Ok(RenderedMail {
            id: self.id.clone(),
            to: self.to.clone(),
            subject: clean::one_line(&self.part("subject.txt", &context)?),
            text: self.part("body.txt", &context)?,
            html: self.part("body.html", &context)?,
            at,
            attachments: self.attachments.clone(),
        })
    }

    /// The context in the form of its type, with what may be left out filled in.
    fn typed_context(&self) -> Result<Value, NotifyError> {
        let context = self.context.clone();
        let typed = match self.template {
            Template::Exception => {
                serde_json::from_value::<Exception>(context).and_then(serde_json::to_value)
            }
            Template::Digest => serde_json::from_value::<Digest>(context).and_then(serde_json::to_value),
            Template::AuditHead => {
                serde_json::from_value::<AuditHead>(context).and_then(serde_json::to_value)
            }
            Template::Alarm => serde_json::from_value::<Alarm>(context).and_then(serde_json::to_value),
            Template::Letter => serde_json::from_value::<Letter>(context).and_then(serde_json::to_value),
            Template::Statement => {
                serde_json::from_value::<Statement>(context).and_then(serde_json::to_value)
            }
            Template::Reminder => serde_json::from_value::<Reminder>(context).and_then(serde_json::to_value),
            Template::MonthReport => {
                serde_json::from_value::<MonthReport>(context).and_then(serde_json::to_value)
            }
        };
        typed.map_err(|error| {
            let said = error.to_string();
            // Other messages of serde quote the value.
            let names_a_field = said.starts_with("missing field") || said.starts_with("unknown field");
            let why = if names_a_field { said } else { "a value is of the wrong kind".to_owned() };
            NotifyError::Template { template: self.template.as_str().to_owned(), why }
        })
    }

    fn part(&self, part: &str, context: &Value) -> Result<String, NotifyError> {
        let name = format!("{}/{}/{part}.j2", self.template.as_str(), self.language.as_str());
        let rendered = TEMPLATES.get_template(&name).and_then(|template| template.render(Serde(context)));
        rendered.map_err(|error| NotifyError::Template { template: name, why: why(&error) })
    }
}

/// The kind of fault and its place; minijinja's own text may hold values.
fn why(error: &minijinja::Error) -> String {
    let what = match error.kind() {
        ErrorKind::UndefinedError => "a value is missing".to_owned(),
        other => other.to_string(),
    };
    error.line().map_or_else(|| what.clone(), |line| format!("{what}, line {line}"))
}

/// A link leads to a page and to nothing else (`javascript:`).
fn check_links(template: Template, value: &Value) -> Result<(), NotifyError> {
    match value {
        Value::Object(fields) => fields.iter().try_for_each(|(name, value)| match value {
            Value::String(link) if name == "link" && !is_page(link) => Err(NotifyError::Template {
                template: template.as_str().to_owned(),
                why: "a link is no page".to_owned(),
            }),
            value => check_links(template, value),
        }),
        Value::Array(items) => items.iter().try_for_each(|item| check_links(template, item)),
        _ => Ok(()),
    }
}

fn is_page(link: &str) -> bool {
    (link.starts_with("https://") || link.starts_with("http://")) && !link.contains(char::is_whitespace)
}

macro_rules! embedded {
    ($($name:literal),+ $(,)?) => { [$(($name, include_str!(concat!("../templates/", $name)))),+] };
}

const SOURCES: [(&str, &str); 49] = embedded![
    "layout.html.j2",
    "exception/en/subject.txt.j2",
    "exception/en/body.txt.j2",
    "exception/en/body.html.j2",
    "exception/zh-Hant/subject.txt.j2",
    "exception/zh-Hant/body.txt.j2",
    "exception/zh-Hant/body.html.j2",
    "digest/en/subject.txt.j2",
    "digest/en/body.txt.j2",
    "digest/en/body.html.j2",
    "digest/zh-Hant/subject.txt.j2",
    "digest/zh-Hant/body.txt.j2",
    "digest/zh-Hant/body.html.j2",
    "audit_head/en/subject.txt.j2",
    "audit_head/en/body.txt.j2",
    "audit_head/en/body.html.j2",
    "audit_head/zh-Hant/subject.txt.j2",
    "audit_head/zh-Hant/body.txt.j2",
    "audit_head/zh-Hant/body.html.j2",
    "alarm/en/subject.txt.j2",
    "alarm/en/body.txt.j2",
    "alarm/en/body.html.j2",
    "alarm/zh-Hant/subject.txt.j2",
    "alarm/zh-Hant/body.txt.j2",
    "alarm/zh-Hant/body.html.j2",
    "letter/en/subject.txt.j2",
    "letter/en/body.txt.j2",
    "letter/en/body.html.j2",
    "letter/zh-Hant/subject.txt.j2",
    "letter/zh-Hant/body.txt.j2",
    "letter/zh-Hant/body.html.j2",
    "statement/en/subject.txt.j2",
    "statement/en/body.txt.j2",
    "statement/en/body.html.j2",
    "statement/zh-Hant/subject.txt.j2",
    "statement/zh-Hant/body.txt.j2",
    "statement/zh-Hant/body.html.j2",
    "reminder/en/subject.txt.j2",
    "reminder/en/body.txt.j2",
    "reminder/en/body.html.j2",
    "reminder/zh-Hant/subject.txt.j2",
    "reminder/zh-Hant/body.txt.j2",
    "reminder/zh-Hant/body.html.j2",
    "month_report/en/subject.txt.j2",
    "month_report/en/body.txt.j2",
    "month_report/en/body.html.j2",
    "month_report/zh-Hant/subject.txt.j2",
    "month_report/zh-Hant/body.txt.j2",
    "month_report/zh-Hant/body.html.j2",
];

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    // A value that is not there is a fault, never an empty place in a mail about money.
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.expect("the delimiters are the usual ones"));
    environment.add_filter("age_en", |minutes: u64| age(minutes, Language::En));
    environment.add_filter("age_zh", |minutes: u64| age(minutes, Language::ZhHant));
    for (name, source) in SOURCES {
        environment
            .add_template(name, source)
            .expect("the templates are part of the program, and a test fills each");
    }
    environment
});

/// How long something has waited, in the two largest units.
fn age(minutes: u64, language: Language) -> String {
    let (days, hours, rest) = (minutes / 1440, minutes % 1440 / 60, minutes % 60);
    let plural =
        |count: u64, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    let parts = match language {
        Language::En => [plural(days, "day", "days"), format!("{hours} h"), format!("{rest} min")],
        Language::ZhHant => [format!("{days} 日"), format!("{hours} 小時"), format!("{rest} 分鐘")],
    };
    let [day, hour, minute] = &parts;
    match (days, hours, rest) {
        (0, 0, _) => minute.clone(),
        (0, _, 0) => hour.clone(),
        (0, _, _) => format!("{hour} {minute}"),
        (_, 0, _) => day.clone(),
        _ => format!("{day} {hour}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_reads_as_a_person_would_say_it() {
        let en: Vec<_> = [0, 59, 60, 200, 1440, 1500, 4000].map(|minutes| age(minutes, Language::En)).into();
        assert_eq!(en, ["0 min", "59 min", "1 h", "3 h 20 min", "1 day", "1 day 1 h", "2 days 18 h"]);
        assert_eq!(age(4000, Language::ZhHant), "2 日 18 小時");
        assert_eq!(age(200, Language::ZhHant), "3 小時 20 分鐘");
    }
}
