//! The server: it answers requests, one after the other, until the client goes away.

use crate::Error;
use crate::catalogue;
use crate::client::REVISION;
use crate::error::code;
use crate::link::Link;
use mcp_protocol::from_either::{consumer as read, producer as send};
use mcp_protocol::support::{self, Json, JsonObject};
use mcp_protocol::types::{ElicitResultAction, LoggingLevel};
use serde_json::Value;
use std::collections::VecDeque;
use std::io::Write;

/// Answers a client until it goes away.
///
/// # Errors
/// The streams failed.
pub fn serve<W: Write>(link: Link<W>) -> Result<(), Error> {
    let mut server = Server { link, level: LoggingLevel::Info, asked: 0, waiting: VecDeque::new() };
    loop {
        let next = server.waiting.pop_front().map_or_else(|| server.link.receive(None), Ok);
        match next.and_then(|text| server.take(&text)) {
            Ok(()) => {}
            Err(Error::Closed) => return Ok(()),
            // What is no request has no id for an answer. JSON-RPC has an error without one; the protocol's schema
            // has none.
            Err(Error::Frame(error)) => eprintln!("ignored what is no frame: {error}"),
            Err(error) => return Err(error),
        }
    }
}

/// A request that is refused: what the client is told.
struct Refusal {
    code: i64,
    message: String,
}

impl Refusal {
    fn params(message: impl Into<String>) -> Self {
        Self { code: code::INVALID_PARAMS, message: message.into() }
    }

    /// The frame that tells the client.
    fn of(self, id: send::RequestId<'_>) -> send::ServerFrame<'_> {
        let required = send::JsonrpcErrorErrorRequired { code: self.code, message: self.message.into() };
        let error = send::JsonrpcErrorError::new(required);
        send::ServerFrame::JsonrpcError(send::JsonrpcError::new(send::JsonrpcErrorRequired { error, id }))
    }
}

/// What comes of a request: the frame that answers it, or why there is none.
type Answer<'a> = Result<send::ServerFrame<'a>, Refusal>;

/// One session.
struct Server<W> {
    link: Link<W>,
    /// From which level on the client wants to see log messages.
    level: LoggingLevel,
    /// How many requests were sent to the client.
    asked: i64,
    /// Requests that came while an answer was awaited.
    waiting: VecDeque<String>,
}

impl<W: Write> Server<W> {
    /// Takes a frame.
    fn take(&mut self, text: &str) -> Result<(), Error> {
        let message = match read::JsonrpcMessage::parse(text) {
            Ok(message) => message,
            Err(error) => return self.broken(error, text),
        };
        match message {
            read::JsonrpcMessage::JsonrpcRequest(request) => self.request(request.id, text),
            // `notifications/cancelled` comes too late: what was asked for has been answered.
            read::JsonrpcMessage::JsonrpcNotification(_) => {
                read::ClientNotification::parse(text)?;
                Ok(())
            }
            // The answer to something that nobody waits for any longer.
            read::JsonrpcMessage::JsonrpcResponse(_) | read::JsonrpcMessage::JsonrpcError(_) => Ok(()),
        }
    }

    fn request(&mut self, id: read::RequestId<'_>, text: &str) -> Result<(), Error> {
        let id = send::RequestId::try_from(id)?;
        let answer = match read::ClientRequest::parse(text) {
            Ok(request) => self.answer(id.clone(), request)?,
            Err(error) => Err(Refusal::params(error.to_string())),
        };
        let frame = answer.unwrap_or_else(|refusal| refusal.of(id));
        self.send(&frame)
    }

    /// Refuses what is no frame, if it is a request.
    fn broken(&mut self, error: support::Error, text: &str) -> Result<(), Error> {
        let Ok(request) = read::AnyRequest::parse(text) else {
            return Err(Error::Frame(error));
        };
        let refusal = Refusal { code: code::INVALID_REQUEST, message: error.to_string() };
        self.send(&refusal.of(request.id.try_into()?))
    }

