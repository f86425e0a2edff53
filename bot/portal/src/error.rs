//! What may go wrong with the machinery. Whatever is said here, nothing typed as a secret is in it.

use store::StoreError;
use thiserror::Error;

use crate::DescriptionError;

/// The machinery failed. Calling [`post_bill`](crate::post_bill) again is always safe: it looks before it leaps.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PortalError {
    /// The description of the portal cannot be used.
    #[error(transparent)]
    Description(#[from] DescriptionError),
    /// The operator's settings of the portal lack something or are wrong.
    #[error(
        "DH-4003: Portal {portal} cannot be used as it is set up: {why}. Correct its section in deskhand.toml."
    )]
    Setup {
        /// The portal's name.
        portal: String,
        /// What is wrong.
        why: String,
    },
    /// Chromium or chromedriver is not on this machine.
    #[error(
        "DH-4010: {program} could not be run: {why}. Install the packages chromium and chromium-driver, or name the program in deskhand.toml."
    )]
    NoBrowser {
        /// Which program.
        program: String,
        /// What the system said.
        why: String,
    },
    /// Chromium and chromedriver are of different versions.
    #[error(
        "DH-4011: {browser} and {driver} do not match. Upgrade both together, so that the first number is the same."
    )]
    Versions {
        /// What the browser says of itself.
        browser: String,
        /// What the driver says of itself.
        driver: String,
    },
    /// The browser did not start.
    #[error("DH-4012: The browser did not start: {why}. Run `deskhand doctor`; it is tried again by itself.")]
    NotStarted {
        /// What was seen.
        why: String,
    },
    /// The browser stopped in the middle.
    #[error("DH-4013: The browser stopped while it was to {doing}: {why}. It is tried again by itself.")]
    Lost {
        /// The act.
        doing: String,
        /// What was seen.
        why: String,
    },
    /// The browser did not make a PDF.
    #[error("DH-4014: The page could not be printed: {why}. It is tried again by itself.")]
    NotPrinted {
        /// What was seen.
        why: String,
    },
    /// The page did not come, or not as the description says.
    #[error(
        "DH-4020: Portal {portal} did not let the bot {doing}: {why}. If it happens again, the site has changed or is down: look at the last picture."
    )]
    Page {
        /// The portal's name.
        portal: String,
        /// The act.
        doing: String,
        /// What was seen.
        why: String,
    },
    /// The site does not accept the name or the password.
    #[error("DH-4021: Portal {portal} refused the sign-in: {words}. Check the portal's user and password.")]
    SignIn {
        /// The portal's name.
        portal: String,
        /// The page's words.
        words: String,
    },
    /// The site led to a host that was not granted.
    #[error(
        "DH-4022: Portal {portal} led to {host}, which is not one of its hosts. Nothing was done there. If the host belongs to the site, add it to the portal's `hosts`."
    )]
    Host {
        /// The portal's name.
        portal: String,
        /// Where it led.
        host: String,
    },
    /// The site showed its own error page.
    #[error("DH-4024: Portal {portal} showed an error page: {words}. It is tried again by itself.")]
    Trouble {
        /// The portal's name.
        portal: String,
        /// The page's words.
        words: String,
    },
    /// A value on a page could not be understood.
    #[error(
        "DH-4023: Portal {portal} shows a {what} that cannot be understood: {shown:?}. The description of the portal must be corrected."
    )]
    Unreadable {
        /// The portal's name.
        portal: String,
        /// The name of the value.
        what: String,
        /// What stands there.
        shown: String,
    },
    /// Our own database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl PortalError {
    /// The code of the page in `docs/errors/`.
    pub fn code(&self) -> &str {
        match self {
            Self::Description(e) => e.code(),
            Self::Setup { .. } => "DH-4003",
            Self::NoBrowser { .. } => "DH-4010",
            Self::Versions { .. } => "DH-4011",
            Self::NotStarted { .. } => "DH-4012",
            Self::Lost { .. } => "DH-4013",
            Self::NotPrinted { .. } => "DH-4014",
            Self::Page { .. } => "DH-4020",
            Self::SignIn { .. } => "DH-4021",
            Self::Host { .. } => "DH-4022",
            Self::Unreadable { .. } => "DH-4023",
            Self::Trouble { .. } => "DH-4024",
            Self::Store(e) => e.code(),
        }
    }

    /// Whether trying again later may help without anybody doing anything.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::NotStarted { .. }
            | Self::Lost { .. }
            | Self::NotPrinted { .. }
            | Self::Page { .. }
            | Self::Trouble { .. } => true,
            Self::Store(e) => e.is_transient(),
            _ => false,
        }
    }
}
