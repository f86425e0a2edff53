//! Reach: what a script names must have been granted to its workflow.

use rhai::Expr;

use super::tree::{Called, call_of};
use super::{Looked, Problem};
use crate::host::portal::POST_BILL;

pub(super) fn check(looked: &Looked) -> Vec<Problem> {
    let mut problems = Vec::new();
    looked.ast.walk(&mut |path| {
        if let Some(called) = path.last().and_then(call_of)
            && called.path() == POST_BILL
        {
            problems.extend(portal(looked, &called));
        }
        true
    });
    problems
}

/// A portal that is named in the script. One that comes with the run was named by the operator.
fn portal(looked: &Looked, called: &Called) -> Option<Problem> {
    let Some(Expr::StringConstant(name, position)) = called.call.args.first() else { return None };
    let workflow = looked.workflow;
    let granted = looked.grants.portals(workflow).any(|granted| granted == name.as_str());
    (!granted).then(|| {
        Problem::at(
            *position,
            "DH-6506",
            format!("The workflow {workflow} was not granted the portal {name}. Name it in deskhand.toml: [grants.{workflow}] portals = [\"{name}\"]."),
            format!("工作流程 {workflow} 未獲授權使用系統 {name}。請在 deskhand.toml 寫明：[grants.{workflow}] portals = [\"{name}\"]。"),
        )
    })
}