    /// Each request is answered or refused by name: a new one breaks this match, and somebody decides.
    fn answer<'a>(
        &mut self,
        id: send::RequestId<'a>,
        request: read::ClientRequest<'_>,
    ) -> Result<Answer<'a>, Error> {
        Ok(match request {
            read::ClientRequest::Initialize(_) => Ok(welcome(id)),
            read::ClientRequest::Ping(_) => Ok(empty(id)),
            read::ClientRequest::LoggingSetLevel(request) => {
                self.level = request.params.level;
                Ok(empty(id))
            }
            read::ClientRequest::ToolsList(_) => Ok(tools(id)),
            read::ClientRequest::ToolsCall(request) => self.call(id, &request.params)?,
            read::ClientRequest::ResourcesList(_) => Ok(resources(id)),
            read::ClientRequest::ResourcesTemplatesList(_) => Ok(templates(id)),
            read::ClientRequest::ResourcesRead(request) => resource(id, &request.params.uri),
            read::ClientRequest::PromptsList(_) => Ok(prompts(id)),
            read::ClientRequest::PromptsGet(request) => prompt(id, &request.params),
            read::ClientRequest::CompletionComplete(request) => Ok(completion(id, &request.params)),
            // The texts never change.
            read::ClientRequest::ResourcesSubscribe(_) | read::ClientRequest::ResourcesUnsubscribe(_) => {
                Err(unknown("resources/subscribe"))
            }
            read::ClientRequest::Unknown(request) => Err(unknown(&request.tag)),
        })
    }

    /// Calls a tool.
    fn call<'a>(
        &mut self,
        id: send::RequestId<'a>,
        asked: &read::CallToolRequestParams<'_>,
    ) -> Result<Answer<'a>, Error> {
        let result = match asked.name.as_ref() {
            catalogue::COUNT_WORDS => {
                let Some(text) = asked.arguments.as_ref().and_then(|arguments| string(arguments, "text"))
                else {
                    return Ok(Err(Refusal::params("the argument `text` is missing, or is no string")));
                };
                catalogue::count_words(&text)
            }
            catalogue::GREET => {
                if let Some(token) = asked.meta.as_ref().and_then(|meta| meta.progress_token.clone()) {
                    self.progress(token)?;
                }
                match self.name()? {
                    Some(name) => catalogue::says(format!("Hello, {name}!")),
                    None => catalogue::says("Nobody wants to be greeted.".into()).with_is_error(true),
                }
            }
            other => return Ok(Err(Refusal::params(format!("there is no tool {other:?}")))),
        };
        self.log(&asked.name)?;
        let required = send::CallToolResponseRequired { id, result };
        Ok(Ok(send::ServerFrame::CallToolResponse(send::CallToolResponse::new(required))))
    }

    /// Says that half of a call is done, to a client that wants to know.
    fn progress(&mut self, token: read::ProgressToken<'_>) -> Result<(), Error> {
        let required = send::ProgressNotificationParamsRequired {
            progress: 1.into(),
            progress_token: token.try_into()?,
        };
        let params = send::ProgressNotificationParams::new(required).with_total(2).with_message("asking");
        let required = send::ProgressNotificationRequired { params };
        let notification = send::ProgressNotification::new(required);
        self.send(&send::ServerFrame::ServerNotification(notification.into()))
    }

    /// Logs that a tool was called, for a client that wants to see it.
    fn log(&mut self, tool: &str) -> Result<(), Error> {
        if !matches!(self.level, LoggingLevel::Info | LoggingLevel::Debug) {
            return Ok(());
        }
        let data = Json::from(Value::from(format!("{tool} was called")));
        let required = send::LoggingMessageNotificationParamsRequired { data, level: LoggingLevel::Info };
        let params = send::LoggingMessageNotificationParams::new(required).with_logger("tools");
        let required = send::LoggingMessageNotificationRequired { params };
        let notification = send::LoggingMessageNotification::new(required);
        self.send(&send::ServerFrame::ServerNotification(notification.into()))
    }

    /// Asks the user for a name: none if the user, or the client, does not want to say it.
    fn name(&mut self) -> Result<Option<String>, Error> {
        self.asked += 1;
        let id = send::RequestId::Integer(self.asked);
        let params = catalogue::who_are_you();
        let request = send::ElicitRequest::new(send::ElicitRequestRequired { id, params });
        self.send(&send::ServerFrame::ServerRequest(request.into()))?;
        let asked = read::RequestId::Integer(self.asked);
        loop {
            let text = self.link.receive(None)?;
            match read::JsonrpcMessage::parse(&text)?.into_owned() {
                read::JsonrpcMessage::JsonrpcResponse(response) if response.id == asked => {
                    return Ok(name(&read::ElicitResponse::parse(&text)?.result));
                }
                read::JsonrpcMessage::JsonrpcError(response) if response.id == asked => return Ok(None),
                _ => self.waiting.push_back(text),
            }
        }
    }

    /// The one place from which the server sends.
    fn send(&mut self, frame: &send::ServerFrame<'_>) -> Result<(), Error> {
        self.link.send(frame)
    }
}

