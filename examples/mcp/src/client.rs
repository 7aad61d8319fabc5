//! The client: it asks, and while it waits for the answer it answers what the server asks.

use crate::Error;
use crate::error::code;
use crate::link::Link;
use mcp_protocol::from_either::{consumer as read, producer as send};
use mcp_protocol::support::{JsonObject, Map};
use mcp_protocol::types::ElicitResultAction;
use std::borrow::Cow;
use std::io::Write;
use std::time::Duration;

/// The revision of the protocol that this client speaks.
pub const REVISION: &str = "2025-06-18";

/// Where the next page begins.
type Cursor = Cow<'static, str>;

/// What the server asks of the user and tells the user.
pub trait Host {
    /// The user's answer to what a server wants to know.
    fn elicit(&mut self, _asked: &read::ElicitRequestParams<'_>) -> send::ElicitResult<'static> {
        send::ElicitResult::new(send::ElicitResultRequired { action: ElicitResultAction::Decline })
    }

    /// What a server tells.
    fn notified(&mut self, _notification: &read::ServerNotification<'_>) {}
}

/// Nobody: questions are declined.
impl Host for () {}

/// A connection to a server.
#[derive(Debug)]
pub struct Client<W, H> {
    link: Link<W>,
    host: H,
    patience: Duration,
    asked: i64,
}

impl<W: Write, H: Host> Client<W, H> {
    /// Opens a session. The server may be silent for as long as `patience` at any time.
    ///
    /// # Errors
    /// The server does not answer, or does not speak [`REVISION`].
    pub fn open(
        link: Link<W>,
        host: H,
        patience: Duration,
    ) -> Result<(Self, read::InitializeResult<'static>), Error> {
        let mut client = Self { link, host, patience, asked: 0 };
        let text = client.ask(|id| {
            let params = introduction();
            send::InitializeRequest::new(send::InitializeRequestRequired { id, params }).into()
        })?;
        let result = read::InitializeResponse::parse(&text)?.result.into_owned();
        if result.protocol_version != REVISION {
            return Err(Error::Revision(result.protocol_version.into_owned()));
        }
        let initialized = send::InitializedNotification::new();
        client.send(&send::ClientFrame::ClientNotification(initialized.into()))?;
        Ok((client, result))
    }

    /// Who listens to what the server tells.
    pub fn host(&self) -> &H {
        &self.host
    }

    /// Asks whether the server is still there.
    ///
    /// # Errors
    /// It is not.
    pub fn ping(&mut self) -> Result<(), Error> {
        let text = self.ask(|id| send::PingRequest::new(send::PingRequestRequired { id }).into())?;
        read::EmptyResponse::parse(&text)?;
        Ok(())
    }

    /// All tools, page by page.
    ///
    /// # Errors
    /// The server refuses, or its answer is not of the protocol.
    pub fn tools(&mut self) -> Result<Vec<read::Tool<'static>>, Error> {
        self.pages(|client, cursor| {
            let text = client.ask(|id| {
                let params = send::ListToolsRequestParams::new();
                let params = match cursor {
                    Some(cursor) => params.with_cursor(cursor),
                    None => params,
                };
                send::ListToolsRequest::new(send::ListToolsRequestRequired { id }).with_params(params).into()
            })?;
            let page = read::ListToolsResponse::parse(&text)?.result.into_owned();
            Ok((page.tools, page.next_cursor))
        })
    }

    /// Calls a tool. The server may say how far it is: the host is told.
    ///
    /// # Errors
    /// The server refuses, or its answer is not of the protocol. A tool that fails answers all the same.
    pub fn call(
        &mut self,
        tool: &str,
        arguments: JsonObject<'_>,
    ) -> Result<read::CallToolResult<'static>, Error> {
        let progress = send::ProgressToken::Integer(self.asked);
        let params =
            send::CallToolRequestParams::new(send::CallToolRequestParamsRequired { name: tool.into() })
                .with_arguments(arguments)
                .with_meta(send::JsonrpcRequestParamsMeta::new().with_progress_token(progress));
        let text =
            self.ask(|id| send::CallToolRequest::new(send::CallToolRequestRequired { id, params }).into())?;
        Ok(read::CallToolResponse::parse(&text)?.result.into_owned())
    }

