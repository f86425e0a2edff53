//! Text in the character sets of Hong Kong, Taiwan and mainland tills.

use encoding_rs::{BIG5, Encoding, GB18030, UTF_8};

/// The text of a file, without its byte order mark. `None` when it is no text.
pub(crate) fn decoded(bytes: &[u8]) -> Option<String> {
    let (marked, length) =
        Encoding::for_bom(bytes).map_or((None, 0), |(encoding, length)| (Some(encoding), length));
    let bytes = &bytes[length..];
    let read = |encoding: &'static Encoding| {
        let (text, failed) = encoding.decode_without_bom_handling(bytes);
        let binary = text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
        (!failed && !binary).then(|| text.into_owned())
    };
    match marked {
        Some(encoding) => read(encoding),
        // Big5 read as GB18030 is mostly rare characters, and the other way round: the words of headings tell.
        None => read(UTF_8)
            .or_else(|| [GB18030, BIG5].into_iter().filter_map(read).max_by_key(|text| familiar(text))),
    }
}

/// How many characters are those of the headings and reasons that such files hold.
fn familiar(text: &str) -> usize {
    const WORDS: &str = "的日期時間时间貨号號货品編编碼码分店門门數量数單价價单折扣促銷销退收盤盘點点調调撥拨訂订報报損损標標籤签類类型\
        來来源原因批有效供應应商採购購採期位置名稱称";
    text.chars().filter(|c| WORDS.contains(*c)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_chinese_tills_are_read_in_their_own_character_sets() {
        let traditional = "貨號,分店,日期,數量\nA1,旺角,2026-03-05,2\n";
        let simplified = "货号,门店,日期,数量\nA1,南山,2026-03-05,2\n";
        assert_eq!(decoded(&BIG5.encode(traditional).0).as_deref(), Some(traditional));
        assert_eq!(decoded(&GB18030.encode(simplified).0).as_deref(), Some(simplified));
        assert_eq!(
            decoded(&[b"\xEF\xBB\xBF", traditional.as_bytes()].concat()).as_deref(),
            Some(traditional)
        );
    }
}
