use super::Kind;
use super::folded::Folded;
use crate::bank::luhn;
use crate::cn::{ResidentId, Uscc, birth_of_15, province};
use crate::hk::check_character;

const PERSON_LABELS: [&str; 11] = [
    "身份證",
    "身份证",
    "身分證",
    "身分证",
    "證件",
    "证件",
    "hkid",
    "hkic",
    "id card",
    "identity card",
    "id",
];
const PHONE_LABELS: [&str; 17] = [
    "電話",
    "电话",
    "手機",
    "手机",
    "流動",
    "致電",
    "聯絡",
    "联系方式",
    "傳真",
    "传真",
    "tel",
    "telephone",
    "phone",
    "mobile",
    "whatsapp",
    "fax",
    "cell",
];
/// A number after one of these is an order, an invoice or a registration, not a phone.
const OTHER_LABELS: [&str; 12] =
    ["brn", "br", "invoice", "inv", "order", "ref", "po", "編號", "编号", "登記證", "訂單", "发票"];

/// The number of a person that begins at this character: where it ends, and what it is.
pub(super) fn find_at(text: &Folded<'_>, at: usize) -> Option<(usize, Kind)> {
    let first = text.get(at);
    if at > 0 && text.get(at - 1).is_ascii_alphanumeric() {
        return None;
    }
    if first == b'+' || first == b'(' {
        return phone_with_country(text, at);
    }
    if !first.is_ascii_alphanumeric() {
        return None;
    }
    let end = run_end(text, at);
    email(text, at)
        .or_else(|| identity(text, at, end))
        .or_else(|| hkid(text, at, end))
        .or_else(|| if first.is_ascii_digit() { digits(text, at) } else { None })
}

fn run_end(text: &Folded<'_>, at: usize) -> usize {
    at + text.bytes()[at..].iter().take_while(|b| b.is_ascii_alphanumeric()).count()
}

fn email(text: &Folded<'_>, at: usize) -> Option<(usize, Kind)> {
    let local = text.bytes()[at..]
        .iter()
        .take(64)
        .take_while(|b| b.is_ascii_alphanumeric() || b"._%+-".contains(b))
        .count();
    if text.get(at + local) != b'@' {
        return None;
    }
    let host_at = at + local + 1;
    let host =
        text.bytes()[host_at..].iter().take_while(|b| b.is_ascii_alphanumeric() || b".-".contains(b)).count();
    let trimmed =
        text.bytes()[host_at..host_at + host].iter().rev().take_while(|b| b".-".contains(b)).count();
    let end = host_at + host - trimmed;
    text.bytes()[host_at..end].contains(&b'.').then_some((end, Kind::Email))
}

/// The numbers of one unbroken word: resident ids and the taxpayer numbers made of them.
fn identity(text: &Folded<'_>, at: usize, end: usize) -> Option<(usize, Kind)> {
    let length = end - at;
    if !(15..=20).contains(&length) {
        return None;
    }
    let word = String::from_utf8(text.capitals(at, end)).ok()?;
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let is_person = |id: &str| ResidentId::parse(id).is_ok();
    let kind = match length {
        // Some numbers of people also pass as a company's code: what may be a person's is masked.
        18 if is_person(&word) => Kind::ResidentId,
        18 if Uscc::check(word.as_bytes()).is_ok() => return None,
        18 if digits >= 17
            && word.bytes().take(17).all(|b| b.is_ascii_digit())
            && labelled(text, at, &PERSON_LABELS) =>
        {
            Kind::ResidentId
        }
        20 if is_person(&word[..18]) => Kind::TaxId,
        19 if word.starts_with('L') && is_person(&word[1..]) => Kind::TaxId,
        17 if digits == 17 && province(&word[..2]).is_some() && birth_of_15(&word).is_some() => Kind::TaxId,
        15 if digits == 15 && birth_of_15(&word).is_some() && labelled(text, at, &PERSON_LABELS) => {
            Kind::ResidentId
        }
        _ => return None,
    };
    Some((end, kind))
}

