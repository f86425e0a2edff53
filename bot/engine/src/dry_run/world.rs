//! The world of a dry run: it may be looked at, and nothing in it is changed.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use documents::Document;
use invoices::statement::Statement;
use invoices::{Finding, Invoice};
use notify::{Exception, Language, Mail};
use portal::Bill;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::host::documents::on_a_thread;
use crate::host::sleep::Almanac;
use crate::host::{audit, chase, month, statements};
use crate::host::{calendar, carriers, documents as reading, invoices as checked, mail, portal as posting};
use crate::host::{files, http, letter, report, review, sections, sheet, sleep, stock, subruns};
use crate::house::House;
use crate::known;
use crate::orchestrator::Ask;
use crate::props::Props;
use crate::tape::Call;

/// What a step would do, a sentence a line, and what it is taken to answer.
type Would = (Vec<String>, Value);

pub(super) struct World<'a> {
    house: &'a House,
    /// The time as it is for the run: a sleep is not waited for, its end has come.
    now: DateTime<Utc>,
    workflow: String,
    run: Value,
    props: Props,
    paper: Option<(String, Vec<u8>)>,
    document: Option<Arc<Document>>,
    invoice: Option<Invoice>,
    statement: Option<Statement>,
    /// What the statement's comparison answered.
    compared: Option<Value>,
}

impl<'a> World<'a> {
    pub(super) fn new(
        house: &'a House,
        workflow: String,
        run: Value,
        paper: Option<(String, Vec<u8>)>,
    ) -> Self {
        let (now, props) = (house.store.now(), Props::new());
        Self {
            house,
            now,
            workflow,
            run,
            props,
            paper,
            document: None,
            invoice: None,
            statement: None,
            compared: None,
        }
    }

    /// What a step would do now.
    pub(super) async fn would(&mut self, call: &Call, before: &[(Call, Value)]) -> Result<Would, Failure> {
        let filled = |given: Value| self.props.fill(call, Some(given), &self.run, before);
        match call.name.as_str() {
            calendar::TODAY => Ok((Vec::new(), calendar::day(self.house.zone, self.now))),
            sleep::SLEEP | sleep::SLEEP_UNTIL | sleep::SLEEP_WORKING_DAYS => {
                let until = sleep::wake_at(&Almanac::of(self.house), call, self.now)?;
                self.now = self.now.max(until);
                let answer = sleep::answer(self.house.zone, until);
                Ok((vec![format!("sleeps until {}", answer["at"].as_str().unwrap_or_default())], answer))
            }
            subruns::START | subruns::INVOKE | subruns::WAIT | subruns::EACH => {
                let (would, answer) = starts(call);
                Ok((would, filled(answer)))
            }
            report::HOURS => Ok((Vec::new(), report::hours(self.house, &self.ask(call)).await?)),
            reading::READ => self.read(call).await,
            sections::SPLIT => self.split(call).await,
            checked::CHECK => self.check(call).await,
            review::OPEN => {
                let answer = filled(json!({}));
                Ok((self.asked(call)?, answer))
            }
            review::OPEN_STATEMENT => {
                let would = vec!["asks a person about the statement".to_owned()];
                Ok((would, filled(json!({}))))
            }
            statements::READ => self.read_statement(call).await,
            statements::COMPARE => self.compare(call).await,
            audit::VERIFY => Ok((Vec::new(), audit::verify(self.house).await?)),
            month::MONTH => {
                let asked = call.args["month"].as_str().unwrap_or_default();
                let would = vec!["makes a workbook and keeps it".to_owned()];
                Ok((would, month::would_be(self.house, asked).await?))
            }
            chase::OVERDUE => Ok((Vec::new(), chase::would_take(self.house).await?)),
            mail::REMINDER => {
                let mail = mail::reminder_mail(self.house, self.id(), &call.args["letter"]).await?;
                match mail {
                    Some(mail) => self.mailed(&mail, filled(json!({}))),
                    None => Ok((Vec::new(), filled(json!({ "sent": false })))),
                }
            }
            mail::REPORT => {
                let mail = mail::report_mail(self.house, self.id(), &call.args["report"]);
                self.mailed(&mail, filled(json!({})))
            }
            mail::BROKEN_CHAIN => {
                let mail = mail::broken_chain_mail(self.house, self.id(), &call.args["chain"]);
                self.mailed(&mail, filled(json!({})))
            }
            review::WAIT => Ok((
                vec!["waits for a person; taken as approved".to_owned()],
                filled(json!({ "approved": true, "agreed": true })),
            )),
            posting::POST_BILL => {
                let (would, answer) = self.post(call)?;
                Ok((would, self.props.fill(call, Some(answer), &self.run, before)))
            }
            mail::EXCEPTION => self.mailed(&self.exception(call)?, filled(json!({}))),
            mail::DIGEST => {
                let mail = mail::digest_mail(self.house, self.id(), &call.args["numbers"]).await?;
                self.mailed(&mail, filled(json!({})))
            }
            mail::AUDIT_HEAD => {
                let (head, now) = (self.house.store.audit_head().await?, self.house.store.now());
                let mail = mail::audit_head_mail(self.house, self.id(), head.seq, head.entry_hash, now);
                self.mailed(&mail, filled(json!({})))
            }
            letter::SEND => {
                let mail = letter::letter(self.house, &self.ask(call))?;
                self.mailed(&mail, filled(json!({ "sent": true })))
            }
            files::LIST => Ok((Vec::new(), files::list(self.house, &self.ask(call)).await?)),
            files::READ => Ok((reads(call), files::read(self.house, &self.ask(call)).await?)),
            sheet::READ => Ok((reads(call), sheet::read(self.house, &self.ask(call)).await?)),
            files::WRITE | sheet::WRITE | sheet::SAVE => {
                let word = |name: &str| call.args[name].as_str().unwrap_or_default();
                let would = format!("writes {}/{}", word("folder"), word("file"));
                Ok((vec![would], filled(json!({ "written": true }))))
            }
            http::GET | http::POST => {
                let url = call.args["url"].as_str().unwrap_or_default();
                let sends = call.args.get("body").map(|body| format!("sends: {body}"));
                let asks = format!("asks {url}; taken as answered with 200 and nothing in it");
                Ok((std::iter::once(asks).chain(sends).collect(), filled(json!({ "status": 200 }))))
            }
            other => match of_stock(call) {
                Some((would, answer)) => Ok((would, filled(answer))),
                None => Err(Failure::business(&format!("DH-6017: this program has no step {other}"))),
            },
        }
    }

