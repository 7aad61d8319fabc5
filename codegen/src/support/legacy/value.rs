//! Whether two JSON values mean the same.

use super::super::json::Json;
use serde_json::Value;

/// Whether two values are equal as JSON Schema has it (core §4.2.2): numbers by value, objects without order.
#[must_use]
pub fn equal(a: &Json<'_>, b: &Json<'_>) -> bool {
    a.text() == b.text() || same(&a.to_value(), &b.to_value())
}

/// The same of two trees.
#[must_use]
pub fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            a == b || ((a.is_f64() || b.is_f64()) && a.as_f64() == b.as_f64())
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        (a, b) => a == b,
    }
}
