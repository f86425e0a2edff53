//! What the mails say, and how they travel.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use rstest::rstest;
use secrecy::SecretString;
use serde_json::json;

use crate::message::mailbox;
use crate::{
    Alarm, Attachment, AuditHead, Digest, Exception, Language, Letter, Mail, Mailer, Memory, MonthReport,
    NotifyError, Outbox, Overdue, Reminder, RenderedMail, Security, Smtp, SmtpConfig, Statement, Template,
    Waiting,
};

fn at() -> DateTime<Utc> {
    "2026-04-01T02:00:00Z".parse().unwrap()
}

fn to() -> Vec<String> {
    vec!["Ann 陳 <ann@example.com>".to_owned()]
}

fn exception(language: Language) -> Mail {
    let reason = match language {
        Language::En => "The total on the page is not the sum of the lines.",
        Language::ZhHant => "頁面上的總額與明細之和不符。",
    };
    let context = Exception {
        supplier: Some("朝陽貿易有限公司 <Sunrise & Co>".into()),
        amount: Some("HK$ 1,130.00".into()),
        reason: reason.into(),
        link: "https://deskhand.example/tasks/invoice/ab/3?lang=zh&x=1".into(),
    };
    Mail::exception(to(), language, "exception/invoice/ab/3", &context)
}

fn digest(language: Language) -> Mail {
    let waiting = |supplier: Option<&str>, amount: Option<&str>, age_minutes| Waiting {
        supplier: supplier.map(Into::into),
        amount: amount.map(Into::into),
        reason: "DH-2201".into(),
        age_minutes,
        link: format!("https://deskhand.example/tasks/{age_minutes}"),
    };
    let context = Digest {
        period: "2026-04-01".into(),
        posted: 12,
        waiting: 3,
        oldest_minutes: Some(4000),
        failed: 1,
        dead_letters: 2,
        unknown: 1,
        straight_through_percent: Some(87),
        tasks: vec![waiting(Some("朝陽貿易有限公司"), Some("¥11,300.00"), 4000), waiting(None, None, 65)],
        link: "https://deskhand.example/tasks".into(),
    };
    Mail::digest(to(), language, "digest/2026-04-01/ann", &context)
}

fn statement(language: Language) -> Mail {
    let context = Statement {
        supplier: Some("霧燈示範紙品有限公司".into()),
        period: Some("2026-10-01 – 2026-10-31".into()),
        differences: 3,
        first: vec!["FL-261002 (552.50) is on the statement and was not posted.".into()],
        link: "https://deskhand.example/tasks/statement_match~ab~3".into(),
    };
    Mail::statement(to(), language, "exception/statement_match/ab/3", &context)
}

fn reminder(language: Language, escalated: bool) -> Mail {
    let task = |supplier: Option<&str>, number: Option<&str>, hours| Overdue {
        supplier: supplier.map(Into::into),
        number: number.map(Into::into),
        reason: "DH-2201".into(),
        hours,
        link: format!("https://deskhand.example/tasks/{hours}"),
    };
    let tasks = vec![task(Some("朝陽貿易有限公司"), Some("A-1"), 17), task(None, None, 9)];
    let context = Reminder { escalated, tasks, link: "https://deskhand.example/".into() };
    Mail::reminder(to(), language, "chase/1", &context)
}

fn month_report(language: Language) -> Mail {
    let context = MonthReport {
        month: "2026-10".into(),
        posted: 41,
        totals: vec!["CNY 11,300.00".into(), "HKD 88,452.10".into()],
        straight_through_percent: Some(87),
        open: 2,
        hours_saved: "3.4".into(),
        sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
        link: "https://deskhand.example/".into(),
    };
    let media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".to_owned();
    let book = Attachment { name: "2026-10 月報.xlsx".into(), media, bytes: vec![0x50, 0x4B, 0xFF, 0xFE] };
    Mail::month_report(to(), language, "report/2026-10", &context).with(book)
}

#[test]
fn a_file_goes_with_its_mail_and_the_same_mail_has_the_same_bytes() {
    let mail = render(&month_report(Language::ZhHant));
    let (one, other) = (eml(&mail), eml(&mail));
    assert_eq!(one, other);
    assert!(one.contains("multipart/mixed") && one.contains("multipart/alternative"), "{one}");
    assert!(one.contains("Content-Disposition: attachment"), "{one}");
    assert!(one.lines().collect::<String>().contains("UEv//g=="), "{one}");
}

