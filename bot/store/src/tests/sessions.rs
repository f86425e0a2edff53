use chrono::TimeDelta;
use sqlx::Row;

use super::{lines, on_both_databases};

on_both_databases! {
    async fn a_session_holds_until_its_time(store) {
        let until = store.now() + TimeDelta::hours(8);
        store.session_save("id", &[0, 159, 255], until).await.unwrap();
        let session = store.session_load("id").await.unwrap().unwrap();
        assert_eq!((session.data, session.expires_at), (vec![0, 159, 255], until));
        store.session_save("id", b"new", until).await.unwrap();
        assert_eq!(store.session_load("id").await.unwrap().unwrap().data, b"new");
        store.clock.advance(TimeDelta::hours(8));
        assert_eq!(store.session_load("id").await.unwrap(), None);
        assert_eq!(store.sessions_purge().await.unwrap(), 1);
        assert_eq!(store.sessions_purge().await.unwrap(), 0);
        assert_eq!(lines(&store).await, 0);
    }

    async fn a_new_session_never_takes_over_another(store) {
        let until = store.now() + TimeDelta::hours(8);
        assert!(store.session_create("id", b"mine", until).await.unwrap());
        assert!(!store.session_create("id", b"theirs", until).await.unwrap());
        assert_eq!(store.session_load("id").await.unwrap().unwrap().data, b"mine");
        store.session_delete("id").await.unwrap();
        store.session_delete("id").await.unwrap();
        assert_eq!(store.session_load("id").await.unwrap(), None);
    }

    async fn a_stolen_table_opens_no_session(store) {
        store.session_save("secret-id", b"x", store.now() + TimeDelta::hours(8)).await.unwrap();
        let row = sqlx::query("SELECT id_sha256 FROM sessions").fetch_one(store.reader()).await.unwrap();
        assert_ne!(row.get::<String, _>(0), "secret-id");
    }
}
