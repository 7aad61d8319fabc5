//! Changes of messages, of what they are carried in, and of what tells them apart.

use super::tree::{Place, Tree, escaped, target};
use serde_json::{Map, Value, json};

/// A message, as one side sends it.
#[derive(Debug, Clone)]
pub(super) struct Message {
    /// The union of the side's frames.
    pub union: Place,
    /// The schema of the frame.
    pub frame: Place,
    /// What tells it apart, in the schema of the frame.
    pub tag: Place,
    /// The value that does.
    pub name: String,
}

impl Message {
    /// The place of the payload's schema, in that of the frame.
    fn payload(&self) -> Place {
        self.frame.below("properties/data")
    }

    /// What the other side would call the union of its frames.
    fn other_side(&self) -> Option<(Place, &'static str, &'static str)> {
        let union = self.union.pointer.as_str();
        let (old, new) =
            if union.ends_with("ServerFrame") { ("Server", "Client") } else { ("Client", "Server") };
        let pointer = union.strip_suffix(&format!("{old}Frame"))?;
        Some((Place::new(&self.union.file, format!("{pointer}{new}Frame")), old, new))
    }
}

/// The unions of frames: the definitions of the root file that list references.
fn unions(tree: &Tree) -> Vec<Place> {
    let is_union = |schema: &Value| {
        let members = schema.get("oneOf").and_then(Value::as_array);
        members.is_some_and(|members| {
            !members.is_empty() && members.iter().all(|member| member.get("$ref").is_some())
        })
    };
    let all =
        tree.definitions().into_iter().filter(|(place, schema)| place.file == tree.root && is_union(schema));
    all.map(|(place, _)| place).collect()
}

/// The name of the property of an object that is a constant, and the constant.
fn constant(schema: &Value) -> Option<(&str, &str)> {
    let properties = schema.get("properties")?.as_object()?;
    properties.iter().find_map(|(name, property)| Some((name.as_str(), property.get("const")?.as_str()?)))
}

/// Every message.
pub(super) fn all(tree: &Tree) -> Vec<Message> {
    let mut messages = Vec::new();
    for union in unions(tree) {
        for member in members(tree, &union) {
            let Some((tag, name)) = tree.get(&member).and_then(constant) else { continue };
            let (tag, name) = (member.below(&format!("properties/{}", escaped(tag))), name.to_owned());
            messages.push(Message { union: union.clone(), frame: member, tag, name });
        }
    }
    messages
}

/// What a union refers to.
fn members(tree: &Tree, union: &Place) -> Vec<Place> {
    let list = tree.get(&union.below("oneOf")).and_then(Value::as_array).into_iter().flatten();
    let references = list.filter_map(|member| member.get("$ref")?.as_str());
    references.map(|reference| target(&union.file, reference)).collect()
}

/// The definitions that frames narrow.
pub(super) fn envelopes(tree: &Tree) -> Vec<Place> {
    let frames = all(tree).into_iter().filter_map(|message| {
        let reference = tree.get(&message.frame)?.get("$ref")?.as_str()?;
        Some(target(&message.frame.file, reference))
    });
    let mut envelopes: Vec<Place> = frames.collect();
    envelopes.sort();
    envelopes.dedup();
    envelopes
}

/// What tells messages apart, and events within messages.
pub(super) fn tags(tree: &Tree) -> Vec<Place> {
    let messages = all(tree).into_iter().map(|message| message.tag);
    messages.chain(events(tree).iter().filter_map(|event| tag_of(tree, event))).collect()
}

fn tag_of(tree: &Tree, place: &Place) -> Option<Place> {
    let (tag, _) = constant(tree.get(place)?)?;
    Some(place.below(&format!("properties/{}", escaped(tag))))
}

/// The objects that a discriminator within a payload tells apart.
pub(super) fn events(tree: &Tree) -> Vec<Place> {
    let roots = unions(tree);
    let is_union = |place: &Place, schema: &Value| !roots.contains(place) && schema.get("oneOf").is_some();
    let unions = tree.definitions().into_iter().filter(|(place, schema)| is_union(place, schema));
    let members = unions.flat_map(|(place, _)| members(tree, &place));
    members.filter(|member| tree.get(member).and_then(constant).is_some()).collect()
}

/// The schemas of all frames, once for each side that sends them.
pub(super) fn frames(tree: &Tree) -> Vec<Place> {
    all(tree).iter().map(|message| message.frame.with(&message.name)).collect()
}

