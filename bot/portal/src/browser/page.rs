//! What can be done with the page in the browser. Every call has a time limit; no error holds a typed value.

use std::collections::BTreeMap;
use std::future::Future;
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::{Client, Locator};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, timeout};

use super::driver::first_line;

/// How often something that is waited for is looked for.
const POLL: Duration = Duration::from_millis(100);

/// Why an act on a page did not work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Snag {
    /// The browser is gone.
    Lost(String),
    /// A dialog stands in front of the page, with these words.
    Dialog(String),
    /// It did not come in time.
    Late(String),
    /// What was to be acted on is not to be seen. Nothing was done.
    Missing(String),
    /// It is covered, or moved away. Nothing was done.
    Passing(String),
    /// Anything else, in the driver's words.
    Page(String),
}

impl Snag {
    /// Whether it is sure that the act did nothing at all.
    pub(crate) fn did_nothing(&self) -> bool {
        matches!(self, Self::Missing(_) | Self::Passing(_) | Self::Dialog(_))
    }
}

/// What stands on the page, apart from its contents.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Seen {
    pub(crate) url: String,
    pub(crate) host: String,
    pub(crate) signed_out: bool,
    pub(crate) refused: Vec<String>,
    pub(crate) trouble: Vec<String>,
}

/// The page in the browser.
pub(crate) struct Page {
    client: Client,
    /// How long a page may load.
    load: Duration,
    /// How long something on it is waited for.
    wait: Duration,
}

/// One cell to read in each row.
#[derive(Serialize)]
pub(crate) struct CellSpec<'a> {
    pub(crate) at: &'a str,
    pub(crate) attribute: Option<&'a str>,
}

impl Page {
    pub(crate) fn new(client: Client, load: Duration, wait: Duration) -> Self {
        Self { client, load, wait }
    }

