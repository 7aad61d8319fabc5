//! Changes of objects and their properties.

use super::tree::{Place, Tree, escaped};
use serde_json::{Map, Value, json};

/// A property, as operators choose between them.
#[derive(Debug)]
struct Field<'t> {
    place: Place,
    schema: &'t Map<String, Value>,
    required: bool,
}

/// Whether a frame is an instance of the definition: members of an envelope are not those of a payload.
fn is_envelope(tree: &Tree, place: &Place) -> bool {
    super::messages::envelopes(tree).contains(place)
}

/// The definitions that are objects with properties, without frames.
fn all_objects(tree: &Tree) -> Vec<(Place, &Value)> {
    let is_object = |schema: &Value| {
        schema.get("properties").is_some_and(Value::is_object) && schema.get("type") == Some(&json!("object"))
    };
    tree.definitions().into_iter().filter(|(_, schema)| is_object(schema)).collect()
}

/// Payloads, and the objects in them.
pub(super) fn objects(tree: &Tree) -> Vec<Place> {
    let all = all_objects(tree).into_iter().map(|(place, _)| place);
    all.filter(|place| !is_envelope(tree, place)).collect()
}

/// The properties of some objects that are neither refused nor tell messages apart.
fn fields<'t>(tree: &'t Tree, objects: &[Place]) -> Vec<Field<'t>> {
    let mut fields = Vec::new();
    for object in objects {
        let Some(schema) = tree.get(object) else { continue };
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let Some(property) = property.as_object().filter(|property| !property.contains_key("const"))
            else {
                continue;
            };
            let place = object.below(&format!("properties/{}", escaped(name)));
            fields.push(Field { place, schema: property, required: required.contains(&name.as_str()) });
        }
    }
    fields
}

