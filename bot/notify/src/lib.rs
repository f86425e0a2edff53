//! Mail out: templates and transports (SMTP, file, memory).
//!
//! A [`Mail`] names a template and brings its values; [`Mail::render`] makes a [`RenderedMail`] of it; a
//! [`Mailer`] sends that. In this order:
//!
//! | file | what |
//! |---|---|
//! | `mail` | what is to be said to whom: [`Mail`], [`Template`], [`Language`] |
//! | `context` | the values of each template, typed |
//! | `clean` | what documents say is made harmless before it enters a mail |
//! | `render` | templates to subject, plain part and HTML part: [`RenderedMail`] |
//! | `message` | the same as a MIME message |
//! | `mailer` | the seam: [`Mailer`] |
//! | `smtp`, `outbox`, `memory` | the transports: [`Smtp`], [`Outbox`], [`Memory`] |
//!
//! ```
//! use notify::{Exception, Language, Mail, Mailer, Memory};
//!
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! let exception = Exception {
//!     supplier: Some("朝陽貿易有限公司".into()),
//!     amount: Some("HK$ 1,130.00".into()),
//!     reason: "總額與明細不符".into(),
//!     link: "https://deskhand.example/tasks/1".into(),
//! };
//! let mail = Mail::exception(vec!["ann@example.com".into()], Language::ZhHant, "task/1", &exception);
//! let rendered = mail.render(chrono::DateTime::UNIX_EPOCH).unwrap();
//! let memory = Memory::new();
//! memory.send(&rendered).await.unwrap();
//! assert_eq!(memory.sent()[0].subject, "發票待覆核：朝陽貿易有限公司，HK$ 1,130.00");
//! # });
//! ```
#![forbid(unsafe_code)]

mod mail;

mod context;

mod clean;

mod render;

mod message;

mod mailer;

mod memory;
mod outbox;
mod smtp;

mod error;
#[cfg(test)]
mod tests;

pub use context::{
    Alarm, AuditHead, Digest, Exception, Letter, MonthReport, Overdue, Reminder, Statement, Waiting,
};
pub use error::NotifyError;
pub use mail::{Attachment, Language, Mail, Template};
pub use mailer::Mailer;
pub use memory::Memory;
pub use message::address_domain;
pub use outbox::Outbox;
pub use render::RenderedMail;
pub use smtp::{Security, Smtp, SmtpConfig};
