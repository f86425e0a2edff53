use serde_json::json;

use super::{document, on_both_databases};
use crate::{NewSection, sha256_hex};

on_both_databases! {
    async fn a_section_is_a_document_with_the_bytes_of_its_file(store) {
        let file = document("file");
        store.record_document(&file).await.unwrap();
        let row = store.document(&file.sha256).await.unwrap().unwrap();
        let section = NewSection {
            sha256: sha256_hex("file#2"),
            name: "file.pdf#2".into(),
            section: json!({"pages": {"first": 2, "last": 2}}),
        };
        assert!(store.record_section(&row, &section).await.unwrap());
        assert!(!store.record_section(&row, &section).await.unwrap(), "twice is once");
        let found = store.sections(&file.sha256).await.unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].original(), found[0].section.as_ref()), (file.sha256.as_str(), Some(&section.section)));
        assert_eq!((&found[0].workflow, found[0].times_seen), (&file.workflow, 1));
        let waiting = store.documents_without_run().await.unwrap();
        assert!(waiting.iter().any(|row| row.sha256 == section.sha256), "its run is still to be started");
    }

    async fn of_two_that_give_way_to_each_other_one_stays(store) {
        let (a, b, c) = (document("a"), document("b"), document("c"));
        for document in [&a, &b, &c] {
            store.record_document(document).await.unwrap();
        }
        assert!(store.set_carrier(&b.sha256, &a.sha256).await.unwrap());
        assert!(!store.set_carrier(&a.sha256, &b.sha256).await.unwrap(), "b has given way already");
        assert!(!store.set_carrier(&a.sha256, &a.sha256).await.unwrap());
        assert!(store.set_carrier(&a.sha256, &c.sha256).await.unwrap());
        let carriers = store.carriers(&c.sha256).await.unwrap();
        assert_eq!(carriers.len(), 2, "what gave way to a goes along with it");
    }

    async fn a_carrier_is_no_twin(store) {
        let (mine, other) = (document("mine"), document("other"));
        for document in [&mine, &other] {
            store.record_document(document).await.unwrap();
            store.save_invoice(&document.sha256, &json!({}), Some("cn:1"), None, None, None).await.unwrap();
        }
        assert_eq!(store.twins(&mine.sha256, Some("cn:1"), None, None, None).await.unwrap().len(), 1);
        store.set_carrier(&other.sha256, &mine.sha256).await.unwrap();
        assert!(store.twins(&mine.sha256, Some("cn:1"), None, None, None).await.unwrap().is_empty());
    }
}
