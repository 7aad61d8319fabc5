//! Check plans: every check, the reasons that they give, decimals, agreement with another validator on schemas that
//! nobody thought of, and values that are made to be slow or to break something.

#[path = "plan/agreement.rs"]
mod agreement;
#[path = "plan/checks.rs"]
mod checks;
#[path = "plan/hostile.rs"]
mod hostile;
#[path = "plan/numbers.rs"]
mod numbers;
#[path = "plan/reading.rs"]
mod reading;
#[path = "plan/trees.rs"]
mod trees;

use framelock_codegen::plan::{Anchor, Check, Plan, Schema, Tree};

/// A plan of schemas in one resource, none with an anchor.
fn plan(schemas: impl IntoIterator<Item = Vec<Check>>) -> &'static Plan {
    plan_with(schemas.into_iter().map(|checks| (0, checks)), Vec::new())
}

/// A plan that lives as long as the test process, as those in generated code do.
fn plan_with(schemas: impl IntoIterator<Item = (u32, Vec<Check>)>, anchors: Vec<Anchor>) -> &'static Plan {
    let schema = |(resource, checks): (u32, Vec<Check>)| Schema { resource, checks: leak(checks) };
    let schemas = leak(schemas.into_iter().map(schema).collect());
    Box::leak(Box::new(Plan { schemas, anchors: leak(anchors) }))
}

fn leak<T>(items: Vec<T>) -> &'static [T] {
    Box::leak(items.into_boxed_slice())
}

fn tree(text: &str) -> Tree<'_> {
    Tree::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Asserts which texts the first schema of a plan accepts; both questions must have the same answer.
fn assert_accepts(plan: &'static Plan, accepted: &[&str], refused: &[&str]) {
    for (texts, expected) in [(accepted, true), (refused, false)] {
        for text in texts {
            let tree = tree(text);
            assert_eq!(plan.accepts(0, &tree), expected, "{text} {plan:?}");
            assert_eq!(plan.check(0, &tree).is_ok(), expected, "{text} {plan:?}");
        }
    }
}
