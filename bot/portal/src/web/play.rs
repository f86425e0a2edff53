//! Plays acts on a page.

use std::collections::BTreeMap;
use std::time::Duration;

use rust_decimal::Decimal;
use secrecy::ExposeSecret as _;
use tokio::time::{Instant, sleep};

use super::choice::{Chosen, Wanted, choose};
use super::{WebPortal, address, values};
use crate::browser::{Page, Seen, Snag};
use crate::compare::fold_name;
use crate::description::{Act, Choose, Hole, Read, Rows, Template, Type, Value, WaitUrl};
use crate::{Album, Bill, PortalError, Record, Words};

mod reading;

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
    pub(crate) fn new(portal: &'a WebPortal, page: &'a Page, section: &'static str, album: &'a mut Album) -> Self {
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
        self.or_stop(gone, &format!("open {url}")).await?;
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
            return if act.optional { Ok(()) } else { Err(lacking(&act.text.to_string())) };
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
            let free = act.text.holes().any(|hole| matches!(hole.name.as_str(), "memo" | "description"));
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
            (_, None, None) => return Err(lacking(&format!("a value for the list {selector}"))),
        };
        let sought = first.as_deref().or(second.as_deref()).unwrap_or("the option").to_owned();
        let index = match choose(&options, &wanted) {
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
        let doing = format!("wait until {selector} is {}", if there { "there" } else { "gone" });
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
                return Err(self.page_stop(&format!("wait for the address {form}"), "it did not come in time"));
            }
            sleep(Duration::from_millis(100)).await;
        }
    }

    // --- before and after ------------------------------------------------------------------------

    /// The form must hold what was typed, and must not complain already: then a complaint after sending is news.
    async fn before_sending(&mut self) -> Result<(), Stop> {
        if !matches!(self.section, "fill" | "submit") {
            return Ok(());
        }
        self.check_form().await?;
        if self.section == "submit" {
            self.complaints().await?;
        }
        Ok(())
    }

    /// Anything in `submit` that may have reached the site counts as sent.
    fn sending<T>(&mut self, done: &Result<T, Snag>) {
        self.sent |= self.section == "submit" && !done.as_ref().is_err_and(Snag::did_nothing);
    }

    /// After whatever may have brought another page.
    async fn after(&mut self, what: &str) -> Result<(), Stop> {
        if what == "goto" { self.looked().await? } else { self.complaints().await? };
        if !self.typed.is_empty() {
            let fields: Vec<String> = self.typed.iter().map(|field| field.selector.clone()).collect();
            let shown = self.page.values(&fields).await;
            let shown = self.or_stop(shown, "look at the form").await?;
            let mut there = shown.iter().map(Option::is_some);
            self.typed.retain(|_| there.next().unwrap_or(false));
        }
        self.snap(what).await;
        Ok(())
    }

    /// Compares what stands in the form with what was typed: the site may have changed it.
    pub(crate) async fn check_form(&mut self) -> Result<(), Stop> {
        if self.typed.is_empty() {
            return Ok(());
        }
        let fields: Vec<String> = self.typed.iter().map(|field| field.selector.clone()).collect();
        let shown = self.page.values(&fields).await;
        let shown = self.or_stop(shown, "read the form").await?;
        let forms = &self.portal.description.date_forms;
        let wrong = self.typed.iter().zip(shown).find(|(field, shown)| !stands(field, shown.as_deref(), forms));
        let Some((field, shown)) = wrong else { return Ok(()) };
        let (typed, shown) = (field.value.typed(&forms[0]), shown.unwrap_or_default());
        let (selector, shown) = (&field.selector, self.portal.hide(&shown));
        let why = Words::new(
            format!("The form changed what was typed: {selector} should hold {typed:?} but holds {shown:?}. Nothing was saved."),
            format!("表格更改了輸入的內容：{selector} 應為「{typed}」，現為「{shown}」。未有儲存。"),
        );
        Err(Stop::Refused { code: "DH-4106", why })
    }

    /// Looks at the page, and stops at its error page, its sign-in page, or a host that was not granted.
    async fn looked(&mut self) -> Result<Seen, Stop> {
        let pages = &self.portal.description.pages;
        let seen = self.page.look(&pages.signed_out, &pages.refused, pages.trouble.as_deref().unwrap_or_default()).await;
        let seen = self.or_stop(seen, "look at the page").await?;
        if !self.portal.grants(&seen.host) {
            return Err(self.foreign(seen.host));
        }
        if let Some(words) = seen.trouble.first() {
            let words = self.portal.hide(words);
            return Err(Stop::Failed(PortalError::Trouble { portal: self.portal.description.name.clone(), words }));
        }
        if seen.signed_out && self.section != "sign_in" {
            return Err(Stop::SignedOut);
        }
        Ok(seen)
    }

    /// The same, and stops at what the page complains of.
    async fn complaints(&mut self) -> Result<Seen, Stop> {
        let seen = self.looked().await?;
        if seen.refused.is_empty() {
            return Ok(seen);
        }
        let words = self.portal.hide(&seen.refused.join(" / "));
        match self.section {
            "sign_in" => Err(Stop::Failed(PortalError::SignIn { portal: self.portal.description.name.clone(), words })),
            // Lists and old bills have notices of their own, which are not about this bill.
            "search" | "read_back" => Ok(seen),
            _ => Err(self.says_no(&words)),
        }
    }

    pub(crate) async fn expect_signed_in(&mut self) -> Result<(), Stop> {
        let seen = self.complaints().await?;
        if seen.signed_out {
            let words = "its sign-in page is still there".to_owned();
            return Err(Stop::Failed(PortalError::SignIn { portal: self.portal.description.name.clone(), words }));
        }
        Ok(())
    }

    /// A picture of what there is to see, unless a secret is to be seen.
    async fn snap(&mut self, what: &str) {
        if self.stuck || !matches!(self.page.shows_secret(&self.secret_fields).await, Ok(false)) {
            return;
        }
        if let Ok(png) = self.page.picture().await {
            let at: Vec<String> = self.at.iter().map(ToString::to_string).collect();
            self.album.add(&format!("{} {} {what}", self.section.replace('_', " "), at.join(" ")), png).await;
        }
    }

    // --- texts -----------------------------------------------------------------------------------

    /// A selector with its holes filled, by characters that mean nothing in a selector.
    fn selector(&self, template: &Template) -> Result<String, Stop> {
        let text = self.filled(template, |value| value.typed("%Y-%m-%d").replace(['"', '\'', '\\', ']', '\n'], ""))?;
        text.ok_or_else(|| lacking(&template.to_string()))
    }

    fn text(&self, template: &Template) -> Result<Option<String>, Stop> {
        let form = self.portal.description.date_forms[0].clone();
        self.filled(template, |value| value.typed(&form))
    }

    fn filled(&self, template: &Template, shape: impl Fn(&Value) -> String) -> Result<Option<String>, Stop> {
        let mut unfit = None;
        let text = template.fill(|hole| match self.value(hole) {
            Ok(value) => value.map(|value| shape(&value)),
            Err(stop) => {
                unfit = Some(stop);
                None
            }
        });
        unfit.map_or(Ok(text), Err)
    }

    /// What a hole stands for. `None` when there is no such value.
    fn value(&self, hole: &Hole) -> Result<Option<Value>, Stop> {
        let text = |text: &str| Some(Value::Text(text.to_owned()));
        let number = |n: Option<Decimal>| n.map(Value::Number);
        let name = hole.name.as_str();
        let value = match hole.scope.as_str() {
            "setting" => return Ok(self.portal.settings.get(name).and_then(|v| text(v))),
            "secret" => return Ok(self.portal.secrets.get(name).and_then(|v| text(v.expose_secret()))),
            "kept" => self.kept.get(name).and_then(|v| text(v)),
            "row" => self.row.get(name).cloned().flatten().map(Value::Text),
            "found" => self.found.and_then(|record| reading::of_record(record, name)),
            "line" => {
                let Some((index, line)) = self.line.and_then(|i| Some((i, self.lines.get(i)?))) else { return Ok(None) };
                match name {
                    "index" => number(Some(index.into())),
                    "number" => number(Some((index + 1).into())),
                    "quantity" => number(line.quantity),
                    "unit_price" => number(line.unit_price),
                    "amount" => number(Some(line.amount)),
                    "item" => self.portal.settings.get(if line.is_tax { "tax_item" } else { "expense_item" }).and_then(|v| text(v)),
                    _ => text(&line.description),
                }
            }
            _ => self.bill.and_then(|bill| of_bill(bill, name)),
        };
        let free = matches!(name, "memo" | "description");
        match value {
            Some(Value::Text(text)) => {
                values::typeable(&text, free).map(|text| Some(Value::Text(text))).ok_or_else(|| unfit(&hole.to_string()))
            }
            other => Ok(other),
        }
    }

    // --- stops -----------------------------------------------------------------------------------

    fn wait(&self) -> Duration {
        Duration::from_secs(self.portal.description.times.act)
    }

    async fn or_stop<T>(&mut self, done: Result<T, Snag>, doing: &str) -> Result<T, Stop> {
        match done {
            Ok(value) => Ok(value),
            Err(Snag::Lost(why)) => Err(Stop::Lost { doing: doing.to_owned(), why }),
            Err(Snag::Dialog(words)) => Err(self.dialog_refused(&words).await),
            Err(Snag::Late(why)) => {
                self.stuck = true;
                Err(self.page_stop(doing, &why))
            }
            Err(Snag::Missing(why) | Snag::Passing(why) | Snag::Page(why)) => {
                // It may be missing because another page came instead.
                if self.section != "sign_in" && doing != "look at the page" {
                    Box::pin(self.looked()).await?;
                }
                Err(self.page_stop(doing, &why))
            }
        }
    }

    fn page_stop(&self, doing: &str, why: &str) -> Stop {
        let at: Vec<String> = self.at.iter().map(ToString::to_string).collect();
        let doing = format!("{doing} (section {}, act {})", self.section, at.join("."));
        Stop::Page { doing, why: why.to_owned() }
    }

    fn foreign(&self, host: String) -> Stop {
        Stop::Failed(PortalError::Host { portal: self.portal.description.name.clone(), host })
    }

    /// A dialog that nobody expected: its words are kept, and it is answered with no.
    async fn dialog_refused(&self, words: &str) -> Stop {
        let _ = self.page.answer_dialog(false).await;
        self.says_no(&self.portal.hide(words))
    }

    fn says_no(&self, words: &str) -> Stop {
        let title = self.portal.description.title.as_str();
        let why = Words::new(format!("{title} does not take the bill: {words}"), format!("{title} 不接受這張單據：{words}"));
        Stop::Refused { code: "DH-4107", why }
    }

    fn no_option(&self, sought: &str) -> Stop {
        let title = self.portal.description.title.as_str();
        let why = Words::new(
            format!("{sought} is not in the list of {title}. Add it there, or correct the bill. Nothing was saved."),
            format!("{title} 的名單上沒有「{sought}」。請先在該系統新增，或更正單據。未有儲存。"),
        );
        Stop::Refused { code: "DH-4104", why }
    }

    fn several_options(&self, sought: &str, several: &[String]) -> Stop {
        let (title, list) = (self.portal.description.title.as_str(), several.join(" / "));
        let why = Words::new(
            format!("{title} has more than one {sought}: {list}. A person must enter this bill, or remove one. Nothing was saved."),
            format!("{title} 有多於一個「{sought}」：{list}。須由人員輸入，或刪除其一。未有儲存。"),
        );
        Stop::Refused { code: "DH-4105", why }
    }
}

