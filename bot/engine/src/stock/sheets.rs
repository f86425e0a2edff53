//! The workbooks of stock: for people who rather read a table than a page.

use ::stock::Sentence;
use ::stock::guard::{ApprovedLine, ManualSheet, RolledBack, Verdict as Fired};
use ::stock::order::Proposal;
use ::stock::policy::{NoOrder, Outcome};
use ::stock::readiness::{Report as Readiness, Verdict};
use chrono::NaiveDate;
use notify::Language;
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive as _;

use super::plan::PlanFile;
use crate::book::{self, Cell, Page, Words};

impl Words {
    pub(super) fn sentence<'a>(&self, sentence: &'a Sentence) -> &'a str {
        self.say(&sentence.en, &sentence.zh)
    }
}

pub(super) fn whole(units: i64) -> Cell {
    u64::try_from(units).map_or_else(|_| Cell::text(units.to_string()), Cell::Count)
}

fn figure(value: f64) -> Cell {
    Decimal::from_f64(value).map_or(Cell::Blank, |value| Cell::Hours(value.round_dp(1)))
}

fn cost(amount: Decimal) -> Cell {
    if amount.is_zero() { Cell::Blank } else { Cell::Money(amount) }
}

const LINE: &[(&str, &str)] = &[
    ("Store", "分店"),
    ("SKU", "貨號"),
    ("Name", "名稱"),
    ("Order, units", "訂購件數"),
    ("Packs", "包數"),
    ("Units in a pack", "每包件數"),
    ("Cost", "成本"),
    ("On the shelf", "現存"),
    ("On its way", "在途"),
    ("Target", "目標"),
    ("Expected a day", "每日預計"),
    ("σ a day", "每日標準差"),
    ("Days to last", "支持天數"),
    ("Class", "類別"),
    ("Why", "原因"),
];

/// One proposal as a workbook.
///
/// # Errors
/// Why it could not be written.
pub fn proposal_sheet(language: Language, of: &Proposal) -> Result<Vec<u8>, String> {
    book::workbook(&proposal(language, of))
}

/// What is to be ordered of one supplier, and what is not.
fn proposal(language: Language, proposal: &Proposal) -> Vec<Page> {
    let words = Words(language);
    let row = |line: &::stock::order::ProposedLine| {
        let (units, packs) = match line.line.outcome {
            Outcome::Order { units, packs } => (units, packs),
            Outcome::NoOrder(_) => (0, 0),
        };
        let told = line.line.explanation.as_ref();
        vec![
            Cell::text(&line.line.id.store),
            Cell::text(&line.line.id.sku),
            Cell::text(&line.name),
            whole(units),
            whole(packs),
            whole(line.rules.pack.units()),
            cost(line.line.cost),
            told.map_or(Cell::Blank, |told| whole(told.position.on_hand)),
            told.map_or(Cell::Blank, |told| whole(told.position.on_order + told.position.in_transit)),
            told.map_or(Cell::Blank, |told| whole(told.target.level)),
            told.map_or(Cell::Blank, |told| figure(told.daily.mean)),
            told.map_or(Cell::Blank, |told| figure(told.daily.sigma)),
            told.map_or(Cell::Blank, |told| figure(told.protection_days)),
            Cell::maybe_text(line.class.map(|class| class.to_string())),
            Cell::text(words.sentence(&line.line.reason)),
        ]
    };
    let (ordering, others): (Vec<_>, Vec<_>) =
        proposal.lines.iter().partition(|line| line.line.outcome.units() > 0);
    let mut sums = vec![Cell::Blank; LINE.len()];
    sums[6] = cost(proposal.total());
    vec![
        Page {
            name: proposal.number.clone(),
            above: vec![
                format!("{} · {}", proposal.number, proposal.supplier.name),
                format!("{} {}", words.say("For", "日期"), proposal.day),
            ],
            headings: words.headings(LINE),
            rows: ordering.into_iter().map(row).collect(),
            sums: vec![sums],
        },
        Page {
            name: words.say("Nothing ordered", "不訂購").to_owned(),
            above: vec![words.say("Lines that order nothing, and why", "不訂購的貨品及原因").to_owned()],
            headings: words.headings(LINE),
            rows: others.into_iter().map(row).collect(),
            sums: Vec::new(),
        },
    ]
}