    /// One call to the driver, limited in time.
    async fn call<T>(&self, call: impl Future<Output = Result<T, CmdError>> + Send) -> Result<T, Snag> {
        // A little longer than the page may load: the driver's own word on it comes first.
        match timeout(self.load + Duration::from_secs(5), call).await {
            Err(_) => Err(Snag::Lost("the driver did not answer".to_owned())),
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) if error.is_unexpected_alert_open() => {
                Err(Snag::Dialog(self.dialog().await.unwrap_or_default()))
            }
            Ok(Err(error)) => Err(snag(&error)),
        }
    }

    pub(crate) async fn goto(&self, url: &str) -> Result<(), Snag> {
        self.call(self.client.goto(url)).await
    }

    /// The words of the dialog in front of the page, if there is one.
    pub(crate) async fn dialog(&self) -> Option<String> {
        timeout(Duration::from_secs(5), self.client.get_alert_text()).await.ok()?.ok()
    }

    pub(crate) async fn answer_dialog(&self, yes: bool) -> Result<(), Snag> {
        if yes {
            self.call(self.client.accept_alert()).await
        } else {
            self.call(self.client.dismiss_alert()).await
        }
    }

    /// What stands on the page.
    pub(crate) async fn look(&self, signed_out: &str, refused: &str, trouble: &str) -> Result<Seen, Snag> {
        self.run(LOOK, vec![json!(signed_out), json!(refused), json!(trouble)]).await
    }

    /// Whether something is to be seen now.
    pub(crate) async fn sees(&self, selector: &str, text: Option<&str>) -> Result<bool, Snag> {
        self.run(SEES, vec![json!(selector), json!(text)]).await
    }

    /// The text, value or attribute of the first element that is there.
    pub(crate) async fn read(&self, selector: &str, attribute: Option<&str>) -> Result<Option<String>, Snag> {
        self.run(READ, vec![json!(selector), json!(attribute)]).await
    }

    /// The cells of every row.
    pub(crate) async fn rows(
        &self,
        rows: &str,
        cells: &BTreeMap<&str, CellSpec<'_>>,
    ) -> Result<Vec<BTreeMap<String, Option<String>>>, Snag> {
        self.run(ROWS, vec![json!(rows), json!(cells)]).await
    }

    /// The values that stand in fields; the text of the chosen option for a list. `None` for a field that is gone.
    pub(crate) async fn values(&self, selectors: &[String]) -> Result<Vec<Option<String>>, Snag> {
        self.run(VALUES, vec![json!(selectors)]).await
    }

    /// The options of a list: text and value.
    pub(crate) async fn options(&self, selector: &str) -> Result<Vec<(String, String)>, Snag> {
        self.find(selector).await?;
        self.run(OPTIONS, vec![json!(selector)]).await
    }

    /// Chooses an option by its place in the list, as a person does: the page is told.
    pub(crate) async fn choose(&self, selector: &str, index: usize) -> Result<(), Snag> {
        self.run(CHOOSE, vec![json!(selector), json!(index)]).await
    }

    /// Whether a picture would show a secret: a filled password field, or a filled field that took a secret.
    pub(crate) async fn shows_secret(&self, fields: &[String]) -> Result<bool, Snag> {
        self.run(SECRET, vec![json!(fields)]).await
    }

    /// Empties a field and types into it.
    pub(crate) async fn type_into(&self, selector: &str, text: &str) -> Result<(), Snag> {
        let until = Instant::now() + self.wait;
        loop {
            let done = self.try_type(selector, text).await;
            match done {
                Err(Snag::Passing(_)) if Instant::now() < until => sleep(POLL).await,
                done => return done,
            }
        }
    }

    async fn try_type(&self, selector: &str, text: &str) -> Result<(), Snag> {
        let element = self.find(selector).await?;
        // Date fields take keys in the order of the reader's country; they are set whole instead.
        let is_date = self.call(element.prop("type")).await?.is_some_and(|kind| kind == "date");
        // Chromedriver cannot type characters beyond the first 65,536, which some names have.
        if is_date || text.chars().any(|c| c > '\u{ffff}') {
            return self.run(SET, vec![json!(selector), json!(text)]).await;
        }
        self.call(element.clear()).await?;
        self.call(element.send_keys(text)).await
    }

    /// Clicks once. What is covered or not yet ready is waited for: nothing was clicked then.
    ///
    /// The driver repeats a click of its own accord when the page is slow to answer or is replaced meanwhile,
    /// which may save a bill twice. So the page lets one press through and swallows those that follow.
    pub(crate) async fn click(&self, selector: &str) -> Result<(), Snag> {
        let until = Instant::now() + self.wait;
        loop {
            let element = self.find(selector).await?;
            self.run::<()>(ONE_PRESS, Vec::new()).await?;
            match self.call(element.click()).await {
                Err(Snag::Passing(why)) => match self.run::<Option<u32>>(PRESSES, Vec::new()).await {
                    Ok(Some(0)) if Instant::now() < until => sleep(POLL).await,
                    Ok(Some(0)) => return Err(Snag::Passing(why)),
                    _ => return Err(Snag::Page(why)),
                },
                done => return done,
            }
        }
    }

    /// Sends the form of a field through its own submit button, as Enter does, so that the page's checks run.
    pub(crate) async fn submit_form(&self, selector: &str) -> Result<(), Snag> {
        let once = ulid::Ulid::new().to_string();
        let sent: bool = self.run(SUBMIT, vec![json!(selector), json!(once)]).await?;
        if sent { Ok(()) } else { Err(Snag::Missing(format!("{selector} belongs to no form"))) }
    }

    pub(crate) async fn picture(&self) -> Result<Vec<u8>, Snag> {
        self.call(self.client.screenshot()).await
    }

    /// The first element that is to be seen, waited for.
    async fn find(&self, selector: &str) -> Result<Element, Snag> {
        let until = Instant::now() + self.wait;
        loop {
            for element in self.call(self.client.find_all(Locator::Css(selector))).await? {
                match self.call(element.is_displayed()).await {
                    Ok(true) => return Ok(element),
                    Ok(false) | Err(Snag::Passing(_)) => {}
                    Err(snag) => return Err(snag),
                }
            }
            if Instant::now() >= until {
                return Err(Snag::Missing(format!("{selector} is not to be seen")));
            }
            sleep(POLL).await;
        }
    }

    async fn run<T: serde::de::DeserializeOwned>(
        &self,
        script: &str,
        arguments: Vec<Value>,
    ) -> Result<T, Snag> {
        let value = self.call(self.client.execute(script, arguments)).await?;
        serde_json::from_value(value)
            .map_err(|error| Snag::Page(format!("the page's script said something odd: {error}")))
    }
}

