//! Who is there and what they may do.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum_login::{AuthUser, AuthnBackend};
use secrecy::SecretString;
use store::{Person, Role, Store, StoreError};

use crate::failure::Failure;
use crate::language::Language;

/// Checks names and passwords against the store.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) store: Store,
}

/// What is typed at the door.
pub(crate) struct Credentials {
    pub(crate) name: String,
    pub(crate) password: SecretString,
}

/// A person as the session knows them.
#[derive(Debug, Clone)]
pub(crate) struct Known(pub(crate) Person);

impl AuthUser for Known {
    type Id = String;

    fn id(&self) -> String {
        self.0.id.clone()
    }

    fn session_auth_hash(&self) -> &[u8] {
        self.0.auth_stamp.as_bytes()
    }
}

impl AuthnBackend for Door {
    type User = Known;
    type Credentials = Credentials;
    type Error = StoreError;

    async fn authenticate(&self, typed: Credentials) -> Result<Option<Known>, StoreError> {
        Ok(self.store.sign_in(&typed.name, &typed.password).await?.map(Known))
    }

    async fn get_user(&self, id: &String) -> Result<Option<Known>, StoreError> {
        Ok(self.store.person(id).await?.filter(|person| person.active).map(Known))
    }
}

/// The session with its person, if any.
pub(crate) type Session = axum_login::AuthSession<Door>;

/// What a page or an act asks of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Permission {
    /// See the queue, tasks, documents and postings.
    Read,
    /// Claim and decide review tasks, hand in documents.
    Decide,
    /// See runs and their steps.
    Runs,
    /// Have a failed run done again, or put it away.
    Again,
    /// See the audit chain.
    Audit,
    /// Let automatic ordering go a step further, or begin again.
    Pilot,
}

/// May a person of this role do this?
pub(crate) fn may(role: Role, permission: Permission) -> bool {
    match permission {
        Permission::Read => matches!(role, Role::Admin | Role::Reviewer | Role::Viewer),
        Permission::Decide => matches!(role, Role::Admin | Role::Reviewer),
        Permission::Runs => true,
        Permission::Again => matches!(role, Role::Admin | Role::Author | Role::Reviewer),
        Permission::Audit => matches!(role, Role::Admin | Role::Viewer),
        Permission::Pilot => role == Role::Admin,
    }
}

/// The person who is signed in. Asking for it sends everybody else to the sign-in page.
#[derive(Debug, Clone)]
pub(crate) struct Signed(pub(crate) Person);

impl Signed {
    /// Goes on only when the person may do this.
    pub(crate) fn must(&self, permission: Permission) -> Result<(), Failure> {
        if may(self.0.role, permission) { Ok(()) } else { Err(Failure::NotAllowed) }
    }

    pub(crate) fn may(&self, permission: Permission) -> bool {
        may(self.0.role, permission)
    }

    pub(crate) fn language(&self) -> Language {
        match self.0.language {
            store::Language::En => Language::En,
            store::Language::ZhHant => Language::ZhHant,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Signed {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let known = parts.extensions.get::<Session>().and_then(|session| session.user.clone());
        known.map(|known| Self(known.0)).ok_or_else(|| {
            let wanted = parts.uri.path_and_query().map_or("/", |p| p.as_str());
            Failure::NotSignedIn {
                wanted: (parts.method == axum::http::Method::GET).then(|| wanted.to_owned()),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_reviewers_and_admins_decide() {
        let deciders: Vec<_> = [Role::Admin, Role::Author, Role::Reviewer, Role::Viewer]
            .into_iter()
            .filter(|role| may(*role, Permission::Decide))
            .collect();
        assert_eq!(deciders, [Role::Admin, Role::Reviewer]);
        assert!(!may(Role::Author, Permission::Read));
    }
}
