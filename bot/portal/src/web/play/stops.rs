//! Why a play stops, in words.

use std::time::Duration;

use super::{Play, Stop};
use crate::browser::Snag;
use crate::{PortalError, Words};

impl Play<'_> {
    pub(super) fn wait(&self) -> Duration {
        Duration::from_secs(self.portal.description.times.act)
    }

    pub(super) async fn or_stop<T>(&mut self, done: Result<T, Snag>, doing: &str) -> Result<T, Stop> {
        match done {
            Ok(value) => Ok(value),
            Err(Snag::Lost(why)) => {
                self.stuck = true;
                Err(Stop::Lost { doing: doing.to_owned(), why })
            }
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

    pub(super) fn page_stop(&self, doing: &str, why: &str) -> Stop {
        let at: Vec<String> = self.at.iter().map(ToString::to_string).collect();
        let doing = format!("{doing} (section {}, act {})", self.section, at.join("."));
        Stop::Page { doing, why: why.to_owned() }
    }

    pub(super) fn foreign(&self, host: String) -> Stop {
        Stop::Failed(PortalError::Host { portal: self.portal.description.name.clone(), host })
    }

    /// A dialog that nobody expected: its words are kept, and it is answered with no.
    pub(super) async fn dialog_refused(&self, words: &str) -> Stop {
        let _ = self.page.answer_dialog(false).await;
        self.says_no(&self.portal.hide(words))
    }

    pub(super) fn says_no(&self, words: &str) -> Stop {
        let (title, what, zh) = self.names();
        let why = Words::new(
            format!("{title} does not take the {what}: {words}"),
            format!("{title} 不接受這張{zh}：{words}"),
        );
        Stop::Refused { code: "DH-4107", why }
    }

    pub(super) fn no_option(&self, sought: &str) -> Stop {
        let (title, what, zh) = self.names();
        let why = Words::new(
            format!(
                "{sought} is not in the list of {title}. Add it there, or correct the {what}. Nothing was saved."
            ),
            format!("{title} 的名單上沒有「{sought}」。請先在該系統新增，或更正{zh}。未有儲存。"),
        );
        Stop::Refused { code: "DH-4104", why }
    }

    pub(super) fn several_options(&self, sought: &str, several: &[String]) -> Stop {
        let ((title, what, _), list) = (self.names(), several.join(" / "));
        let why = Words::new(
            format!(
                "{title} has more than one {sought}: {list}. A person must enter this {what}, or remove one. Nothing was saved."
            ),
            format!("{title} 有多於一個「{sought}」：{list}。須由人員輸入，或刪除其一。未有儲存。"),
        );
        Stop::Refused { code: "DH-4105", why }
    }

    pub(super) fn lacking(&self, needed: &str) -> Stop {
        let (_, what, zh) = self.names();
        let why = Words::new(
            format!("The {what} lacks {needed}, which the form needs. Nothing was saved."),
            format!("{zh}欠缺表格所需的資料：{needed}。未有儲存。"),
        );
        Stop::Refused { code: "DH-4109", why }
    }

    /// The site's name, and what is entered there in both languages.
    fn names(&self) -> (&str, &str, &str) {
        let description = &self.portal.description;
        (&description.title, &description.what.en, &description.what.zh_hant)
    }
}

pub(super) fn unfit(what: &str) -> Stop {
    let why = Words::new(
        format!(
            "{what} has characters that would press keys in the form. Correct it by hand. Nothing was saved."
        ),
        format!("{what} 含有會在表格觸發按鍵的字元，請以人手更正。未有儲存。"),
    );
    Stop::Refused { code: "DH-4110", why }
}
