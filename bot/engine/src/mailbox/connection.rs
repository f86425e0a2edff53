//! A connection with a mail server. Everything that is said on it has a time limit: a connection that is dead without
//! knowing it is found out.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_imap::error::Error;
use async_imap::extensions::idle::IdleResponse;
use async_imap::types::UnsolicitedResponse;
use async_imap::{Client, Session};
use documents::{Limits, ReadError};
use futures::TryStreamExt as _;
use notify::Security;
use secrecy::ExposeSecret as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};

use super::MailboxError;
use super::filing::Shelves;
use super::names::on_server;
use super::take::{About, Fetched};
use crate::config::{Filing, MailboxTrigger};

/// Mails come at least so fast.
const BYTES_PER_SECOND: u64 = 20_000;

/// What a server is spoken to over: TLS, or a plain connection within this machine.
pub(super) trait Wire: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug> Wire for T {}

type Speaking = Session<Box<dyn Wire>>;

/// A connection that has signed in and opened the folder.
pub(super) struct Connection {
    /// Away while the server is waited for; gone when that has failed.
    session: Option<Speaking>,
    patience: Duration,
    announces: bool,
    validity: u32,
    next_uid: Option<u32>,
    pub(super) shelves: Shelves,
}

impl Connection {
    /// Signs in, opens the folder, and makes the folders for what was taken where they are missing.
    pub(super) async fn open(trigger: &MailboxTrigger) -> Result<Self, MailboxError> {
        let patience = trigger.patience;
        let (mut session, capabilities) = sign_in(trigger).await?;
        let has = |name: &str| capabilities.contains(name);
        let delimiter = delimiter(&mut session, patience).await?;
        let mut shelves = Shelves::new(has("MOVE"), has("UIDPLUS"));
        if let Filing::Move { done, quarantine } = &trigger.filing {
            let done = make(&mut session, patience, done, delimiter.as_deref()).await?;
            let quarantine = make(&mut session, patience, quarantine, delimiter.as_deref()).await?;
            shelves.names = Some((done, quarantine));
        }
        let folder = on_server(&trigger.folder, delimiter.as_deref());
        let opened = within(patience, session.select(&folder)).await;
        let opened = opened.map_err(|why| folder_error(&trigger.folder, why))?;
        let no_numbers = || MailboxError::Folder {
            folder: trigger.folder.clone(),
            reason: "the server does not number its mails".to_owned(),
        };
        Ok(Self {
            session: Some(session),
            patience,
            announces: has("IDLE"),
            validity: opened.uid_validity.ok_or_else(no_numbers)?,
            next_uid: opened.uid_next,
            shelves,
        })
    }

    /// Whether the server says that it announces new mail.
    pub(super) fn announces(&self) -> bool {
        self.announces
    }

    /// Under which its numbers hold.
    pub(super) fn validity(&self) -> u32 {
        self.validity
    }

    /// The number that the next mail gets.
    pub(super) async fn next_uid(&mut self) -> Result<u32, MailboxError> {
        match self.next_uid {
            Some(next) => Ok(next),
            None => Ok(self.uids_from(1).await?.last().map_or(1, |last| last.saturating_add(1))),
        }
    }

    /// The numbers of the mails from this one on, in the order in which they came.
    pub(super) async fn uids_from(&mut self, first: u32) -> Result<BTreeSet<u32>, MailboxError> {
        let patience = self.patience;
        let session = self.session()?;
        // What was said before is seen by what is asked now.
        heard_meanwhile(session);
        let found = within(patience, session.uid_search(format!("UNDELETED UID {first}:*"))).await?;
        // An answer that was cut off looks like one that found nothing.
        within(patience, session.noop()).await?;
        // `5:*` names the last mail even where its number is 4.
        Ok(found.into_iter().filter(|uid| *uid >= first).collect())
    }

    /// How large a mail is, and when the server received it; `None` when it is gone.
    pub(super) async fn about(&mut self, uid: u32) -> Result<Option<About>, MailboxError> {
        let patience = self.patience;
        let fetches = fetched(self.session()?, patience, uid, "(UID RFC822.SIZE INTERNALDATE)").await?;
        Ok(fetches.into_iter().find(|fetch| fetch.uid == Some(uid)).map(|fetch| About {
            uid,
            bytes: fetch.size.map_or(0, u64::from),
            came_at: fetch.internal_date().map(|at| at.to_utc()),
        }))
    }

