//! The stage of one test: the answers that it has ready, and the run that was played.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use invoices::Message;
use rhai::{Dynamic, EvalAltResult, Map, NativeCallContext, Position};
use serde_json::Value;

use crate::calendar::{Calendars, WorkingDays};
use crate::error::EngineError;
use crate::host::sleep::Almanac;
use crate::host::{DECIDING, DOING, calendar, json_of, sleep};
use crate::orchestrator::Started;
use crate::params;
use crate::props::{Props, goes_by_itself};
use crate::rehearsal::{Ending, Next, Rehearsal};
use crate::script::Scripts;
use crate::tape::Call;

/// Where the office of a test is.
const ZONE: Tz = chrono_tz::Asia::Hong_Kong;

type Said<T> = Result<T, Box<EvalAltResult>>;

/// The stage, shared between the runner and the functions of the test.
#[derive(Clone)]
pub(super) struct Stage(Arc<Mutex<Scene>>);

struct Scene {
    folder: PathBuf,
    props: Props,
    /// The answers that are ready, by step, in the order of the test.
    ready: Vec<(String, Value)>,
    /// What time it is for the run, if the test says so.
    clock: Option<DateTime<Utc>>,
    calendars: Calendars,
    office_days: WorkingDays,
    played: Option<(Vec<Call>, Ending)>,
    /// Whether the test has looked at how the run ended.
    end_seen: bool,
    steps: usize,
}

/// The stage of the test for which a function is called.
pub(super) fn stage_of(context: &NativeCallContext) -> Said<Stage> {
    let stage = context.tag().and_then(|tag| tag.clone().try_cast::<Stage>());
    stage
        .ok_or_else(|| fail("This can only be said in a test.".to_owned(), "這句話只能用於測試。".to_owned()))
}

impl Stage {
    pub(super) fn new(folder: &Path) -> Self {
        let calendars = Calendars::default();
        let office_days = calendars.together(&["hk".to_owned(), "five_day".to_owned()]).unwrap_or_default();
        let scene = Scene {
            folder: folder.to_owned(),
            clock: None,
            calendars,
            office_days,
            props: Props::new(),
            ready: Vec::new(),
            played: None,
            end_seen: false,
            steps: 0,
        };
        Self(Arc::new(Mutex::new(scene)))
    }

    /// How many steps the runs of the test did.
    pub(super) fn steps(&self) -> usize {
        self.scene().steps
    }

    pub(super) fn answer(&self, step: &str, value: &Dynamic) -> Said<()> {
        let value = json_of(value.clone())?;
        let mut scene = self.scene();
        if !DECIDING.contains(&step) && !DOING.contains(&step) {
            return Err(fail(
                format!("There is no step `{step}`; `deskhand host` lists them."),
                format!("沒有名為 `{step}` 的步驟；可用 `deskhand host` 列出。"),
            ));
        }
        if let Some((name, names)) = scene.props.stranger(step, &value) {
            return Err(fail(
                format!("`{step}` never answers with `{name}`. It has: {names}."),
                format!("`{step}` 的答案沒有 `{name}`。它有：{names}。"),
            ));
        }
        scene.ready.push((step.to_owned(), value));
        Ok(())
    }

    pub(super) fn clock(&self, time: &str) -> Said<()> {
        let read = NaiveDateTime::parse_from_str(time, "%Y-%m-%d %H:%M").ok();
        let local = read.and_then(|local| local.and_local_timezone(ZONE).earliest());
        let time = local.ok_or_else(|| {
            fail(
                format!("`{time}` is no time; write it as 2026-11-20 09:00."),
                format!("`{time}` 不是時間，請寫成 2026-11-20 09:00。"),
            )
        })?;
        self.scene().clock = Some(time.to_utc());
        Ok(())
    }

