//! A mailer that speaks SMTP.

use std::collections::VecDeque;
use std::error::Error as _;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use lettre::address::Envelope;
use lettre::message::Mailbox;
use lettre::transport::smtp::AsyncSmtpTransportBuilder;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::message::mailbox;
use crate::{Mailer, NotifyError, RenderedMail};

type Transport = AsyncSmtpTransport<Tokio1Executor>;

const REMEMBERED: usize = 2000;

/// How the connection is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// Plain at first, then TLS before anything is said (port 587). Never goes on without.
    #[default]
    StartTls,
    /// TLS from the first byte (port 465).
    Tls,
    /// None (port 25): for a server on this machine. A password is then sent to no other machine.
    Plain,
}

impl std::str::FromStr for Security {
    type Err = NotifyError;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "starttls" => Ok(Self::StartTls),
            "tls" => Ok(Self::Tls),
            "plain" => Ok(Self::Plain),
            _ => Err(NotifyError::Config { why: "`security` is none of starttls, tls, plain".to_owned() }),
        }
    }
}

/// Where and how to send.
#[derive(Debug, Clone)]
pub struct SmtpConfig {
    /// The server.
    pub host: String,
    /// Its port; the usual one of `security` when none is given.
    pub port: Option<u16>,
    /// How the connection is kept private.
    pub security: Security,
    /// The user, if the server wants one.
    pub user: Option<String>,
    /// Their password.
    pub password: Option<SecretString>,
    /// The sender: `Deskhand <deskhand@example.com>`.
    pub from: String,
    /// A PEM file with one more certificate to trust, such as the office's own.
    pub root_certificate: Option<PathBuf>,
    /// How long to wait for the server.
    pub timeout: Duration,
}

impl SmtpConfig {
    /// Settings for a server, with what is usual elsewhere.
    pub fn new(host: &str, from: &str) -> Self {
        Self {
            host: host.to_owned(),
            port: None,
            security: Security::default(),
            user: None,
            password: None,
            from: from.to_owned(),
            root_certificate: None,
            timeout: Duration::from_secs(30),
        }
    }
}

/// Sends by SMTP, each recipient on their own, so that one bad address does not keep the mail from the others.
pub struct Smtp {
    /// Not the transport itself: lettre's pool needs a running Tokio when it is made and, worse, when it is
    /// dropped. One for each mail is made and dropped where Tokio surely runs, and never holds a stale connection.
    builder: AsyncSmtpTransportBuilder,
    sender: Mailbox,
    /// Who has which mail already: a repeat after a failure goes only to those who have not.
    delivered: Mutex<VecDeque<(String, Address)>>,
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Not the builder, which holds the password.
        out.debug_struct("Smtp").finish_non_exhaustive()
    }
}

impl Smtp {
    /// Checks the settings; connects only when a mail is sent.
    pub fn new(config: &SmtpConfig) -> Result<Self, NotifyError> {
        let refused = |why: &str| NotifyError::Config { why: why.to_owned() };
        if config.host.trim().is_empty() {
            return Err(refused("no host"));
        }
        let is_local = matches!(config.host.as_str(), "localhost" | "127.0.0.1" | "::1");
        if config.security == Security::Plain && config.password.is_some() && !is_local {
            return Err(refused("a password would travel unprotected: set `security` to starttls or tls"));
        }
        let tls = match config.security {
            Security::Plain => Tls::None,
            Security::StartTls => Tls::Required(tls_parameters(config)?),
            Security::Tls => Tls::Wrapper(tls_parameters(config)?),
        };
        let usual_port = match config.security {
            Security::Plain => 25,
            Security::StartTls => 587,
            Security::Tls => 465,
        };
        let mut builder = Transport::builder_dangerous(&config.host)
            .port(config.port.unwrap_or(usual_port))
            .tls(tls)
            .timeout(Some(config.timeout))
            .hello_name(ClientId::default());
        match (&config.user, &config.password) {
            (Some(user), Some(password)) => {
                builder =
                    builder.credentials(Credentials::new(user.clone(), password.expose_secret().to_owned()));
            }
            (None, None) => {}
            _ => return Err(refused("user and password belong together")),
        }
        let sender = mailbox(&config.from, "the sender")?;
        Ok(Self { builder, sender, delivered: Mutex::default() })
    }

