//! Canonical frames, written in retired forms. This is the way back from what consumers do, and shares nothing with
//! them but the declarations: `schema/legacy` and the synonyms in the schema.

use super::{TestResult, repository, schema};
use serde_json::{Map, Number, Value, json};
use std::cell::RefCell;
use std::collections::HashMap;
use std::fs;
use std::rc::Rc;

/// Points in time: in Unix seconds, and as texts with the same meaning.
const TIMES: [(f64, &[&str]); 3] = [
    (
        951_827_696.25,
        &["2000-02-29T12:34:56.25Z", "2000-02-29T12:34:56.250000", "2000-02-29T14:34:56.25+02:00"],
    ),
    (1_758_207_374.0, &["2025-09-18T14:56:14+00:00", "2025-09-18T14:56:14"]),
    (1_735_689_599.5, &["2024-12-31T23:59:59.5Z", "2024-12-31T18:29:59.5-05:30"]),
];

/// A frame in a retired form.
pub(crate) struct Rendered {
    /// The frame.
    pub(crate) frame: Value,
    /// What it means today.
    pub(crate) canonical: Value,
    /// The time of receipt to pass.
    pub(crate) received_at: f64,
}

/// Choices, from a seed.
pub(crate) struct Choices(pub(crate) u64);

impl Choices {
    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        // SplitMix64
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % end.max(1) as u64).unwrap_or_default()
    }

    fn flip(&mut self) -> bool {
        self.below(2) == 0
    }
}

/// The declarations, and the messages of one side.
pub(crate) struct Renderer {
    /// `server` or `client`.
    side: &'static str,
    /// The forms of this side.
    pub(crate) forms: Vec<Value>,
    names: Vec<Value>,
    /// The file and the pointer of each message's payload.
    payloads: Map<String, Value>,
}

impl Renderer {
    pub(crate) fn new(side: &'static str, root: &str) -> TestResult<Self> {
        let sent = |declared: &Value| declared["sender"] == side || declared["sender"] == "either";
        let mut forms = declarations()?;
        forms.retain(sent);
        let mut names = read("legacy/names.json")?["names"].as_array().cloned().unwrap_or_default();
        names.retain(sent);
        let mut payloads = Map::new();
        for member in read("protocol.schema.json")?["$defs"][root]["oneOf"].as_array().ok_or("no oneOf")? {
            let reference = member["$ref"].as_str().ok_or("no $ref")?;
            let (file, pointer) = reference.split_once('#').unwrap_or((reference, ""));
            let document = read(file)?;
            let message = document.pointer(pointer).ok_or("no message")?;
            let name = message["properties"]["type"]["const"].as_str().ok_or("no const")?;
            payloads.insert(name.to_owned(), json!([file, format!("{pointer}/properties/data")]));
        }
        Ok(Self { side, forms, names, payloads })
    }

