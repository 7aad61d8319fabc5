//! What the server offers: two tools, a few texts, and a prompt.

use mcp_protocol::from_either::{consumer as read, producer as send};
use mcp_protocol::support::{JsonObject, Map};
use mcp_protocol::types::Role;
use serde_json::{Value, json};

/// Counts the words of a text.
pub const COUNT_WORDS: &str = "count_words";

/// Greets somebody, whose name it asks for.
pub const GREET: &str = "greet";

/// Asks for a summary of a text.
const SUMMARIZE: &str = "summarize";

/// The styles of a summary.
const STYLES: [&str; 3] = ["bullets", "formal", "friendly"];

/// The texts: their names, and what they say.
const TEXTS: [(&str, &str); 2] = [
    ("motto", "Say what you mean."),
    ("rhyme", "Twinkle, twinkle, little star,\nhow I wonder what you are."),
];

/// All tools.
pub fn tools() -> Vec<send::Tool<'static>> {
    let text = object(json!({ "type": "string", "description": "The text." }));
    let number = object(json!({ "type": "integer", "minimum": 0 }));
    let input = send::ToolInputSchema::new().with_properties(map([("text", text)]));
    let output = send::ToolOutputSchema::new()
        .with_properties(map([("words", number.clone()), ("characters", number)]))
        .with_required(vec!["words".into(), "characters".into()]);
    let count_words = send::Tool::new(send::ToolRequired {
        input_schema: input.with_required(vec!["text".into()]),
        name: COUNT_WORDS.into(),
    });
    let greet = send::Tool::new(send::ToolRequired {
        input_schema: send::ToolInputSchema::new(),
        name: GREET.into(),
    });
    vec![
        count_words
            .with_description("Counts the words of a text.")
            .with_output_schema(output)
            .with_annotations(send::ToolAnnotations::new().with_read_only_hint(true)),
        greet.with_description("Asks the user for a name, and greets.").with_title("Greeting"),
    ]
}

/// What [`COUNT_WORDS`] answers.
pub fn count_words(text: &str) -> send::CallToolResult<'static> {
    let (words, characters) = (text.split_whitespace().count(), text.chars().count());
    says(format!("{words} words"))
        .with_structured_content(object(json!({ "words": words, "characters": characters })))
}

/// What [`GREET`] asks the user.
pub fn who_are_you() -> send::ElicitRequestParams<'static> {
    let name = send::StringSchema::new().with_title("Name").with_min_length(1);
    let required = send::ElicitRequestParamsRequestedSchemaRequired {
        properties: map([("name", send::PrimitiveSchemaDefinition::StringSchema(name))]),
    };
    send::ElicitRequestParams::new(send::ElicitRequestParamsRequired {
        message: "Who shall be greeted?".into(),
        requested_schema: send::ElicitRequestParamsRequestedSchema::new(required)
            .with_required(vec!["name".into()]),
    })
}

/// A tool's answer in words.
pub fn says(text: String) -> send::CallToolResult<'static> {
    let content = vec![words(text).into()];
    send::CallToolResult::new(send::CallToolResultRequired { content })
}

/// All texts.
pub fn resources() -> Vec<send::Resource<'static>> {
    let resource = |(name, text): (&'static str, &str)| {
        let size = i64::try_from(text.len()).unwrap_or(i64::MAX);
        let required = send::ResourceRequired { name: name.into(), uri: uri(name).into() };
        send::Resource::new(required).with_mime_type("text/plain").with_size(size)
    };
    TEXTS.into_iter().map(resource).collect()
}

/// How the texts are called.
pub fn templates() -> Vec<send::ResourceTemplate<'static>> {
    let required =
        send::ResourceTemplateRequired { name: "text".into(), uri_template: "text:///{name}".into() };
    vec![send::ResourceTemplate::new(required).with_description("One of the texts.")]
}

/// A text, if there is one with this URI.
pub fn resource(wanted: &str) -> Option<send::ReadResourceResult<'static>> {
    let (name, text) = TEXTS.into_iter().find(|(name, _)| uri(name) == wanted)?;
    let required = send::TextResourceContentsRequired { text: text.into(), uri: uri(name).into() };
    let contents = send::TextResourceContents::new(required).with_mime_type("text/plain");
    Some(send::ReadResourceResult::new(send::ReadResourceResultRequired {
        contents: vec![send::ReadResourceResultContentsItem::TextResourceContents(contents)],
    }))
}

/// All prompts.
pub fn prompts() -> Vec<send::Prompt<'static>> {
    let argument =
        |name: &'static str| send::PromptArgument::new(send::PromptArgumentRequired { name: name.into() });
    let arguments = vec![argument("text").with_required(true), argument("style").with_required(false)];
    let summarize = send::Prompt::new(send::PromptRequired { name: SUMMARIZE.into() });
    vec![summarize.with_arguments(arguments).with_description("Asks for a summary of a text.")]
}

/// A prompt, filled in; or what is wrong with what was asked for.
///
/// # Errors
/// What is wrong, in words.
pub fn prompt(asked: &read::GetPromptRequestParams<'_>) -> Result<send::GetPromptResult<'static>, String> {
    let argument = |name| asked.arguments.as_ref().and_then(|arguments| arguments.get(name));
    if asked.name != SUMMARIZE {
        return Err(format!("there is no prompt {:?}", asked.name));
    }
    let text = argument("text").ok_or("the argument `text` is missing")?;
    let style = argument("style").map_or("friendly", |style| style.as_ref());
    let message = send::PromptMessage::new(send::PromptMessageRequired {
        content: words(format!("Write a {style} summary of this text:\n\n{text}")).into(),
        role: Role::User,
    });
    Ok(send::GetPromptResult::new(send::GetPromptResultRequired { messages: vec![message] }))
}

/// The styles that begin as the user began to type.
pub fn complete(asked: &read::CompleteRequestParams<'_>) -> send::CompleteResult<'static> {
    let of_style = matches!(&asked.r#ref, read::CompleteRequestParamsRef::RefPrompt(prompt) if prompt.name == SUMMARIZE)
        && asked.argument.name == "style";
    let begun = |style: &&str| of_style && style.starts_with(asked.argument.value.as_ref());
    let values = STYLES.into_iter().filter(begun).map(Into::into).collect();
    let required = send::CompleteResultCompletionRequired { values };
    let completion = send::CompleteResultCompletion::new(required).with_has_more(false);
    send::CompleteResult::new(send::CompleteResultRequired { completion })
}

fn uri(name: &str) -> String {
    format!("text:///{name}")
}

fn words(text: String) -> send::TextContent<'static> {
    send::TextContent::new(send::TextContentRequired { text: text.into() })
}

/// Values by name.
fn map<T>(members: impl IntoIterator<Item = (&'static str, T)>) -> Map<'static, T> {
    members.into_iter().fold(Map::default(), |mut map, (name, value)| {
        map.insert(name, value);
        map
    })
}

/// A free-form object; any other value is an empty one.
fn object(value: Value) -> JsonObject<'static> {
    match value {
        Value::Object(members) => members.into(),
        _ => JsonObject::default(),
    }
}