    /// All resources, page by page.
    ///
    /// # Errors
    /// Those of [`Client::tools`].
    pub fn resources(&mut self) -> Result<Vec<read::Resource<'static>>, Error> {
        self.pages(|client, cursor| {
            let text = client.ask(|id| {
                let params = send::ListResourcesRequestParams::new();
                let params = match cursor {
                    Some(cursor) => params.with_cursor(cursor),
                    None => params,
                };
                send::ListResourcesRequest::new(send::ListResourcesRequestRequired { id })
                    .with_params(params)
                    .into()
            })?;
            let page = read::ListResourcesResponse::parse(&text)?.result.into_owned();
            Ok((page.resources, page.next_cursor))
        })
    }

    /// The contents of a resource.
    ///
    /// # Errors
    /// Those of [`Client::tools`].
    pub fn resource(&mut self, uri: &str) -> Result<read::ReadResourceResult<'static>, Error> {
        let required = send::ReadResourceRequestParamsRequired { uri: uri.into() };
        let params = send::ReadResourceRequestParams::new(required);
        let text = self.ask(|id| {
            send::ReadResourceRequest::new(send::ReadResourceRequestRequired { id, params }).into()
        })?;
        Ok(read::ReadResourceResponse::parse(&text)?.result.into_owned())
    }

    /// All prompts, page by page.
    ///
    /// # Errors
    /// Those of [`Client::tools`].
    pub fn prompts(&mut self) -> Result<Vec<read::Prompt<'static>>, Error> {
        self.pages(|client, cursor| {
            let text = client.ask(|id| {
                let params = send::ListPromptsRequestParams::new();
                let params = match cursor {
                    Some(cursor) => params.with_cursor(cursor),
                    None => params,
                };
                send::ListPromptsRequest::new(send::ListPromptsRequestRequired { id })
                    .with_params(params)
                    .into()
            })?;
            let page = read::ListPromptsResponse::parse(&text)?.result.into_owned();
            Ok((page.prompts, page.next_cursor))
        })
    }

    /// A prompt, filled in.
    ///
    /// # Errors
    /// Those of [`Client::tools`].
    pub fn prompt(
        &mut self,
        name: &str,
        arguments: Map<'_, Cow<'_, str>>,
    ) -> Result<read::GetPromptResult<'static>, Error> {
        let required = send::GetPromptRequestParamsRequired { name: name.into() };
        let params = send::GetPromptRequestParams::new(required).with_arguments(arguments);
        let text =
            self.ask(|id| send::GetPromptRequest::new(send::GetPromptRequestRequired { id, params }).into())?;
        Ok(read::GetPromptResponse::parse(&text)?.result.into_owned())
    }

    /// Everything that comes in pages.
    fn pages<T>(
        &mut self,
        mut page: impl FnMut(&mut Self, Option<Cursor>) -> Result<(Vec<T>, Option<Cursor>), Error>,
    ) -> Result<Vec<T>, Error> {
        let (mut items, mut next) = page(self, None)?;
        while let Some(cursor) = next {
            let (more, after) = page(self, Some(cursor))?;
            items.extend(more);
            next = after;
        }
        Ok(items)
    }

    /// Sends a request, and answers the server until its answer comes: the answer's text.
    fn ask<'r>(
        &mut self,
        request: impl FnOnce(send::RequestId<'r>) -> send::ClientRequest<'r>,
    ) -> Result<String, Error> {
        self.asked += 1;
        let asked = read::RequestId::Integer(self.asked);
        let request = request(send::RequestId::Integer(self.asked));
        self.send(&send::ClientFrame::ClientRequest(request))?;
        loop {
            let text = self.link.receive(Some(self.patience))?;
            match read::JsonrpcMessage::parse(&text)?.into_owned() {
                read::JsonrpcMessage::JsonrpcResponse(response) if response.id == asked => return Ok(text),
                read::JsonrpcMessage::JsonrpcError(response) if response.id == asked => {
                    let read::JsonrpcErrorError { code, message, .. } = response.error;
                    return Err(Error::Refused { code, message: message.into_owned() });
                }
                read::JsonrpcMessage::JsonrpcRequest(request) => self.answer(request.id, &text)?,
                read::JsonrpcMessage::JsonrpcNotification(_) => {
                    self.host.notified(&read::ServerNotification::parse(&text)?);
                }
                // The answer to something that nobody waits for any longer.
                read::JsonrpcMessage::JsonrpcResponse(_) | read::JsonrpcMessage::JsonrpcError(_) => {}
            }
        }
    }

    /// Answers a request of the server.
    fn answer(&mut self, id: read::RequestId<'_>, text: &str) -> Result<(), Error> {
        let id = send::RequestId::try_from(id)?;
        let frame = match read::ServerRequest::parse(text) {
            Ok(read::ServerRequest::Ping(_)) => {
                let result = send::ResultType::new();
                let required = send::EmptyResponseRequired { id, result };
                send::ClientFrame::EmptyResponse(send::EmptyResponse::new(required))
            }
            Ok(read::ServerRequest::ElicitationCreate(request)) => {
                let result = self.host.elicit(&request.params);
                let required = send::ElicitResponseRequired { id, result };
                send::ClientFrame::ElicitResponse(send::ElicitResponse::new(required))
            }
            // A client without these capabilities is not asked.
            Ok(
                read::ServerRequest::SamplingCreateMessage(_)
                | read::ServerRequest::RootsList(_)
                | read::ServerRequest::Unknown(_),
            ) => refusal(id, code::METHOD_NOT_FOUND, "this client does not offer that".into()),
            Err(error) => refusal(id, code::INVALID_PARAMS, error.to_string()),
        };
        self.send(&frame)
    }

    /// The one place from which the client sends.
    fn send(&mut self, frame: &send::ClientFrame<'_>) -> Result<(), Error> {
        self.link.send(frame)
    }
}

/// Who the client is, and what it can do.
fn introduction() -> send::InitializeRequestParams<'static> {
    send::InitializeRequestParams::new(send::InitializeRequestParamsRequired {
        capabilities: send::ClientCapabilities::new().with_elicitation(JsonObject::default()),
        client_info: send::Implementation::new(send::ImplementationRequired {
            name: "framelock-example".into(),
            version: env!("CARGO_PKG_VERSION").into(),
        }),
        protocol_version: REVISION.into(),
    })
}

/// An error as an answer.
fn refusal(id: send::RequestId<'_>, code: i64, message: String) -> send::ClientFrame<'_> {
    let required = send::JsonrpcErrorErrorRequired { code, message: message.into() };
    let error = send::JsonrpcErrorError::new(required);
    send::ClientFrame::JsonrpcError(send::JsonrpcError::new(send::JsonrpcErrorRequired { error, id }))
}