#[test]
fn a_reminder_tells_no_amount() {
    for language in Language::ALL {
        let mail = render(&reminder(language, true));
        assert!(!mail.text.contains('$') && !mail.text.contains("1,130"), "{}", mail.text);
        assert!(mail.text.contains("A-1") && mail.text.contains("17"), "{}", mail.text);
    }
}

fn quiet_digest(language: Language) -> Mail {
    let context = Digest {
        period: "2026-04-02".into(),
        posted: 0,
        waiting: 0,
        oldest_minutes: None,
        failed: 0,
        dead_letters: 0,
        unknown: 0,
        straight_through_percent: None,
        tasks: vec![],
        link: "https://deskhand.example/tasks".into(),
    };
    Mail::digest(to(), language, "digest/2026-04-02/ann", &context)
}

fn audit_head(language: Language) -> Mail {
    let context = AuditHead {
        day: "2026-04-01".into(),
        seq: 4321,
        entry_hash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
        exported_at: "2026-04-01T15:59:00Z".into(),
    };
    Mail::audit_head(to(), language, "audit_head/2026-04-01", &context)
}

fn alarm(language: Language) -> Mail {
    let (headline, detail, to_do) = match language {
        Language::En => {
            ("Nothing has arrived", "The last file came yesterday.", "See whether the scanner works.")
        }
        Language::ZhHant => ("沒有收到文件", "最後一份文件是昨天收到的。", "請檢查掃描器。"),
    };
    let link = "https://deskhand.example/".to_owned();
    let context =
        Alarm { headline: headline.to_owned(), detail: detail.to_owned(), to_do: to_do.to_owned(), link };
    Mail::alarm(to(), language, "quiet/ab/1", &context)
}

fn letter(language: Language) -> Mail {
    let letter = Letter::new(
        "你的訂單 <b>42</b>",
        "Dear Ann,\n\nyour order is ready.\nPlease fetch it.\n\n\nThe shop",
    );
    Mail::letter(to(), language, "letter/orders/1/3", &letter)
}

#[test]
fn an_address_is_one_bare_address_and_nothing_else() {
    assert_eq!(crate::address_domain("ann@Shop.Example").unwrap(), "shop.example");
    for text in [
        "Ann <ann@shop.example>",
        "ann@shop.example, eve@evil.example",
        "ann@evil.example@shop.example",
        "ann@shop.example\r\nBcc: eve@evil.example",
        "ann",
        "",
        "ann@",
        "@shop.example",
        "ann@shop.example eve@evil.example",
    ] {
        assert!(crate::address_domain(text).is_err(), "{text}");
    }
}

fn render(mail: &Mail) -> RenderedMail {
    mail.render(at()).unwrap()
}

fn whole(mail: &RenderedMail) -> String {
    format!("{}\n\n{}\n\n=== HTML ===\n\n{}", mail.subject, mail.text, mail.html)
}

#[rstest]
fn the_mails_say_what_they_said(#[values(Language::En, Language::ZhHant)] language: Language) {
    let tag = language.as_str();
    insta::assert_snapshot!(format!("exception_{tag}"), whole(&render(&exception(language))));
    insta::assert_snapshot!(format!("digest_{tag}"), whole(&render(&digest(language))));
    insta::assert_snapshot!(format!("digest_quiet_{tag}"), whole(&render(&quiet_digest(language))));
    insta::assert_snapshot!(format!("audit_head_{tag}"), whole(&render(&audit_head(language))));
    insta::assert_snapshot!(format!("alarm_{tag}"), whole(&render(&alarm(language))));
    insta::assert_snapshot!(format!("letter_{tag}"), whole(&render(&letter(language))));
    insta::assert_snapshot!(format!("statement_{tag}"), whole(&render(&statement(language))));
    insta::assert_snapshot!(format!("reminder_{tag}"), whole(&render(&reminder(language, false))));
    insta::assert_snapshot!(format!("reminder_escalated_{tag}"), whole(&render(&reminder(language, true))));
    insta::assert_snapshot!(format!("month_report_{tag}"), whole(&render(&month_report(language))));
}