/// A whole plan: every row of the stock list with its order, or the reason for none.
pub(super) fn plan(language: Language, plan: &PlanFile) -> Vec<Page> {
    let words = Words(language);
    let headings: Vec<(&str, &str)> =
        [("Supplier", "供應商"), ("Outcome", "結果")].into_iter().chain(LINE.iter().copied()).collect();
    let row = |line: &super::plan::PlanLine| {
        let told = line.line.explanation.as_ref();
        let (units, packs, outcome) = match line.line.outcome {
            Outcome::Order { units, packs } if line.automatic => {
                (units, packs, words.say("proposed", "建議訂購"))
            }
            Outcome::Order { units, packs } => (units, packs, words.say("by hand", "人手訂貨")),
            Outcome::NoOrder(reason) => (0, 0, reason.code()),
        };
        vec![
            Cell::maybe_text(line.line.supplier.as_deref()),
            Cell::text(outcome),
            Cell::text(&line.line.id.store),
            Cell::text(&line.line.id.sku),
            Cell::text(&line.name),
            whole(units),
            whole(packs),
            told.map_or(Cell::Blank, |told| whole(told.pack.units())),
            cost(line.line.cost),
            whole(line.on_hand),
            told.map_or(Cell::Blank, |told| whole(told.position.on_order + told.position.in_transit)),
            told.map_or(Cell::Blank, |told| whole(told.target.level)),
            told.map_or(Cell::Blank, |told| figure(told.daily.mean)),
            told.map_or(Cell::Blank, |told| figure(told.daily.sigma)),
            told.map_or(Cell::Blank, |told| figure(told.protection_days)),
            Cell::maybe_text(line.class.map(|class| class.to_string())),
            Cell::text(words.sentence(&line.line.reason)),
        ]
    };
    let reasons = NoOrder::ALL.iter().map(|reason| {
        let count = plan.lines.iter().filter(|line| line.line.outcome == Outcome::NoOrder(*reason)).count();
        let sentence = reason.sentence();
        vec![
            Cell::text(reason.code()),
            Cell::Count(u64::try_from(count).unwrap_or(u64::MAX)),
            Cell::text(words.sentence(&sentence)),
        ]
    });
    vec![
        Page {
            name: words.say("Plan", "計劃").to_owned(),
            above: vec![format!("{} {}", words.say("Replenishment for", "補貨計劃"), plan.day)],
            headings: words.headings(&headings),
            rows: plan.lines.iter().map(row).collect(),
            sums: Vec::new(),
        },
        Page {
            name: words.say("Reasons", "原因").to_owned(),
            above: vec![words.say("Why nothing is ordered, and how often", "不訂購的原因及次數").to_owned()],
            headings: words.headings(&[("Code", "代碼"), ("Lines", "行數"), ("What it means", "說明")]),
            rows: reasons.collect(),
            sums: Vec::new(),
        },
    ]
}

/// The report on readiness, and every defect.
pub(super) fn readiness(language: Language, day: NaiveDate, report: &Readiness) -> Vec<Page> {
    let words = Words(language);
    let verdict = |verdict: Verdict| match verdict {
        Verdict::Pass => words.say("✓ good", "✓ 良好"),
        Verdict::Warn => words.say("? look", "? 請留意"),
        Verdict::Fail => words.say("✕ not ready", "✕ 未能訂貨"),
    };
    let checks = report.checks.iter().map(|check| {
        vec![
            Cell::text(verdict(check.verdict)),
            Cell::text(&check.value),
            Cell::text(&check.limit),
            Cell::text(words.sentence(&check.message)),
            Cell::Count(u64::try_from(check.defects.len()).unwrap_or(u64::MAX)),
        ]
    });
    let defects = report.checks.iter().flat_map(|check| {
        check.defects.iter().map(|defect| {
            vec![
                Cell::maybe_text(defect.store_id.as_deref()),
                Cell::maybe_text(defect.key.as_deref()),
                Cell::maybe_text(defect.field.map(::stock::event::Field::name)),
                Cell::day(defect.day),
                Cell::maybe_text(defect.event_id.map(|id| id.to_string())),
                Cell::text(words.sentence(&defect.message)),
            ]
        })
    });
    vec![
        Page {
            name: words.say("Checks", "檢查").to_owned(),
            above: vec![
                format!("{} {day}", words.say("Data readiness", "數據準備程度")),
                verdict(report.verdict).to_owned(),
            ],
            headings: words.headings(&[
                ("Verdict", "結果"),
                ("Found", "數值"),
                ("Limit", "限度"),
                ("What it means", "說明"),
                ("Defects", "缺陷"),
            ]),
            rows: checks.collect(),
            sums: Vec::new(),
        },
        Page {
            name: words.say("Defects", "缺陷").to_owned(),
            above: vec![
                words.say("Every defect, as precisely as it can be placed", "每項缺陷的位置").to_owned(),
            ],
            headings: words.headings(&[
                ("Store", "分店"),
                ("SKU, supplier or source", "貨號、供應商或來源"),
                ("Field", "欄位"),
                ("Day", "日期"),
                ("Event", "事件"),
                ("What is wrong", "問題"),
            ]),
            rows: defects.collect(),
            sums: Vec::new(),
        },
    ]
}

