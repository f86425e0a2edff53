//! Plays acts on a page.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::choice::{Chosen, Wanted, choose};
use super::{WebPortal, address, values};
use crate::browser::{Page, Snag};
use crate::description::{Act, Choose, Template, Type, Value, WaitUrl};
use crate::{Album, Bill, PortalError, Record, Words};

mod reading;
mod stops;
mod texts;
mod watch;

/// Why a play stopped.
pub(crate) enum Stop {
    /// A person must see to it.
    Refused { code: &'static str, why: Words },
    /// The site asks for a sign-in.
    SignedOut,
    /// The browser is gone.
    Lost { doing: String, why: String },
    /// The page is not as described.
    Page { doing: String, why: String },
    /// An error that is already in its final words.
    Failed(PortalError),
}

/// A field that was typed into or chosen in, and what must stand there when the form is sent.
struct Typed {
    selector: String,
    value: Value,
    /// Free text may be cut off by the field.
    free: bool,
}

/// One section being played.
pub(crate) struct Play<'a> {
    portal: &'a WebPortal,
    page: &'a Page,
    section: &'static str,
    album: &'a mut Album,
    pub(crate) bill: Option<&'a Bill>,
    pub(crate) lines: &'a [values::Line],
    pub(crate) found: Option<&'a Record>,
    /// Whether something that may save the bill was sent.
    pub(crate) sent: bool,
    line: Option<usize>,
    row: BTreeMap<String, Option<String>>,
    kept: BTreeMap<String, String>,
    records: Vec<Record>,
    typed: Vec<Typed>,
    secret_fields: Vec<String>,
    at: Vec<usize>,
    /// A page is still loading after its time: every look at it would wait as long again.
    stuck: bool,
}

impl<'a> Play<'a> {
    pub(crate) fn new(
        portal: &'a WebPortal,
        page: &'a Page,
        section: &'static str,
        album: &'a mut Album,
    ) -> Self {
        Self {
            portal,
            page,
            section,
            album,
            bill: None,
            lines: &[],
            found: None,
            sent: false,
            line: None,
            row: BTreeMap::new(),
            kept: BTreeMap::new(),
            records: Vec::new(),
            typed: Vec::new(),
            secret_fields: Vec::new(),
            at: Vec::new(),
            stuck: false,
        }
    }

    /// Plays a list of acts, one after the other.
    pub(crate) async fn act_all(&mut self, acts: &[Act]) -> Result<(), Stop> {
        for (index, act) in acts.iter().enumerate() {
            self.at.push(index + 1);
            let done = Box::pin(self.act(act)).await;
            if done.is_err() {
                self.snap("stopped").await;
            }
            self.at.pop();
            done?;
        }
        Ok(())
    }

    async fn act(&mut self, act: &Act) -> Result<(), Stop> {
        match act {
            Act::Goto(a) => self.goto(&a.goto).await,
            Act::Type(a) => self.type_into(a).await,
            Act::Choose(a) => self.choose(a).await,
            Act::Click(a) => self.click(&a.click).await,
            Act::SubmitForm(a) => self.submit_form(&a.submit_form).await,
            Act::AcceptDialog(a) => self.accept_dialog(&a.accept_dialog).await,
            Act::WaitFor(a) => self.wait_for(&a.wait_for, a.text.as_ref(), true).await,
            Act::WaitGone(a) => self.wait_for(&a.wait_gone, None, false).await,
            Act::WaitUrl(a) => self.wait_url(a).await,
            Act::Read(a) => self.read(a).await,
            Act::Rows(a) => self.rows(a).await,
            Act::EachLine(acts) => {
                for index in 0..self.lines.len() {
                    self.line = Some(index);
                    self.act_all(acts).await?;
                }
                self.line = None;
                Ok(())
            }
            Act::IfPresent(a) => {
                let selector = self.selector(&a.what)?;
                let seen = self.page.sees(&selector, None).await;
                let there = self.or_stop(seen, &format!("look for {selector}")).await?;
                self.act_all(if there { &a.then } else { &a.otherwise }).await
            }
        }
    }

    // --- acts ------------------------------------------------------------------------------------

    async fn goto(&mut self, to: &Template) -> Result<(), Stop> {
        let place = match to.only_hole() {
            Some(_) => self.text(to)?.unwrap_or_default(),
            None => self.filled(to, |value| address::encode(&value.typed("%Y-%m-%d")))?.unwrap_or_default(),
        };
        self.open(&place).await
    }

    /// Opens a path below the base, or an address on a granted host.
    async fn open(&mut self, place: &str) -> Result<(), Stop> {
        let url = address::join(&self.portal.base_url, place);
        let host = address::host(&url).unwrap_or_default();
        if !self.portal.grants(&host) {
            return Err(self.foreign(host));
        }
        let gone = self.page.goto(&url).await;
        let shown = url.split(['?', '#']).next().unwrap_or_default();
        self.or_stop(gone, &format!("open {shown}")).await?;
        self.typed.clear();
        self.after("goto").await
    }