/// `AB987654(3)`, `G123456A`, and beside a label also what fails its check: OCR misreads one character easily.
fn hkid(text: &Folded<'_>, at: usize, end: usize) -> Option<(usize, Kind)> {
    let letters = text.bytes()[at..end].iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let body_end = at + letters + 6;
    if !(1..=2).contains(&letters)
        || end < body_end
        || !text.bytes()[at + letters..body_end].iter().all(u8::is_ascii_digit)
    {
        return None;
    }
    let is_check = |c: u8| c.is_ascii_digit() || c.eq_ignore_ascii_case(&b'A');
    let blank = usize::from(text.get(body_end) == b' ');
    let (check, after, bracketed) = if end == body_end + 1 && is_check(text.get(body_end)) {
        (text.get(body_end), end, false)
    } else if end == body_end
        && text.get(end + blank) == b'('
        && is_check(text.get(end + blank + 1))
        && text.get(end + blank + 2) == b')'
    {
        (text.get(end + blank + 1), end + blank + 3, true)
    } else {
        // The card's number without its check character is masked only beside a label.
        return (end == body_end && labelled(text, at, &PERSON_LABELS)).then_some((end, Kind::Hkid));
    };
    let labelled = labelled(text, at, &PERSON_LABELS);
    let capitals = text.bytes()[at..at + letters].iter().all(u8::is_ascii_uppercase);
    let holds = check_character(&text.capitals(at, body_end)) == check.to_ascii_uppercase();
    ((holds && (capitals || bracketed)) || labelled).then_some((after, Kind::Hkid))
}

/// Groups of digits parted by one blank or hyphen.
struct DigitGroups {
    digits: Vec<u8>,
    /// The length of each group, and where it ends.
    ends: Vec<(usize, usize)>,
    hyphens: bool,
}

impl DigitGroups {
    fn at(text: &Folded<'_>, start: usize) -> Self {
        let (mut digits, mut ends, mut hyphens, mut at) = (Vec::new(), Vec::new(), false, start);
        loop {
            let length =
                text.bytes().get(at..).unwrap_or(&[]).iter().take_while(|b| b.is_ascii_digit()).count();
            if length == 0 || digits.len() + length > 24 || text.get(at + length).is_ascii_alphabetic() {
                break;
            }
            digits.extend_from_slice(&text.bytes()[at..at + length]);
            at += length;
            ends.push((length, at));
            if !matches!(text.get(at), b' ' | b'-') || !text.get(at + 1).is_ascii_digit() {
                break;
            }
            hyphens |= text.get(at) == b'-';
            at += 1;
        }
        Self { digits, ends, hyphens }
    }

    fn lengths(&self, count: usize) -> Vec<usize> {
        self.ends.iter().take(count).map(|(length, _)| *length).collect()
    }

    /// The first so many groups alone.
    fn first(&self, count: usize) -> (&[u8], usize) {
        let length: usize = self.lengths(count).iter().sum();
        (&self.digits[..length], self.ends[count - 1].1)
    }
}

/// Phones and cards, the longest reading first.
fn digits(text: &Folded<'_>, at: usize) -> Option<(usize, Kind)> {
    let groups = DigitGroups::at(text, at);
    for count in (1..=groups.ends.len()).rev() {
        let (digits, end) = groups.first(count);
        let lengths = groups.lengths(count);
        if is_card(digits, &lengths) {
            return Some((end, Kind::Card));
        }
        if is_phone(digits, &lengths) {
            return Some((end, Kind::Phone));
        }
        if (7..=12).contains(&digits.len()) && labelled(text, at, &PHONE_LABELS) {
            return Some((end, Kind::Phone));
        }
        // A local mobile number as people write it: 9123 4567.
        let mobile =
            lengths == [4, 4] && matches!(digits[0], b'5' | b'6' | b'9') && !digits.starts_with(b"999");
        if mobile
            && !groups.hyphens
            && groups.ends.len() == 2
            && !labelled(text, at, &OTHER_LABELS)
            && !numbered(text, at)
        {
            return Some((end, Kind::Phone));
        }
    }
    None
}

