#![expect(clippy::unwrap_used, reason = "a test may panic")]

use rstest::rstest;

use super::*;

const LEDGER: &str = include_str!("../../../../workflows/portals/ledger.toml");
const DJANGO: &str = include_str!("../../../../workflows/portals/django_ledger.toml");
const ORDERS: &str = include_str!("../../../../workflows/portals/ledger_orders.toml");
const DJANGO_ORDERS: &str = include_str!("../../../../workflows/portals/django_ledger_orders.toml");

#[test]
fn the_descriptions_that_ship_are_understood() {
    let ledger = Description::parse("ledger.toml", LEDGER).unwrap();
    assert_eq!(ledger.secrets().collect::<Vec<_>>(), ["password", "user"]);
    let django = Description::parse("django_ledger.toml", DJANGO).unwrap();
    assert_eq!(django.settings()["entity"], "e2e");
    assert_eq!((ledger.what.en, django.what.zh_hant), ("bill".to_owned(), "單據".to_owned()));
    for text in [ORDERS, DJANGO_ORDERS] {
        assert_eq!(
            Description::parse("orders.toml", text).unwrap().what,
            Words::new("purchase order", "採購單")
        );
    }
}

#[rstest]
#[case::unknown_act(
    "{ click = \"#save\" }",
    "{ press = \"#save\" }",
    ", section submit: act 1: exactly one of"
)]
#[case::unknown_key(
    "optional = true },\n  { type = \"#tax\"",
    "option = true },\n  { type = \"#tax\"",
    ", section fill: act 7: unknown field `option`"
)]
#[case::unknown_value("{bill.total}", "{bill.sum}", ", section fill: act 9: {bill.sum} is not known here")]
#[case::open_hole("{bill.total}", "{bill.total", ", section fill: act 9: a hole is not closed")]
#[case::secret_in_a_form(
    "\"{bill.memo}\"",
    "\"{secret.password}\"",
    ", section fill: act 11: {secret.password} is not known here"
)]
#[case::secret_in_an_address(
    "goto = \"/login\"",
    "goto = \"/login?{secret.user}\"",
    ", section sign_in: act 1: a secret may only be typed"
)]
#[case::line_outside(
    "{ type = \"#memo\", text = \"{bill.memo}\"",
    "{ type = \"#memo\", text = \"{line.amount}\"",
    "{line.amount} is not known here"
)]
#[case::inside_lines(
    "text = \"{line.amount}\"",
    "text = \"{line.price}\"",
    ", section fill: act 10: inner act 5: {line.price}"
)]
#[case::two_ways(
    "contains = \"{bill.supplier_tax_id}\"",
    "contains = \"a\", equals = \"b\"",
    "choose takes exactly one of"
)]
#[case::nothing_to_compare("keep = \"total\"", "keep = \"sum\"", "")]
#[case::odd_cell(
    "total = \"td.total\"",
    "sum = \"td.total\"",
    ", section search: act 5: a cell is called \"sum\""
)]
#[case::unknown_section("title = ", "titel = ", "unknown field `titel`")]
fn a_wrong_description_says_where_it_is_wrong(#[case] from: &str, #[case] to: &str, #[case] said: &str) {
    assert!(LEDGER.contains(from), "{from}");
    let text = LEDGER.replacen(from, to, 1);
    match Description::parse("ledger.toml", &text) {
        Err(error) => {
            let words = error.to_string();
            assert!(words.starts_with("DH-4002: The portal description ledger.toml is wrong"), "{words}");
            assert!(words.contains(said), "{words}");
        }
        // The search reads the total too, so that it can still be compared.
        Ok(_) => assert!(said.is_empty(), "{said}"),
    }
}

#[rstest]
#[case::unknown_value("{line.price}", "{line.price} is not known here")]
#[case::nothing_secret("{secret.password}", "{secret.password} is not known here")]
fn what_is_added_for_each_line_is_checked_too(#[case] hole: &str, #[case] said: &str) {
    let text = DJANGO_ORDERS.replace("\\n    {line.description}", &format!("\\n    {hole}"));
    let words = Description::parse("orders.toml", &text).unwrap_err().to_string();
    assert!(words.contains(said), "{words}");
}

#[test]
fn a_description_that_is_not_there_is_said() {
    let error = Description::load(Path::new("/nowhere/portal.toml")).unwrap_err();
    assert_eq!(error.code(), "DH-4001");
}