fn snag(error: &CmdError) -> Snag {
    let said = match error {
        CmdError::Standard(webdriver) => format!("{}: {}", webdriver.error(), first_line(&webdriver.message)),
        // These have what was sent or received in them at times; the kind is enough.
        CmdError::NotJson(_) | CmdError::NotW3C(_) | CmdError::Json(_) => {
            "the driver's answer was not understood".to_owned()
        }
        other => first_line(&other.to_string()).to_owned(),
    };
    let gone = [
        "disconnected",
        "not reachable",
        "crashed",
        "target window already closed",
        "session deleted",
        "unable to send",
    ];
    let lost = error.is_invalid_session_id()
        || error.is_no_such_window()
        || matches!(error, CmdError::Lost(_) | CmdError::Failed(_) | CmdError::FailedC(_))
        || gone.iter().any(|word| said.contains(word));
    if lost {
        Snag::Lost(said)
    } else if error.is_timeout() || error.is_script_timeout() {
        Snag::Late("the page did not load in time".to_owned())
    } else if ["stale element", "click intercepted", "not interactable", "not clickable"]
        .iter()
        .any(|w| said.contains(w))
    {
        Snag::Passing(said)
    } else {
        Snag::Page(said)
    }
}

const LOOK: &str = "const seen = s => s ? [...document.querySelectorAll(s)].filter(e => e.getClientRects().length) : [];
const words = s => seen(s).map(e => e.innerText.trim().replace(/\\s+/g, ' ').slice(0, 500)).filter(t => t);
return { url: location.href, host: location.hostname, signed_out: seen(arguments[0]).length > 0, refused: words(arguments[1]), trouble: words(arguments[2]) };";

const SEES: &str = "return [...document.querySelectorAll(arguments[0])].some(e => e.getClientRects().length && (arguments[1] === null || (e.innerText || e.value || '').includes(arguments[1])));";

const READ: &str = "const e = document.querySelector(arguments[0]); if (!e) return null;
if (arguments[1]) return arguments[1] === 'href' && e.href ? e.href : e.getAttribute(arguments[1]);
if (e.tagName === 'SELECT') return e.selectedIndex < 0 ? '' : e.options[e.selectedIndex].text.trim();
return ('value' in e && e.tagName !== 'LI' ? e.value : e.innerText).trim();";

const ROWS: &str = "return [...document.querySelectorAll(arguments[0])].map(row => Object.fromEntries(Object.entries(arguments[1]).map(([name, cell]) => {
  const e = row.querySelector(cell.at);
  if (!e) return [name, null];
  if (cell.attribute) return [name, cell.attribute === 'href' && e.href ? e.href : e.getAttribute(cell.attribute)];
  return [name, ('value' in e && e.tagName !== 'LI' ? e.value : e.textContent).trim().replace(/\\s+/g, ' ')];
})));";

const VALUES: &str =
    "return arguments[0].map(s => { const e = document.querySelector(s); if (!e) return null;
if (e.tagName === 'SELECT') return e.selectedIndex < 0 ? '' : e.options[e.selectedIndex].text.trim();
return e.type === 'checkbox' ? String(e.checked) : e.value; });";

const OPTIONS: &str =
    "return [...document.querySelector(arguments[0]).options].map(o => [o.text.trim(), o.value]);";

const CHOOSE: &str = "const e = document.querySelector(arguments[0]); e.focus(); e.selectedIndex = arguments[1];
e.dispatchEvent(new Event('input', { bubbles: true })); e.dispatchEvent(new Event('change', { bubbles: true })); return null;";

const SET: &str = "const e = document.querySelector(arguments[0]); e.focus();
Object.getOwnPropertyDescriptor(Object.getPrototypeOf(e), 'value').set.call(e, arguments[1]);
e.dispatchEvent(new Event('input', { bubbles: true })); e.dispatchEvent(new Event('change', { bubbles: true })); return null;";

/// The driver may run a script again on the page that came: the mark outlives the page.
const SUBMIT: &str = "let kept = window; try { kept = sessionStorage; } catch {}
if (kept.deskhandSent === arguments[1]) return true;
const e = document.querySelector(arguments[0]); const f = e && (e.tagName === 'FORM' ? e : e.form); if (!f) return false;
kept.deskhandSent = arguments[1]; f.requestSubmit(); return true;";

/// Lets the next press through and none after it, until it is called again.
const ONE_PRESS: &str = "if (window.deskhandPresses === undefined) {
  for (const kind of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click'])
    window.addEventListener(kind, e => {
      if (!e.isTrusted) return;
      if (kind === 'pointerdown') window.deskhandPresses += 1;
      if (window.deskhandPresses > 1) { e.preventDefault(); e.stopImmediatePropagation(); }
    }, true);
}
window.deskhandPresses = 0; return null;";

/// How many presses the page has seen since; `null` when another page came.
const PRESSES: &str = "return window.deskhandPresses === undefined ? null : window.deskhandPresses;";

const SECRET: &str = "return [...document.querySelectorAll('input[type=password]')].some(e => e.value)
|| arguments[0].some(s => { const e = document.querySelector(s); return e && e.value; });";

#[cfg(test)]
mod tests;
