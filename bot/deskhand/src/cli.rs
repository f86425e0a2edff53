//! Which commands there are. `deskhand COMMAND --help` shows an example for each.

mod stock;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use stock::{
    AlarmsArgs, ForecastArgs, ForecastBy, Period, ProposeArgs, ReplayArgs, StockCommand, StocktakeArgs,
};

/// Reads invoices, checks them, posts them into your accounting system, and hands every doubt to a person.
#[derive(Debug, Parser)]
#[command(name = "deskhand", version, propagate_version = true, max_term_width = 100)]
pub(crate) struct CommandLine {
    /// The configuration [default: deskhand.toml, if it is there]
    #[arg(long, short, global = true, env = "DESKHAND_CONFIG")]
    pub(crate) config: Option<PathBuf>,

    /// Print data as JSON: one object, or one per line
    #[arg(long, global = true)]
    pub(crate) json: bool,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Everything on one machine: folders, schedules, runs, pages
    #[command(after_help = "Example: deskhand --config deskhand.toml serve")]
    Serve,
    /// Takes part in the work of a shared database: runs only, no folders, schedules or pages
    #[command(
        after_help = "Example: deskhand --config deskhand.toml worker\nThe machines share `database` and `blobs`, and their clocks must agree."
    )]
    Worker,
    /// One run by hand
    #[command(
        after_help = "Example: deskhand run invoice --file scan.pdf --wait\n         deskhand run invoice --file scan.pdf --dry-run\n         deskhand run month_end_report --param month=2026-10"
    )]
    Run(RunArgs),
    /// What happened, step by step
    #[command(subcommand, after_help = "Example: deskhand runs show invoice/3f2a…")]
    Runs(RunsCommand),
    /// Workflows by the clock: their next five fire times, and why they ran or did not
    #[command(
        subcommand,
        after_help = "Example: deskhand schedules list\n         deskhand schedules why digest --on 2026-12-25"
    )]
    Schedules(SchedulesCommand),
    /// Typhoon signal 8, black rain: schedules wait or are left out while a hold is in force
    #[command(subcommand, after_help = "Example: deskhand hold set typhoon-8 --person may")]
    Hold(HoldCommand),
    /// Check workflows and configuration
    #[command(
        after_help = "Example: deskhand check workflows/invoice.rhai\nWithout a path, schedules and portals are checked too. The exit code is 1 when something is wrong."
    )]
    Check(CheckArgs),
    /// Run the tests of workflows, without touching the world
    #[command(
        after_help = "Example: deskhand test workflows/invoice.test.rhai\nEvery run is rehearsed again with a crash after each step. The exit code is 1 when a test fails."
    )]
    Test(CheckArgs),
    /// Replay a changed script over past runs and show what would come out differently
    #[command(
        after_help = "Example: deskhand backtest invoice --since 2026-10-01 --script invoice-new.rhai\nNothing is done or written. The exit code is 1 when a run would come out differently."
    )]
    Backtest(BacktestArgs),
    /// A new workflow with its test, from a template
    #[command(after_help = "Example: deskhand new statement")]
    New {
        /// Its name: letters, digits, - and _
        workflow: String,
    },
    /// The workflows, their versions, what changed, and the way back
    #[command(
        subcommand,
        after_help = "Example: deskhand workflows diff invoice\n         deskhand workflows roll-back invoice 3f2a91c0 --person ann"
    )]
    Workflows(WorkflowsCommand),
    /// What a workflow may call
    #[command(
        after_help = "Example: deskhand host portal::post_bill\n         deskhand host --definitions workflows/definitions"
    )]
    Host(HostArgs),
    /// The document: pages, words, boxes, codes
    #[command(after_help = "Example: deskhand read --json invoice.pdf")]
    Read(Files),
    /// The invoice in a file: fields with evidence, findings, decision
    #[command(
        after_help = "Example: deskhand extract --json invoice.pdf\nThe paper alone is judged: how old it is when it arrives, and what came before it, only a run knows.\nWith --json the exit code is 0 whatever was found; without, it is 1 when a person is needed."
    )]
    Extract(Files),
    /// One number by the rule of its format, or a file of test vectors
    #[command(
        after_help = "Example: deskhand taxid cn.uscc 91110000600037341L\n         deskhand taxid --vectors vectors.json"
    )]
    Taxid(TaxidArgs),
    /// Demand, orders and stocktakes
    #[command(
        subcommand,
        after_help = "Example: deskhand stock forecast --sales sales.csv --horizon 28 --out forecast.csv\n         deskhand stock stocktake --store MK --expected stock.xlsx morning.csv evening.csv"
    )]
    Stock(StockCommand),
    /// The review queue
    #[command(subcommand, after_help = "Example: deskhand tasks list")]
    Tasks(TasksCommand),
    /// What is remembered of suppliers
    #[command(subcommand, after_help = "Example: deskhand supplier list")]
    Supplier(SupplierCommand),
    /// The audit chain
    #[command(subcommand, after_help = "Example: deskhand audit verify")]
    Audit(AuditCommand),
    /// What is installed, reachable and wrong
    #[command(after_help = "Example: deskhand doctor")]
    Doctor,
    /// People and roles
    #[command(
        subcommand,
        after_help = "Example: deskhand user add may --email may@shop.example --role reviewer"
    )]
    User(UserCommand),
    /// The configuration
    #[command(subcommand, after_help = "Example: deskhand config example > deskhand.toml")]
    Config(ConfigCommand),
    /// Work that may crash, in a process of its own
    #[command(hide = true)]
    Child { kind: String },
}

