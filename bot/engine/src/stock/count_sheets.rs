//! The workbook of a stocktake.

use ::stock::stocktake::{Piece, Report};
use chrono::NaiveDate;
use notify::Language;

use super::sheets::whole;
use crate::book::{Cell, Page, Words};

/// A stocktake: what is missing, unknown and misplaced, and the count of every SKU.
pub(super) fn pages(language: Language, day: NaiveDate, report: &Report) -> Vec<Page> {
    let words = Words(language);
    let piece = |what: &str, piece: &Piece, at: Option<&str>| {
        vec![
            Cell::text(what),
            Cell::text(&piece.sku),
            Cell::maybe_text(piece.name.as_deref()),
            Cell::text(&piece.epc),
            Cell::maybe_text(piece.location.as_deref()),
            Cell::maybe_text(at),
        ]
    };
    let missing = report.missing.iter().map(|one| piece(words.say("✕ missing", "✕ 遺失"), one, None));
    let again =
        report.not_yet_read.iter().map(|one| piece(words.say("? walk again", "? 需再讀一次"), one, None));
    let misplaced = report
        .misplaced
        .iter()
        .map(|one| piece(words.say("→ misplaced", "→ 錯放"), &one.piece, one.found_at.as_deref()));
    let unknown = report.unknown.iter().map(|tag| {
        vec![
            Cell::text(words.say("? unknown", "? 不明標籤")),
            Cell::maybe_text(tag.gtin.as_deref()),
            Cell::Blank,
            Cell::text(&tag.epc),
            Cell::Blank,
            Cell::maybe_text(tag.location.as_deref()),
        ]
    });
    let to_look_for = Page {
        name: words.say("To look for", "待跟進").to_owned(),
        above: vec![
            format!("{} {} {day}", words.say("Stocktake", "盤點"), report.store_id),
            words.sentence(&report.summary).to_owned(),
        ],
        headings: words.headings(&[
            ("What", "狀況"),
            ("SKU", "貨號"),
            ("Name", "名稱"),
            ("Tag", "標籤"),
            ("Should be at", "應在"),
            ("Was read at", "讀取位置"),
        ]),
        rows: missing.chain(again).chain(misplaced).chain(unknown).collect(),
        sums: Vec::new(),
    };
    vec![to_look_for, by_sku(&words, report), walks(&words, report), doubts(&words, report)]
}

fn by_sku(words: &Words, report: &Report) -> Page {
    let by_sku = report.by_sku.iter().map(|line| {
        vec![
            Cell::text(&line.sku),
            Cell::maybe_text(line.name.as_deref()),
            whole(line.expected),
            whole(line.counted),
            whole(line.variance),
            Cell::text(if line.is_final { "✓" } else { "?" }),
        ]
    });
    Page {
        name: words.say("By SKU", "按貨號").to_owned(),
        above: vec![words.say("Counted beside expected", "點算與記錄比較").to_owned()],
        headings: words.headings(&[
            ("SKU", "貨號"),
            ("Name", "名稱"),
            ("Expected", "應有"),
            ("Counted", "點算"),
            ("Difference", "差異"),
            ("Settled", "已確定"),
        ]),
        rows: by_sku.collect(),
        sums: Vec::new(),
    }
}

fn walks(words: &Words, report: &Report) -> Page {
    let walks = report.passes.iter().map(|pass| {
        vec![
            Cell::text(&pass.name),
            Cell::Count(pass.reads),
            Cell::Count(pass.tags),
            Cell::Count(pass.unread),
            Cell::maybe_text(
                pass.first_seen.map(|at| at.with_timezone(&::stock::event::hong_kong()).to_rfc3339()),
            ),
        ]
    });
    Page {
        name: words.say("Walks", "讀取記錄").to_owned(),
        above: vec![words.say("The reader's files; keep them", "讀取器檔案，請保留").to_owned()],
        headings: words.headings(&[
            ("File", "檔案"),
            ("Reads", "讀取次數"),
            ("Tags", "標籤"),
            ("Not understood", "未能讀取"),
            ("From", "開始"),
        ]),
        rows: walks.collect(),
        sums: Vec::new(),
    }
}

fn doubts(words: &Words, report: &Report) -> Page {
    let found = report
        .findings
        .iter()
        .map(|finding| vec![Cell::text(&finding.code), Cell::text(words.sentence(&finding.message))]);
    Page {
        name: words.say("Doubts", "疑點").to_owned(),
        above: vec![words.say("What is doubtful about the stocktake itself", "盤點本身的疑點").to_owned()],
        headings: words.headings(&[("Code", "代碼"), ("What", "說明")]),
        rows: found.collect(),
        sums: Vec::new(),
    }
}
