//! Candidates for each field, from every source, and how they become one [`Field`] with its evidence.

use std::collections::BTreeMap;

use documents::{BBox, Source};

use crate::check::POSTING;
use crate::finding::{finding, name};
use crate::invoice::{Field, FieldName, Finding, OtherReading, Severity};

/// How surely a candidate belongs to its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    /// A label that leaves no doubt, or data with named fields.
    Certain,
    /// A label that is also used for other things.
    Likely,
    /// A place without a label.
    Placed,
}

/// One value that one source gave for a field.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Candidate {
    pub(crate) value: String,
    pub(crate) raw: String,
    pub(crate) page: u32,
    pub(crate) bbox: Option<BBox>,
    pub(crate) confidence: f64,
    pub(crate) source: Source,
    pub(crate) rank: Rank,
}

impl Candidate {
    /// A value that the law of the place gives, printed or not.
    pub(crate) fn by_law(value: &str) -> Self {
        Self {
            value: value.to_owned(),
            raw: String::new(),
            page: 1,
            bbox: None,
            confidence: 0.999,
            source: Source::Derived,
            rank: Rank::Certain,
        }
    }
}

/// Everything that was found for the fields of one paper.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    by_field: BTreeMap<FieldName, Vec<Candidate>>,
    pub(crate) findings: Vec<Finding>,
}

impl Gathered {
    pub(crate) fn add(&mut self, field: FieldName, candidate: Candidate) {
        if !candidate.value.is_empty() {
            self.by_field.entry(field).or_default().push(candidate);
        }
    }

    pub(crate) fn has(&self, field: FieldName) -> bool {
        self.by_field.contains_key(&field)
    }

    /// Lets the candidates of one field stand for another that has none.
    pub(crate) fn promote(&mut self, from: FieldName, to: FieldName) {
        if !self.has(to)
            && let Some(candidates) = self.by_field.remove(&from)
        {
            self.by_field.insert(to, candidates);
        }
    }

    /// The value that would be chosen now.
    pub(crate) fn value(&self, field: FieldName) -> Option<&str> {
        self.by_field.get(&field).and_then(|c| best(c)).map(|c| c.value.as_str())
    }

    /// One field each, and a finding where one source says two things.
    pub(crate) fn settle(mut self) -> (BTreeMap<FieldName, Field>, Vec<Finding>) {
        let mut fields = BTreeMap::new();
        for (field, candidates) in &self.by_field {
            let Some(chosen) = best(candidates) else { continue };
            let rivals = rivals(chosen, candidates);
            if !rivals.is_empty() {
                self.findings.push(disagreement(*field, chosen, &rivals));
            }
            if chosen.rank == Rank::Placed && chosen.source != Source::Derived && POSTING.contains(field) {
                self.findings.push(unlabelled(*field));
            }
            fields.insert(*field, with_evidence(chosen, candidates, &rivals));
        }
        (fields, self.findings)
    }
}

/// The best source's most certain candidate; on a tie, the surest.
fn best(candidates: &[Candidate]) -> Option<&Candidate> {
    candidates.iter().min_by(|a, b| {
        (a.source, a.rank).cmp(&(b.source, b.rank)).then(b.confidence.total_cmp(&a.confidence))
    })
}

/// Candidates that are as certain as the chosen one and say something else.
fn rivals<'a>(chosen: &Candidate, candidates: &'a [Candidate]) -> Vec<&'a Candidate> {
    let mut out: Vec<&Candidate> = Vec::new();
    for c in candidates.iter().filter(|c| c.value != chosen.value && c.rank <= chosen.rank) {
        if !out.iter().any(|o| o.value == c.value && o.source == c.source) {
            out.push(c);
        }
    }
    out
}

fn with_evidence(chosen: &Candidate, candidates: &[Candidate], rivals: &[&Candidate]) -> Field {
    let mut agrees: Vec<Source> = Vec::new();
    for c in candidates.iter().filter(|c| c.value == chosen.value && c.source != chosen.source) {
        if !agrees.contains(&c.source) {
            agrees.push(c.source);
        }
    }
    agrees.sort();
    // A code has no place of its own worth showing where the value is also printed.
    let shown = candidates
        .iter()
        .filter(|c| c.value == chosen.value && c.bbox.is_some())
        .min_by_key(|c| (c.source == Source::Qr, c.rank))
        .unwrap_or(chosen);
    let mut doubt = 1.0 - chosen.confidence;
    for source in &agrees {
        let surest = candidates
            .iter()
            .filter(|c| c.value == chosen.value && c.source == *source)
            .map(|c| c.confidence)
            .fold(0.0, f64::max);
        doubt *= 1.0 - surest;
    }
    if !rivals.is_empty() {
        doubt = (doubt + 0.4).min(0.9);
    }
    Field {
        value: chosen.value.clone(),
        raw: shown.raw.clone(),
        page: shown.page,
        bbox: shown.bbox,
        confidence: rounded(1.0 - doubt),
        source: chosen.source,
        agrees,
        others: rivals.iter().map(|c| OtherReading { source: c.source, value: c.value.clone() }).collect(),
        remembered: None,
    }
}