#[rstest]
fn the_plain_part_says_all_that_the_html_part_says(
    #[values(Language::En, Language::ZhHant)] language: Language,
) {
    for (mail, values) in [
        (
            exception(language),
            vec!["朝陽貿易有限公司", "HK$ 1,130.00", "https://deskhand.example/tasks/invoice/ab/3"],
        ),
        (digest(language), vec!["12", "87 %", "¥11,300.00", "DH-2201", "https://deskhand.example/tasks/65"]),
        (
            audit_head(language),
            vec!["4321", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
        ),
    ] {
        let mail = render(&mail);
        // In HTML a slash in a value is written as an entity.
        let html = mail.html.replace("&#x2f;", "/");
        for value in values {
            assert!(mail.text.contains(value), "{value} in {}", mail.text);
            assert!(html.contains(value), "{value} in {html}");
        }
    }
}

#[test]
fn the_line_to_keep_is_the_head_as_the_store_reads_it() {
    for language in Language::ALL {
        let mail = render(&audit_head(language));
        let line = mail.text.lines().find(|line| line.starts_with('{')).unwrap();
        let head: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(
            (head["seq"].as_i64(), head["exported_at"].as_str()),
            (Some(4321), Some("2026-04-01T15:59:00Z"))
        );
    }
}

#[test]
fn a_supplier_cannot_write_into_the_mail() {
    let mut mail = exception(Language::En);
    mail.context["supplier"] = json!("<script>alert(1)</script>\r\nBcc: all@example.com");
    mail.context["reason"] = json!("Buyer id 110105194912310021 does not match");
    let mail = render(&mail);
    assert!(!mail.html.contains("<script>"));
    assert_eq!(mail.subject.lines().count(), 1);
    assert!(mail.text.contains("Buyer id ••• does not match"));
    let eml = eml(&mail);
    assert!(!eml.lines().any(|line| line.starts_with("Bcc")), "{eml}");
    assert!(!format!("{}{}{eml}", mail.text, mail.html).contains("110105194912310021"));
}

#[test]
fn a_link_that_is_no_page_is_refused() {
    for link in ["javascript:alert(1)", "https://a b", "/tasks/1", ""] {
        let mut mail = exception(Language::En);
        mail.context["link"] = json!(link);
        assert_eq!(mail.render(at()).unwrap_err().code(), "DH-5001", "{link}");
        let mut mail = digest(Language::En);
        mail.context["tasks"][1]["link"] = json!(link);
        assert_eq!(mail.render(at()).unwrap_err().code(), "DH-5001", "{link}");
    }
}

#[test]
fn a_missing_value_is_named_and_a_wrong_one_is_not_repeated() {
    let mut mail = exception(Language::En);
    mail.context.as_object_mut().unwrap().remove("reason");
    assert!(mail.render(at()).unwrap_err().to_string().contains("missing field `reason`"));
    let mut mail = digest(Language::En);
    mail.context["posted"] = json!("secret");
    let error = mail.render(at()).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("secret"));
    let mut mail = digest(Language::En);
    mail.context.as_object_mut().unwrap().remove("unknown");
    assert!(mail.render(at()).is_ok(), "what has a default may be left out");
    mail.to.clear();
    assert_eq!(mail.render(at()), Err(NotifyError::NoRecipient));
}

fn eml(mail: &RenderedMail) -> String {
    let sender = mailbox("Deskhand 帳房 <deskhand@example.com>", "the sender").unwrap();
    String::from_utf8(mail.message(&sender).unwrap().formatted()).unwrap()
}

#[test]
fn a_chinese_subject_and_name_are_encoded_for_every_mail_reader() {
    let eml = eml(&render(&exception(Language::ZhHant)));
    let (headers, _) = eml.split_once("\r\n\r\n").unwrap();
    assert!(headers.is_ascii(), "{headers}");
    assert!(
        headers.split("\r\n").all(|line| line.len() <= 78 || line.starts_with("Message-ID")),
        "{headers}"
    );
    insta::assert_snapshot!("message_headers", headers.replace("\r\n", "\n"));
    assert_eq!(decoded(headers, "Subject"), "發票待覆核：朝陽貿易有限公司 <Sunrise & Co>，HK$ 1,130.00");
    assert_eq!(decoded(headers, "From"), "Deskhand 帳房 <deskhand@example.com>");
}

/// Unfolds a header and decodes its `=?utf-8?b?…?=` words, as a mail reader does.
fn decoded(headers: &str, name: &str) -> String {
    let start = headers.find(&format!("{name}: ")).unwrap() + name.len() + 2;
    let rest = &headers[start..];
    let mut end = rest.len();
    for (at, _) in rest.match_indices("\r\n") {
        if !rest[at + 2..].starts_with(' ') {
            end = at;
            break;
        }
    }
    let line = rest[..end].replace("\r\n", "");
    let mut out = Vec::new();
    let mut words = line.split(' ').filter(|word| !word.is_empty()).peekable();
    while let Some(word) = words.next() {
        let encoded = |word: &str| word.starts_with("=?utf-8?b?");
        if let Some(word) = word.strip_prefix("=?utf-8?b?") {
            out.extend(base64(word.strip_suffix("?=").unwrap()));
        } else {
            out.extend(word.bytes());
        }
        // Between two encoded words the space does not count.
        if words.peek().is_some_and(|next| !(encoded(word) && encoded(next))) {
            out.push(b' ');
        }
    }
    String::from_utf8(out).unwrap()
}