fn of_bill(bill: &Bill, name: &str) -> Option<Value> {
    let text = |text: &str| Some(Value::Text(text.to_owned()));
    match name {
        "key" => text(&bill.key),
        "reference" => text(&bill.reference),
        "supplier_name" => text(&bill.supplier_name),
        "supplier_tax_id" => bill.supplier_tax_id.as_deref().and_then(text),
        "issue_date" => Some(Value::Date(bill.issue_date)),
        "due_date" => bill.due_date.map(Value::Date),
        "currency" => text(&bill.currency),
        "net" => bill.net.map(Value::Number),
        "tax" => bill.tax.map(Value::Number),
        "total" => Some(Value::Number(bill.total)),
        _ => text(&bill.memo),
    }
}

/// Whether a field holds what was typed into it.
fn stands(field: &Typed, shown: Option<&str>, date_forms: &[String]) -> bool {
    let Some(shown) = shown else { return false };
    match &field.value {
        Value::Number(number) => values::number(shown) == Some(*number),
        Value::Date(date) => values::date(shown, date_forms).or_else(|| shown.parse().ok()) == Some(*date),
        Value::Text(text) => {
            let (typed, shown) = (squeeze(text), squeeze(shown));
            typed == shown || (field.free && !shown.is_empty() && typed.starts_with(&shown))
        }
    }
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn lacking(what: &str) -> Stop {
    let why = Words::new(
        format!("The bill lacks {what}, which the form needs. Nothing was saved."),
        format!("單據欠缺表格所需的資料：{what}。未有儲存。"),
    );
    Stop::Refused { code: "DH-4109", why }
}

fn unfit(what: &str) -> Stop {
    let why = Words::new(
        format!("{what} has characters that would press keys in the form. Correct it by hand. Nothing was saved."),
        format!("{what} 含有會在表格觸發按鍵的字元，請以人手更正。未有儲存。"),
    );
    Stop::Refused { code: "DH-4110", why }
}

/// Whether a cell holds this value.
fn holds(cell: Option<&Option<String>>, wanted: &str) -> bool {
    cell.and_then(Option::as_deref).is_some_and(|text| fold_name(text) == fold_name(wanted))
}