/// Mainland mobiles, numbers with an area code, numbers with Hong Kong's code.
fn is_phone(digits: &[u8], lengths: &[usize]) -> bool {
    let local = |d: &[u8]| d.len() == 8 && matches!(d[0], b'2'..=b'9');
    let mobile = digits.len() == 11
        && digits[0] == b'1'
        && matches!(digits[1], b'3'..=b'9')
        && matches!(lengths, [11] | [3, 4, 4] | [4, 3, 4]);
    let mainland = digits
        .strip_prefix(b"86")
        .is_some_and(|d| d.len() == 11 && d[0] == b'1' && matches!(d[1], b'3'..=b'9'));
    let hong_kong = [&b"852"[..], b"00852"].iter().any(|code| digits.strip_prefix(*code).is_some_and(local));
    let shape =
        matches!(lengths, [3 | 4, 7 | 8] | [3 | 4, 3 | 4, 4] | [2, 4, 4] | [2, 8] | [4, 3, 3] | [4, 6]);
    let area = digits[0] == b'0' && digits.get(1).is_some_and(|d| *d != b'0') && shape;
    mobile || mainland || hong_kong || area
}

fn is_card(digits: &[u8], lengths: &[usize]) -> bool {
    let shape = match lengths {
        [_] => true,
        [groups @ .., last] => groups.iter().all(|length| *length == 4) && *last <= 4,
        [] => false,
    };
    let issuer = match digits {
        [b'6', b'2', ..] => (16..=19).contains(&digits.len()),
        [b'4', ..] | [b'5', b'1'..=b'5', ..] => digits.len() == 16,
        [b'3', b'4' | b'7', ..] => digits.len() == 15,
        _ => false,
    };
    shape && issuer && luhn(digits)
}

/// `+852 6123 4567`, `(852) 3102 8888`, `+44 20 7946 0000`.
fn phone_with_country(text: &Folded<'_>, at: usize) -> Option<(usize, Kind)> {
    let bracket = text.get(at) == b'(';
    let plus = usize::from(text.get(at + usize::from(bracket)) == b'+');
    let groups = DigitGroups::at(text, at + usize::from(bracket) + plus);
    if bracket {
        let (code, close) = groups.ends.first().map(|_| groups.first(1))?;
        if text.get(close) != b')' || !matches!(code, b"852" | b"86" | b"853" | b"886") {
            return None;
        }
        let next = close + 1 + usize::from(text.get(close + 1) == b' ');
        let rest = DigitGroups::at(text, next);
        let (digits, end) =
            (1..=rest.ends.len()).map(|n| rest.first(n)).find(|(d, _)| (8..=11).contains(&d.len()))?;
        return (!digits.is_empty()).then_some((end, Kind::Phone));
    }
    // As many groups as a number can have: at most 15 digits.
    let count = (1..=groups.ends.len()).rev().find(|n| (8..=15).contains(&groups.first(*n).0.len()))?;
    // Behind a known code the number has a known length, whatever digits follow it.
    let exact = |n: &usize| {
        let (digits, _) = groups.first(*n);
        (digits.starts_with(b"852") && digits.len() == 11)
            || (digits.starts_with(b"86") && digits.len() == 13)
    };
    let count = (1..=groups.ends.len()).find(exact).unwrap_or(count);
    Some((groups.first(count).1, Kind::Phone))
}

/// One of the labels stands directly before. Latin labels are whole words.
fn labelled(text: &Folded<'_>, at: usize, labels: &[&str]) -> bool {
    let before = text.label_before(at);
    labels.iter().any(|label| {
        before
            .strip_suffix(label)
            .is_some_and(|rest| !label.is_ascii() || !rest.ends_with(|c: char| c.is_ascii_alphanumeric()))
    })
}

/// "No." or 號碼 directly before, without a phone's label.
fn numbered(text: &Folded<'_>, at: usize) -> bool {
    let before = text.text_before(at);
    ["號碼", "号码", "no", "no.", "number"]
        .iter()
        .any(|word| before.trim_end_matches([' ', ':', '：', '#']).ends_with(word))
}
