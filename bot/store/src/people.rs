//! The people who may sign in, and whether a password is theirs.

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::json;
use sqlx::any::AnyRow;
use tokio::sync::OnceCell;

use crate::hash::sha256_hex;
use crate::row::Columns;
use crate::words::words;
use crate::{Store, StoreError};

/// The least length of a password, in characters.
pub const PASSWORD_LEAST: usize = 10;

words! {
    /// What a person may do.
    pub enum Role {
        /// Everything, and people.
        Admin = "admin",
        /// Workflows and schedules.
        Author = "author",
        /// Review tasks.
        Reviewer = "reviewer",
        /// Look.
        Viewer = "viewer",
    }
}

words! {
    /// The language of pages and mails.
    pub enum Language {
        /// English.
        En = "en",
        /// 繁體中文.
        ZhHant = "zh-Hant",
    }
}

/// A person who may sign in.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// Their id, which is what stands in the audit chain.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their mail address.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// Their language.
    pub language: Language,
    /// Whether they may sign in.
    pub active: bool,
    /// Since when they are known.
    pub created_at: DateTime<Utc>,
    /// Changes with the password, so that sessions from before it end. Not a secret that opens anything.
    #[serde(skip)]
    pub auth_stamp: String,
}

impl std::fmt::Debug for Person {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The id is enough to find them; a name in a log cannot be taken back.
        out.debug_struct("Person").field("id", &self.id).field("role", &self.role).finish_non_exhaustive()
    }
}

const SELECT: &str = "SELECT id, name, email, role, language, password_hash, active, created_at FROM people";

/// What an unknown name's password is checked against, so that the answer takes as long as for a known one.
static NOBODY: OnceCell<String> = OnceCell::const_new();

impl Store {
    /// Makes a person known.
    pub async fn add_person(
        &self,
        name: &str,
        email: &str,
        role: Role,
        password: SecretString,
        language: Language,
    ) -> Result<Person, StoreError> {
        let (name, email) = (name.trim(), email.trim());
        let well_formed =
            |text: &str| !text.is_empty() && text.len() <= 200 && !text.chars().any(char::is_control);
        // A name with `@` could be somebody else's address at the sign-in page.
        if !well_formed(name) || !well_formed(email) || !email.contains('@') || name.contains('@') {
            return Err(StoreError::PersonForm);
        }
        let hash = self.hash_password(password).await?;
        let id = self.new_id();
        let mut write = self.write().await?;
        sqlx::query(
            "INSERT INTO people (id, name, name_key, email, email_key, role, language, password_hash, active, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9)",
        )
        .bind(&id)
        .bind(name)
        .bind(name.to_lowercase())
        .bind(email)
        .bind(email.to_lowercase())
        .bind(role.as_str())
        .bind(language.as_str())
        .bind(&hash)
        .bind(write.micros())
        .execute(&mut *write.tx)
        .await
        .map_err(|error| match StoreError::from(error) {
            error if error.is_unique_violation() => StoreError::NameTaken,
            error => error,
        })?;
        write.audit("person.added", &format!("people/{id}"), &json!({"role": role})).await?;
        let created_at = write.now;
        write.commit().await?;
        let auth_stamp = stamp(&hash);
        let (name, email) = (name.to_owned(), email.to_owned());
        Ok(Person { id, name, email, role, language, active: true, created_at, auth_stamp })
    }

    /// The person to whom this name (or mail address) and password belong. Unknown name, wrong password and
    /// inactive person cost the same time and give the same answer.
    pub async fn sign_in(
        &self,
        name_or_email: &str,
        password: &SecretString,
    ) -> Result<Option<Person>, StoreError> {
        let wanted = name_or_email.trim().to_lowercase().replace('\0', "");
        let sql = format!("{SELECT} WHERE name_key = $1 OR email_key = $1");
        let row = sqlx::query(&sql).bind(&wanted).fetch_optional(self.reader()).await?;
        let found = row
            .map(|row| Ok::<_, StoreError>((person_row(&row)?, row.text("password_hash")?)))
            .transpose()?;
        let nobody = NOBODY.get_or_try_init(|| self.hash_password(unguessable())).await?;
        let hash = found.as_ref().map_or(nobody, |(_, hash)| hash);
        let matches = self.password_matches(password, hash).await?;
        let person = found.map(|(person, _)| person).filter(|person| matches && person.active);
        let mut write = self.write().await?;
        match &person {
            Some(person) => {
                write
                    .audit_by(&person.id, "person.signed_in", &format!("people/{}", person.id), &json!({}))
                    .await?;
            }
            None => write.audit("person.refused", "people", &json!({})).await?,
        }
        write.commit().await?;
        Ok(person)
    }