    /// The frame in this form; `None` if the form cannot hold it.
    pub(crate) fn render(&self, form: &Value, canonical: &Value, seed: u64) -> TestResult<Option<Rendered>> {
        let mut choices = Choices(seed);
        let mut canonical = canonical.clone();
        let (seconds, texts) = TIMES[choices.below(TIMES.len())];
        let timed = canonical.get("timestamp").is_some();
        if timed {
            canonical["timestamp"] = json!(seconds);
        }
        let Some((name, rest)) = self.named(form, &canonical, &mut choices) else { return Ok(None) };
        let message = canonical["type"].as_str().unwrap_or_default();
        let mut members = self.respelt_payload(message, rest, &mut choices)?;
        let time = timed.then(|| written_time(form, seconds, texts, &mut choices)).flatten();
        if time.is_none()
            && (form["match"]["/timestamp"] == "string" || form["match"]["/timestamp"] == "number")
        {
            return Ok(None);
        }
        let mut frame = Map::new();
        frame.extend(time.map(|time| ("timestamp".to_owned(), time)));
        for id in ["server_id", "correlation_id", "protocol_version"] {
            frame.extend(canonical.get(id).map(|value| (id.to_owned(), value.clone())));
        }
        if choices.flip() && form["drop"]["critical"] == "flag" && !members.contains_key("critical") {
            frame.insert("critical".to_owned(), json!(true));
        }
        let mut frame = Value::Object(frame);
        // A time that the frame lacks is that of receipt.
        if frame.get("timestamp").is_none() && self.side == "client" {
            canonical.as_object_mut().map(|frame| frame.remove("timestamp"));
        }
        let received_at = if frame.get("timestamp").is_none() && timed { seconds } else { 1.0 };
        for (place, condition) in form["match"].as_object().into_iter().flatten() {
            if let Some(text) = condition["text"].as_str() {
                put(&mut frame, place, json!(text));
            } else if place == "/run_id" && condition == "string" {
                let Some(run) = members.remove("run_id") else { return Ok(None) };
                put(&mut frame, place, run);
            } else if place == "/event" && condition == "string" && !members.contains_key("event") {
                // What repeats the event of a message must say the same; elsewhere it says nothing.
                let event = canonical["data"].get("event").cloned();
                put(&mut frame, place, event.unwrap_or_else(|| json!("whatever")));
            } else if place == "/type" && condition == "string" {
                put(&mut frame, place, json!("agent_progress"));
            }
        }
        let container = container(form, &mut choices);
        if !fits(form, &container, &members) {
            return Ok(None);
        }
        put(&mut frame, &container, json!({}));
        for (member, value) in members {
            put(&mut frame, &format!("{container}/{}", escaped(&member)), value);
        }
        for place in form["discriminator"].as_array().into_iter().flatten() {
            put(&mut frame, place.as_str().unwrap_or_default(), json!(name));
        }
        let holds = form["match"]
            .as_object()
            .into_iter()
            .flatten()
            .all(|(place, condition)| holds(&frame, place, condition));
        Ok(holds.then_some(Rendered { frame, canonical, received_at }))
    }