/// The name that the user gave.
fn name(result: &read::ElicitResult<'_>) -> Option<String> {
    match result.content.as_ref()?.get("name")? {
        read::ElicitResultContentValue::String(name) if result.action == ElicitResultAction::Accept => {
            Some(name.to_string())
        }
        _ => None,
    }
}

/// A member of a tool's arguments, if it is a string.
fn string(arguments: &JsonObject<'_>, name: &str) -> Option<String> {
    match arguments.get(name)?.to_value() {
        Value::String(text) => Some(text),
        _ => None,
    }
}

fn unknown(method: &str) -> Refusal {
    let message = format!("this server does not offer {method:?}");
    Refusal { code: code::METHOD_NOT_FOUND, message }
}

fn welcome(id: send::RequestId<'_>) -> send::ServerFrame<'_> {
    let capabilities = send::ServerCapabilities::new()
        .with_completions(JsonObject::default())
        .with_logging(JsonObject::default())
        .with_prompts(send::ServerCapabilitiesPrompts::new())
        .with_resources(send::ServerCapabilitiesResources::new())
        .with_tools(send::ServerCapabilitiesTools::new());
    let server_info = send::Implementation::new(send::ImplementationRequired {
        name: "framelock-example".into(),
        version: env!("CARGO_PKG_VERSION").into(),
    });
    let result = send::InitializeResult::new(send::InitializeResultRequired {
        capabilities,
        protocol_version: REVISION.into(),
        server_info,
    });
    let required = send::InitializeResponseRequired { id, result };
    send::ServerFrame::InitializeResponse(send::InitializeResponse::new(required))
}

fn empty(id: send::RequestId<'_>) -> send::ServerFrame<'_> {
    let required = send::EmptyResponseRequired { id, result: send::ResultType::new() };
    send::ServerFrame::EmptyResponse(send::EmptyResponse::new(required))
}

fn tools(id: send::RequestId<'_>) -> send::ServerFrame<'_> {
    let required = send::ListToolsResultRequired { tools: catalogue::tools() };
    let result = send::ListToolsResult::new(required);
    let required = send::ListToolsResponseRequired { id, result };
    send::ServerFrame::ListToolsResponse(send::ListToolsResponse::new(required))
}

fn resources(id: send::RequestId<'_>) -> send::ServerFrame<'_> {
    let required = send::ListResourcesResultRequired { resources: catalogue::resources() };
    let result = send::ListResourcesResult::new(required);
    let required = send::ListResourcesResponseRequired { id, result };
    send::ServerFrame::ListResourcesResponse(send::ListResourcesResponse::new(required))
}

fn templates(id: send::RequestId<'_>) -> send::ServerFrame<'_> {
    let required = send::ListResourceTemplatesResultRequired { resource_templates: catalogue::templates() };
    let result = send::ListResourceTemplatesResult::new(required);
    let required = send::ListResourceTemplatesResponseRequired { id, result };
    send::ServerFrame::ListResourceTemplatesResponse(send::ListResourceTemplatesResponse::new(required))
}

fn resource<'a>(id: send::RequestId<'a>, uri: &str) -> Answer<'a> {
    let missing =
        || Refusal { code: code::RESOURCE_NOT_FOUND, message: format!("there is no resource {uri:?}") };
    let result = catalogue::resource(uri).ok_or_else(missing)?;
    let required = send::ReadResourceResponseRequired { id, result };
    Ok(send::ServerFrame::ReadResourceResponse(send::ReadResourceResponse::new(required)))
}

fn prompts(id: send::RequestId<'_>) -> send::ServerFrame<'_> {
    let required = send::ListPromptsResultRequired { prompts: catalogue::prompts() };
    let result = send::ListPromptsResult::new(required);
    let required = send::ListPromptsResponseRequired { id, result };
    send::ServerFrame::ListPromptsResponse(send::ListPromptsResponse::new(required))
}

fn prompt<'a>(id: send::RequestId<'a>, asked: &read::GetPromptRequestParams<'_>) -> Answer<'a> {
    let result = catalogue::prompt(asked).map_err(Refusal::params)?;
    let required = send::GetPromptResponseRequired { id, result };
    Ok(send::ServerFrame::GetPromptResponse(send::GetPromptResponse::new(required)))
}

fn completion<'a>(id: send::RequestId<'a>, asked: &read::CompleteRequestParams<'_>) -> send::ServerFrame<'a> {
    let required = send::CompleteResponseRequired { id, result: catalogue::complete(asked) };
    send::ServerFrame::CompleteResponse(send::CompleteResponse::new(required))
}