fn base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut held, mut out) = (0u32, 0, Vec::new());
    for byte in text.bytes().filter(|byte| *byte != b'=') {
        bits = bits << 6 | u32::try_from(DIGITS.iter().position(|digit| *digit == byte).unwrap()).unwrap();
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from(bits >> held & 0xff).unwrap());
        }
    }
    out
}

#[test]
fn the_same_mail_has_the_same_message_id_whenever_it_is_sent() {
    let sender = mailbox("deskhand@example.com", "the sender").unwrap();
    let first = render(&exception(Language::En));
    let again = exception(Language::ZhHant).render(at() + TimeDelta::days(1)).unwrap();
    assert_eq!(first.message_id(&sender), "<exception/invoice/ab/3@example.com>");
    assert_eq!(again.message_id(&sender), first.message_id(&sender));
    let mut other = first.clone();
    other.id.push('1');
    assert_ne!(other.message_id(&sender), first.message_id(&sender));
}

#[tokio::test]
async fn the_outbox_has_one_whole_readable_file_for_each_mail() {
    let folder = tempfile::tempdir().unwrap();
    let outbox = Outbox::new(folder.path().join("out 寄件"), "Deskhand <deskhand@example.com>").unwrap();
    let mail = render(&exception(Language::ZhHant));
    outbox.send(&mail).await.unwrap();
    let later = exception(Language::ZhHant).render(at() + TimeDelta::hours(1)).unwrap();
    outbox.send(&later).await.unwrap();
    outbox.send(&render(&digest(Language::En))).await.unwrap();
    let mut names = names(&folder.path().join("out 寄件"));
    names.sort();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(names[0].starts_with("20260401T020000Z-digest-2026-04-01-ann-"), "{names:?}");
    assert!(names[1].starts_with("20260401T020000Z-exception-invoice-ab-3-"));
    assert!(
        names.iter().all(|name| Path::new(name).extension().is_some_and(|end| end == "eml")),
        "{names:?}"
    );
    let eml = std::fs::read_to_string(folder.path().join("out 寄件").join(&names[1])).unwrap();
    assert!(eml.contains("Message-ID: <exception/invoice/ab/3@example.com>"));
    assert!(eml.contains("multipart/alternative") && eml.contains("text/plain") && eml.contains("text/html"));
}

fn names(folder: &Path) -> Vec<String> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[tokio::test]
async fn an_outbox_that_is_gone_is_a_transient_error() {
    let folder = tempfile::tempdir().unwrap();
    let outbox = Outbox::new(folder.path(), "deskhand@example.com").unwrap();
    folder.close().unwrap();
    let error = outbox.send(&render(&exception(Language::En))).await.unwrap_err();
    assert_eq!((error.code(), error.is_transient()), ("DH-5020", true));
}

#[tokio::test]
async fn memory_keeps_a_repeat_once_and_fails_when_told() {
    let memory = Memory::new();
    let mail = render(&exception(Language::En));
    memory.fail_next(NotifyError::Later { why: "code 421".into() });
    assert!(memory.send(&mail).await.unwrap_err().is_transient());
    memory.send(&mail).await.unwrap();
    memory.send(&mail).await.unwrap();
    assert_eq!(memory.sent(), std::slice::from_ref(&mail));
    let mut odd = mail;
    odd.to = vec!["nobody".into()];
    assert_eq!(memory.send(&odd).await, Err(NotifyError::Address { whose: "a recipient" }));
}

fn config() -> SmtpConfig {
    SmtpConfig::new("127.0.0.1", "Deskhand <deskhand@example.com>")
}

