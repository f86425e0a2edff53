//! Why a mail was not sent. Never holds an address, a password or what a server said in words.

/// Why a mail was not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotifyError {
    /// A template could not be filled.
    #[error(
        "DH-5001: the mail `{template}` could not be written ({why}). This is a fault in the program or the workflow: report it."
    )]
    Template {
        /// The template.
        template: String,
        /// What is missing or wrong.
        why: String,
    },
    /// An address is none.
    #[error(
        "DH-5002: {whose} is not a mail address. Correct it in deskhand.toml or on the page of that person."
    )]
    Address {
        /// `the sender` or `a recipient`.
        whose: &'static str,
    },
    /// There is nobody to send to.
    #[error("DH-5003: the mail has no recipient. Name one in deskhand.toml or give the role to a person.")]
    NoRecipient,
    /// The settings cannot work.
    #[error("DH-5004: the mail settings cannot be used ({why}). Correct `[mail]` in deskhand.toml.")]
    Config {
        /// What is wrong.
        why: String,
    },
    /// The server cannot be reached, or asks to come back later.
    #[error(
        "DH-5010: the mail server cannot take the mail now ({why}). It will be tried again; if it stays, check `[mail]` and the network."
    )]
    Later {
        /// What happened.
        why: String,
    },
    /// The server refused the mail for good.
    #[error(
        "DH-5011: the mail server refused the mail (code {code}). Check sender and recipients with whoever runs the server."
    )]
    Refused {
        /// The server's code.
        code: u16,
    },
    /// The server refused the sign-in.
    #[error("DH-5012: the mail server refused the sign-in. Check user and password of `[mail]`.")]
    SignIn,
    /// No safe connection.
    #[error(
        "DH-5013: no safe connection to the mail server ({why}). Check `security`, the host name and the certificate."
    )]
    Tls {
        /// What failed.
        why: String,
    },
    /// Some took it, some did not.
    #[error(
        "DH-5014: {refused} of {all} recipients were refused by the mail server; the others have the mail. Correct those addresses."
    )]
    SomeRefused {
        /// How many were refused.
        refused: usize,
        /// Of how many.
        all: usize,
    },
    /// The outbox folder cannot be written.
    #[error("DH-5020: the outbox folder cannot be written ({why}). Check free space and rights on it.")]
    Outbox {
        /// The kind of trouble.
        why: String,
    },
}

impl NotifyError {
    /// The code, as in `docs/errors/`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Template { .. } => "DH-5001",
            Self::Address { .. } => "DH-5002",
            Self::NoRecipient => "DH-5003",
            Self::Config { .. } => "DH-5004",
            Self::Later { .. } => "DH-5010",
            Self::Refused { .. } => "DH-5011",
            Self::SignIn => "DH-5012",
            Self::Tls { .. } => "DH-5013",
            Self::SomeRefused { .. } => "DH-5014",
            Self::Outbox { .. } => "DH-5020",
        }
    }

    /// Whether the same mail may go through later. The others need a person first.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Later { .. } | Self::Outbox { .. })
    }
}