    pub(super) fn start(&self, workflow: &str, run: Map) -> Said<()> {
        let mut scene = self.scene();
        let file = scene.folder.join(format!("{workflow}.rhai"));
        let text = std::fs::read_to_string(&file).map_err(|_| {
            let (workflow, folder) = (workflow.to_owned(), scene.folder.clone());
            broken(&EngineError::NoWorkflow { workflow, folder })
        })?;
        let params = params::with_defaults(&text, json_of(run)?);
        let constants = Started::constants(&format!("{workflow}/test"), workflow, params);
        let scripts = Arc::new(Scripts::new());
        let rehearsal =
            Rehearsal::new(&scripts, workflow, &text, constants.clone()).map_err(|error| broken(&error))?;
        let played = scene.play(rehearsal, &constants)?;
        scene.steps += played.0.len();
        scene.played = Some(played);
        scene.end_seen = false;
        Ok(())
    }

    pub(super) fn expect_steps(&self, steps: &[Dynamic]) -> Said<()> {
        let scene = self.scene();
        let (played, _) = scene.played()?;
        let expected: Vec<String> = steps.iter().map(ToString::to_string).collect();
        let were: Vec<&str> = played.iter().map(|call| call.name.as_str()).collect();
        if were == expected {
            return Ok(());
        }
        let at = were.iter().zip(&expected).take_while(|(was, expected)| **was == expected.as_str()).count();
        let was = were.get(at).copied().unwrap_or("-");
        let expected = expected.get(at).map_or("-", String::as_str);
        let all = were.join(", ");
        Err(fail(
            format!("Step {at} was `{was}` and not `{expected}`. The steps were: {all}."),
            format!("第 {at} 步是 `{was}`，不是 `{expected}`。各步驟為：{all}。"),
        ))
    }

    pub(super) fn expect_step(&self, step: &str, given: Map) -> Said<()> {
        let given = json_of(given)?;
        let scene = self.scene();
        let (played, _) = scene.played()?;
        let holds = |args: &Value| {
            given.as_object().into_iter().flatten().all(|(name, value)| args.get(name) == Some(value))
        };
        if played.iter().any(|call| call.name == step && holds(&call.args)) {
            return Ok(());
        }
        let calls = played.iter().filter(|call| call.name == step).map(|call| call.args.to_string());
        let calls = calls.collect::<Vec<_>>().join("; ");
        Err(fail(
            format!("No step `{step}` was given {given}. It was given: {calls}."),
            format!("沒有一個 `{step}` 步驟得到 {given}。實際為：{calls}。"),
        ))
    }

    pub(super) fn expect_end(&self, state: &str, note: Option<&str>) -> Said<()> {
        let mut scene = self.scene();
        scene.end_seen = true;
        let (_, end) = scene.played()?;
        if end.state == state && note.is_none_or(|note| note == end.note) {
            return Ok(());
        }
        let note = note.map(|note| format!(", saying \"{note}\"")).unwrap_or_default();
        Err(fail(
            format!("The run ended as {}, saying \"{}\", and not as {state}{note}.", end.state, end.note),
            format!("執行的結果是 {}（{}），而不是 {state}{note}。", end.state, end.note),
        ))
    }

    /// What is wrong with a test that came to its end.
    pub(super) fn left_over(&self) -> Option<Message> {
        let scene = self.scene();
        let Some((_, end)) = &scene.played else {
            let (en, zh) = ("The test starts no workflow.", "測試沒有啟動任何流程。");
            return Some(message(en.to_owned(), zh.to_owned()));
        };
        if end.state == "failed" && !scene.end_seen {
            return Some(message(format!("The run failed: {}", end.note), format!("執行失敗：{}", end.note)));
        }
        let (step, _) = scene.ready.first()?;
        Some(message(
            format!("The test says what `{step}` answers, and no run asked for it."),
            format!("測試寫明了 `{step}` 的答案，卻沒有任何執行用到它。"),
        ))
    }