    async fn read(&mut self, call: &Call) -> Result<Would, Failure> {
        let sha256 = call.args["document"].as_str().unwrap_or_default().to_owned();
        let document = self.document(call).await?;
        let answer = reading::in_short(&sha256, &document);
        let would = format!("reads {}: {} pages, {} words", document.name, answer["pages"], answer["words"]);
        Ok((vec![would], answer))
    }

    async fn split(&mut self, call: &Call) -> Result<Would, Failure> {
        let (document, vocabulary) = (self.document(call).await?, Arc::clone(&self.house.vocabulary));
        let sections = on_a_thread(move || invoices::sections(&document, &vocabulary)).await?;
        let would = match sections.len() {
            0 => Vec::new(),
            count => vec![format!("records {count} papers, each with a run of its own")],
        };
        Ok((would, json!(sections.len())))
    }

    async fn check(&mut self, call: &Call) -> Result<Would, Failure> {
        let (document, reader) = (self.document(call).await?, Arc::clone(&self.house.reader));
        let sha256 = document.sha256.clone();
        let known = known::known(self.house).await?;
        let mut invoice =
            on_a_thread(move || invoices::extract(&document, reader.second_reader(), &known)).await?;
        let twins = checked::twins(self.house, &sha256, &invoice).await?;
        let carrier_of = carriers::would_give_way_to(self.house, &invoice, &twins).await?;
        let facts = checked::facts(self.house, &sha256, &invoice).await?;
        invoices::check(&mut invoice, &facts);
        let mut answer = checked::in_short(&sha256, &invoice);
        answer["carrier_of"] = json!(carrier_of.map(|document| document.name));
        let fields = invoice.fields.iter().map(|(name, field)| format!("{name}: {}", field.value));
        let would = fields.chain(invoice.findings.iter().map(|finding| self.sentence(finding))).collect();
        self.invoice = Some(invoice);
        Ok((would, answer))
    }