fn chosen(tree: &Tree, choose: impl Fn(&Field<'_>) -> bool) -> Vec<Place> {
    let fields = fields(tree, &objects(tree));
    fields.into_iter().filter(|field| choose(field)).map(|field| field.place).collect()
}

/// Properties that must be there.
pub(super) fn required(tree: &Tree) -> Vec<Place> {
    chosen(tree, |field| field.required)
}

/// Properties that may be there.
pub(super) fn optional(tree: &Tree) -> Vec<Place> {
    chosen(tree, |field| !field.required)
}

/// All properties.
pub(super) fn any(tree: &Tree) -> Vec<Place> {
    chosen(tree, |_| true)
}

/// Properties that must be there and are never null.
pub(super) fn required_plain(tree: &Tree) -> Vec<Place> {
    chosen(tree, |field| field.required && kind(tree, &field.place).is_some_and(|kind| kind != "any"))
}

/// Properties that may be absent, and are never null.
pub(super) fn optional_plain(tree: &Tree) -> Vec<Place> {
    chosen(tree, |field| !field.required && kind(tree, &field.place).is_some_and(|kind| kind != "any"))
}

/// Properties that may be null.
pub(super) fn nullable(tree: &Tree) -> Vec<Place> {
    chosen(tree, |field| without_null(field.schema).is_some())
}

/// Properties that may hold anything.
pub(super) fn untyped(tree: &Tree) -> Vec<Place> {
    chosen(tree, |field| kind(tree, &field.place).as_deref() == Some("any"))
}

/// Properties that may not hold anything.
pub(super) fn typed(tree: &Tree) -> Vec<Place> {
    chosen(tree, |field| kind(tree, &field.place).is_some_and(|kind| kind != "any"))
}

/// The JSON type of a property that has one; `any` for one that says nothing.
fn kind(tree: &Tree, place: &Place) -> Option<String> {
    let schema = tree.resolved(place)?.as_object()?;
    if let Some(Value::String(kind)) = schema.get("type") {
        return Some(kind.clone());
    }
    if schema.contains_key("enum") {
        return Some("string".to_owned());
    }
    let says_nothing =
        |key: &String| matches!(key.as_str(), "description" | "$comment" | "x-synonyms" | "title");
    schema.keys().all(says_nothing).then(|| "any".to_owned())
}

/// Properties with a type, once for each other type that they could have.
pub(super) fn retypable(tree: &Tree) -> Vec<Place> {
    let mut places = Vec::new();
    for place in typed(tree) {
        let Some(kind) = kind(tree, &place) else { continue };
        let is_number = |kind: &str| matches!(kind, "integer" | "number");
        let others = ["string", "integer", "boolean", "array"].into_iter();
        let others = others.filter(|other| *other != kind && !(is_number(other) && is_number(&kind)));
        places.extend(others.map(|other| place.with(&format!("{kind} to {other}"))));
    }
    places
}

/// Whole numbers.
pub(super) fn integers(tree: &Tree) -> Vec<Place> {
    chosen(tree, |field| kind(tree, &field.place).as_deref() == Some("integer"))
}

/// Numbers with fractions.
pub(super) fn numbers(tree: &Tree) -> Vec<Place> {
    chosen(tree, |field| kind(tree, &field.place).as_deref() == Some("number"))
}

/// Properties that hold a text or a number.
pub(super) fn scalars(tree: &Tree) -> Vec<Place> {
    let is_scalar = |kind: String| matches!(kind.as_str(), "string" | "integer" | "number" | "boolean");
    chosen(tree, |field| kind(tree, &field.place).is_some_and(is_scalar))
}

/// Properties that hold items of one type.
pub(super) fn arrays(tree: &Tree) -> Vec<Place> {
    chosen(tree, |field| field.schema.get("items").is_some())
}

/// Properties that map names to values of one type.
pub(super) fn maps(tree: &Tree) -> Vec<Place> {
    chosen(tree, |field| field.schema.get("additionalProperties").is_some_and(Value::is_object))
}

/// Properties whose schema is a definition that needs no name.
pub(super) fn references(tree: &Tree) -> Vec<Place> {
    let needs_none = |schema: &Value| {
        let is_scalar =
            matches!(schema.get("type"), Some(Value::String(kind)) if kind != "object" && kind != "array");
        is_scalar && schema.get("enum").is_none() && schema.get("x-known-values").is_none()
    };
    chosen(tree, |field| {
        field.schema.contains_key("$ref") && tree.resolved(&field.place).is_some_and(needs_none)
    })
}

/// Objects with several properties.
pub(super) fn with_several(tree: &Tree) -> Vec<Place> {
    let count =
        |place: &Place| tree.get(&place.below("properties")).and_then(Value::as_object).map_or(0, Map::len);
    objects(tree).into_iter().filter(|place| count(place) > 1).collect()
}

/// A property that no object has yet.
const ADDED: &str = "mutant_note";

/// Adds a property that may be there.
pub(super) fn add_optional(tree: &mut Tree, object: &Place) -> Option<()> {
    let properties = tree.object(&object.below("properties"))?;
    properties.insert(ADDED.to_owned(), json!({"description": "Something new.", "type": "string"}));
    Some(())
}

/// Adds a property that must be there.
pub(super) fn add_required(tree: &mut Tree, object: &Place) -> Option<()> {
    add_optional(tree, object)?;
    set_required(tree, object, ADDED, true)
}

fn set_required(tree: &mut Tree, object: &Place, name: &str, needed: bool) -> Option<()> {
    let object = tree.object(object)?;
    let list = object.entry("required").or_insert_with(|| json!([])).as_array_mut()?;
    list.retain(|listed| listed != name);
    if needed {
        list.push(json!(name));
    }
    if list.is_empty() {
        object.shift_remove("required");
    }
    Some(())
}

/// Takes a property out of its object, and says whether it was required. Its retired spellings stay refused.
fn take(tree: &mut Tree, place: &Place) -> Option<(Value, bool)> {
    let (object, name) = (place.above(2), place.name());
    let required = tree.get(&object)?.get("required").and_then(Value::as_array);
    let required = required.is_some_and(|list| list.contains(&json!(name)));
    set_required(tree, &object, &name, false);
    let properties = tree.object(&place.above(1))?;
    let taken = properties.shift_remove(&name)?;
    // An object without properties is another kind of object.
    properties.values().find(|property| **property != Value::Bool(false))?;
    let spellings = taken.get("x-synonyms").and_then(Value::as_array).into_iter().flatten();
    let spellings = spellings.filter_map(|one| one.as_str().or_else(|| one.get("name")?.as_str()));
    let refused: Vec<&str> =
        spellings.filter(|old| properties.get(*old) == Some(&Value::Bool(false))).collect();
    if !refused.is_empty() {
        let reasons = tree.object(&object)?.entry("x-refused").or_insert_with(|| json!({}));
        let reason = |old: &str| (old.to_owned(), json!("It was a property once."));
        reasons.as_object_mut()?.extend(refused.into_iter().map(reason));
    }
    Some((taken, required))
}

/// Removes a property.
pub(super) fn remove(tree: &mut Tree, place: &Place) -> Option<()> {
    take(tree, place).map(|_| ())
}

/// Gives a property another name.
pub(super) fn rename(tree: &mut Tree, place: &Place) -> Option<()> {
    let (object, old) = (place.above(2), place.name());
    let new = format!("renamed_{old}");
    let required = tree.get(&object)?.get("required").and_then(Value::as_array);
    let required = required.is_some_and(|list| list.contains(&json!(old)));
    set_required(tree, &object, &old, false);
    let properties = tree.object(&place.above(1))?;
    let renamed = std::mem::take(properties).into_iter();
    *properties =
        renamed.map(|(name, value)| (if name == old { new.clone() } else { name }, value)).collect();
    if required { set_required(tree, &object, &new, true) } else { Some(()) }
}

/// Properties, each with an object of the same file that it could move to.
pub(super) fn movable(tree: &Tree) -> Vec<Place> {
    let objects = objects(tree);
    let target = |place: &Place| {
        let (own, name) = (place.above(2), place.name());
        let has =
            |object: &Place| tree.get(&object.below(&format!("properties/{}", escaped(&name)))).is_some();
        objects.iter().find(|object| object.file == place.file && **object != own && !has(object))
    };
    any(tree).iter().filter_map(|place| Some(place.with(&format!("to {}", target(place)?.name())))).collect()
}

/// Moves a property into another object.
pub(super) fn move_elsewhere(tree: &mut Tree, place: &Place) -> Option<()> {
    let target = place.above(3).below(&escaped(place.detail.strip_prefix("to ")?));
    let (mut property, required) = take(tree, place)?;
    property.as_object_mut()?.shift_remove("x-synonyms");
    tree.object(&target.below("properties"))?.insert(place.name(), property);
    if required { set_required(tree, &target, &place.name(), true) } else { Some(()) }
}

/// Replaces what a property may hold; its description and its retired spellings stay.
fn replace(tree: &mut Tree, place: &Place, with: Value) -> Option<()> {
    let Value::Object(with) = with else { return None };
    let property = tree.object(place)?;
    property.retain(|key, _| matches!(key.as_str(), "description" | "x-synonyms"));
    property.extend(with);
    Some(())
}

/// Gives a property the type that the place names.
pub(super) fn retype(tree: &mut Tree, place: &Place) -> Option<()> {
    let schema = match place.detail.rsplit_once(" to ")?.1 {
        "integer" => whole(),
        "array" => json!({"type": "array", "items": {"type": "string"}}),
        other => json!({"type": other}),
    };
    without_units(tree, place);
    replace(tree, place, schema)
}

/// What a retired spelling in other units says of a text or a truth value, nothing can convert.
fn without_units(tree: &mut Tree, place: &Place) {
    let Some(property) = tree.object(place) else { return };
    if let Some(synonyms) = property.get_mut("x-synonyms").and_then(Value::as_array_mut) {
        synonyms.retain(Value::is_string);
        if synonyms.is_empty() {
            property.shift_remove("x-synonyms");
        }
    }
}

fn whole() -> Value {
    json!({"type": "integer", "minimum": 0, "maximum": 1_000_000, "x-unit": "count"})
}

/// Lets a whole number have a fraction, or the other way round.
pub(super) fn change_fraction(tree: &mut Tree, place: &Place) -> Option<()> {
    let mut schema = tree.resolved(place)?.clone();
    let kind = if schema.get("type") == Some(&json!("integer")) { "number" } else { "integer" };
    let object = schema.as_object_mut()?;
    object.retain(|key, _| !matches!(key.as_str(), "description" | "$comment"));
    object.insert("type".to_owned(), json!(kind));
    without_units(tree, place);
    replace(tree, place, schema)
}

/// Lets a property hold anything.
pub(super) fn open_type(tree: &mut Tree, place: &Place) -> Option<()> {
    without_units(tree, place);
    replace(tree, place, json!({}))
}

/// Gives a property that may hold anything a type.
pub(super) fn close_type(tree: &mut Tree, place: &Place) -> Option<()> {
    replace(tree, place, json!({"type": "string"}))
}

/// Makes a property required.
pub(super) fn require(tree: &mut Tree, place: &Place) -> Option<()> {
    set_required(tree, &place.above(2), &place.name(), true)
}

/// Makes a property optional.
pub(super) fn release(tree: &mut Tree, place: &Place) -> Option<()> {
    set_required(tree, &place.above(2), &place.name(), false)
}

/// The schema of a property without null, if it has one with it.
fn without_null(property: &Map<String, Value>) -> Option<Value> {
    let null = json!({"type": "null"});
    if let Some([first, last]) = property.get("oneOf").and_then(Value::as_array).map(Vec::as_slice) {
        return (*last == null).then(|| first.clone());
    }
    match property.get("type").and_then(Value::as_array).map(Vec::as_slice) {
        Some([Value::String(kind), Value::String(null)]) if null == "null" => Some(json!({"type": kind})),
        _ => None,
    }
}

/// Lets a property be null.
pub(super) fn allow_null(tree: &mut Tree, place: &Place) -> Option<()> {
    let mut schema = tree.object(place)?.clone();
    schema.retain(|key, _| !matches!(key.as_str(), "description" | "x-synonyms"));
    let schema = match (schema.len(), schema.get("type")) {
        (1, Some(Value::String(kind))) => json!({"type": [kind, "null"]}),
        _ => json!({"oneOf": [schema, {"type": "null"}]}),
    };
    replace(tree, place, schema)
}

/// Refuses null.
pub(super) fn refuse_null(tree: &mut Tree, place: &Place) -> Option<()> {
    let schema = without_null(tree.object(place)?)?;
    replace(tree, place, schema)
}

/// Sends several where there was one.
pub(super) fn make_array(tree: &mut Tree, place: &Place) -> Option<()> {
    let mut item = tree.object(place)?.clone();
    item.retain(|key, _| !matches!(key.as_str(), "description" | "x-synonyms"));
    without_units(tree, place);
    replace(tree, place, json!({"type": "array", "items": item}))
}

/// Sends one where there were several.
pub(super) fn make_single(tree: &mut Tree, place: &Place) -> Option<()> {
    let item = tree.object(place)?.get("items")?.clone();
    replace(tree, place, item)
}

/// Gives the values of a map another type.
pub(super) fn retype_values(tree: &mut Tree, place: &Place) -> Option<()> {
    let values = tree.object(place)?.get_mut("additionalProperties")?;
    let is_text = values.get("type") == Some(&json!("string"));
    *values = if is_text { json!({"type": "boolean"}) } else { json!({"type": "string"}) };
    Some(())
}

/// Writes the definition of a property's type in its place.
pub(super) fn inline(tree: &mut Tree, place: &Place) -> Option<()> {
    let mut schema = tree.resolved(place)?.clone();
    schema.as_object_mut()?.retain(|key, _| !matches!(key.as_str(), "description" | "$comment"));
    replace(tree, place, schema)
}

/// Says something else about a property.
pub(super) fn redescribe(tree: &mut Tree, place: &Place) -> Option<()> {
    tree.object(place)?.insert("description".to_owned(), json!("Said in other words."));
    Some(())
}

/// Writes properties in another order.
pub(super) fn reorder(tree: &mut Tree, object: &Place) -> Option<()> {
    let properties = tree.object(&object.below("properties"))?;
    *properties = std::mem::take(properties).into_iter().rev().collect();
    Some(())
}

/// The members of envelopes besides the discriminator and the payload: those that must be there, or may.
fn members(tree: &Tree, needed: bool) -> Vec<Place> {
    let fields = fields(tree, &super::messages::envelopes(tree));
    let is_one =
        |field: &Field<'_>| field.required == needed && !matches!(&*field.place.name(), "type" | "data");
    fields.into_iter().filter(is_one).map(|field| field.place).collect()
}

/// Members that every frame has.
pub(super) fn required_members(tree: &Tree) -> Vec<Place> {
    members(tree, true)
}

/// Members that a frame may have.
pub(super) fn optional_members(tree: &Tree) -> Vec<Place> {
    members(tree, false)
}
