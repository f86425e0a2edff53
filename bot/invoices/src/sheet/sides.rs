//! Words that run downwards beside a block and say whose block it is.

use super::Glyph;

/// Whose block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SideKind {
    Buyer,
    Seller,
    Cipher,
    Remarks,
}

/// A word that runs downwards.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Side {
    pub(crate) kind: SideKind,
    pub(crate) x0: f32,
    pub(crate) y0: f32,
    pub(crate) x1: f32,
    pub(crate) y1: f32,
}

const WORDS: [(&str, SideKind); 15] = [
    ("购买方信息", SideKind::Buyer),
    ("销售方信息", SideKind::Seller),
    ("购货单位", SideKind::Buyer),
    ("销货单位", SideKind::Seller),
    ("购买方", SideKind::Buyer),
    ("销售方", SideKind::Seller),
    ("购方", SideKind::Buyer),
    ("销方", SideKind::Seller),
    ("密码区", SideKind::Cipher),
    ("密码", SideKind::Cipher),
    ("备注", SideKind::Remarks),
    ("购货方", SideKind::Buyer),
    ("销货方", SideKind::Seller),
    ("购买", SideKind::Buyer),
    ("销售", SideKind::Seller),
];

/// Finds the words that run downwards and empties their strips.
pub(super) fn take(strips: &mut [Vec<Glyph>]) -> Vec<Side> {
    let mut sides = upright_strips(strips);
    let mut singles: Vec<usize> = (0..strips.len())
        .filter(|&i| strips[i].len() == 1 && WORDS.iter().any(|(w, _)| w.contains(strips[i][0].l)))
        .collect();
    singles.sort_by(|&a, &b| strips[a][0].y0.total_cmp(&strips[b][0].y0));
    for &(word, kind) in &WORDS {
        while let Some(found) = stacked(strips, &singles, word) {
            sides.push(side(kind, found.iter().map(|&i| strips[i][0])));
            singles.retain(|i| !found.contains(i));
            for i in found {
                strips[i].clear();
            }
        }
    }
    sides
}

/// An OCR engine may give the whole word as one box that is higher than wide.
fn upright_strips(strips: &mut [Vec<Glyph>]) -> Vec<Side> {
    let mut sides = Vec::new();
    for strip in strips.iter_mut() {
        let (Some(first), Some(last)) = (strip.first(), strip.last()) else { continue };
        let text: String = strip.iter().map(|g| g.l).collect();
        let (wide, high) = (last.x1 - first.x0, first.height());
        if high < 1.3 * wide {
            continue;
        }
        if let Some((_, kind)) = WORDS.iter().find(|(w, _)| *w == text) {
            sides.push(side(*kind, strip.iter().copied()));
            strip.clear();
        }
    }
    sides
}

/// The strips of single characters that spell `word` downwards, nothing between them.
fn stacked(strips: &[Vec<Glyph>], singles: &[usize], word: &str) -> Option<Vec<usize>> {
    let letters: Vec<char> = word.chars().collect();
    for &start in singles {
        if strips[start].first().is_none_or(|g| g.l != letters[0]) {
            continue;
        }
        let mut found = vec![start];
        for &letter in &letters[1..] {
            let above = strips[*found.last()?][0];
            let next = singles
                .iter()
                .copied()
                .filter(|&i| below(&above, &strips[i][0]))
                .min_by(|&a, &b| strips[a][0].y0.total_cmp(&strips[b][0].y0));
            match next {
                Some(i) if strips[i][0].l == letter => found.push(i),
                _ => break,
            }
        }
        if found.len() == letters.len() {
            return Some(found);
        }
    }
    None
}

fn below(above: &Glyph, g: &Glyph) -> bool {
    let h = above.height().max(g.height());
    (above.centre() - g.centre()).abs() < 0.6 * h && g.y0 > above.y0 + 0.5 * h && g.y0 - above.y1 < 4.0 * h
}

fn side(kind: SideKind, glyphs: impl Iterator<Item = Glyph>) -> Side {
    let empty = Side { kind, x0: f32::INFINITY, y0: f32::INFINITY, x1: 0.0, y1: 0.0 };
    glyphs.fold(empty, |s, g| Side {
        kind,
        x0: s.x0.min(g.x0),
        y0: s.y0.min(g.y0),
        x1: s.x1.max(g.x1),
        y1: s.y1.max(g.y1),
    })
}
