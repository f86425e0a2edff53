//! A second program read the same text layer; a value counts as confirmed when it stands there in one piece.

use chrono::{Datelike, NaiveDate};
use unicode_normalization::UnicodeNormalization;

use crate::invoice::FieldName;

/// The witness's text, folded once.
pub(crate) struct Witness {
    text: String,
    /// Without blanks, for names.
    solid: String,
}

impl Witness {
    pub(crate) fn new(text: &str) -> Self {
        let text: String =
            text.nfkc().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().to_uppercase();
        let solid = text.chars().filter(|c| !c.is_whitespace()).collect();
        Self { text, solid }
    }

    /// Whether the value stands in the text as a whole token.
    pub(crate) fn confirms(&self, field: FieldName, value: &str) -> bool {
        match field {
            FieldName::IssueDate | FieldName::DueDate => value.parse().is_ok_and(|day| self.has_day(day)),
            field if field.is_money() => self.has_money(value),
            FieldName::CheckCode => self.has_token(value) || self.solid.contains(value),
            FieldName::SellerName | FieldName::BuyerName | FieldName::TotalInWords | FieldName::Remarks => {
                let wanted: String = value.nfkc().filter(|c| !c.is_whitespace()).collect();
                self.solid.contains(&wanted.to_uppercase())
            }
            // Taiwan prints a hyphen that is no part of the number.
            FieldName::InvoiceNumber if taxid::tw::InvoiceNumber::parse(value).is_ok() => {
                let (letters, digits) = value.split_at(2);
                self.has_token(value) || self.has_token(&format!("{letters}-{digits}"))
            }
            _ => self.has_token(value),
        }
    }

    /// One uninterrupted run, with nothing of the same sort right before or after it.
    fn has_token(&self, value: &str) -> bool {
        let value = value.to_uppercase();
        let joins = |c: char| c.is_ascii_alphanumeric();
        !value.is_empty()
            && self.text.match_indices(&value).any(|(at, _)| {
                !self.text[..at].ends_with(joins) && !self.text[at + value.len()..].starts_with(joins)
            })
    }

    fn has_money(&self, value: &str) -> bool {
        let digits = value.trim_start_matches('-');
        let joins = |c: char| c.is_ascii_digit() || c == '.';
        let bare: String = self.text.chars().filter(|c| *c != ',').collect();
        let short = digits.strip_suffix(".00").unwrap_or(digits);
        [digits, short].iter().any(|wanted| {
            bare.match_indices(wanted).any(|(at, _)| {
                !bare[..at].ends_with(joins)
                    && !bare[at + wanted.len()..].starts_with(|c: char| c.is_ascii_digit())
            })
        })
    }

    fn has_day(&self, day: NaiveDate) -> bool {
        let mut found = false;
        let mut rest = self.text.as_str();
        let mut offset = 0;
        // Dates are short: try every place where a digit follows something else.
        while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
            let start = offset + at;
            let end = self.text[start..].char_indices().nth(24).map_or(self.text.len(), |(i, _)| start + i);
            found |= crate::values::date_in(&self.text[start..end])
                .is_some_and(|(d, r)| r.start == 0 && d.date == day);
            let digits = rest[at..].find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len() - at);
            offset += at + digits;
            rest = &self.text[offset..];
            if found {
                return true;
            }
        }
        // An English month stands before its day.
        let months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
        let month = months[day.month0() as usize];
        self.text.match_indices(month).any(|(at, _)| {
            let end = self.text[at..].char_indices().nth(24).map_or(self.text.len(), |(i, _)| at + i);
            crate::values::date_in(&self.text[at..end]).is_some_and(|(d, _)| d.date == day)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Witness;
    use crate::invoice::FieldName;

    #[test]
    fn a_number_glued_to_its_neighbour_is_not_confirmed() {
        let witness = Witness::new("下载次数：125442000000000000017\n发票号码");
        assert!(!witness.confirms(FieldName::InvoiceNumber, "25442000000000000017"));
        let witness = Witness::new("下载次数：1\n25442000000000000017");
        assert!(witness.confirms(FieldName::InvoiceNumber, "25442000000000000017"));
    }

    #[test]
    fn money_and_dates_are_compared_by_value() {
        let witness = Witness::new("¥1,342.50 开票日期: 2025 年03 月05 日 5 Mar 2026, March 7, 2026");
        assert!(witness.confirms(FieldName::Total, "1342.50"));
        assert!(!witness.confirms(FieldName::Total, "342.50"));
        for (day, there) in
            [("2025-03-05", true), ("2026-03-05", true), ("2026-03-07", true), ("2025-03-06", false)]
        {
            assert_eq!(witness.confirms(FieldName::IssueDate, day), there, "{day}");
        }
    }

    #[test]
    fn a_check_code_may_be_printed_in_four_groups() {
        let witness = Witness::new("校 验 码:65431 82477 18471 14698");
        assert!(witness.confirms(FieldName::CheckCode, "65431824771847114698"));
    }
}
