//! Small closed vocabularies: an enum that is one word in the database, in JSON and on a page.

/// Declares an enum whose variants are stored and shown as the given words.
macro_rules! words {
    ($(#[$about:meta])* pub enum $name:ident { $($(#[$note:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$note])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// Every value, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word that stands for it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::UnknownWord { expected: stringify!($name) }),
                }
            }
        }
    };
}
pub(crate) use words;

/// A word that is not in the vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is no {expected}")]
pub struct UnknownWord {
    /// The vocabulary that was asked.
    pub expected: &'static str,
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use crate::{Language, PostingState, Role, RunState, TaskState};

    #[test]
    fn a_word_read_back_from_the_database_is_the_same_word() {
        for state in RunState::ALL {
            assert_eq!(state.as_str().parse::<RunState>().unwrap(), *state);
            assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
        }
        assert_eq!("zh-Hant".parse::<Language>().unwrap(), Language::ZhHant);
        assert!("approved".parse::<TaskState>().is_err());
        assert!("ADMIN".parse::<Role>().is_err());
        assert_eq!(PostingState::ALL.len(), 5);
    }
}
