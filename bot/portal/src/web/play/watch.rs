//! What is looked at before and after every act: the form, the page's complaints, the picture.

use super::super::values;
use super::{Play, Stop, Typed};
use crate::browser::{Seen, Snag};
use crate::description::Value;
use crate::{PortalError, Words};

impl Play<'_> {
    /// The form must hold what was typed, and must not complain already: then a complaint after sending is news.
    pub(super) async fn before_sending(&mut self) -> Result<(), Stop> {
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
    pub(super) fn sending<T>(&mut self, done: &Result<T, Snag>) {
        self.sent |= self.section == "submit" && !done.as_ref().is_err_and(Snag::did_nothing);
    }

    /// After whatever may have brought another page.
    pub(super) async fn after(&mut self, what: &str) -> Result<(), Stop> {
        if what == "goto" {
            self.looked().await?
        } else {
            self.complaints().await?
        };
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
        let wrong =
            self.typed.iter().zip(shown).find(|(field, shown)| !stands(field, shown.as_deref(), forms));
        let Some((field, shown)) = wrong else { return Ok(()) };
        let (typed, shown) = (field.value.typed(&forms[0]), shown.unwrap_or_default());
        let (selector, shown) = (&field.selector, self.portal.hide(&shown));
        let why = Words::new(
            format!(
                "The form changed what was typed: {selector} should hold {typed:?} but holds {shown:?}. Nothing was saved."
            ),
            format!("表格更改了輸入的內容：{selector} 應為「{typed}」，現為「{shown}」。未有儲存。"),
        );
        Err(Stop::Refused { code: "DH-4106", why })
    }

    /// Looks at the page, and stops at its error page, its sign-in page, or a host that was not granted.
    pub(super) async fn looked(&mut self) -> Result<Seen, Stop> {
        let pages = &self.portal.description.pages;
        let seen = self
            .page
            .look(&pages.signed_out, &pages.refused, pages.trouble.as_deref().unwrap_or_default())
            .await;
        let seen = self.or_stop(seen, "look at the page").await?;
        if !self.portal.grants(&seen.host) {
            return Err(self.foreign(seen.host));
        }
        if let Some(words) = seen.trouble.first() {
            let words = self.portal.hide(words);
            return Err(Stop::Failed(PortalError::Trouble {
                portal: self.portal.description.name.clone(),
                words,
            }));
        }
        if seen.signed_out && self.section != "sign_in" {
            return Err(Stop::SignedOut);
        }
        Ok(seen)
    }

    /// The same, and stops at what the page complains of.
    pub(super) async fn complaints(&mut self) -> Result<Seen, Stop> {
        let seen = self.looked().await?;
        if seen.refused.is_empty() {
            return Ok(seen);
        }
        let words = self.portal.hide(&seen.refused.join(" / "));
        match self.section {
            "sign_in" => {
                Err(Stop::Failed(PortalError::SignIn { portal: self.portal.description.name.clone(), words }))
            }
            // Lists and old bills have notices of their own, which are not about this bill.
            "search" | "read_back" => Ok(seen),
            _ => Err(self.says_no(&words)),
        }
    }

    pub(crate) async fn expect_signed_in(&mut self) -> Result<(), Stop> {
        let seen = self.complaints().await?;
        if seen.signed_out {
            let words = "its sign-in page is still there".to_owned();
            return Err(Stop::Failed(PortalError::SignIn {
                portal: self.portal.description.name.clone(),
                words,
            }));
        }
        Ok(())
    }

    /// A picture of what there is to see, unless a secret is to be seen.
    pub(super) async fn snap(&mut self, what: &str) {
        if self.stuck || !matches!(self.page.shows_secret(&self.secret_fields).await, Ok(false)) {
            return;
        }
        if let Ok(png) = self.page.picture().await {
            let at: Vec<String> = self.at.iter().map(ToString::to_string).collect();
            self.album.add(&format!("{} {} {what}", self.section.replace('_', " "), at.join(" ")), png).await;
        }
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
