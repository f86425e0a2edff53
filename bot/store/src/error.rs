//! What can go wrong here. No value of a document, a person or a secret is ever part of an error.

use chrono::{DateTime, Utc};

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database cannot be reached or opened.
    #[error(
        "DH-3001: the database cannot be opened ({fault}). Check `database` in deskhand.toml, the rights on its folder, or that PostgreSQL is up."
    )]
    Open {
        /// What the database said.
        fault: Fault,
    },
    /// A statement failed.
    #[error(
        "DH-3002: the database refused a statement ({fault}). Try again; if it stays, run `deskhand doctor`."
    )]
    Database {
        /// What the database said.
        fault: Fault,
    },
    /// The tables could not be brought to this program's version.
    #[error(
        "DH-3003: the tables cannot be brought up to date ({why}). Use the program version that wrote them last, or restore a backup."
    )]
    Migrate {
        /// What stood in the way.
        why: String,
    },
    /// A stored value cannot be understood.
    #[error(
        "DH-3004: the stored column `{column}` cannot be understood. Restore a backup, or ask for help with this code."
    )]
    Damaged {
        /// The column.
        column: String,
    },
    /// There is no such row.
    #[error(
        "DH-3005: there is no such {what}. Reload the list: it may have been removed, or the address is wrong."
    )]
    NotFound {
        /// The kind of thing: `document`, `run`, `task`, `posting`, `person`.
        what: &'static str,
    },
    /// The database URL is of no known kind.
    #[error(
        "DH-3006: the database address is not understood. Write `sqlite:/path/to/deskhand.db` or `postgres://user@host/name`."
    )]
    Address,
    /// A document id that is not a SHA-256.
    #[error(
        "DH-3007: a document id is not a SHA-256 in 64 lower-case hex digits. This is a fault in the program: report it."
    )]
    BadSha256,
    /// The blob key holds characters or parts that are not allowed.
    #[error(
        "DH-3010: a blob key is not allowed (ASCII letters, digits, `.`, `_`, `-`, `/` only). This is a fault in the program: report it."
    )]
    BlobKey,
    /// There is no blob of that key.
    #[error("DH-3011: a stored file is missing. Restore the blob folder from a backup.")]
    BlobMissing,
    /// The blob folder or bucket cannot be read or written.
    #[error("DH-3012: the blob folder or bucket cannot be used ({why}). Check free space and rights on it.")]
    Blob {
        /// The kind of trouble.
        why: String,
    },
    /// The bytes of an original are not those of its name.
    #[error(
        "DH-3013: an original file does not match its SHA-256: it was changed or damaged. Restore it from a backup."
    )]
    BlobDamaged,
    /// Somebody changed the task in the meantime.
    #[error(
        "DH-3020: somebody else worked on this task in the meantime. Reload it, compare, and decide again."
    )]
    VersionChanged,
    /// The task is decided already, and a decision is final.
    #[error(
        "DH-3021: this task is decided already, and a decision is final. Open the document to see what was decided."
    )]
    AlreadyDecided,
    /// The thing is in a state that does not allow this.
    #[error(
        "DH-3022: this {what} is `{state}`, and that does not allow the step. Reload it and look at its history."
    )]
    WrongState {
        /// The kind of thing: `run`, `posting`, `task`.
        what: &'static str,
        /// The state in which it is.
        state: &'static str,
    },
    /// Another person holds the task.
    #[error("DH-3023: another person works on this task. Wait until they let it go, or ask them.")]
    ClaimedByOther {
        /// The id of that person.
        by: String,
        /// How long the claim holds unless it is renewed.
        until: DateTime<Utc>,
    },
    /// The name or mail address belongs to somebody already.
    #[error("DH-3040: this name or mail address is taken. Choose another, or change the person who has it.")]
    NameTaken,
    /// The password is too short.
    #[error(
        "DH-3041: the password is shorter than {least} characters. Choose a longer one: a few words will do."
    )]
    PasswordTooShort {
        /// The least number of characters.
        least: usize,
    },
    /// The password could not be hashed, or a stored hash is damaged.
    #[error(
        "DH-3042: the password could not be checked. Set a new password with `deskhand people password`."
    )]
    PasswordHash,
    /// A name or address that is empty or holds control characters, or an address without `@`.
    #[error("DH-3043: the name or mail address is empty or not well formed. Correct it and try again.")]
    PersonForm,
    /// A backup could not be written.
    #[error("DH-3050: the backup could not be written ({why}).")]
    Backup {
        /// What stood in the way.
        why: String,
    },
}

