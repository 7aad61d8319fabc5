//! Changes of enumerations, bounds, patterns, constants and units.

use super::tree::{Place, Tree};
use serde_json::{Value, json};

fn definitions(tree: &Tree, choose: impl Fn(&Value) -> bool) -> Vec<Place> {
    let all = tree.definitions().into_iter();
    all.filter(|(_, schema)| choose(schema)).map(|(place, _)| place).collect()
}

/// Enumerations of texts that list every value.
pub(super) fn closed(tree: &Tree) -> Vec<Place> {
    definitions(tree, |schema| {
        schema.get("enum").and_then(Value::as_array).is_some_and(|values| values.iter().all(Value::is_string))
    })
}

/// Enumerations that list the values that are known.
pub(super) fn open(tree: &Tree) -> Vec<Place> {
    definitions(tree, |schema| schema.get("x-known-values").is_some())
}

/// A place for each value of enumerations with at least so many.
fn each(tree: &Tree, enumerations: &[Place], least: usize) -> Vec<Place> {
    let values = |place: &Place| {
        let schema = tree.get(place);
        let listed = schema.and_then(|schema| schema.get("enum")).and_then(Value::as_array);
        let known = schema.and_then(|schema| schema.get("x-known-values")).and_then(Value::as_object);
        let texts = listed.into_iter().flatten().filter_map(Value::as_str);
        let texts: Vec<&str> =
            texts.chain(known.into_iter().flatten().map(|(value, _)| value.as_str())).collect();
        let texts = if texts.len() < least { Vec::new() } else { texts };
        texts.into_iter().map(|value| place.with(value)).collect::<Vec<_>>()
    };
    enumerations.iter().flat_map(values).collect()
}

/// Values of closed enumerations.
pub(super) fn closed_values(tree: &Tree) -> Vec<Place> {
    each(tree, &closed(tree), 1)
}

/// Values of open enumerations.
pub(super) fn open_values(tree: &Tree) -> Vec<Place> {
    each(tree, &open(tree), 1)
}

/// Values of closed enumerations that are not the only one.
pub(super) fn closed_removable(tree: &Tree) -> Vec<Place> {
    each(tree, &closed(tree), 2)
}

/// Values of open enumerations that are not the only one.
pub(super) fn open_removable(tree: &Tree) -> Vec<Place> {
    each(tree, &open(tree), 2)
}

const ADDED: &str = "mutant_value";

/// Replaces a value by others, and its description with it.
fn values(tree: &mut Tree, place: &Place, old: &str, new: &[&str]) -> Option<()> {
    let described = json!("A value.");
    let schema = tree.object(place)?;
    if let Some(list) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        let at = list.iter().position(|value| value == old).unwrap_or(list.len());
        list.splice(at..(at + 1).min(list.len()), new.iter().map(|value| json!(value)));
    }
    for key in ["x-value-descriptions", "x-known-values"] {
        let Some(list) = schema.get_mut(key).and_then(Value::as_object_mut) else { continue };
        list.shift_remove(old);
        list.extend(new.iter().map(|value| ((*value).to_owned(), described.clone())));
    }
    Some(())
}

/// Adds a value.
pub(super) fn add(tree: &mut Tree, place: &Place) -> Option<()> {
    values(tree, place, "", &[ADDED])
}

/// Removes the value that the place names.
pub(super) fn remove(tree: &mut Tree, place: &Place) -> Option<()> {
    values(tree, place, &place.detail, &[])
}

/// Spells the value that the place names in another way.
pub(super) fn rename(tree: &mut Tree, place: &Place) -> Option<()> {
    values(tree, place, &place.detail, &[&format!("{}_renamed", place.detail)])
}

/// Opens a closed enumeration.
pub(super) fn open_up(tree: &mut Tree, place: &Place) -> Option<()> {
    let schema = tree.object(place)?;
    schema.shift_remove("enum");
    let known = schema.shift_remove("x-value-descriptions")?;
    schema.insert("type".to_owned(), json!("string"));
    schema.insert("x-known-values".to_owned(), known);
    Some(())
}

/// Closes an open enumeration.
pub(super) fn close(tree: &mut Tree, place: &Place) -> Option<()> {
    let schema = tree.object(place)?;
    let known = schema.shift_remove("x-known-values")?;
    let values: Vec<Value> = known.as_object()?.keys().map(|value| json!(value)).collect();
    schema.insert("enum".to_owned(), Value::Array(values));
    schema.insert("x-value-descriptions".to_owned(), known);
    Some(())
}

/// Writes the values in another order.
pub(super) fn reorder(tree: &mut Tree, place: &Place) -> Option<()> {
    tree.object(place)?.get_mut("enum")?.as_array_mut()?.reverse();
    Some(())
}

/// Closed enumerations with several values.
pub(super) fn closed_with_several(tree: &Tree) -> Vec<Place> {
    let mut places: Vec<Place> = closed_removable(tree).iter().map(|place| place.with("")).collect();
    places.dedup();
    places
}