/// The manual order sheet: count the shelf, read off how many packs.
pub(crate) fn manual(language: Language, sheet: &ManualSheet) -> Vec<Page> {
    let words = Words(language);
    let row = |line: &ApprovedLine| {
        let rungs: Vec<String> =
            line.ladder().iter().map(|rung| format!("≤ {} → {}", rung.up_to, rung.packs)).collect();
        vec![
            Cell::text(&line.supplier),
            Cell::text(&line.store),
            Cell::text(&line.sku),
            Cell::text(&line.name),
            whole(line.target),
            whole(line.pack.units()),
            whole(line.coming),
            Cell::Blank,
            Cell::Blank,
            Cell::text(rungs.join("   ")),
            Cell::Day(line.approved),
        ]
    };
    vec![Page {
        name: words.say("Manual order sheet", "人手訂貨表").to_owned(),
        above: vec![
            format!("{} {}", words.say("Manual order sheet for", "人手訂貨表"), sheet.day),
            words
                .say(
                    "Count the shelf, add what is coming, and read off the packs; or order (target - count - coming) in whole packs.",
                    "點算貨架並加上在途數量，按表訂購包數；或以（目標－點算－在途）計算，按整包訂購。",
                )
                .to_owned(),
        ],
        headings: words.headings(&[
            ("Supplier", "供應商"),
            ("Store", "分店"),
            ("SKU", "貨號"),
            ("Name", "名稱"),
            ("Target", "目標"),
            ("Units in a pack", "每包件數"),
            ("Coming", "在途"),
            ("Counted", "點算"),
            ("Order, packs", "訂購包數"),
            ("On the shelf and coming → packs", "貨架加在途 → 包數"),
            ("Approved", "核准日期"),
        ]),
        rows: sheet.lines.iter().map(row).collect(),
        sums: Vec::new(),
    }]
}

/// An incident: what fired, what was taken back, what stays on its way, and the sheet to order by.
pub(super) fn incident(
    language: Language,
    day: NaiveDate,
    fired: &[Fired],
    back: &[RolledBack],
    sheet: Option<&ManualSheet>,
) -> Vec<Page> {
    let words = Words(language);
    let triggers = fired.iter().map(|verdict| {
        let (owner, second) = verdict.trigger.owners();
        vec![
            Cell::text(verdict.trigger.to_string()),
            Cell::text(words.sentence(&verdict.why)),
            Cell::text(format!("{} / {}", words.sentence(&owner), words.sentence(&second))),
            Cell::text(verdict.subjects.join(", ")),
        ]
    });
    let suggestions = back.iter().flat_map(|back| &back.suggestions).map(|suggestion| {
        vec![
            Cell::text(&suggestion.line.id.store),
            Cell::text(&suggestion.line.id.sku),
            whole(suggestion.line.outcome.units()),
            Cell::text(words.sentence(&suggestion.note)),
        ]
    });
    let mut seen = std::collections::BTreeSet::new();
    let open = back
        .iter()
        .flat_map(|back| &back.open_orders)
        .filter(|order| seen.insert((order.po_id.clone(), order.store.clone(), order.sku.clone())));
    let open = open.map(|order| {
        vec![
            Cell::text(&order.po_id),
            Cell::text(&order.store),
            Cell::text(&order.sku),
            whole(order.units),
            Cell::day(order.due),
        ]
    });
    let mut above = vec![format!("{} {day}", words.say("Incident", "事故"))];
    above.extend(back.iter().map(|back| words.sentence(&back.notice).to_owned()));
    let mut pages = vec![
        Page {
            name: words.say("Triggers", "觸發").to_owned(),
            above,
            headings: words.headings(&[
                ("Trigger", "觸發條件"),
                ("What it says", "說明"),
                ("Who acts", "負責人"),
                ("What it names", "涉及"),
            ]),
            rows: triggers.collect(),
            sums: Vec::new(),
        },
        Page {
            name: words.say("Suggestions", "建議").to_owned(),
            above: vec![
                words
                    .say("Lines that were not sent: suggestions only", "未發出的訂單行，僅供參考")
                    .to_owned(),
            ],
            headings: words.headings(&[
                ("Store", "分店"),
                ("SKU", "貨號"),
                ("Units", "件數"),
                ("Note", "備註"),
            ]),
            rows: suggestions.collect(),
            sums: Vec::new(),
        },
        Page {
            name: words.say("Open orders", "未完成訂單").to_owned(),
            above: vec![
                words
                    .say(
                        "On their way, and left as they are: look through them",
                        "已發出的訂單維持不變，請覆核",
                    )
                    .to_owned(),
            ],
            headings: words.headings(&[
                ("Order", "訂單"),
                ("Store", "分店"),
                ("SKU", "貨號"),
                ("Units", "件數"),
                ("Due", "預計到貨"),
            ]),
            rows: open.collect(),
            sums: Vec::new(),
        },
    ];
    pages.extend(sheet.into_iter().flat_map(|sheet| manual(language, sheet)));
    pages
}
