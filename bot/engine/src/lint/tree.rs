//! The parts of rhai's tree that the checker asks for.

use rhai::{ASTNode, Expr, FnCallExpr, Position, Stmt};

/// A call of a function by its name.
pub(super) struct Called<'a> {
    pub(super) call: &'a FnCallExpr,
    /// Where it begins.
    pub(super) position: Position,
    /// `thing.name(…)`: the thing is one argument more.
    pub(super) method: bool,
}

impl Called<'_> {
    /// `module::name`, or the name alone.
    pub(super) fn path(&self) -> String {
        if self.call.is_qualified() {
            format!("{}::{}", self.call.namespace, self.call.name)
        } else {
            self.call.name.to_string()
        }
    }
}

/// The call that a node is, if it is one. Operators are none.
pub(super) fn call_of<'a>(node: &ASTNode<'a>) -> Option<Called<'a>> {
    let (call, position, method): (&FnCallExpr, Position, bool) = match node {
        ASTNode::Stmt(Stmt::FnCall(call, position)) | ASTNode::Expr(Expr::FnCall(call, position)) => {
            (call, *position, false)
        }
        ASTNode::Expr(Expr::MethodCall(call, position)) => (call, *position, true),
        _ => return None,
    };
    let begins = if call.is_qualified() { call.namespace.position() } else { position };
    let position = if begins.is_none() { position } else { begins };
    (!call.is_operator_call()).then_some(Called { call, position, method })
}

/// The step that an expression calls: `module::name`.
pub(super) fn step_of(expression: &Expr) -> Option<String> {
    let called = call_of(&ASTNode::Expr(expression))?;
    called.call.is_qualified().then(|| called.path())
}

/// The name of the variable that an expression is.
pub(super) fn variable_of(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::Variable(variable, ..) => Some(&variable.1),
        _ => None,
    }
}

/// What a statement puts where: the variable's name, what it is given, and where. Only a plain `=` counts.
pub(super) fn given(statement: &Stmt) -> Option<(&str, &Expr, Position)> {
    match statement {
        Stmt::Var(variable, ..) => {
            let (name, value, _) = &**variable;
            Some((name.as_str(), value, name.pos))
        }
        Stmt::Assignment(assignment) => {
            let (operator, sides) = &**assignment;
            let name = variable_of(&sides.lhs).filter(|_| !operator.is_op_assignment())?;
            Some((name, &sides.rhs, sides.lhs.position()))
        }
        _ => None,
    }
}
