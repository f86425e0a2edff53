//! CJK radicals that stand for whole characters.
//!
//! Some programs that write PDFs name the glyph of 民 by its radical ⺠. NFKC folds the Kangxi radicals, not those of the
//! supplement; which character each stands for is Unicode's `EquivalentUnifiedIdeograph`.

use std::collections::HashMap;
use std::sync::LazyLock;

const RADICALS: &str = "\
    ⺁⺂⺃⺄⺅⺆⺈⺉⺊⺌⺍⺎⺏⺐⺒⺓⺔⺖⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺴⺶⺹⺺⺻⺼ \
    ⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻈⻉⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳";
const CHARACTERS: &str = "\
    厂乛乚乙亻冂刀刂卜小小兀尣尢巳幺彑忄扌攵旡日月歺母民氵氺灬爫爫丬牛犭王疋目示礻竹糹纟罓罒冗羊耂肀聿肉 \
    臼艹艹艹虎衤覀西见角讠贝车辶辶辶邑钅長镸长门阝雨青韦页风飞食飠饣马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟";

static EQUIVALENT: LazyLock<HashMap<char, char>> =
    LazyLock::new(|| RADICALS.chars().zip(CHARACTERS.chars()).collect());

/// The character that a radical stands for; any other character itself.
pub(super) fn unified(c: char) -> char {
    if ('\u{2e80}'..='\u{2ef3}').contains(&c) { EQUIVALENT.get(&c).copied().unwrap_or(c) } else { c }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_radical_is_read_as_its_character() {
        assert_eq!(RADICALS.chars().count(), CHARACTERS.chars().count());
        assert_eq!("中華⺠國⻑⻄".chars().map(unified).collect::<String>(), "中華民國長西");
    }
}