#[test]
fn settings_that_would_lose_the_password_are_refused() {
    let password = Some(SecretString::from("hunter2"));
    let mut plain = config();
    plain.host = "mail.example.com".into();
    plain.security = Security::Plain;
    plain.user = Some("ann".into());
    plain.password = password.clone();
    assert_eq!(Smtp::new(&plain).unwrap_err().code(), "DH-5004");
    plain.security = Security::StartTls;
    let smtp = Smtp::new(&plain).unwrap();
    assert!(!format!("{smtp:?} {plain:?}").contains("hunter2"));
    let mut half = config();
    half.password = password;
    assert_eq!(Smtp::new(&half).unwrap_err().code(), "DH-5004");
    let mut nobody = config();
    nobody.from = "nobody".into();
    assert_eq!(Smtp::new(&nobody).unwrap_err().code(), "DH-5002");
    let mut lost = config();
    lost.root_certificate = Some("/nowhere.pem".into());
    assert_eq!(Smtp::new(&lost).unwrap_err().code(), "DH-5004");
}

/// A mail server of a few lines: it answers each command by the given words, and 250 to all else.
async fn server(answers: &'static [(&'static str, &'static str)]) -> u16 {
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        // Each connection by itself: one may stay open while the next is made.
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (reader, mut writer) = socket.into_split();
                let mut lines = BufReader::new(reader).lines();
                writer.write_all(b"220 test\r\n").await.unwrap();
                let mut in_data = false;
                while let Ok(Some(line)) = lines.next_line().await {
                    if in_data && line != "." {
                        continue;
                    }
                    in_data = line == "DATA";
                    let known =
                        answers.iter().find(|(command, _)| line.contains(command)).map(|(_, answer)| *answer);
                    let answer = known.unwrap_or(if in_data { "354 go on" } else { "250 ok" });
                    if writer.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
                        break;
                    }
                }
            });
        }
    });
    port
}

async fn send_to(port: u16, to: &[&str]) -> Result<(), NotifyError> {
    let mut config = config();
    config.port = Some(port);
    config.security = Security::Plain;
    let mut mail = render(&exception(Language::En));
    mail.to = to.iter().map(|address| (*address).to_owned()).collect();
    Smtp::new(&config).unwrap().send(&mail).await
}

#[tokio::test]
async fn what_the_server_says_decides_whether_the_mail_is_tried_again() {
    let good = server(&[]).await;
    send_to(good, &["ann@example.com", "bob@example.com"]).await.unwrap();
    let busy = server(&[("MAIL FROM", "451 later")]).await;
    let error = send_to(busy, &["ann@example.com"]).await.unwrap_err();
    assert_eq!((error.code(), error.is_transient()), ("DH-5010", true));
    let strict = server(&[("RCPT TO", "550 ann@example.com is unknown")]).await;
    let error = send_to(strict, &["ann@example.com"]).await.unwrap_err();
    assert_eq!((&error, error.is_transient()), (&NotifyError::Refused { code: 550 }, false));
    assert!(!error.to_string().contains("ann"));
    let error = send_to(1, &["ann@example.com"]).await.unwrap_err();
    assert_eq!((error.code(), error.is_transient()), ("DH-5010", true), "{error}");
}

#[tokio::test]
async fn one_bad_address_does_not_keep_the_mail_from_the_others() {
    let strict = server(&[("RCPT TO:<ann@", "550 unknown")]).await;
    let error = send_to(strict, &["ann@example.com", "bob@example.com"]).await.unwrap_err();
    assert_eq!(error, NotifyError::SomeRefused { refused: 1, all: 2 });
}

#[tokio::test]
async fn a_server_without_starttls_gets_no_mail_in_the_clear() {
    let mut config = config();
    config.port = Some(server(&[]).await);
    let error = Smtp::new(&config).unwrap().send(&render(&exception(Language::En))).await.unwrap_err();
    assert_eq!((error.code(), error.is_transient()), ("DH-5013", false), "{error}");
}

#[test]
fn security_is_one_of_three_words() {
    let read = |word: &str| word.parse::<Security>();
    assert_eq!(read("starttls"), Ok(Security::StartTls));
    assert_eq!((read("tls"), read("plain")), (Ok(Security::Tls), Ok(Security::Plain)));
    assert_eq!(read("none").unwrap_err().code(), "DH-5004");
}

#[test]
fn a_tag_finds_its_language() {
    assert_eq!(Language::of_tag("zh-HK"), Language::ZhHant);
    assert_eq!(Language::of_tag("zh-Hant"), Language::ZhHant);
    assert_eq!(Language::of_tag("fr"), Language::En);
    assert_eq!(
        Template::ALL.map(Template::as_str),
        ["exception", "digest", "audit_head", "alarm", "letter", "statement", "reminder", "month_report"]
    );
}