    async fn read_statement(&mut self, call: &Call) -> Result<Would, Failure> {
        let (name, bytes) = self.paper(call)?;
        let sha256 = store::sha256_hex(&bytes);
        let (statement, _) = statements::read_bytes(self.house, name, bytes).await?;
        let answer = statements::in_short(&sha256, &statement);
        let would = format!("reads a statement: {} lines, {} unread", answer["lines"], answer["unread"]);
        self.statement = Some(statement);
        Ok((vec![would], answer))
    }

    async fn compare(&mut self, call: &Call) -> Result<Would, Failure> {
        let missing = "DH-6019: this statement has not been read yet; call statements::read first";
        let statement = self.statement.as_ref().ok_or_else(|| Failure::business(&missing))?;
        let sha256 = call.args["document"].as_str().unwrap_or_default();
        let compared = statements::compared(self.house, sha256, statement, &call.args["asked"]).await?;
        let differences =
            compared.comparison.differences.iter().map(|d| self.sentence(&d.finding())).collect();
        let answer = compared.in_short("");
        self.compared = Some(answer.clone());
        Ok((differences, answer))
    }

    fn asked(&self, call: &Call) -> Result<Vec<String>, Failure> {
        let first = match call.args["posted"]["outcome"].as_str() {
            Some(outcome) => format!("asks a person about a posting: {outcome}"),
            None => "asks a person about the invoice".to_owned(),
        };
        let findings = self.invoice()?.findings.iter().map(|finding| self.sentence(finding));
        Ok(std::iter::once(first).chain(findings).collect())
    }

    fn post(&self, call: &Call) -> Result<Would, Failure> {
        let portal = posting::granted(self.house, &self.workflow, call.args["portal"].as_str())?;
        let name = portal.name();
        match posting::bill(self.invoice()?) {
            Err(missing) => {
                let outcome = serde_json::to_value(posting::incomplete(missing));
                let outcome = outcome.map_err(|error| Failure::business(&error))?;
                let why = format!("types nothing: the invoice has no usable {missing}");
                Ok((
                    vec![why],
                    json!({ "outcome": outcome["outcome"], "code": outcome["code"], "portal": name }),
                ))
            }
            Ok(bill) => {
                let reference = format!("dry run of {}", bill.reference);
                let answer = json!({
                    "done": true, "outcome": "posted", "reference": reference, "portal": name, "key": bill.key,
                });
                Ok((typed(name, &bill), answer))
            }
        }
    }

    fn exception(&self, call: &Call) -> Result<Mail, Failure> {
        if let Some(compared) = &self.compared {
            let link = format!("{}/", self.house.base_url);
            return Ok(mail::statement_mail(self.house, self.id(), compared, Vec::new(), link));
        }
        let invoice = self.invoice()?;
        let value = |name| invoice.value(name).map(str::to_owned);
        let sentences: Vec<String> =
            invoice.findings.iter().take(3).map(|finding| self.words(finding).to_owned()).collect();
        let exception = Exception {
            supplier: value(invoices::FieldName::SellerName),
            amount: value(invoices::FieldName::Total),
            reason: sentences.join(" "),
            link: format!("{}/", self.house.base_url),
        };
        let id = call.args["task"].as_str().unwrap_or_default();
        Ok(Mail::exception(self.house.reviewers.clone(), self.house.language, id, &exception))
    }

    fn mailed(&self, mail: &Mail, answer: Value) -> Result<Would, Failure> {
        if mail.to.is_empty() {
            return Ok((vec!["mails nobody: the settings name nobody".to_owned()], answer));
        }
        let rendered = mail.render(self.house.store.now()).map_err(|error| Failure::business(&error))?;
        Ok((vec![format!("mails {}: {}", mail.to.join(", "), rendered.subject)], answer))
    }

    /// The paper, read once.
    async fn document(&mut self, call: &Call) -> Result<Arc<Document>, Failure> {
        if let Some(document) = &self.document {
            return Ok(Arc::clone(document));
        }
        let (name, bytes) = self.paper(call)?;
        let reader = Arc::clone(&self.house.reader);
        let document = on_a_thread(move || reader.read(&name, &bytes)).await?;
        let document = Arc::new(document.map_err(|error| Failure::business(&error))?);
        self.document = Some(Arc::clone(&document));
        Ok(document)
    }

    /// The paper that a step names, which must be the one that was given.
    fn paper(&self, call: &Call) -> Result<(String, Vec<u8>), Failure> {
        let asked = call.args["document"].as_str();
        let other = "DH-6018: a dry run knows only the paper that it was given; name one with --file";
        let given = self.paper.clone().filter(|(_, bytes)| asked == Some(store::sha256_hex(bytes).as_str()));
        given.ok_or_else(|| Failure::business(&other))
    }