/// Frames that have a payload of their own.
pub(super) fn with_payload(tree: &Tree) -> Vec<Place> {
    let own = |message: &Message| {
        let payload = tree.get(&message.payload())?.get("$ref")?.as_str()?;
        payload.starts_with('#').then(|| message.frame.with(&message.name))
    };
    all(tree).iter().filter_map(own).collect()
}

/// Messages that one side alone sends.
pub(super) fn one_way(tree: &Tree) -> Vec<Place> {
    let all = all(tree);
    let alone = |message: &&Message| all.iter().filter(|other| other.name == message.name).count() == 1;
    all.iter().filter(alone).map(|message| message.frame.with(&message.name)).collect()
}

/// Messages that both sides send, once for each side.
pub(super) fn two_way(tree: &Tree) -> Vec<Place> {
    let one_way = one_way(tree);
    frames(tree).into_iter().filter(|place| !one_way.contains(place)).collect()
}

/// The whole protocol.
pub(super) fn protocol(tree: &Tree) -> Vec<Place> {
    vec![Place::new(&tree.root, "")]
}

fn message(tree: &Tree, place: &Place) -> Option<Message> {
    let frame = place.with("");
    all(tree).into_iter().find(|message| message.frame == frame)
}

/// How one file refers to another place.
fn reference(from: &str, to: &Place) -> String {
    if from == to.file {
        return format!("#{}", to.pointer);
    }
    let up = "../".repeat(from.matches('/').count());
    let pointer = if to.pointer.is_empty() { String::new() } else { format!("#{}", to.pointer) };
    format!("{up}{}{pointer}", to.file)
}

fn list<'t>(tree: &'t mut Tree, union: &Place) -> Option<&'t mut Vec<Value>> {
    tree.get_mut(&union.below("oneOf"))?.as_array_mut()
}

/// Adds a reference to a union.
fn enlist(tree: &mut Tree, union: &Place, member: &Place) -> Option<()> {
    let reference = reference(&union.file, member);
    list(tree, union)?.push(json!({"$ref": reference}));
    Some(())
}

/// Takes a reference out of a union.
fn strike(tree: &mut Tree, union: &Place, member: &Place) -> Option<()> {
    let at = members(tree, union).iter().position(|one| one == member)?;
    list(tree, union)?.remove(at);
    Some(())
}

fn reserve(tree: &mut Tree, name: &str) -> Option<()> {
    let root = Place::new(&tree.root.clone(), "");
    let names = tree.object(&root)?.entry("x-reserved").or_insert_with(|| json!({}));
    names.as_object_mut()?.insert(name.to_owned(), json!("It was a message once."));
    Some(())
}

/// The references of a schema, as another file would write them.
fn rebase(value: &mut Value, from: &str, to: &str) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match value {
                    Value::String(text) if key == "$ref" => *text = reference(to, &target(from, text)),
                    _ => rebase(value, from, to),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rebase(item, from, to)),
        _ => {}
    }
}

/// Adds a message that is made like the one at the place, with a payload of its own.
pub(super) fn add(tree: &mut Tree, place: &Place) -> Option<()> {
    let message = message(tree, place)?;
    let name = format!("{}_mutant", message.name);
    let payload = target(&message.frame.file, tree.get(&message.payload())?.get("$ref")?.as_str()?);
    let title = format!("{}Mutant", payload.name());
    let mut own = tree.get(&payload)?.clone();
    let file = format!("server/{}.schema.json", name.replace(|c: char| !c.is_ascii_alphanumeric(), "_"));
    rebase(&mut own, &payload.file, &file);
    let mut frame = tree.get(&message.frame)?.as_object()?.clone();
    frame.shift_remove("$defs");
    let mut frame = Value::Object(frame);
    rebase(&mut frame, &message.frame.file, &file);
    *frame.pointer_mut("/properties/data/$ref")? = json!(format!("#/$defs/{title}"));
    *frame.pointer_mut("/properties/type/const")? = json!(name);
    let whole = frame.as_object_mut()?;
    whole.insert("title".to_owned(), json!(name));
    whole.insert("$defs".to_owned(), json!({title: own}));
    if let Some(group) = tree.files.get(&message.frame.file)?.get("x-group") {
        whole.insert("x-group".to_owned(), group.clone());
    }
    tree.files.insert(file.clone(), frame);
    enlist(tree, &message.union, &Place::new(&file, ""))
}

