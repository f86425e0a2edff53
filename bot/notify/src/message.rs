//! A rendered mail as a MIME message.

use lettre::Message;
use lettre::message::header::ContentType;
use lettre::message::{Attachment as Attached, Mailbox, MultiPart, SinglePart};

use crate::{NotifyError, RenderedMail};

/// An address with or without a name before it.
pub(crate) fn mailbox(address: &str, whose: &'static str) -> Result<Mailbox, NotifyError> {
    address.parse().map_err(|_| NotifyError::Address { whose })
}

/// The domain of a bare mail address, in lower case. With a name, with several addresses, it is none.
pub fn address_domain(address: &str) -> Result<String, NotifyError> {
    let parsed: Result<lettre::Address, _> = address.parse();
    parsed
        .map(|address| address.domain().to_ascii_lowercase())
        .map_err(|_| NotifyError::Address { whose: "a recipient" })
}

impl RenderedMail {
    /// The Message-ID, made from the id of the mail: the same mail has the same one whenever it is sent.
    pub fn message_id(&self, sender: &Mailbox) -> String {
        format!("<{}@{}>", id_text(&self.id), sender.email.domain())
    }

    /// The whole message: plain part and HTML part, each complete.
    pub(crate) fn message(&self, sender: &Mailbox) -> Result<Message, NotifyError> {
        let mut builder = Message::builder()
            .from(sender.clone())
            .date(self.at.into())
            .message_id(Some(self.message_id(sender)))
            .subject(&self.subject)
            // Says to holiday notices and the like: do not answer.
            .raw_header(auto_submitted()?);
        for address in &self.to {
            builder = builder.to(mailbox(address, "a recipient")?);
        }
        let parts = MultiPart::alternative()
            // One that does not change from one sending to the next.
            .boundary(format!("=_deskhand_{:016x}", fnv64(&self.id)))
            .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(self.text.clone()))
            .singlepart(SinglePart::builder().header(ContentType::TEXT_HTML).body(self.html.clone()));
        let parts = if self.attachments.is_empty() { parts } else { self.with_attachments(parts)? };
        builder.multipart(parts).map_err(|_| NotifyError::Address { whose: "a recipient" })
    }

    /// The text, and the files behind it.
    fn with_attachments(&self, text: MultiPart) -> Result<MultiPart, NotifyError> {
        let boundary = format!("=_deskhand_files_{:016x}", fnv64(&self.id));
        let mut parts = MultiPart::mixed().boundary(boundary).multipart(text);
        for attachment in &self.attachments {
            let media = ContentType::parse(&attachment.media)
                .map_err(|_| NotifyError::Config { why: "a file's media type is none".to_owned() })?;
            let file = Attached::new(attachment.name.clone());
            parts = parts.singlepart(file.body(attachment.bytes.clone(), media));
        }
        Ok(parts)
    }
}

fn auto_submitted() -> Result<lettre::message::header::HeaderValue, NotifyError> {
    use lettre::message::header::{HeaderName, HeaderValue};
    let name = HeaderName::new_from_ascii("Auto-Submitted".to_owned())
        .map_err(|_| NotifyError::Config { why: "a header name is not ASCII".to_owned() })?;
    Ok(HeaderValue::new(name, "auto-generated".to_owned()))
}

/// The id with every byte that a Message-ID cannot hold as `=XX`: two ids never become one.
fn id_text(id: &str) -> String {
    let mut out = String::with_capacity(id.len());
    for byte in id.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'/' => out.push(char::from(byte)),
            other => out.extend(['=', hex_digit(other >> 4), hex_digit(other & 15)]),
        }
    }
    out
}

fn hex_digit(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16).map_or('0', |digit| digit.to_ascii_uppercase())
}

/// FNV-1a: a short name for an id that is the same on every machine and in every version.
pub(crate) fn fnv64(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn two_mails_never_share_a_message_id(one in any::<String>(), other in any::<String>()) {
            prop_assert_eq!(id_text(&one) == id_text(&other), one == other);
            prop_assert!(id_text(&one).is_ascii());
        }
    }

    #[test]
    fn the_short_name_of_an_id_is_the_published_fnv() {
        assert_eq!(fnv64("foobar"), 0x8594_4171_f739_67e8);
    }
}