    /// Connects and says hello: for `deskhand doctor`.
    pub async fn check(&self) -> Result<(), NotifyError> {
        match self.transport().test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err(NotifyError::Later { why: "the server does not answer".to_owned() }),
            Err(error) => Err(smtp_error(&error)),
        }
    }

    fn transport(&self) -> Transport {
        self.builder.clone().build()
    }

    fn has(&self, id: &str, address: &Address) -> bool {
        let delivered = self.delivered.lock().unwrap_or_else(PoisonError::into_inner);
        delivered.iter().any(|(mail, to)| mail == id && to == address)
    }

    fn remember(&self, id: &str, address: Address) {
        let mut delivered = self.delivered.lock().unwrap_or_else(PoisonError::into_inner);
        if delivered.len() >= REMEMBERED {
            delivered.pop_front();
        }
        delivered.push_back((id.to_owned(), address));
    }

    async fn send_to(
        &self,
        transport: &Transport,
        mail: &RenderedMail,
        address: Address,
        bytes: &[u8],
    ) -> Result<(), NotifyError> {
        if self.has(&mail.id, &address) {
            return Ok(());
        }
        let envelope = Envelope::new(Some(self.sender.email.clone()), vec![address.clone()])
            .map_err(|_| NotifyError::NoRecipient)?;
        transport.send_raw(&envelope, bytes).await.map_err(|error| smtp_error(&error))?;
        self.remember(&mail.id, address);
        Ok(())
    }
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, mail: &RenderedMail) -> Result<(), NotifyError> {
        let message = mail.message(&self.sender)?;
        let bytes = message.formatted();
        let recipients = message.envelope().to().to_vec();
        let all = recipients.len();
        let transport = self.transport();
        let mut refusals = Vec::new();
        for address in recipients {
            match self.send_to(&transport, mail, address, &bytes).await {
                Ok(()) => {}
                Err(refused @ NotifyError::Refused { .. }) => refusals.push(refused),
                // Nobody else will fare better now.
                Err(error) => return Err(error),
            }
        }
        match (refusals.len(), refusals.pop()) {
            (refused, Some(error)) if refused == all => Err(error),
            (refused, Some(_)) => Err(NotifyError::SomeRefused { refused, all }),
            (_, None) => Ok(()),
        }
    }
}

fn tls_parameters(config: &SmtpConfig) -> Result<TlsParameters, NotifyError> {
    let mut builder = TlsParameters::builder(config.host.clone());
    if let Some(path) = &config.root_certificate {
        let unusable = |why: String| NotifyError::Config { why: format!("root_certificate: {why}") };
        let pem = std::fs::read(path).map_err(|error| unusable(error.kind().to_string()))?;
        let certificate =
            Certificate::from_pem(&pem).map_err(|_| unusable("this is no PEM certificate".to_owned()))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder
        .build()
        .map_err(|_| NotifyError::Config { why: "host or certificate cannot be used for TLS".to_owned() })
}

/// What an SMTP failure means for the mail. The server's words are left out: they quote addresses.
fn smtp_error(error: &lettre::transport::smtp::Error) -> NotifyError {
    if let Some(code) = error.status() {
        let code = u16::from(code);
        return match code {
            // 454 and 421 say "later" even during the sign-in.
            530 | 534 | 535 | 538 => NotifyError::SignIn,
            400..=499 => NotifyError::Later { why: format!("code {code}") },
            _ => NotifyError::Refused { code },
        };
    }
    if error.is_timeout() {
        return NotifyError::Later { why: "no answer in time".to_owned() };
    }
    let io_kind = io_kind(error);
    if error.is_tls() || io_kind == Some(std::io::ErrorKind::InvalidData) {
        return NotifyError::Tls { why: "the handshake failed".to_owned() };
    }
    if error.is_client() {
        // Such as: the server offers no STARTTLS, or no way to sign in that is known here.
        return NotifyError::Tls {
            why: "the server does not offer what `security` and `user` need".to_owned(),
        };
    }
    let why = io_kind.map_or_else(|| "the connection failed".to_owned(), |kind| kind.to_string());
    NotifyError::Later { why }
}

fn io_kind(error: &lettre::transport::smtp::Error) -> Option<std::io::ErrorKind> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            return Some(io.kind());
        }
        cause = error.source();
    }
    None
}