    /// One person.
    pub async fn person(&self, id: &str) -> Result<Option<Person>, StoreError> {
        let sql = format!("{SELECT} WHERE id = $1");
        let row = sqlx::query(&sql).bind(id).fetch_optional(self.reader()).await?;
        row.as_ref().map(person_row).transpose()
    }

    /// Everybody, by name.
    pub async fn people(&self) -> Result<Vec<Person>, StoreError> {
        let sql = format!("{SELECT} ORDER BY name_key");
        let rows = sqlx::query(&sql).fetch_all(self.reader()).await?;
        rows.iter().map(person_row).collect()
    }

    /// Changes a person's language.
    pub async fn set_language(&self, id: &str, language: Language) -> Result<(), StoreError> {
        let set = "UPDATE people SET language = $2 WHERE id = $1";
        self.change_person(id, set, language.as_str(), "person.language", &json!({"language": language}))
            .await
    }

    /// Changes what a person may do.
    pub async fn set_role(&self, id: &str, role: Role) -> Result<(), StoreError> {
        let set = "UPDATE people SET role = $2 WHERE id = $1";
        self.change_person(id, set, role.as_str(), "person.role", &json!({"role": role})).await
    }

    /// Changes a person's password, and with it the stamp to which their sessions are bound.
    pub async fn set_password(&self, id: &str, password: SecretString) -> Result<(), StoreError> {
        let hash = self.hash_password(password).await?;
        let set = "UPDATE people SET password_hash = $2 WHERE id = $1";
        self.change_person(id, set, &hash, "person.password", &json!({})).await
    }

    /// Says whether a person may sign in. People are never deleted: the audit chain names them.
    pub async fn set_active(&self, id: &str, active: bool) -> Result<(), StoreError> {
        let set = "UPDATE people SET active = CAST($2 AS BIGINT) WHERE id = $1";
        let value = if active { "1" } else { "0" };
        self.change_person(id, set, value, "person.active", &json!({"active": active})).await
    }

    async fn change_person(
        &self,
        id: &str,
        set: &str,
        value: &str,
        action: &str,
        details: &serde_json::Value,
    ) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        let changed = sqlx::query(set).bind(id).bind(value).execute(&mut *write.tx).await?;
        if changed.rows_affected() == 0 {
            return Err(StoreError::NotFound { what: "person" });
        }
        write.audit(action, &format!("people/{id}"), details).await?;
        write.commit().await
    }

    /// Argon2id, off the threads that answer others.
    async fn hash_password(&self, password: SecretString) -> Result<String, StoreError> {
        if password.expose_secret().chars().count() < PASSWORD_LEAST {
            return Err(StoreError::PasswordTooShort { least: PASSWORD_LEAST });
        }
        let _turn = self.hashing().acquire().await.map_err(|_| StoreError::PasswordHash)?;
        tokio::task::spawn_blocking(move || password_auth::generate_hash(password.expose_secret()))
            .await
            .map_err(|_| StoreError::PasswordHash)
    }

    async fn password_matches(&self, password: &SecretString, hash: &str) -> Result<bool, StoreError> {
        let (password, hash) = (password.clone(), hash.to_owned());
        let _turn = self.hashing().acquire().await.map_err(|_| StoreError::PasswordHash)?;
        let checked = tokio::task::spawn_blocking(move || {
            password_auth::verify_password(password.expose_secret(), &hash)
        })
        .await;
        match checked {
            Ok(Ok(())) => Ok(true),
            Ok(Err(password_auth::VerifyError::PasswordInvalid)) => Ok(false),
            _ => Err(StoreError::PasswordHash),
        }
    }
}

fn unguessable() -> SecretString {
    let half = || ulid::Ulid::new().random();
    SecretString::from(format!("{:x}{:x}", half(), half()))
}

fn stamp(password_hash: &str) -> String {
    sha256_hex(format!("session of {password_hash}"))
}

fn person_row(row: &AnyRow) -> Result<Person, StoreError> {
    Ok(Person {
        id: row.text("id")?,
        name: row.text("name")?,
        email: row.text("email")?,
        role: row.word("role")?,
        language: row.word("language")?,
        active: row.number("active")? == 1,
        created_at: row.time("created_at")?,
        auth_stamp: stamp(&row.text("password_hash")?),
    })
}