impl StoreError {
    /// The code, as in `docs/errors/`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Open { .. } => "DH-3001",
            Self::Database { .. } => "DH-3002",
            Self::Migrate { .. } => "DH-3003",
            Self::Damaged { .. } => "DH-3004",
            Self::NotFound { .. } => "DH-3005",
            Self::Address => "DH-3006",
            Self::BadSha256 => "DH-3007",
            Self::BlobKey => "DH-3010",
            Self::BlobMissing => "DH-3011",
            Self::Blob { .. } => "DH-3012",
            Self::BlobDamaged => "DH-3013",
            Self::VersionChanged => "DH-3020",
            Self::AlreadyDecided => "DH-3021",
            Self::WrongState { .. } => "DH-3022",
            Self::ClaimedByOther { .. } => "DH-3023",
            Self::NameTaken => "DH-3040",
            Self::PasswordTooShort { .. } => "DH-3041",
            Self::PasswordHash => "DH-3042",
            Self::PersonForm => "DH-3043",
            Self::Backup { .. } => "DH-3050",
        }
    }

    /// Whether the same call may succeed a moment later.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Open { fault } | Self::Database { fault } => fault.transient,
            Self::Blob { .. } => true,
            _ => false,
        }
    }

    /// Whether the database is away, full or busy: no fault of what was asked of it.
    pub fn is_outage(&self) -> bool {
        matches!(self, Self::Open { fault } | Self::Database { fault } if fault.transient)
    }

    /// Whether a row stands in the way because of a UNIQUE rule.
    pub(crate) fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Database { fault } if fault.unique)
    }

    pub(crate) fn damaged(column: &str) -> Self {
        Self::Damaged { column: column.to_owned() }
    }
}

/// What a database said, without any value from a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    text: String,
    transient: bool,
    unique: bool,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.text)
    }
}

impl From<&sqlx::Error> for Fault {
    fn from(error: &sqlx::Error) -> Self {
        let plain = |text: &str, transient| Self { text: text.to_owned(), transient, unique: false };
        match error {
            sqlx::Error::Database(database) => {
                let code = database.code().unwrap_or_default().into_owned();
                // PostgreSQL's classes 22 and 23 quote the offending value; so does nothing else.
                let quotes_values = code.len() == 5 && (code.starts_with("22") || code.starts_with("23"));
                let message = if quotes_values {
                    database.constraint().unwrap_or("a value").to_owned()
                } else {
                    database.message().to_owned()
                };
                Self {
                    text: format!("{message}; code {code}"),
                    // SQLite: 5 busy, 6 locked, 8 read-only, 10 disk, 13 full, 14 cannot open (low byte). PostgreSQL: 08 connection, 40 rollback, 53 resources, 57 operator.
                    transient: matches!(code.parse::<u32>().map(|n| n & 0xff), Ok(5 | 6 | 8 | 10 | 13 | 14))
                        && code.len() < 5
                        || code.len() == 5
                            && ["08", "40", "53", "57"].iter().any(|class| code.starts_with(class)),
                    unique: database.is_unique_violation(),
                }
            }
            sqlx::Error::Io(io) => {
                Self { text: format!("connection: {}", io.kind()), transient: true, unique: false }
            }
            sqlx::Error::Tls(_) => plain("the TLS connection failed", true),
            sqlx::Error::PoolTimedOut => plain("all connections are busy", true),
            sqlx::Error::PoolClosed => plain("the store is closed", false),
            sqlx::Error::WorkerCrashed => plain("the database worker ended", true),
            sqlx::Error::RowNotFound => plain("a row is missing", false),
            sqlx::Error::Protocol(_) => plain("the server's answer was not understood", true),
            sqlx::Error::Configuration(_) => plain("the address or its options are not understood", false),
            _ => plain("the driver failed", false),
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::ColumnDecode { index, .. } => Self::Damaged { column: index },
            sqlx::Error::ColumnNotFound(column) => Self::Damaged { column },
            other => Self::Database { fault: Fault::from(&other) },
        }
    }
}
