//! What holds between the sections of `deskhand.toml`: where its paths begin, and what contradicts itself.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use anyhow::{Result, bail};

use super::sections::{BlobPlace, Config, MailTransport};

impl Config {
    /// Makes every path absolute from the file's own folder.
    pub(super) fn resolve(&mut self, base: &Path) {
        let base = std::path::absolute(base).unwrap_or_else(|_| base.to_path_buf());
        for path in [&mut self.data, &mut self.workflows, &mut self.models, &mut self.mail.outbox] {
            *path = base.join(&path);
        }
        let own = [&mut self.invoices.labels, &mut self.invoices.kinds, &mut self.blobs.folder];
        for path in own.into_iter().flatten() {
            *path = base.join(&path);
        }
        let shared = [&mut self.database, &mut self.blobs.access_key, &mut self.blobs.secret_key];
        for secret in shared.into_iter().flatten() {
            secret.stand_in(&base);
        }
        for folder in &mut self.folders {
            folder.path = base.join(&folder.path);
        }
        for mailbox in &mut self.mailboxes {
            mailbox.password.stand_in(&base);
            if let Some(root) = &mut mailbox.extra_root {
                *root = base.join(&root);
            }
        }
        if let Some(events) = &mut self.stock.events {
            *events = base.join(&events);
        }
        for feed in self.stock.feeds.values_mut() {
            feed.token.stand_in(&base);
        }
        for calendar in self.calendars.values_mut() {
            *calendar = base.join(&calendar);
        }
        for hook in self.hooks.values_mut() {
            hook.secret.stand_in(&base);
        }
        for portal in self.portals.values_mut() {
            portal.description = base.join(&portal.description);
            for secret in portal.secrets.values_mut() {
                secret.stand_in(&base);
            }
        }
        for folder in self.grants.values_mut().flat_map(|grant| grant.folders.values_mut()) {
            folder.path = base.join(&folder.path);
        }
        for secret in self.secrets.values_mut() {
            secret.stand_in(&base);
        }
        if let Some(password) = &mut self.mail.password {
            password.stand_in(&base);
        }
    }

    /// What the types cannot say.
    pub(super) fn validate(&self) -> Result<()> {
        let BlobPlace { folder, bucket, access_key, secret_key, .. } = &self.blobs;
        if folder.is_some() && bucket.is_some() {
            bail!("[blobs] names a folder and a bucket; files are kept in one of them");
        }
        if bucket.is_some() && (access_key.is_none() || secret_key.is_none()) {
            bail!("[blobs] names a bucket without access_key and secret_key");
        }
        if self.host.lanes.as_ref().is_some_and(Vec::is_empty) {
            bail!("[host] takes no lane; leave `lanes` out, or name one");
        }
        for folder in &self.folders {
            if let Some(portal) = &folder.portal
                && !self.portals.contains_key(portal)
            {
                bail!(
                    "the folder {} posts into `{portal}`, but there is no [portals.{portal}]",
                    folder.path.display()
                );
            }
        }
        for mailbox in &self.mailboxes {
            mailbox.validate()?;
            if let Some(portal) = mailbox.portal.as_ref().filter(|portal| !self.portals.contains_key(*portal))
            {
                bail!(
                    "the mailbox {} posts into `{portal}`, but there is no [portals.{portal}]",
                    mailbox.name
                );
            }
        }
        for (workflow, grant) in &self.grants {
            if let Some(portal) = grant.portals.iter().find(|portal| !self.portals.contains_key(*portal)) {
                bail!("[grants.{workflow}] names the portal `{portal}`, but there is no [portals.{portal}]");
            }
            if let Some(secret) = grant.secrets.iter().find(|secret| !self.secrets.contains_key(*secret)) {
                bail!("[grants.{workflow}] names the secret `{secret}`, but [secrets] has none of that name");
            }
        }
        for (workflow, grant) in &self.grants {
            if let Some(domain) =
                grant.mail.iter().find(|domain| domain.contains(['@', '*', ' ']) || domain.is_empty())
            {
                bail!(
                    "[grants.{workflow}] mail names `{domain}`: write whole domains such as \"shop.example\""
                );
            }
        }
        if self.mail.transport == MailTransport::Smtp && self.mail.host.is_none() {
            bail!("mail.transport is \"smtp\", but mail.host is missing");
        }
        for follower in &self.followers {
            if let Some(state) = follower.states.iter().find(|state| !state.is_final()) {
                bail!("the follower {} waits for the state `{state}`, which is no end", follower.workflow);
            }
        }
        let none = self.limits.iter().find(|limit| limit.at_once == Some(0) || limit.per_minute == Some(0));
        if let Some(limit) = none {
            bail!("[[limits]] of {} lets none of its runs go: write a number from 1", limit.workflow);
        }
        if self.runs.at_once == Some(0) {
            bail!("runs.at_once lets no run go: write a number from 1");
        }
        let mut limited = BTreeSet::new();
        if let Some(twice) = self.limits.iter().find(|limit| !limited.insert(&limit.workflow)) {
            bail!("there are two [[limits]] of {}", twice.workflow);
        }
        let plain = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
        if let Some(name) = self.hooks.keys().find(|name| !plain(name)) {
            bail!("`{name}` cannot name a webhook: use letters, digits, - and _");
        }
        if self
            .holds
            .url
            .as_ref()
            .is_some_and(|url| !url.starts_with("https://") && !url.starts_with("http://"))
        {
            bail!("holds.url is no address: write one that begins with https://");
        }
        if self.holds.every < Duration::from_secs(10) {
            bail!("holds.every is shorter than 10s: nobody's warnings change so fast");
        }
        if self.office.opens >= self.office.closes {
            bail!("office.closes is not after office.opens");
        }
        if self.chase.remind_after >= self.chase.escalate_after {
            bail!("chase.escalate_after is not after chase.remind_after");
        }
        if !["en", "zh-Hant"].contains(&self.mail.language.as_str()) {
            bail!("mail.language is \"en\" or \"zh-Hant\"");
        }
        Ok(())
    }
}