#[derive(Debug, Args)]
pub(crate) struct Files {
    /// The files
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// A workflow or a folder of them [default: the configured folder]
    pub(crate) path: Option<PathBuf>,
    /// The language of what is found
    #[arg(long, value_enum, default_value = "en")]
    pub(crate) lang: LangArg,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum LangArg {
    En,
    #[value(name = "zh-Hant")]
    ZhHant,
}

#[derive(Debug, Subcommand)]
pub(crate) enum WorkflowsCommand {
    /// Each workflow with its version, and whether the check finds anything
    List,
    /// The versions that runs began on, the latest first
    Versions { workflow: String },
    /// What changed between two versions; the exit code is 1 when they differ
    Diff {
        workflow: String,
        /// The older one, by the beginning of its hash [default: the version before]
        from: Option<String>,
        /// The newer one [default: what lies in the folder]
        to: Option<String>,
    },
    /// Puts an earlier version back into the folder; runs that go on stay on theirs
    RollBack {
        workflow: String,
        /// The beginning of its hash
        version: String,
        /// Who puts it back: a name or e-mail of `deskhand user list`; the password is asked for (or `DESKHAND_PASSWORD`)
        #[arg(long)]
        person: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct BacktestArgs {
    /// The workflow's name
    pub(crate) workflow: String,
    /// The first day whose runs count, such as 2026-10-01
    #[arg(long, value_name = "DATE")]
    pub(crate) since: chrono::NaiveDate,
    /// The changed script [default: the workflow as it is now in its folder]
    #[arg(long, value_name = "FILE")]
    pub(crate) script: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct HostArgs {
    /// A function such as `portal::post_bill`, or a module such as portal [default: all, a line each]
    pub(crate) function: Option<String>,
    /// Writes the definitions that editors read (*.d.rhai) into a folder
    #[arg(long, value_name = "DIR", conflicts_with = "function")]
    pub(crate) definitions: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The workflow's name
    pub(crate) workflow: String,
    /// The document it is about
    #[arg(long)]
    pub(crate) file: Option<PathBuf>,
    /// The portal it may post into
    #[arg(long)]
    pub(crate) portal: Option<String>,
    /// A parameter that the script's head declares
    #[arg(long = "param", value_name = "KEY=VALUE", conflicts_with = "file")]
    pub(crate) params: Vec<String>,
    /// Wait until it ends or needs a person
    #[arg(long)]
    pub(crate) wait: bool,
    /// Show what would be read, asked, typed and mailed, and do nothing
    #[arg(long, conflicts_with = "wait")]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RunsCommand {
    /// The latest runs
    #[command(
        after_help = "Example: deskhand runs list --failed\nThe exit code is 1 when --failed finds a run that somebody must look at."
    )]
    List {
        /// How many
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// Only those that failed and that nobody has tried again or put away: why, at which step, since when
        #[arg(long)]
        failed: bool,
    },
    /// One run with its steps
    Show { id: String },
    /// Tries a failed or cancelled run again; what was done is not done a second time
    #[command(
        after_help = "Example: deskhand runs retry month_end_report/2026-10 --on-new-version\n         deskhand runs retry invoice/3f2a… --from 4 --repeat-effects --why \"the portal lost it\" --person may\nDeskhand that serves begins it within seconds; without one, it begins at the next start."
    )]
    Retry(RetryArgs),
    /// Takes a failed run off the list, because nothing more is to be done about it
    #[command(
        after_help = "Example: deskhand runs put-away digest/2026-11-20 --why \"sent by hand\" --person may"
    )]
    PutAway {
        id: String,
        /// Why, for whoever asks later
        #[arg(long)]
        why: String,
        /// Who says so: a name or e-mail of `deskhand user list`; the password is asked for (or `DESKHAND_PASSWORD`)
        #[arg(long)]
        person: String,
    },
    /// Ends a run that should not go on
    Cancel {
        id: String,
        /// Why, for the audit chain's reader
        #[arg(long, default_value = "cancelled from the command line")]
        why: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct RetryArgs {
    pub(crate) id: String,
    /// Do this step and all later ones anew; those before it answer from the record [default: go on at the first step
    /// that is not done]
    #[arg(long, value_name = "STEP")]
    pub(crate) from: Option<u32>,
    /// Mails, posts, writes and starts again what such a step has mailed, posted, written or started
    #[arg(long, requires = "why", requires = "person")]
    pub(crate) repeat_effects: bool,
    /// Go on with the script as it lies in the folder now, and not with the one the run began on
    #[arg(long)]
    pub(crate) on_new_version: bool,
    /// Why, for whoever asks later
    #[arg(long, default_value = "")]
    pub(crate) why: String,
    /// Who says so: a name or e-mail of `deskhand user list`; the password is asked for (or `DESKHAND_PASSWORD`)
    #[arg(long)]
    pub(crate) person: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SchedulesCommand {
    /// Each schedule with its policies and its next five fire times
    List,
    /// Why it ran, did not run, or will run on a day: one sentence
    #[command(after_help = "Example: deskhand schedules why digest --on 2026-12-25")]
    Why {
        name: String,
        /// The day, in the schedule's zone [default: today]
        #[arg(long, value_name = "YYYY-MM-DD")]
        on: Option<chrono::NaiveDate>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum HoldCommand {
    /// What is in force, and what was
    List,
    /// Sets one
    #[command(after_help = "Example: deskhand hold set black-rain --person may")]
    Set {
        #[arg(value_enum)]
        kind: HoldArg,
        /// Who sets it: a name or e-mail of `deskhand user list`; the password is asked for (or `DESKHAND_PASSWORD`)
        #[arg(long)]
        person: String,
        /// Why, for those who look later
        #[arg(long, default_value = "")]
        why: String,
    },
    /// Lifts one; schedules that wait for it run now
    #[command(after_help = "Example: deskhand hold lift black-rain --person may")]
    Lift {
        #[arg(value_enum)]
        kind: HoldArg,
        /// Who lifts it: a name or e-mail of `deskhand user list`; the password is asked for (or `DESKHAND_PASSWORD`)
        #[arg(long)]
        person: String,
        /// Why, for those who look later
        #[arg(long, default_value = "")]
        why: String,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum HoldArg {
    #[value(name = "typhoon-8")]
    Typhoon8,
    BlackRain,
    ExtremeConditions,
}

#[derive(Debug, Args)]
pub(crate) struct TaxidArgs {
    /// The format, such as cn.uscc; without a value, the formats are listed
    pub(crate) format: Option<String>,
    /// The number as it is printed
    pub(crate) value: Option<String>,
    /// A file of test vectors
    #[arg(long, conflicts_with_all = ["format", "value"])]
    pub(crate) vectors: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TasksCommand {
    /// What waits for a person
    List {
        /// Also what has been decided
        #[arg(long)]
        all: bool,
    },
    /// One task with its findings and fields
    Show { id: String },
    /// Decides one
    Decide {
        id: String,
        /// What
        #[arg(value_enum)]
        decision: DecisionArg,
        /// Who decides: a name or e-mail of `deskhand user list`; the password is asked for (or `DESKHAND_PASSWORD`)
        #[arg(long)]
        person: String,
        /// A corrected field
        #[arg(long = "set", value_name = "FIELD=VALUE")]
        corrections: Vec<String>,
        /// Why
        #[arg(long, default_value = "")]
        note: String,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum DecisionArg {
    Approve,
    Correct,
    Reject,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SupplierCommand {
    /// Each memory with its supplier, who saved it, and how often it was used
    List {
        /// Also what has been revoked
        #[arg(long)]
        all: bool,
    },
    /// Revokes one: from now on it is not used
    Revoke {
        id: String,
        /// Who revokes: a name or e-mail of `deskhand user list`; the password is asked for (or `DESKHAND_PASSWORD`)
        #[arg(long)]
        person: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Recomputes the chain and says whether it is whole
    Verify {
        /// A head exported earlier, to find rows cut off at the end
        #[arg(long)]
        head: Option<PathBuf>,
    },
    /// The newest entry's number and hash
    Head,
    /// The head as a file to keep elsewhere
    Export,
}

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Adds a person; the password is asked for (or `DESKHAND_PASSWORD`)
    Add {
        name: String,
        #[arg(long)]
        email: String,
        #[arg(long, value_enum, default_value = "reviewer")]
        role: RoleArg,
        /// en or zh-Hant
        #[arg(long, default_value = "en")]
        language: String,
    },
    /// Sets a new password; it is asked for (or `DESKHAND_PASSWORD`)
    Password { name: String },
    /// Everyone
    List,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum RoleArg {
    Admin,
    Author,
    Reviewer,
    Viewer,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// A commented example with every default
    Example,
    /// Whether the configuration can be used
    Check,
}
