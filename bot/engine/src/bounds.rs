//! Functions of rhai's library that know no bound of their own: a `replace` can multiply two long texts before the
//! engine looks at what came out.

use rhai::export_module;

/// The longest text of a script, in bytes.
pub(crate) const MAX_TEXT: usize = 256 * 1024;

#[export_module]
#[expect(
    clippy::unwrap_used,
    reason = "the macro unwraps the text that it has just found among the arguments"
)]
pub(crate) mod functions {
    use rhai::{EvalAltResult, ImmutableString, Position};

    type Done = Result<(), Box<EvalAltResult>>;

    /// Replaces every occurrence of a text.
    #[rhai_fn(name = "replace", return_raw)]
    pub(crate) fn replace(text: &mut ImmutableString, find: &str, with: &str) -> Done {
        let found = text.matches(find).count();
        let length = (text.len() - found * find.len()).saturating_add(found.saturating_mul(with.len()));
        if length > super::MAX_TEXT {
            let what = "Length of string".to_owned();
            return Err(EvalAltResult::ErrorDataTooLarge(what, Position::NONE).into());
        }
        *text = text.replace(find, with).into();
        Ok(())
    }

    /// Replaces every occurrence of a text by a character.
    #[rhai_fn(name = "replace", return_raw)]
    pub(crate) fn replace_by_char(text: &mut ImmutableString, find: &str, with: char) -> Done {
        replace(text, find, with.encode_utf8(&mut [0; 4]))
    }

    /// Replaces every occurrence of a character by a text.
    #[rhai_fn(name = "replace", return_raw)]
    pub(crate) fn replace_char(text: &mut ImmutableString, find: char, with: &str) -> Done {
        replace(text, find.encode_utf8(&mut [0; 4]), with)
    }
}
