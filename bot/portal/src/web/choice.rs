//! Which option of a list is meant.

use crate::compare::fold_name;

/// Separates the parts of an option's text.
const BETWEEN: &[&str] = &["·", "|", ":", "：", ";", "\t", " - ", " – ", "—", " / "];

/// How an option is to be found.
pub(crate) enum Wanted<'a> {
    /// Its whole text.
    Equals(&'a str),
    /// One of its parts.
    Part(&'a str),
    /// Its place from 1.
    Nth(usize),
}

/// What the list has.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Chosen {
    /// The place of the one option, from 0.
    One(usize),
    /// No such option.
    None,
    /// These options are all meant.
    Several(Vec<String>),
}

impl Chosen {
    /// The option that has this part, where not exactly one was found.
    pub(crate) fn or(self, options: &[(String, String)], part: Option<&str>) -> Self {
        match (self, part) {
            (Self::None | Self::Several(_), Some(part)) => choose(options, &Wanted::Part(part)),
            (chosen, _) => chosen,
        }
    }
}

/// Finds the one option that is meant. Options without a value only invite to choose, and never count.
///
/// A part must be whole: `ABC` does not choose `ABC Holdings`, for that is another company.
pub(crate) fn choose(options: &[(String, String)], wanted: &Wanted<'_>) -> Chosen {
    let real = options.iter().enumerate().filter(|(_, (_, value))| !value.is_empty());
    let hits: Vec<(usize, &String)> = match wanted {
        Wanted::Nth(nth) => real.skip(nth - 1).take(1).map(|(i, (text, _))| (i, text)).collect(),
        Wanted::Equals(whole) => real
            .filter(|(_, (text, _))| fold_name(text) == fold_name(whole))
            .map(|(i, (text, _))| (i, text))
            .collect(),
        Wanted::Part(part) => {
            real.filter(|(_, (text, _))| has_part(text, part)).map(|(i, (text, _))| (i, text)).collect()
        }
    };
    match hits.as_slice() {
        [] => Chosen::None,
        [(index, _)] => Chosen::One(*index),
        several => Chosen::Several(several.iter().map(|(_, text)| (*text).clone()).collect()),
    }
}

fn has_part(text: &str, part: &str) -> bool {
    let wanted = fold_name(part);
    !wanted.is_empty() && (fold_name(text) == wanted || parts(text).iter().any(|p| fold_name(p) == wanted))
}

fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![text.to_owned()];
    for between in BETWEEN {
        parts = parts.iter().flat_map(|part| part.split(between)).map(str::to_owned).collect();
    }
    // `Name (70000011)`: a number in brackets at the end is a part; a place in brackets belongs to the name.
    let bracketed: Vec<String> = parts
        .iter()
        .filter_map(|part| {
            let (name, number) = part.trim().strip_suffix([')', '）'])?.rsplit_once(['(', '（'])?;
            (number.chars().filter(char::is_ascii_digit).count() >= 5)
                .then(|| [name.to_owned(), number.to_owned()])
        })
        .flatten()
        .collect();
    parts.extend(bracketed);
    parts
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::by_number("70000011", Chosen::One(1))]
    #[case::by_name("維港文儀(虛構)有限公司", Chosen::One(1))]
    #[case::not_the_holding("ABC", Chosen::One(2))]
    #[case::not_a_part_of_a_name("Holdings", Chosen::None)]
    #[case::number_in_brackets("70000077", Chosen::One(4))]
    #[case::name_before_a_number("DEF (Hong Kong)", Chosen::One(4))]
    #[case::not_without_its_place("DEF", Chosen::None)]
    #[case::twice("GHI", Chosen::Several(vec!["V-5: GHI".into(), "V-6: GHI".into()]))]
    #[case::the_invitation("Choose", Chosen::None)]
    fn the_wrong_supplier_is_never_chosen(#[case] part: &str, #[case] expected: Chosen) {
        let options: Vec<(String, String)> = [
            ("Choose", ""),
            ("維港文儀（虛構）有限公司 · 70000011", "1"),
            ("V-2: ABC", "2"),
            ("V-3: ABC Holdings", "3"),
            ("DEF (Hong Kong) (70000077)", "4"),
            ("V-5: GHI", "5"),
            ("V-6: GHI", "6"),
        ]
        .map(|(text, value)| (text.to_owned(), value.to_owned()))
        .into();
        assert_eq!(choose(&options, &Wanted::Part(part)), expected);
    }

    #[test]
    fn goods_without_an_item_of_their_own_are_other_goods() {
        let item = |name: &str, id: &str| (format!("Inventory: {name} | Material"), id.to_owned());
        let options = [
            item("Other goods 其他貨品", "1"),
            item("TEA-01 · Tieguanyin 125 g", "2"),
            item("TEA-1 · 茶", "3"),
        ];
        let chosen = |code| choose(&options, &Wanted::Part(code)).or(&options, Some("Other goods 其他貨品"));
        assert_eq!(chosen("TEA-01"), Chosen::One(1));
        assert_eq!(chosen("TEA-02"), Chosen::One(0));
        assert_eq!(chosen("Inventory"), Chosen::One(0), "what every option has tells nothing");
        assert_eq!(choose(&options, &Wanted::Part("TEA-02")).or(&options, None), Chosen::None);
    }

    #[test]
    fn a_place_in_the_list_does_not_count_the_invitation() {
        let options = [("---".to_owned(), String::new()), ("Cash".to_owned(), "1".to_owned())];
        assert_eq!(choose(&options, &Wanted::Nth(1)), Chosen::One(1));
        assert_eq!(choose(&options, &Wanted::Nth(2)), Chosen::None);
        assert_eq!(choose(&options, &Wanted::Equals("cash")), Chosen::One(1));
    }
}