/// Removes a message, and reserves its name.
pub(super) fn remove(tree: &mut Tree, place: &Place) -> Option<()> {
    let name = place.detail.clone();
    forget(tree, place)?;
    reserve(tree, &name)
}

/// Removes a message, and leaves its name to whoever takes it.
pub(super) fn forget(tree: &mut Tree, place: &Place) -> Option<()> {
    let message = message(tree, place)?;
    strike(tree, &message.union, &message.frame)
}

/// Gives a message another name on the wire, and reserves the old one.
pub(super) fn rename(tree: &mut Tree, place: &Place) -> Option<()> {
    let message = message(tree, place)?;
    tree.object(&message.tag)?.insert("const".to_owned(), json!(format!("{}_renamed", message.name)));
    reserve(tree, &message.name)
}

/// Lets the other side send a message, and not this one.
pub(super) fn flip(tree: &mut Tree, place: &Place) -> Option<()> {
    let message = message(tree, place)?;
    let (other, old, new) = message.other_side()?;
    strike(tree, &message.union, &message.frame)?;
    let envelope = tree.object(&message.frame)?.get_mut("$ref")?;
    *envelope = json!(envelope.as_str()?.replace(old, new));
    enlist(tree, &other, &message.frame)
}

/// Lets the other side send a message as well.
pub(super) fn widen(tree: &mut Tree, place: &Place) -> Option<()> {
    let message = message(tree, place)?;
    let (other, old, new) = message.other_side()?;
    let mut frame = tree.get(&message.frame)?.as_object()?.clone();
    frame.retain(|key, _| matches!(key.as_str(), "description" | "$ref" | "properties"));
    let envelope = frame.get_mut("$ref")?;
    *envelope = json!(envelope.as_str()?.replace(old, new));
    let payload = tree.get(&message.payload())?.get("$ref")?.as_str()?;
    let name = format!("{new}{}Frame", target(&message.frame.file, payload).name());
    let file = Place::new(&message.frame.file, "");
    let definitions = tree.object(&file)?.entry("$defs").or_insert_with(|| json!({}));
    definitions.as_object_mut()?.insert(name.clone(), Value::Object(frame));
    enlist(tree, &other, &file.below(&format!("$defs/{name}")))
}

/// Puts the payload of a message into a member of its own.
pub(super) fn wrap(tree: &mut Tree, place: &Place) -> Option<()> {
    let message = message(tree, place)?;
    let data = tree.object(&message.payload())?.get_mut("$ref")?;
    let inner = data.as_str()?.to_owned();
    let name = format!("{}Wrapped", inner.rsplit('/').next()?);
    *data = json!(format!("#/$defs/{name}"));
    let wrapped = json!({
        "description": "The payload, in a member of its own.",
        "type": "object",
        "properties": {"payload": {"description": "The payload.", "$ref": inner}},
        "required": ["payload"],
    });
    let file = Place::new(&message.frame.file, "/$defs");
    tree.object(&file)?.insert(name, wrapped);
    Some(())
}

/// Sends the members of a payload beside the name of the message: the incident.
pub(super) fn unwrap(tree: &mut Tree, place: &Place) -> Option<()> {
    let message = message(tree, place)?;
    let payload = tree.resolved(&message.payload())?.clone();
    let frame = tree.object(&message.frame)?;
    let tag = frame.get("properties")?.get("type")?.clone();
    let mut properties = Map::new();
    properties.insert("type".to_owned(), tag);
    properties.extend(payload.get("properties")?.as_object()?.clone());
    let mut required = vec![json!("type")];
    required.extend(payload.get("required").and_then(Value::as_array).into_iter().flatten().cloned());
    frame.shift_remove("$ref");
    frame.insert("type".to_owned(), json!("object"));
    frame.insert("properties".to_owned(), Value::Object(properties));
    frame.insert("required".to_owned(), Value::Array(required));
    Some(())
}

/// Tells all frames apart by another property.
pub(super) fn rename_tag(tree: &mut Tree, _: &Place) -> Option<()> {
    let renamed = |object: &mut Map<String, Value>| {
        if let Some(properties) = object.get_mut("properties").and_then(Value::as_object_mut) {
            let all = std::mem::take(properties).into_iter();
            *properties = all
                .map(|(name, value)| (if name == "type" { "kind".to_owned() } else { name }, value))
                .collect();
        }
        for name in object.get_mut("required").and_then(Value::as_array_mut).into_iter().flatten() {
            if name == "type" {
                *name = json!("kind");
            }
        }
    };
    let mut places = envelopes(tree);
    places.extend(all(tree).into_iter().map(|message| message.frame));
    places.iter().try_for_each(|place| tree.object(place).map(renamed))
}