    /// The whole mail, which stays as unread as it is; of one that is too large, only its head.
    pub(super) async fn fetch(&mut self, uid: u32, bytes: u64) -> Result<Fetched, MailboxError> {
        let (patience, limit) = (self.patience, Limits::default().bytes);
        let too_large = bytes > limit;
        let (what, patience) = if too_large {
            ("(UID BODY.PEEK[HEADER])", patience)
        } else {
            ("(UID BODY.PEEK[])", patience + Duration::from_secs(bytes / BYTES_PER_SECOND))
        };
        let fetches = fetched(self.session()?, patience, uid, what).await?;
        let Some(fetch) = fetches.iter().find(|fetch| fetch.uid == Some(uid)) else {
            return Ok(Fetched::Gone);
        };
        let part = if too_large { fetch.header() } else { fetch.body() };
        let part = part.ok_or_else(|| silent("a mail came without its text"))?.to_vec();
        Ok(if too_large {
            Fetched::TooLarge { head: part, why: ReadError::TooLarge { bytes, limit } }
        } else {
            Fetched::Whole(part)
        })
    }

    /// Waits until the server says that something has changed, at most so long. Answers whether it has said so. That
    /// the server answers at the end shows that it is still there.
    pub(super) async fn wait_for_news(&mut self, longest: Duration) -> Result<bool, MailboxError> {
        // What was said while mails were fetched and filed is not said again.
        if heard_meanwhile(self.session()?) {
            return Ok(true);
        }
        let session = self.session.take().ok_or_else(|| silent("the connection is closed"))?;
        let mut idle = session.idle();
        within(self.patience, idle.init()).await?;
        let news = {
            // The library's own limit begins anew with every "still here" of the server, and so never ends.
            let (wait, _held) = idle.wait_with_timeout(longest);
            match timeout(longest, wait).await {
                Err(_) | Ok(Ok(IdleResponse::Timeout)) => false,
                Ok(Ok(IdleResponse::NewData(_))) => true,
                Ok(Ok(IdleResponse::ManualInterrupt)) => return Err(silent("it closed the connection")),
                Ok(Err(error)) => return Err(error.into()),
            }
        };
        self.session = Some(within(self.patience, idle.done()).await?);
        Ok(news)
    }

    /// Says something that needs only a yes.
    pub(super) async fn say(&mut self, command: &str) -> Result<(), MailboxError> {
        let patience = self.patience;
        within(patience, self.session()?.run_command_and_check_ok(command)).await
    }

    /// Copies a mail into another folder, or moves it there.
    pub(super) async fn carry(&mut self, uid: u32, folder: &str, moves: bool) -> Result<(), MailboxError> {
        let (patience, uid) = (self.patience, uid.to_string());
        let session = self.session()?;
        if moves {
            within(patience, session.uid_mv(uid, folder)).await
        } else {
            within(patience, session.uid_copy(uid, folder)).await
        }
    }

    /// Signs out, if the server still listens.
    pub(super) async fn close(mut self) {
        if let Some(mut session) = self.session.take() {
            let _ = timeout(self.patience, session.logout()).await;
        }
    }

    fn session(&mut self) -> Result<&mut Speaking, MailboxError> {
        self.session.as_mut().ok_or_else(|| silent("the connection is closed"))
    }
}

/// Whether the server has said by itself that there is new mail, between the answers to what it was asked. Of too much
/// that it has said, the library keeps the beginning.
fn heard_meanwhile(session: &Speaking) -> bool {
    let mut new = session.unsolicited_responses.is_full();
    while let Ok(said) = session.unsolicited_responses.try_recv() {
        new |= matches!(said, UnsolicitedResponse::Exists(_));
    }
    new
}

async fn fetched(
    session: &mut Speaking,
    patience: Duration,
    uid: u32,
    what: &str,
) -> Result<Vec<async_imap::types::Fetch>, MailboxError> {
    let fetches =
        within(patience, async { session.uid_fetch(uid.to_string(), what).await?.try_collect().await })
            .await?;
    // An answer that was cut off looks like that for a mail that is gone.
    within(patience, session.noop()).await?;
    Ok(fetches)
}

/// Reaches the server and signs in. Answers what it can do besides.
pub(super) async fn sign_in(trigger: &MailboxTrigger) -> Result<(Speaking, BTreeSet<String>), MailboxError> {
    let patience = trigger.patience;
    let client = timeout(patience, reach(trigger)).await.map_err(|_| silent("it took too long"))??;
    let signing = client.login(&trigger.user, trigger.password.expose_secret());
    let signed = timeout(patience, signing).await.map_err(|_| silent("it took too long"))?;
    let mut session = signed.map_err(|(error, _)| match error {
        Error::No(reason) | Error::Bad(reason) => MailboxError::SignIn { reason: short(&reason) },
        error => error.into(),
    })?;
    let capabilities = within(patience, session.capabilities()).await?;
    let names = capabilities.iter().filter_map(|capability| match capability {
        async_imap::types::Capability::Atom(name) => Some(name.to_ascii_uppercase()),
        _ => None,
    });
    Ok((session, names.collect()))
}