    async fn type_into(&mut self, act: &Type) -> Result<(), Stop> {
        let selector = self.selector(&act.r#type)?;
        let date_form = self.portal.description.date_forms[0].clone();
        let value = match act.text.only_hole() {
            Some(hole) => self.value(hole)?,
            None => self.filled(&act.text, |value| value.typed(&date_form))?.map(Value::Text),
        };
        let value = value.filter(|value| *value != Value::Text(String::new()));
        let Some(value) = value else {
            return if act.optional { Ok(()) } else { Err(self.lacking(&act.text.to_string())) };
        };
        let value = match &act.and_each_line {
            Some(line) => Value::Text(value.typed(&date_form) + &self.of_each_line(line)?),
            None => value,
        };
        let secret = act.text.is_secret();
        if secret {
            self.secret_fields.push(selector.clone());
        }
        let typed = self.page.type_into(&selector, &value.typed(&date_form)).await;
        // The driver's words may repeat what was typed.
        let typed = typed.map_err(|snag| match snag {
            Snag::Page(_) if secret => Snag::Page("the field did not take it".to_owned()),
            snag => snag,
        });
        self.or_stop(typed, &format!("type {} into {selector}", act.text)).await?;
        if !secret {
            let free = act.and_each_line.is_some()
                || act.text.holes().any(|hole| matches!(hole.name.as_str(), "memo" | "description"));
            self.typed.retain(|field| field.selector != selector);
            self.typed.push(Typed { selector, value, free });
        }
        self.snap("type").await;
        Ok(())
    }

    async fn choose(&mut self, act: &Choose) -> Result<(), Stop> {
        let selector = self.selector(&act.choose)?;
        let options = self.page.options(&selector).await;
        let options = self.or_stop(options, &format!("read the list {selector}")).await?;
        let text = |play: &Self, template: &Option<Template>| match template {
            Some(template) => Ok(play.text(template)?.filter(|text| !text.trim().is_empty())),
            None => Ok(None),
        };
        let first = text(self, &act.equals.clone().or_else(|| act.contains.clone()))?;
        let second = text(self, &act.or_contains)?;
        let wanted = match (act.nth, &first, &second) {
            (Some(nth), ..) => Wanted::Nth(nth),
            (_, Some(whole), _) if act.equals.is_some() => Wanted::Equals(whole),
            (_, Some(part), _) | (_, None, Some(part)) => Wanted::Part(part),
            (_, None, None) => return Err(self.lacking(&format!("a value for the list {selector}"))),
        };
        let sought = first.as_deref().or(second.as_deref()).unwrap_or("the option").to_owned();
        let otherwise = text(self, &act.otherwise)?;
        let index = match choose(&options, &wanted).or(&options, otherwise.as_deref()) {
            Chosen::One(index) => index,
            Chosen::None => return Err(self.no_option(&sought)),
            Chosen::Several(several) => return Err(self.several_options(&sought, &several)),
        };
        let chosen = self.page.choose(&selector, index).await;
        self.or_stop(chosen, &format!("choose in {selector}")).await?;
        self.typed.retain(|field| field.selector != selector);
        self.typed.push(Typed { selector, value: Value::Text(options[index].0.clone()), free: false });
        self.snap("choose").await;
        Ok(())
    }

    async fn click(&mut self, on: &Template) -> Result<(), Stop> {
        let selector = self.selector(on)?;
        self.before_sending().await?;
        let clicked = self.page.click(&selector).await;
        self.sending(&clicked);
        self.or_stop(clicked, &format!("click {selector}")).await?;
        self.after("click").await
    }

    async fn submit_form(&mut self, of: &Template) -> Result<(), Stop> {
        let selector = self.selector(of)?;
        self.before_sending().await?;
        let sent = self.page.submit_form(&selector).await;
        self.sending(&sent);
        self.or_stop(sent, &format!("send the form {selector}")).await?;
        self.after("send").await
    }

    async fn accept_dialog(&mut self, contains: &Template) -> Result<(), Stop> {
        let wanted = self.text(contains)?.unwrap_or_default();
        let until = Instant::now() + self.wait();
        while Instant::now() < until {
            match self.page.dialog().await {
                Some(words) if words.contains(&wanted) => {
                    let answered = self.page.answer_dialog(true).await;
                    self.sending(&answered);
                    return self.or_stop(answered, "answer the dialog").await;
                }
                Some(words) => return Err(self.dialog_refused(&words).await),
                None => sleep(Duration::from_millis(100)).await,
            }
        }
        Err(self.page_stop("answer a dialog", "there was none"))
    }

    async fn wait_for(&mut self, what: &Template, text: Option<&Template>, there: bool) -> Result<(), Stop> {
        let selector = self.selector(what)?;
        let text = text.map(|template| self.text(template)).transpose()?.flatten();
        let with = text.as_ref().map(|text| format!(" with {text:?}")).unwrap_or_default();
        let doing = format!("wait until {selector}{with} is {}", if there { "there" } else { "gone" });
        let until = Instant::now() + self.wait();
        loop {
            let seen = self.page.sees(&selector, text.as_deref()).await;
            if self.or_stop(seen, &doing).await? == there {
                self.snap("wait").await;
                return Ok(());
            }
            self.complaints().await?;
            if Instant::now() >= until {
                return Err(self.page_stop(&doing, "it did not happen in time"));
            }
            sleep(Duration::from_millis(100)).await;
        }
    }

    async fn wait_url(&mut self, act: &WaitUrl) -> Result<(), Stop> {
        let form = self.text(&act.wait_url)?.unwrap_or_default();
        let until = Instant::now() + self.wait();
        loop {
            let seen = self.complaints().await?;
            if let Some(star) = address::matches(&self.portal.base_url, &seen.url, &form) {
                if let Some(name) = &act.keep {
                    self.kept.insert(name.clone(), star);
                }
                self.snap("wait").await;
                return Ok(());
            }
            if Instant::now() >= until {
                return Err(
                    self.page_stop(&format!("wait for the address {form}"), "it did not come in time")
                );
            }
            sleep(Duration::from_millis(100)).await;
        }
    }
}
