use secrecy::SecretString;

use super::{lines, on_both_databases};
use crate::testing::TestStore;
use crate::{Language, Person, Role, StoreError};

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

async fn ann(store: &TestStore) -> Person {
    let password = secret("a good long password");
    store.add_person("Ann 陳", "Ann@Example.com", Role::Reviewer, password, Language::ZhHant).await.unwrap()
}

on_both_databases! {
    async fn a_person_signs_in_by_name_or_address_in_any_case(store) {
        let ann = ann(&store).await;
        for name in ["Ann 陳", "ann 陳", " ann@example.COM "] {
            let person = store.sign_in(name, &secret("a good long password")).await.unwrap();
            assert_eq!(person.as_ref(), Some(&ann), "{name}");
        }
        for (name, password) in [("Ann 陳", "a bad long password"), ("Bob", "a good long password"), ("", "")] {
            assert_eq!(store.sign_in(name, &secret(password)).await.unwrap(), None);
        }
        assert_eq!(store.person(&ann.id).await.unwrap(), Some(ann.clone()));
        assert_eq!(store.people().await.unwrap(), [ann]);
        assert_eq!(store.person("no").await.unwrap(), None);
    }

    async fn neither_name_nor_password_reaches_the_chain_or_a_debug_print(store) {
        let ann = ann(&store).await;
        store.sign_in("Ann 陳", &secret("a good long password")).await.unwrap();
        store.sign_in("Ann 陳", &secret("a bad long password")).await.unwrap();
        let entries = store.audit_entries(None, 100).await.unwrap();
        let actions: Vec<_> = entries.iter().rev().map(|entry| entry.action.as_str()).collect();
        assert_eq!(actions, ["person.added", "person.signed_in", "person.refused"]);
        assert_eq!(entries[1].actor, ann.id);
        let printed = format!("{entries:?} {ann:?} {store:?}", store = *store);
        for value in ["Ann", "陳", "Example", "password\""] {
            assert!(!printed.contains(value), "{value} in {printed}");
        }
        assert!(!serde_json::to_string(&ann).unwrap().contains(&ann.auth_stamp));
    }

    async fn a_name_or_address_is_taken_once(store) {
        ann(&store).await;
        let before = lines(&store).await;
        let add = |name, email| store.add_person(name, email, Role::Viewer, secret("another password"), Language::En);
        assert!(matches!(add("ANN 陳", "other@example.com").await, Err(StoreError::NameTaken)));
        assert!(matches!(add("Other", "ann@example.com").await, Err(StoreError::NameTaken)));
        assert!(matches!(add("", "other@example.com").await, Err(StoreError::PersonForm)));
        assert!(matches!(add("Other", "no address").await, Err(StoreError::PersonForm)));
        assert!(matches!(add("ann@example.com", "other@example.com").await, Err(StoreError::PersonForm)));
        let short = store.add_person("Bob", "bob@example.com", Role::Viewer, secret("九個字太短了吧呀"), Language::En).await;
        assert!(matches!(short, Err(StoreError::PasswordTooShort { .. })));
        assert_eq!(lines(&store).await, before);
    }

    async fn who_left_cannot_sign_in(store) {
        let ann = ann(&store).await;
        store.set_active(&ann.id, false).await.unwrap();
        assert_eq!(store.sign_in("Ann 陳", &secret("a good long password")).await.unwrap(), None);
        assert!(!store.person(&ann.id).await.unwrap().unwrap().active);
        store.set_active(&ann.id, true).await.unwrap();
        assert!(store.sign_in("Ann 陳", &secret("a good long password")).await.unwrap().is_some());
    }

    async fn a_new_password_ends_what_the_old_one_began(store) {
        let ann = ann(&store).await;
        store.set_password(&ann.id, secret("quite another one")).await.unwrap();
        assert_eq!(store.sign_in("Ann 陳", &secret("a good long password")).await.unwrap(), None);
        let now = store.sign_in("Ann 陳", &secret("quite another one")).await.unwrap().unwrap();
        assert_ne!(now.auth_stamp, ann.auth_stamp);
        assert!(store.set_password(&ann.id, secret("short")).await.is_err());
    }

    async fn role_and_language_change(store) {
        let ann = ann(&store).await;
        let as_ann = store.acting_as(&ann.id);
        as_ann.set_language(&ann.id, Language::En).await.unwrap();
        store.set_role(&ann.id, Role::Admin).await.unwrap();
        let person = store.person(&ann.id).await.unwrap().unwrap();
        assert_eq!((person.language, person.role), (Language::En, Role::Admin));
        let history = store.audit_of(&format!("people/{}", ann.id)).await.unwrap();
        assert_eq!((history[1].actor.as_str(), history[2].actor.as_str()), (ann.id.as_str(), "deskhand"));
        assert!(matches!(store.set_role("no", Role::Admin).await, Err(StoreError::NotFound { what: "person" })));
    }
}
