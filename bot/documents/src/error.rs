//! Why a file could not be read.

/// Why a file could not be read, with what a person can do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// No bytes.
    #[error("DH-1101: the file is empty; ask the sender for it again, or scan the paper again")]
    Empty,
    /// The bytes are of no kind that is known.
    #[error(
        "DH-1102: this is neither a PDF, an OFD or XML invoice nor a picture; send the invoice as PDF, OFD, XML, PNG, JPEG, WebP or TIFF"
    )]
    UnknownFormat,
    /// A known kind that cannot be read yet.
    #[error(
        "DH-1103: files of this kind ({kind}) cannot be read yet; send the invoice as PDF, OFD, XML, PNG, JPEG, WebP or TIFF"
    )]
    NotSupported {
        /// The kind, for people.
        kind: &'static str,
    },
    /// The kind is right, the content is broken or cut off.
    #[error("DH-1104: the file is damaged ({reason}); ask the sender for it again, or scan the paper again")]
    Damaged {
        /// In the decoder's words.
        reason: String,
    },
    /// More bytes than allowed.
    #[error("DH-1105: the file has {bytes} bytes, more than the {limit} that are read; send a smaller one")]
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The configured limit.
        limit: u64,
    },
    /// More pixels than allowed.
    #[error("DH-1106: the picture has more than {limit} pixels; scan at 300 dpi or less and send it again")]
    TooManyPixels {
        /// The configured limit.
        limit: u64,
    },
    /// A PDF that opens with a password only.
    #[error("DH-1107: the file opens only with a password; remove the password and send it again")]
    Encrypted,
    /// The file made the reader crash or exceed its time or memory.
    #[error(
        "DH-1108: the file could not be read safely ({reason}); print it to a new PDF, or scan the paper, and send that"
    )]
    Unsafe {
        /// What happened.
        reason: String,
    },
    /// An archive or a mail without a file that could be an invoice.
    #[error("DH-1118: there is no file inside; ask the sender for the invoice itself")]
    NothingInside,
    /// The pixels cannot be read because this installation lacks something. The file is not to blame.
    #[error(
        "DH-1109: the pixels could not be read ({reason}); run deskhand doctor, then read the file again"
    )]
    Ocr {
        /// What OCR said.
        reason: String,
    },
}
