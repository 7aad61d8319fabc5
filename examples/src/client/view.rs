//! What each message of the server means to the client.

use super::event::Event;
use netra_protocol::from_server::consumer as c;
use netra_protocol::from_server::consumer::{
    Handle, Handler, ServerFrame, ServerMessage, SystemMessage, ignore,
};
use netra_protocol::support::{JsonObject, Open, Unknown};

/// What follows from a message.
#[derive(Debug)]
pub(super) enum Step {
    /// Show it.
    Show(Event),
    /// Show it: it answers what was asked for.
    Finish(Event),
    /// Say that we are there.
    AnswerHeartbeat,
    /// Answer this ping.
    AnswerPing,
    Ignore,
}

/// Decides about every message of the server.
#[derive(Debug)]
pub(super) struct View;

impl Handler for View {
    type Output = Step;

    fn ignored(&mut self) -> Step {
        Step::Ignore
    }
}

/// Says for a message what follows from it.
macro_rules! view {
    ($($message:ident: $name:ident => $step:expr;)+) => {$(
        impl Handle<c::$message<'_>> for View {
            fn handle(&mut self, $name: &c::$message<'_>, _: &ServerFrame<'_>) -> Step {
                $step
            }
        }
    )+};
}

view! {
    AgentStarted: event => Step::Show(Event::Started(event.agent_name.to_string()));
    AgentThinking: event => Step::Show(Event::Thinking(event.reasoning.to_string()));
    ToolExecuting: event => Step::Show(Event::ToolExecuting(event.tool_name.to_string()));
    ToolCompleted: event => {
        Step::Show(Event::ToolCompleted(event.tool_name.to_string(), event.results.to_string()))
    };
    AgentResponseChunk: event => Step::Show(Event::Chunk(event.chunk.to_string()));
    AgentCompleted: event => Step::Finish(Event::Completed(event.final_response.as_deref().map(str::to_owned)));
    AgentStopped: _event => Step::Finish(Event::Stopped);
    AgentStatusUpdate: update => Step::Finish(Event::Agents(update.active_agents.to_string()));
    AgentTaskAck: ack => Step::Finish(Event::Noted(ack.task_id.to_string()));
    ErrorMessage: error => Step::Finish(Event::Error(error.error_message.to_string()));
    Ack: ack => Step::Finish(Event::Ignored(ack.received_type.as_deref().unwrap_or_default().to_owned()));

    Heartbeat: _heartbeat => Step::AnswerHeartbeat;
    Ping: _ping => Step::AnswerPing;
    Pong: _pong => Step::Finish(Event::Alive);
    TokenRefreshed: token => Step::Show(Event::Token(Ok(token.new_token.to_string())));
    TokenRefreshFailed: failure => Step::Finish(Event::Token(Err(failure.action.to_string())));

    ThreadCreated: thread => Step::Finish(Event::ThreadCreated(thread.thread_id.to_string()));
    ThreadJoined: thread => Step::Finish(Event::ThreadJoined(thread.thread_id.to_string()));
    ThreadSwitched: thread => Step::Show(Event::ThreadSwitched(thread.thread_id.to_string()));
    ThreadLoaded: thread => Step::Finish(Event::History(lines(&thread.messages)));
    ThreadRenamed: thread => {
        Step::Finish(Event::ThreadRenamed(thread.thread_id.to_string(), thread.new_title.to_string()))
    };
    ThreadDeleted: thread => Step::Finish(Event::ThreadDeleted(thread.thread_id.to_string()));
    ThreadHistory: thread => Step::Finish(Event::History(lines(&thread.messages)));
    ConversationHistory: restored => {
        Step::Finish(Event::History(restored.history.iter().map(JsonObject::to_string).collect()))
    };

    ThreadMessage: message => Step::Show(Event::Said(message.content.to_string()));
    DirectMessage: message => Step::Show(Event::Said(message.message.to_string()));
    BroadcastTest: message => Step::Show(Event::Said(message.message.to_string()));
    UserTyping: typing => Step::Show(Event::Typing(typing.user_id.to_string(), typing.is_typing));
    TypingStarted: typing => Step::Show(Event::Typing(typing.user_id.to_string(), true));
    TypingStopped: typing => Step::Show(Event::Typing(typing.user_id.to_string(), false));

    JsonrpcResponse: response => Step::Finish(Event::Result(match (&response.result, &response.error) {
        (_, Some(fault)) => Err(fault.to_string()),
        (result, None) => Ok(result.as_ref().map(ToString::to_string).unwrap_or_default()),
    }));
}

