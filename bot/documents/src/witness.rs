//! The second witness: the same text layer as an independent program reads it.
//!
//! `pdf-extract` shares no code with the reader that gives the words. Where both agree, a bug in either is
//! unlikely; where they differ, a person is asked. It knows no positions worth having, so it only ever witnesses.

use crate::child::{self, ChildLimits, Children};
use crate::document::Remark;

/// Asks the child for the text of a PDF. A failure is a remark and never more: a witness may stay away.
pub(crate) fn ask(children: Option<&Children>, pdf: &[u8], limits: &ChildLimits) -> Result<String, Remark> {
    let remark = |text: String| Remark { code: "DH-1120".to_owned(), text };
    let Some(children) = children else {
        return Err(remark(
            "no second reader of the text layer is configured, so nothing confirms it".to_owned(),
        ));
    };
    let answer = children
        .call(child::PDF_TEXT, pdf.to_vec(), limits)
        .map_err(|error| remark(format!("the second reader of the text layer gave up: {error}")))?;
    String::from_utf8(answer).map_err(|_| remark("the second reader's text is not UTF-8".to_owned()))
}

/// The child's side.
pub(crate) fn serve_one(pdf: &[u8]) -> Result<Vec<u8>, String> {
    match pdf_extract::extract_text_from_mem(pdf) {
        Ok(text) => Ok(text.into_bytes()),
        Err(error) => Err(error.to_string()),
    }
}