/// Makes an event within a message a message of its own.
pub(super) fn raise_event(tree: &mut Tree, place: &Place) -> Option<()> {
    let owner = all(tree).into_iter().find(|message| message.frame.file == place.file)?;
    let payload = target(&owner.frame.file, tree.get(&owner.payload())?.get("$ref")?.as_str()?);
    let tag = tag_of(tree, place)?;
    let name = tree.get(&tag)?.get("const")?.as_str()?.to_owned();
    let members_of_payload = members(tree, &payload);
    if !members_of_payload.contains(place) {
        return None;
    }
    strike(tree, &payload, place)?;
    let event = tree.object(place)?;
    event.get_mut("properties")?.as_object_mut()?.shift_remove(&tag.name());
    event.get_mut("required")?.as_array_mut()?.retain(|name| name != &tag.name());
    if event.get("required")?.as_array()?.is_empty() {
        event.shift_remove("required");
    }
    let mut frame = tree.get(&owner.frame)?.clone();
    let frame_object = frame.as_object_mut()?;
    frame_object.shift_remove("$defs");
    frame_object.insert("title".to_owned(), json!(name));
    let file = format!("server/{name}.schema.json");
    rebase(&mut frame, &owner.frame.file, &file);
    *frame.pointer_mut("/properties/data/$ref")? = json!(reference(&file, place));
    *frame.pointer_mut("/properties/type/const")? = json!(name);
    tree.files.insert(file.clone(), frame);
    enlist(tree, &owner.union, &Place::new(&file, ""))
}

/// Adds an event to a message that has several.
pub(super) fn add_event(tree: &mut Tree, place: &Place) -> Option<()> {
    let tag = tag_of(tree, place)?;
    let union = union_of(tree, place)?;
    let mut event = tree.get(place)?.clone();
    let name = format!("{}_mutant", tree.get(&tag)?.get("const")?.as_str()?);
    *event.pointer_mut(&format!("/properties/{}/const", tag.name()))? = json!(name);
    let title = format!("{}Mutant", place.name());
    tree.object(&place.above(1))?.insert(title.clone(), event);
    enlist(tree, &union, &place.above(1).below(&title))
}

/// Removes an event.
pub(super) fn remove_event(tree: &mut Tree, place: &Place) -> Option<()> {
    let union = union_of(tree, place)?;
    strike(tree, &union, place)
}

/// Gives an event another name.
pub(super) fn rename_event(tree: &mut Tree, place: &Place) -> Option<()> {
    let tag = tag_of(tree, place)?;
    let constant = tree.object(&tag)?.get_mut("const")?;
    *constant = json!(format!("{}_renamed", constant.as_str()?));
    Some(())
}

fn union_of(tree: &Tree, member: &Place) -> Option<Place> {
    let definitions = tree.definitions();
    let mut unions = definitions.iter().filter(|(_, schema)| schema.get("oneOf").is_some());
    unions.find(|(place, _)| members(tree, place).contains(member)).map(|(place, _)| place.clone())
}

/// Codes by which connections are closed.
pub(super) fn close_codes(tree: &Tree) -> Vec<Place> {
    let root = Place::new(&tree.root, "/x-close-codes");
    let count = tree.get(&root).and_then(Value::as_array).map_or(0, Vec::len);
    (0..count).map(|index| root.below(&index.to_string())).collect()
}

/// Adds a code.
pub(super) fn add_close_code(tree: &mut Tree, _: &Place) -> Option<()> {
    let codes = Place::new(&tree.root.clone(), "/x-close-codes");
    let code = json!({"code": 4321, "name": "mutant", "description": "Something new."});
    tree.get_mut(&codes)?.as_array_mut()?.push(code);
    Some(())
}

/// Removes a code.
pub(super) fn remove_close_code(tree: &mut Tree, place: &Place) -> Option<()> {
    let index: usize = place.name().parse().ok()?;
    tree.get_mut(&place.above(1))?.as_array_mut()?.remove(index);
    Some(())
}

/// Gives a code another meaning.
pub(super) fn rename_close_code(tree: &mut Tree, place: &Place) -> Option<()> {
    let name = tree.object(place)?.get_mut("name")?;
    *name = json!(format!("{}_renamed", name.as_str()?));
    Some(())
}