/// Never quite 1 unless a person says so; three digits are all that is known.
pub(crate) fn rounded(confidence: f64) -> f64 {
    (confidence.clamp(0.0, 0.999) * 1000.0).round() / 1000.0
}

/// However well it was read: that it is this field is only concluded from its place.
fn unlabelled(field: FieldName) -> Finding {
    let (en, zh) = name(field);
    finding(
        "DH-2320",
        Severity::Review,
        &[field],
        format!("The {en} stands without a label; that it is the {en} was concluded from its place."),
        format!("{zh}沒有標籤，只由位置推斷。"),
    )
}

fn disagreement(field: FieldName, chosen: &Candidate, rivals: &[&Candidate]) -> Finding {
    let (en, zh) = name(field);
    let coded = chosen.source == Source::Qr || rivals.iter().any(|r| r.source == Source::Qr);
    if coded {
        return finding(
            "DH-2301",
            Severity::Review,
            &[field],
            format!("The QR code and the print give different values for the {en}."),
            format!("二維碼與印刷的{zh}不一致。"),
        );
    }
    finding(
        "DH-2302",
        Severity::Review,
        &[field],
        format!("The paper gives more than one value for the {en}."),
        format!("文件上有多於一個{zh}。"),
    )
}

#[cfg(test)]
mod tests {
    use documents::Source;

    use super::{Candidate, Gathered, Rank};
    use crate::invoice::FieldName;

    fn candidate(value: &str, source: Source, rank: Rank) -> Candidate {
        Candidate {
            value: value.into(),
            raw: value.into(),
            page: 1,
            bbox: None,
            confidence: 0.95,
            source,
            rank,
        }
    }

    #[test]
    fn the_code_outranks_the_print_and_a_difference_is_found() {
        let mut g = Gathered::default();
        g.add(FieldName::Total, candidate("12.00", Source::OcrPpocr, Rank::Certain));
        g.add(FieldName::Total, candidate("72.00", Source::Qr, Rank::Certain));
        let (fields, findings) = g.settle();
        assert_eq!(fields[&FieldName::Total].value, "72.00");
        assert_eq!(fields[&FieldName::Total].others[0].value, "12.00");
        assert_eq!(findings[0].code, "DH-2301");
    }

    #[test]
    fn agreement_makes_a_value_surer() {
        let mut g = Gathered::default();
        g.add(FieldName::Total, candidate("12.00", Source::TextLayer, Rank::Certain));
        g.add(FieldName::Total, candidate("12.00", Source::Qr, Rank::Certain));
        let (fields, findings) = g.settle();
        assert_eq!(fields[&FieldName::Total].agrees, [Source::TextLayer]);
        assert!(fields[&FieldName::Total].confidence > 0.99);
        assert!(findings.is_empty());
    }

    #[test]
    fn a_doubtful_label_does_not_rival_a_certain_one() {
        let mut g = Gathered::default();
        g.add(FieldName::IssueDate, candidate("2026-01-02", Source::TextLayer, Rank::Likely));
        g.add(FieldName::IssueDate, candidate("2026-01-01", Source::TextLayer, Rank::Certain));
        let (fields, findings) = g.settle();
        assert_eq!(fields[&FieldName::IssueDate].value, "2026-01-01");
        assert!(findings.is_empty());
    }

    #[test]
    fn two_certain_values_are_never_chosen_between_in_silence() {
        let mut g = Gathered::default();
        g.add(FieldName::InvoiceNumber, candidate("A-1", Source::TextLayer, Rank::Certain));
        g.add(FieldName::InvoiceNumber, candidate("A-2", Source::TextLayer, Rank::Certain));
        assert_eq!(g.settle().1[0].code, "DH-2302");
    }
}