impl Handle<SystemMessage<'_>> for View {
    fn handle(&mut self, message: &SystemMessage<'_>, _: &ServerFrame<'_>) -> Step {
        match message {
            SystemMessage::ConnectionEstablished(_) => Step::Ignore,
            SystemMessage::Unknown(unknown) => Step::Show(Event::Unknown(unknown.tag.to_string())),
            SystemMessage::Notice(notice) => Step::Finish(Event::Noted(notice.content.to_string())),
            SystemMessage::ConnectAcknowledged(_)
            | SystemMessage::DisconnectAcknowledged(_)
            | SystemMessage::TypingAcknowledged(_)
            | SystemMessage::AgentMessageAcknowledged(_)
            | SystemMessage::Acknowledged(_) => Step::Finish(Event::Noted(message.tag().to_owned())),
            SystemMessage::ServiceStatusUpdate(_)
            | SystemMessage::ServiceDegradation(_)
            | SystemMessage::ServiceRecovery(_) => Step::Show(Event::Noted(message.tag().to_owned())),
        }
    }
}

/// The messages whose content is free, which the frame tells apart.
impl Handle<JsonObject<'_>> for View {
    fn handle(&mut self, content: &JsonObject<'_>, frame: &ServerFrame<'_>) -> Step {
        match frame.data {
            ServerMessage::TokenRefreshResponse(_) => Step::Finish(Event::Token(Ok(content.to_string()))),
            _ => Step::Ignore,
        }
    }
}

impl Handle<Unknown<'_>> for View {
    fn handle(&mut self, unknown: &Unknown<'_>, _: &ServerFrame<'_>) -> Step {
        Step::Show(Event::Unknown(unknown.tag.to_string()))
    }
}

/// What was said, a line each.
fn lines(messages: &[c::ThreadChatMessage<'_>]) -> Vec<String> {
    let line = |message: &c::ThreadChatMessage<'_>| match &message.role {
        Open::Known(role) => format!("{role}: {}", message.content),
        Open::Other(role) => format!("{role}: {}", message.content),
    };
    messages.iter().map(line).collect()
}

// What a chat does not show.
ignore!(View: c::AgentCancelled<'_>, c::AgentDeath<'_>, c::AgentError<'_>, c::AgentLog<'_>, c::AgentManagerShutdown<'_>, c::AgentMetricsUpdated<'_>, c::AgentProgress<'_>, c::AgentRegistered<'_>, c::AgentResponse<'_>, c::AgentStatusChanged<'_>, c::AgentTimeoutFailure<'_>, c::AgentTimeoutWarning<'_>, c::AgentUnregistered<'_>, c::AgentUpdate<'_>, c::PipelineCompleted<'_>, c::ProgressUpdate<'_>, c::StepCreated<'_>, c::SubAgentUpdate<'_>, c::SubagentCompleted<'_>, c::SubagentStarted<'_>);
ignore!(View: c::AuthenticationError<'_>, c::AuthenticationSuccess<'_>);
ignore!(View: c::AgentContextRestored<'_>, c::AgentTyping<'_>, c::ExampleMessageResponse<'_>, c::MessageReceived<'_>);
ignore!(View: c::CleanupComplete<'_>, c::CleanupDurationEstimate<'_>, c::CleanupStarted<'_>, c::ConnectionError<'_>, c::HandshakeResponse<'_>, c::HeartbeatAck<'_>, c::ServerShutdown<'_>);
ignore!(View: c::CorpusCreated<'_>, c::CorpusError<'_>, c::SyntheticDataProgress<'_>);
ignore!(View: c::BackendLog<'_>, c::EmergencyNotification<'_>, c::FallbackResponse<'_>, c::SystemError<'_>);
ignore!(View: c::JsonrpcNotification<'_>, c::JsonrpcRequest<'_>, c::McpServerConnected<'_>, c::McpServerDisconnected<'_>, c::McpServerError<'_>, c::McpToolCompleted<'_>, c::McpToolDiscovery<'_>, c::McpToolExecution<'_>, c::McpToolFailed<'_>, c::McpToolResult<'_>, c::McpToolStarted<'_>);
ignore!(View: c::QualityAlert<'_>);
ignore!(View: c::Broadcast<'_>, c::EventBatch<'_>, c::RoomMessage<'_>);
ignore!(View: c::AgentResponseComplete<'_>, c::FinalReport<'_>, c::PartialResult<'_>, c::StreamChunk<'_>, c::StreamComplete<'_>);
ignore!(View: c::ThreadData<'_>, c::ThreadLoading<'_>, c::ThreadUpdate<'_>, c::ThreadUpdated<'_>);
ignore!(View: c::ToolCall<'_>, c::ToolResult<'_>, c::ToolStarted<'_>);
