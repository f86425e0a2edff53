use std::fmt::Display;

use crate::{Note, Violation};

/// The parts of a number, by name, in the order in which they are printed.
pub type Parts = Vec<(&'static str, String)>;

/// What every format can do. A value exists only if its text passed the rule of the format.
pub trait Number: Sized + Display {
    /// The name in the registry, such as `cn.uscc`.
    const FORMAT: &'static str;

    /// Reads a printed text.
    ///
    /// # Errors
    /// Which rule failed, and at which character of the normalised text.
    fn parse(raw: &str) -> Result<Self, Violation>;

    /// The one spelling by which two numbers are compared.
    fn normalised(&self) -> &str;

    /// Doubts about a number that was accepted.
    fn notes(&self) -> Vec<Note> {
        Vec::new()
    }

    /// Region, kind, date and whatever else the number says.
    fn parts(&self) -> Parts {
        Vec::new()
    }
}

/// Gives a type with a `text: String` and a `fn read(&str) -> Result<Self, Violation>` everything that numbers share.
/// After the format's name may follow an `impl` body for the [`Number`] methods that have more to say.
macro_rules! number {
    ($name:ident, $format:literal $(, { $($extra:item)* })?) => {
        impl $name {
            /// Reads a printed text.
            ///
            /// # Errors
            /// Which rule failed, and at which character of the normalised text.
            pub fn parse(raw: &str) -> Result<Self, $crate::Violation> {
                Self::read(raw)
            }

            /// The one spelling by which two numbers are compared.
            pub fn normalised(&self) -> &str {
                &self.text
            }
        }

        impl $crate::Number for $name {
            const FORMAT: &'static str = $format;

            fn parse(raw: &str) -> Result<Self, $crate::Violation> {
                Self::read(raw)
            }

            fn normalised(&self) -> &str {
                &self.text
            }

            $($($extra)*)?
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.text)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::Violation;

            fn from_str(raw: &str) -> Result<Self, Self::Err> {
                Self::read(raw)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::Violation;

            fn try_from(raw: String) -> Result<Self, Self::Error> {
                Self::read(&raw)
            }
        }

        impl From<$name> for String {
            fn from(number: $name) -> Self {
                number.text
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.text
            }
        }
    };
}

/// `Debug` for numbers of people: logs print structures with `{:?}`, and an id must not reach a log.
macro_rules! hidden_debug {
    ($name:ident) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(hidden)"))
            }
        }
    };
}

pub(crate) use {hidden_debug, number};
