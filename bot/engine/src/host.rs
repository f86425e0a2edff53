//! The modules that a script may call. Each file holds the functions as the script sees them, and what each step does.

pub(crate) mod audit;
pub(crate) mod calendar;
pub(crate) mod carriers;
pub(crate) mod chase;
pub(crate) mod documents;
pub(crate) mod files;
pub(crate) mod http;
pub(crate) mod invoices;
pub(crate) mod letter;
pub(crate) mod log;
pub(crate) mod mail;
pub(crate) mod month;
pub(crate) mod portal;
pub(crate) mod report;
pub(crate) mod review;
pub(crate) mod run;
pub(crate) mod secrets;
pub(crate) mod sections;
pub(crate) mod sheet;
pub(crate) mod sleep;
pub(crate) mod statements;
pub(crate) mod stock;
pub(crate) mod subruns;

use rhai::{Module, Shared, exported_module};
use serde_json::Value;

use crate::failure::Failure;
use crate::house::House;
use crate::orchestrator::{Ask, Reply};
use crate::start::Starter;

/// A module that many rhai engines share.
pub(crate) type SharedModule = Shared<Module>;

/// The steps whose answer decides how a script goes on: to let it fall is a mistake, and a test of a script must say it.
pub(crate) const DECIDING: [&str; 30] = [
    audit::VERIFY,
    calendar::TODAY,
    chase::OVERDUE,
    files::LIST,
    files::READ,
    http::GET,
    http::POST,
    invoices::CHECK,
    sections::SPLIT,
    portal::POST_BILL,
    portal::POST_ORDER,
    report::HOURS,
    month::MONTH,
    review::OPEN,
    review::OPEN_STATEMENT,
    review::OPEN_ORDER,
    review::WAIT,
    subruns::INVOKE,
    subruns::EACH,
    subruns::WAIT,
    sheet::READ,
    statements::READ,
    statements::COMPARE,
    stock::READINESS,
    stock::GUARD,
    stock::PROPOSE,
    stock::PROPOSAL,
    stock::PAPER,
    stock::MANUAL_SHEET,
    stock::COUNT,
];

/// The other steps: they do something, and a script may go on without looking at what they answer.
pub(crate) const DOING: [&str; 18] = [
    documents::READ,
    files::WRITE,
    letter::SEND,
    mail::EXCEPTION,
    mail::DIGEST,
    mail::AUDIT_HEAD,
    mail::BROKEN_CHAIN,
    mail::REMINDER,
    mail::REPORT,
    sheet::WRITE,
    sheet::SAVE,
    sleep::SLEEP,
    sleep::SLEEP_UNTIL,
    sleep::SLEEP_WORKING_DAYS,
    stock::TAKE,
    stock::TELL,
    stock::SEND_ORDER,
    subruns::START,
];

/// The steps that leave something outside of this house, or start what does: none of them is repeated unless a person
/// says that it is meant.
pub(crate) const LASTING: [&str; 19] = [
    files::WRITE,
    http::POST,
    mail::EXCEPTION,
    mail::DIGEST,
    letter::SEND,
    mail::AUDIT_HEAD,
    mail::BROKEN_CHAIN,
    mail::REMINDER,
    mail::REPORT,
    portal::POST_BILL,
    portal::POST_ORDER,
    sheet::SAVE,
    sheet::WRITE,
    stock::PROPOSE,
    stock::TELL,
    stock::SEND_ORDER,
    subruns::INVOKE,
    subruns::EACH,
    subruns::START,
];

/// The modules by name.
pub(crate) fn modules() -> Vec<(&'static str, SharedModule)> {
    vec![
        ("audit", exported_module!(audit::functions).into()),
        ("calendar", exported_module!(calendar::functions).into()),
        ("chase", exported_module!(chase::functions).into()),
        ("documents", exported_module!(documents::functions).into()),
        ("files", exported_module!(files::functions).into()),
        ("http", exported_module!(http::functions).into()),
        ("invoices", exported_module!(invoices::functions).into()),
        ("log", exported_module!(log::functions).into()),
        ("mail", exported_module!(mail::functions).into()),
        ("portal", exported_module!(portal::functions).into()),
        ("report", exported_module!(report::functions).into()),
        ("review", exported_module!(review::functions).into()),
        ("run", exported_module!(run::functions).into()),
        ("secrets", exported_module!(secrets::functions).into()),
        ("sheet", exported_module!(sheet::functions).into()),
        ("statements", exported_module!(statements::functions).into()),
        ("stock", exported_module!(stock::functions).into()),
    ]
}