    fn scene(&self) -> MutexGuard<'_, Scene> {
        // A panic under this lock leaves plain data behind, so the data is still good.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Scene {
    fn played(&self) -> Said<&(Vec<Call>, Ending)> {
        self.played.as_ref().ok_or_else(|| {
            fail(
                "Nothing was started yet; call start(…) first.".to_owned(),
                "尚未啟動；請先呼叫 start(…)。".to_owned(),
            )
        })
    }

    /// Plays a run to its end, and then again with a crash after every step.
    fn play(&mut self, mut rehearsal: Rehearsal, run: &Value) -> Said<(Vec<Call>, Ending)> {
        let end = loop {
            match rehearsal.next() {
                Next::End(end) => break end,
                Next::Step(call) => {
                    let answer = self.answer_to(&call, run, &rehearsal)?;
                    rehearsal.answer(call, answer);
                }
            }
        };
        let calls: Vec<Call> = rehearsal.steps().iter().map(|(call, _)| call.clone()).collect();
        for done in 0..=calls.len() {
            let again = rehearsal.crashed_after(done).map_err(|error| broken(&error))?.next();
            let before =
                calls.get(done).map_or_else(|| Next::End(end.clone()), |call| Next::Step(call.clone()));
            if again != before {
                return Err(fail(
                    format!(
                        "After a crash behind {done} steps the run went on as {again:?} and not as {before:?}."
                    ),
                    format!("在 {done} 步之後中斷再執行，結果是 {again:?}，而不是 {before:?}。"),
                ));
            }
        }
        Ok((calls, end))
    }

    fn answer_to(&mut self, call: &Call, run: &Value, rehearsal: &Rehearsal) -> Said<Value> {
        let ready = self.ready.iter().position(|(step, _)| *step == call.name);
        let given = ready.map(|place| self.ready.remove(place).1);
        if given.is_none()
            && let Some(answer) = self.by_the_clock(call)?
        {
            return Ok(answer);
        }
        if given.is_none() && !goes_by_itself(&call.name) {
            let (step, number) = (&call.name, call.index);
            return Err(fail(
                format!(
                    "Step {number} is `{step}`, and the test has no answer ready for it. Write answer(\"{step}\", …) before start(…)."
                ),
                format!(
                    "第 {number} 步是 `{step}`，測試沒有為它準備答案。請在 start(…) 之前寫 answer(\"{step}\", …)。"
                ),
            ));
        }
        Ok(self.props.fill(call, given, run, rehearsal.steps()))
    }
}

impl Scene {
    /// What the clock of the test says to a step that asks for the day, or sleeps.
    fn by_the_clock(&mut self, call: &Call) -> Said<Option<Value>> {
        let Some(now) = self.clock else { return Ok(None) };
        if call.name == calendar::TODAY {
            return Ok(Some(calendar::day(ZONE, now)));
        }
        if !sleep::is_sleep(&call.name) {
            return Ok(None);
        }
        let almanac = Almanac { zone: ZONE, office_days: &self.office_days, calendars: &self.calendars };
        let until = sleep::wake_at(&almanac, call, now);
        let until = until.map_err(|failure| fail(failure.text.clone(), failure.text))?;
        self.clock = Some(now.max(until));
        Ok(Some(sleep::answer(ZONE, until)))
    }
}

fn message(en: String, zh_hant: String) -> Message {
    Message { en, zh_hant }
}

#[expect(clippy::unnecessary_box_returns, reason = "rhai wants its errors boxed")]
fn fail(en: String, zh_hant: String) -> Box<EvalAltResult> {
    Box::new(EvalAltResult::ErrorRuntime(Dynamic::from(message(en, zh_hant)), Position::NONE))
}

#[expect(clippy::unnecessary_box_returns, reason = "rhai wants its errors boxed")]
fn broken(error: &EngineError) -> Box<EvalAltResult> {
    fail(error.to_string(), error.to_string())
}