    /// A name that the form may give the message, and the members of the payload that it does not stand for.
    fn named(
        &self,
        form: &Value,
        canonical: &Value,
        choices: &mut Choices,
    ) -> Option<(String, Map<String, Value>)> {
        let message = canonical["type"].as_str()?;
        let payload = canonical["data"].as_object()?;
        let event = payload.get("event").and_then(Value::as_str).filter(|_| message == "system_message");
        let full: Vec<&str> = [message].into_iter().chain(event).collect();
        let names = &form["names"];
        let own = |(value, path): (&String, &Value)| json!({"name": value, "message": path});
        let listed = |key: &str, name: &Value| {
            names[key].as_array().is_some_and(|listed| listed.contains(&name["name"]))
        };
        let canonical_name = json!({"name": message, "message": [message]});
        let mut candidates: Vec<Value> = if names.get("own").is_some() {
            names["own"].as_object()?.iter().map(own).collect()
        } else if names.get("message").is_some() {
            vec![json!({"name": "", "message": names["message"]})]
        } else {
            let canonical = std::iter::once(canonical_name.clone());
            canonical.chain(self.names.iter().cloned()).collect()
        };
        candidates.retain(|name| {
            let retired = *name != canonical_name;
            let path: Vec<&str> =
                name["message"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let allowed = match names.as_str() {
                Some("canonical") => !retired,
                _ if names.get("except").is_some() => !listed("except", name),
                _ if names.get("retired-except").is_some() => retired && !listed("retired-except", name),
                _ if names.get("only").is_some() => listed("only", name),
                _ => true,
            };
            let constants = name["constants"].as_object().into_iter().flatten();
            allowed
                && full.starts_with(&path)
                && constants.clone().all(|(name, value)| payload.get(name) == Some(value))
        });
        let chosen = candidates.get(choices.below(candidates.len()))?;
        let mut rest = payload.clone();
        if chosen["message"].as_array()?.len() > 1 {
            rest.remove("event");
        }
        for name in chosen["constants"].as_object().into_iter().flatten().map(|(name, _)| name) {
            rest.remove(name);
        }
        Some((chosen["name"].as_str()?.to_owned(), rest))
    }

    fn respelt_payload(
        &self,
        message: &str,
        payload: Map<String, Value>,
        choices: &mut Choices,
    ) -> TestResult<Map<String, Value>> {
        let at = self.payloads.get(message).ok_or_else(|| format!("{}: no {message}", self.side))?;
        let (file, pointer) = (at[0].as_str().unwrap_or_default(), at[1].as_str().unwrap_or_default());
        let place = Place {
            file: file.to_owned(),
            schema: read(file)?.pointer(pointer).cloned().unwrap_or_default(),
        };
        let place = place.resolved()?;
        let respelt = respelt(&place, Value::Object(payload), choices)?;
        Ok(respelt.as_object().cloned().unwrap_or_default())
    }
}

/// A file below the schema folder; each is read once.
fn read(path: &str) -> TestResult<Rc<Value>> {
    thread_local! {
        static KNOWN: RefCell<HashMap<String, Rc<Value>>> = RefCell::default();
    }
    if let Some(known) = KNOWN.with_borrow(|known| known.get(path).cloned()) {
        return Ok(known);
    }
    let document = Rc::new(schema::read(path)?);
    KNOWN.with_borrow_mut(|known| known.insert(path.to_owned(), Rc::clone(&document)));
    Ok(document)
}

/// Every form.
fn declarations() -> TestResult<Vec<Value>> {
    let mut forms = Vec::new();
    for entry in fs::read_dir(repository().join("schema/legacy"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name != "names.json" {
            forms.push(schema::read(&format!("legacy/{name}"))?);
        }
    }
    forms.sort_by_key(|form| form["name"].to_string());
    Ok(forms)
}

/// A schema and the file it stands in.
struct Place {
    file: String,
    schema: Value,
}

impl Place {
    /// The schema at the end of its references.
    fn resolved(self) -> TestResult<Self> {
        let Some(reference) = self.schema["$ref"].as_str() else { return Ok(self) };
        let (path, pointer) = reference.split_once('#').ok_or("no pointer")?;
        let folder = self.file.split_once('/').map_or("", |(folder, _)| folder);
        let file = match path.strip_prefix("../") {
            _ if path.is_empty() => self.file.clone(),
            Some(path) => path.to_owned(),
            None => format!("{folder}/{path}"),
        };
        let schema = read(&file)?.pointer(pointer).cloned().ok_or("a reference that leads nowhere")?;
        Self { file, schema }.resolved()
    }

    fn below(&self, schema: &Value) -> TestResult<Self> {
        Self { file: self.file.clone(), schema: schema.clone() }.resolved()
    }
}

/// The value with some of its members under retired spellings.
fn respelt(place: &Place, value: Value, choices: &mut Choices) -> TestResult<Value> {
    if let Some(union) = place.schema["oneOf"].as_array() {
        // The member of a tagged union, or what may also be null.
        for member in union {
            let member = place.below(member)?;
            let event = &member.schema["properties"]["event"]["const"];
            if !member.schema["properties"].is_null() && (event.is_null() || *event == value["event"]) {
                return respelt(&member, value, choices);
            }
        }
    }
    match value {
        Value::Array(items) if !place.schema["items"].is_null() => {
            let item = place.below(&place.schema["items"])?;
            items
                .into_iter()
                .map(|value| respelt(&item, value, choices))
                .collect::<TestResult<Vec<_>>>()
                .map(Value::Array)
        }
        Value::Object(members) => {
            let mut found = Map::new();
            for (name, value) in members {
                let property = &place.schema["properties"][&name];
                let value = respelt(&place.below(property)?, value, choices)?;
                let synonyms = property["x-synonyms"].as_array().cloned().unwrap_or_default();
                let (old, value) = match choices.below(synonyms.len() + 1).checked_sub(1) {
                    Some(index) => old_spelling(&name, &synonyms[index], value),
                    None => (name, value),
                };
                found.insert(old, value);
            }
            Ok(Value::Object(found))
        }
        other => Ok(other),
    }
}

/// A retired spelling of a member, and its value in the unit of that spelling.
fn old_spelling(name: &str, synonym: &Value, value: Value) -> (String, Value) {
    let Some(unit) = synonym["unit"].as_str() else {
        return (synonym.as_str().unwrap_or(name).to_owned(), value);
    };
    let number = value.as_f64();
    let old = match (unit, number, value.as_str()) {
        ("seconds", Some(milliseconds), _) => json!(milliseconds / 1000.0),
        ("milliseconds", Some(seconds), _) => json!(seconds * 1000.0),
        // A time that says UTC once did not say it.
        ("iso-8601", _, Some(text)) => json!(text.strip_suffix('Z').unwrap_or(text)),
        // Not rendered: texts of other times than those of the envelope.
        _ => return (name.to_owned(), value),
    };
    (synonym["name"].as_str().unwrap_or(name).to_owned(), old)
}

/// The time as the form has it; `None` if it has none.
fn written_time(form: &Value, seconds: f64, texts: &[&str], choices: &mut Choices) -> Option<Value> {
    match form["match"]["/timestamp"].as_str() {
        Some("string") => Some(json!(texts[choices.below(texts.len())])),
        Some("number") => Some(number_of(seconds, choices)),
        Some("absent") => None,
        _ if choices.flip() => Some(number_of(seconds, choices)),
        _ => Some(json!(texts[choices.below(texts.len())])),
    }
}

fn number_of(seconds: f64, choices: &mut Choices) -> Value {
    if choices.flip() {
        json!(seconds)
    } else {
        Number::from_f64(seconds * 1000.0).map_or(Value::Null, Value::Number)
    }
}

/// Where the members of the payload go: a JSON Pointer.
fn container(form: &Value, choices: &mut Choices) -> String {
    let declared: Vec<&str> =
        form["payload"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let required: Vec<&&str> = declared.iter().filter(|place| form["match"][**place] == "object").collect();
    let inside_data =
        form["discriminator"].to_string().contains("/data/") || form["names"].get("message").is_some();
    match required.last() {
        Some(place) => (**place).to_owned(),
        None if inside_data => "/data".to_owned(),
        None => match choices.below(declared.len() + 1).checked_sub(1) {
            Some(index) => declared[index].to_owned(),
            None => String::new(),
        },
    }
}

/// Whether the members can stand there without being taken for a part of the layout.
fn fits(form: &Value, container: &str, members: &Map<String, Value>) -> bool {
    // A member of the payload may be what tells the form.
    let told = |(place, condition): &(&String, &Value)| {
        container.is_empty() || *condition != "string" || !place.starts_with(container)
    };
    let layout =
        form["match"].as_object().into_iter().flatten().filter(told).map(|(place, _)| place.as_str());
    let pointers =
        |key: &str| form[key].as_array().into_iter().flatten().filter_map(Value::as_str).collect::<Vec<_>>();
    let moved: Vec<&str> =
        form["move"].as_object().into_iter().flatten().map(|(place, _)| place.as_str()).collect();
    let taken: Vec<&str> =
        layout.chain(pointers("discriminator")).chain(pointers("payload")).chain(moved).collect();
    let envelope = ["type", "timestamp", "server_id", "correlation_id", "protocol_version"];
    members.keys().all(|name| {
        let place = format!("{container}/{name}");
        let at_top = container.is_empty() && envelope.contains(&name.as_str());
        // An event is told apart by its member `event`, which may stand where the form looks for it.
        let event = name == "event" && place != "/data/event" && form["match"]["/event"] == "string";
        !at_top && (event || !taken.contains(&place.as_str()))
    })
}

fn holds(frame: &Value, place: &str, condition: &Value) -> bool {
    let found = frame.pointer(place);
    match (condition.as_str(), condition["text"].as_str()) {
        (Some("absent"), _) => found.is_none(),
        (Some("object"), _) => found.is_some_and(Value::is_object),
        (Some("string"), _) => found.is_some_and(Value::is_string),
        (Some("number"), _) => found.is_some_and(Value::is_number),
        (_, Some(text)) => found.is_some_and(|found| found == text),
        _ => false,
    }
}

/// Puts a value at a place; the objects above it come into being.
fn put(frame: &mut Value, place: &str, value: Value) {
    let mut at = frame;
    for name in place.split('/').skip(1) {
        let name = name.replace("~1", "/").replace("~0", "~");
        at = &mut at[name];
    }
    if !(at.is_object() && value == json!({})) {
        *at = value;
    }
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