/// Does a step. `begun_before` says that it was begun and never came to an end: the program stopped in it.
pub(crate) async fn act(
    house: &House,
    starter: &Starter,
    recent: &documents::Recent,
    ask: &Ask,
    begun_before: bool,
) -> Result<Reply, Failure> {
    let done = |answer: Result<Value, Failure>| answer.map(Reply::Done);
    match ask.call.name.as_str() {
        audit::VERIFY => done(audit::verify(house).await),
        calendar::TODAY => done(Ok(calendar::today(house))),
        chase::OVERDUE => done(chase::overdue(house, ask).await),
        documents::READ => documents::read(house, recent, ask).await,
        files::LIST => done(files::list(house, ask).await),
        files::READ => done(files::read(house, ask).await),
        files::WRITE => done(files::write(house, ask).await),
        http::GET => done(http::get(house, ask).await),
        http::POST => done(http::post(house, ask, begun_before).await),
        invoices::CHECK => done(invoices::check(house, recent, ask).await),
        sections::SPLIT => done(sections::split(house, recent, ask).await),
        letter::SEND => done(letter::send(house, ask, begun_before).await),
        mail::EXCEPTION => done(mail::exception(house, ask).await),
        mail::DIGEST => done(mail::digest(house, ask).await),
        mail::AUDIT_HEAD => done(mail::audit_head(house, ask).await),
        mail::BROKEN_CHAIN => done(mail::broken_chain(house, ask).await),
        mail::REMINDER => done(mail::reminder(house, ask).await),
        mail::REPORT => done(mail::report(house, ask).await),
        month::MONTH => done(month::month(house, ask).await),
        portal::POST_BILL => done(portal::post_bill(house, ask).await),
        portal::POST_ORDER => done(portal::post_order(house, ask).await),
        report::HOURS => done(report::hours(house, ask).await),
        review::OPEN => done(review::open(house, ask).await),
        review::OPEN_STATEMENT => done(review::open_statement(house, ask).await),
        review::OPEN_ORDER => done(review::open_order(house, ask).await),
        review::WAIT => review::wait(house, ask).await,
        sleep::SLEEP | sleep::SLEEP_UNTIL | sleep::SLEEP_WORKING_DAYS => sleep::sleep(house, ask).await,
        subruns::START => done(subruns::start(house, starter, ask).await),
        subruns::INVOKE => subruns::invoke(house, starter, ask).await,
        subruns::WAIT => subruns::wait(house, ask).await,
        subruns::EACH => subruns::each(house, starter, ask).await,
        sheet::READ => done(sheet::read(house, ask).await),
        sheet::WRITE => done(sheet::write(house, ask).await),
        sheet::SAVE => done(sheet::save(house, ask).await),
        statements::READ => done(statements::read(house, ask).await),
        statements::COMPARE => done(statements::compare(house, ask).await),
        stock::TAKE => done(stock::take(house, ask).await),
        stock::READINESS => done(stock::readiness(house, ask).await),
        stock::GUARD => done(stock::guard(house, ask).await),
        stock::PROPOSE => done(stock::propose(house, ask).await),
        stock::PROPOSAL => done(stock::proposal(house, ask).await),
        stock::PAPER => done(stock::paper(house, ask).await),
        stock::MANUAL_SHEET => done(stock::manual_sheet(house, ask).await),
        stock::COUNT => done(stock::count(house, ask).await),
        stock::TELL => done(stock::tell(house, ask).await),
        stock::SEND_ORDER => done(stock::send_order(house, ask, begun_before).await),
        other => Err(Failure::business(&format!(
            "DH-6017: this program has no step {other}; the run began under another version, start it again"
        ))),
    }
}

/// A text among a step's arguments.
pub(crate) fn text<'a>(ask: &'a Ask, name: &str) -> Result<&'a str, Failure> {
    let missing = || format!("DH-6018: {} was called without its {name}; correct the script", ask.call.name);
    ask.call.args[name].as_str().ok_or_else(|| Failure::business(&missing()))
}

/// A script's map or value as JSON, for a step's arguments.
pub(crate) fn json_of(value: impl Into<rhai::Dynamic>) -> Result<Value, Box<rhai::EvalAltResult>> {
    rhai::serde::from_dynamic(&value.into())
}