    fn invoice(&self) -> Result<&Invoice, Failure> {
        let missing = "DH-6019: this document has not been checked yet; call invoices::check first";
        self.invoice.as_ref().ok_or_else(|| Failure::business(&missing))
    }

    fn sentence(&self, finding: &Finding) -> String {
        format!("{} {}", finding.code, self.words(finding))
    }

    fn words<'f>(&self, finding: &'f Finding) -> &'f str {
        match self.house.language {
            Language::En => &finding.message.en,
            Language::ZhHant => &finding.message.zh_hant,
        }
    }

    fn id(&self) -> &str {
        self.run["id"].as_str().unwrap_or_default()
    }

    fn ask(&self, call: &Call) -> Ask {
        Ask {
            run: self.id().to_owned(),
            workflow: self.workflow.clone(),
            document: None,
            call: call.clone(),
            tries: 0,
            round: 0,
            last: true,
            pixels: true,
            generation: 0,
            edition: 0,
        }
    }
}

/// What a step of stock would do; everything is taken to be in order. Nothing for other steps.
fn of_stock(call: &Call) -> Option<Would> {
    let word = |name: &str| call.args[name].as_str().unwrap_or_default();
    let (would, answer) = match call.name.as_str() {
        stock::TAKE => ("takes the file's events into the stock records".to_owned(), json!({})),
        stock::READINESS => {
            (format!("checks whether the data of {} is good enough", word("day")), json!({ "ready": true }))
        }
        stock::GUARD => ("asks the triggers of the pilot".to_owned(), json!({})),
        stock::PROPOSE => (
            format!("plans {} and gives each proposal a run of {}", word("day"), word("workflow")),
            json!({ "day": word("day") }),
        ),
        stock::PROPOSAL => ("reads the proposal".to_owned(), json!({ "open": true })),
        stock::PAPER => ("prints the purchase order for supplier and buyer".to_owned(), json!({})),
        stock::MANUAL_SHEET => ("makes the manual order sheet".to_owned(), json!({ "day": word("day") })),
        stock::COUNT => ("compares the tags that were read with those expected".to_owned(), json!({})),
        stock::SEND_ORDER => ("mails the purchase order".to_owned(), json!({ "sent": true })),
        stock::TELL => ("mails the buyers".to_owned(), json!({ "sent": true })),
        review::OPEN_ORDER => ("asks a person about the proposal".to_owned(), json!({})),
        posting::POST_ORDER => (
            "enters the purchase order".to_owned(),
            json!({ "done": true, "outcome": "posted", "reference": "dry run" }),
        ),
        _ => return None,
    };
    Some((vec![would], answer))
}

/// The runs that a step would start; each is taken to end well.
fn starts(call: &Call) -> Would {
    let end = json!({ "state": "done", "done": true });
    let workflow = call.args["workflow"].as_str().unwrap_or_default();
    let starts = |params: &Value| format!("starts a run of {workflow} with {params}");
    match call.name.as_str() {
        subruns::WAIT => (Vec::new(), end),
        subruns::START => (vec![starts(&call.args["params"])], json!({})),
        subruns::INVOKE => (vec![starts(&call.args["params"])], end),
        _ => {
            let items = call.args["items"].as_array().map_or(&[][..], Vec::as_slice);
            (items.iter().map(starts).collect(), items.iter().map(|_| end.clone()).collect())
        }
    }
}

/// The file that a step names.
fn reads(call: &Call) -> Vec<String> {
    let word = |name: &str| call.args[name].as_str().unwrap_or_default();
    vec![format!("reads {}/{}", word("folder"), word("file"))]
}

/// What is typed into a portal, a value a line.
fn typed(portal: &str, bill: &Bill) -> Vec<String> {
    let value = json!(bill);
    let mut would = vec![format!("types into {portal}:")];
    for (name, value) in value.as_object().into_iter().flatten() {
        match value {
            Value::Null => {}
            Value::String(text) if text.is_empty() => {}
            Value::String(text) => would.push(format!("{name}: {text}")),
            Value::Array(lines) => would.extend(lines.iter().map(|line| format!("line: {line}"))),
            other => would.push(format!("{name}: {other}")),
        }
    }
    would
}