async fn reach(trigger: &MailboxTrigger) -> Result<Client<Box<dyn Wire>>, MailboxError> {
    let wire = TcpStream::connect((trigger.host.as_str(), trigger.port())).await;
    let wire = wire.map_err(|error| silent(&error.to_string()))?;
    let mut client: Client<Box<dyn Wire>> = match trigger.security {
        Security::Plain => Client::new(Box::new(wire)),
        Security::Tls => Client::new(Box::new(private(trigger, wire).await?)),
        Security::StartTls => {
            let mut plain = Client::new(wire);
            greeted(&mut plain).await?;
            plain.run_command_and_check_ok("STARTTLS", None).await?;
            // What came before the answer is not believed: it goes with the plain client.
            return Ok(Client::new(Box::new(private(trigger, plain.into_inner()).await?)));
        }
    };
    greeted(&mut client).await?;
    Ok(client)
}

async fn greeted<T: AsyncRead + AsyncWrite + Unpin + fmt::Debug + Send>(
    client: &mut Client<T>,
) -> Result<(), MailboxError> {
    match client.read_response().await {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err(silent("it closed the connection")),
        Err(error) => Err(silent(&error.to_string())),
    }
}

async fn private(
    trigger: &MailboxTrigger,
    wire: TcpStream,
) -> Result<tokio_rustls::client::TlsStream<TcpStream>, MailboxError> {
    let failed = |why: &dyn fmt::Display| silent(&format!("no private connection: {why}"));
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(file) = &trigger.extra_root {
        let certificates = CertificateDer::pem_file_iter(file).map_err(|error| failed(&error))?;
        for certificate in certificates {
            roots.add(certificate.map_err(|error| failed(&error))?).map_err(|error| failed(&error))?;
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|error| failed(&error))?.with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from(trigger.host.clone()).map_err(|error| failed(&error))?;
    TlsConnector::from(Arc::new(config)).connect(name, wire).await.map_err(|error| failed(&error))
}

/// What stands between the levels of its folders.
pub(super) async fn delimiter(
    session: &mut Speaking,
    patience: Duration,
) -> Result<Option<String>, MailboxError> {
    let names: Vec<async_imap::types::Name> =
        within(patience, async { session.list(Some(""), None).await?.try_collect().await }).await?;
    Ok(names.first().and_then(|name| name.delimiter()).map(str::to_owned))
}

/// The folder as the server names it, made where it is missing. Some servers keep all folders below INBOX.
async fn make(
    session: &mut Speaking,
    patience: Duration,
    folder: &str,
    delimiter: Option<&str>,
) -> Result<String, MailboxError> {
    let candidates = [folder.to_owned(), format!("INBOX/{folder}")].map(|name| on_server(&name, delimiter));
    for name in &candidates {
        if exists(session, patience, name).await? {
            return Ok(name.clone());
        }
    }
    let mut refused = String::new();
    for name in &candidates {
        match timeout(patience, session.create(name)).await {
            Err(_) => return Err(silent("it took too long")),
            Ok(Ok(())) => {
                // Mail programs show only what is subscribed to.
                let _ = timeout(patience, session.subscribe(name)).await;
                return Ok(name.clone());
            }
            Ok(Err(Error::No(why) | Error::Bad(why))) => refused = short(&why),
            Ok(Err(error)) => return Err(error.into()),
        }
    }
    Err(MailboxError::Folder { folder: folder.to_owned(), reason: refused })
}

pub(super) async fn exists(
    session: &mut Speaking,
    patience: Duration,
    name: &str,
) -> Result<bool, MailboxError> {
    let quoted = format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""));
    let names: Vec<async_imap::types::Name> =
        within(patience, async { session.list(Some(""), Some(&quoted)).await?.try_collect().await }).await?;
    Ok(names.iter().any(|found| found.name().eq_ignore_ascii_case(name)))
}

pub(super) fn folder_error(folder: &str, why: MailboxError) -> MailboxError {
    match why {
        MailboxError::Refused { reason } => MailboxError::Folder { folder: folder.to_owned(), reason },
        other => other,
    }
}

/// Does something within a time.
pub(super) async fn within<T>(
    patience: Duration,
    what: impl Future<Output = Result<T, Error>>,
) -> Result<T, MailboxError> {
    match timeout(patience, what).await {
        Ok(result) => result.map_err(Into::into),
        Err(_) => Err(silent("it took too long")),
    }
}

pub(super) fn silent(reason: &str) -> MailboxError {
    MailboxError::Silent { reason: short(reason) }
}

/// What a server says, for people: one line, and not all of it. The library wraps it in its own names.
fn short(text: &str) -> String {
    let said = text.rsplit_once("Some(\"").and_then(|(_, said)| said.split_once("\")"));
    said.map_or(text, |(said, _)| said)
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(200)
        .collect()
}

impl From<Error> for MailboxError {
    /// After a no the connection goes on; everything else means that it is of no use any more.
    fn from(error: Error) -> Self {
        match error {
            Error::No(reason) => Self::Refused { reason: short(&reason) },
            Error::ConnectionLost => silent("it closed the connection"),
            other => silent(&other.to_string()),
        }
    }
}