fn with(tree: &Tree, key: &str, choose: impl Fn(f64) -> bool) -> Vec<Place> {
    definitions(tree, |schema| schema.get(key).and_then(Value::as_f64).is_some_and(&choose))
}

/// Greatest whole number that every language holds.
const EXACT: f64 = 9_007_199_254_740_991.0;

/// Definitions with a least number.
pub(super) fn minima(tree: &Tree) -> Vec<Place> {
    with(tree, "minimum", |_| true)
}

/// Numbers whose least one can be lowered without a sign.
pub(super) fn positive_minima(tree: &Tree) -> Vec<Place> {
    definitions(tree, |schema| {
        let minimum = schema.get("minimum").and_then(Value::as_f64);
        minimum.is_some_and(|minimum| minimum > 0.0)
            || minimum.is_some() && schema.get("type") == Some(&json!("number"))
    })
}

/// Whole numbers that are never negative.
pub(super) fn unsigned(tree: &Tree) -> Vec<Place> {
    definitions(tree, |schema| {
        schema.get("minimum").and_then(Value::as_f64) == Some(0.0)
            && schema.get("type") == Some(&json!("integer"))
    })
}

/// Definitions with a greatest number.
pub(super) fn maxima(tree: &Tree) -> Vec<Place> {
    with(tree, "maximum", |_| true)
}

/// Definitions whose greatest number can be raised.
pub(super) fn raisable_maxima(tree: &Tree) -> Vec<Place> {
    with(tree, "maximum", |maximum| maximum < EXACT)
}

/// Whole numbers that end where doubles are no longer exact.
pub(super) fn exact_maxima(tree: &Tree) -> Vec<Place> {
    with(tree, "maximum", |maximum| maximum >= EXACT)
}

/// Texts with a least length.
pub(super) fn lengths(tree: &Tree) -> Vec<Place> {
    with(tree, "minLength", |_| true)
}

/// Texts with a pattern.
pub(super) fn patterns(tree: &Tree) -> Vec<Place> {
    definitions(tree, |schema| schema.get("pattern").is_some())
}

/// Numbers with a unit.
pub(super) fn units(tree: &Tree) -> Vec<Place> {
    definitions(tree, |schema| schema.get("x-unit").is_some())
}

fn shift(tree: &mut Tree, place: &Place, key: &str, by: i64) -> Option<()> {
    let bound = tree.object(place)?.get_mut(key)?;
    *bound = match bound.as_i64() {
        Some(whole) => json!(whole + by),
        None => json!(bound.as_f64()? + f64::from(i32::try_from(by).ok()?)),
    };
    Some(())
}

/// Raises the least number.
pub(super) fn raise_minimum(tree: &mut Tree, place: &Place) -> Option<()> {
    shift(tree, place, "minimum", 1)
}

/// Lowers the least number.
pub(super) fn lower_minimum(tree: &mut Tree, place: &Place) -> Option<()> {
    shift(tree, place, "minimum", -1)
}

/// Lowers the greatest number.
pub(super) fn lower_maximum(tree: &mut Tree, place: &Place) -> Option<()> {
    shift(tree, place, "maximum", -1)
}

/// Raises the greatest number.
pub(super) fn raise_maximum(tree: &mut Tree, place: &Place) -> Option<()> {
    shift(tree, place, "maximum", 1)
}

/// Raises the least length.
pub(super) fn raise_length(tree: &mut Tree, place: &Place) -> Option<()> {
    shift(tree, place, "minLength", 1)
}

/// Lowers the least length.
pub(super) fn lower_length(tree: &mut Tree, place: &Place) -> Option<()> {
    shift(tree, place, "minLength", -1)
}

/// Accepts other texts.
pub(super) fn change_pattern(tree: &mut Tree, place: &Place) -> Option<()> {
    tree.object(place)?.insert("pattern".to_owned(), json!("^mutant$"));
    Some(())
}

/// Counts in another unit.
pub(super) fn change_unit(tree: &mut Tree, place: &Place) -> Option<()> {
    let unit = tree.object(place)?.get_mut("x-unit")?;
    *unit = if unit == "seconds" { json!("milliseconds") } else { json!("seconds") };
    Some(())
}

/// Constants that do not tell messages apart.
pub(super) fn constants(tree: &Tree) -> Vec<Place> {
    let tags = super::messages::tags(tree);
    let mut places = Vec::new();
    for (place, schema) in tree.definitions() {
        let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
        let constant = properties.filter(|(name, property)| {
            property.get("const").is_some_and(Value::is_string)
                && !tags.contains(&place.below(&format!("properties/{name}")))
        });
        places.extend(constant.map(|(name, _)| place.below(&format!("properties/{name}"))));
        if schema.get("const").is_some_and(Value::is_string) {
            places.push(place);
        }
    }
    places
}

/// Demands another constant.
pub(super) fn change_constant(tree: &mut Tree, place: &Place) -> Option<()> {
    let constant = tree.object(place)?.get_mut("const")?;
    *constant = json!(format!("{}_mutant", constant.as_str()?));
    Some(())
}
