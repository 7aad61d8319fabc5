//! Runs: a request, and the events of the agent that answers it, one at a time.

use super::peer::{Answer, Peer, Reply, cannot, tell};
use super::threads::Threads;
use super::tools;
use netra_protocol::from_client::consumer::{
    AgentRequest, Chat, ClientFrame, Handle, StartAgent, StopAgent, UserMessage,
};
use netra_protocol::from_server::producer::{
    AgentCompleted, AgentCompletedRequired, AgentResponseChunk, AgentResponseChunkRequired,
    AgentResponseComplete, AgentResponseCompleteRequired, AgentStarted, AgentStartedRequired,
    AgentStatusUpdate, AgentStatusUpdateRequired, AgentStopped, AgentStoppedRequired, AgentThinking,
    AgentThinkingRequired, ServerMessage, ToolCompleted, ToolCompletedRequired, ToolExecuting,
    ToolExecutingRequired,
};
use netra_protocol::support::{Json, JsonObject, Violation};
use netra_protocol::types::{
    AgentId, AgentName, AgentResponseCompleteStatus, AgentStatus, AgentStoppedStatus, ChunkIndex,
    CorrelationId, Count, DurationMs, RunId, StepNumber, TaskId, ThreadChatRole, ThreadId, TurnId,
};
use serde_json::{Map, Value, json};
use std::collections::VecDeque;
use std::time::Instant;

/// What a client asks an agent.
#[derive(Debug)]
struct Request {
    agent: AgentName<'static>,
    text: String,
    thread: Option<ThreadId<'static>>,
    turn: Option<TurnId<'static>>,
    /// The frame that asked.
    asked: Option<CorrelationId<'static>>,
}

impl Request {
    fn new(text: &str, frame: &ClientFrame<'_>) -> Result<Self, Violation> {
        let asked = frame.correlation_id.value().map(|id| id.clone().into_owned());
        let agent = AgentName::new("assistant")?;
        Ok(Self { agent, text: text.to_owned(), thread: None, turn: None, asked })
    }

    fn with_thread(self, thread: Option<&ThreadId<'_>>) -> Self {
        Self { thread: thread.map(|thread| thread.clone().into_owned()), ..self }
    }
}

impl Peer {
    /// Begins a run, and keeps what the user said if that is part of a conversation.
    fn begin(&mut self, request: Request) -> Answer {
        if let Some(thread) = &request.thread {
            self.shared.threads.say(thread, ThreadChatRole::User, &request.text)?;
        }
        self.runs.begin(request)?;
        Ok(Reply::Messages(Vec::new()))
    }
}

impl Handle<UserMessage<'_>> for Peer {
    fn handle(&mut self, message: &UserMessage<'_>, frame: &ClientFrame<'_>) -> Answer {
        let thread = message.thread_id.as_ref().or(self.open.as_ref());
        let request = Request::new(&message.content, frame)?.with_thread(thread);
        self.begin(request)
    }
}

impl Handle<StartAgent<'_>> for Peer {
    fn handle(&mut self, start: &StartAgent<'_>, frame: &ClientFrame<'_>) -> Answer {
        let mut request = Request::new(&start.user_request, frame)?.with_thread(start.thread_id.value());
        if let Some(agent) = &start.agent {
            request.agent = agent.clone().into_owned();
        }
        self.begin(request)
    }
}

impl Handle<Chat<'_>> for Peer {
    fn handle(&mut self, chat: &Chat<'_>, frame: &ClientFrame<'_>) -> Answer {
        self.begin(Request::new(&chat.message, frame)?)
    }
}

impl Handle<AgentRequest<'_>> for Peer {
    fn handle(&mut self, asked: &AgentRequest<'_>, frame: &ClientFrame<'_>) -> Answer {
        if asked.real_llm == Some(true) || asked.require_multi_agent == Some(true) {
            return cannot("there is one agent here, and it has no language model");
        }
        let mut request = Request::new(&asked.message, frame)?;
        request.turn = asked.turn_id.clone().map(TurnId::into_owned);
        self.begin(request)
    }
}

impl Handle<StopAgent<'_>> for Peer {
    fn handle(&mut self, stop: &StopAgent<'_>, _: &ClientFrame<'_>) -> Answer {
        let Some(id) = self.runs.stop(stop.agent_id.as_deref())? else {
            return cannot("no such run is under way");
        };
        let required = AgentStoppedRequired { status: AgentStoppedStatus::Stopped };
        let stopped = AgentStopped::new(required).with_agent_id(id);
        tell(match &stop.reason {
            Some(reason) => stopped.with_reason(reason.clone().into_owned()),
            None => stopped,
        })
    }
}

/// The runs of one session: the first is under way, the others wait.
#[derive(Debug)]
pub(super) struct Runs {
    session: u64,
    begun: u64,
    queue: VecDeque<Run>,
}

impl Runs {
    pub(super) fn of(session: u64) -> Self {
        Self { session, begun: 0, queue: VecDeque::new() }
    }

    pub(super) fn is_at_work(&self) -> bool {
        !self.queue.is_empty()
    }

    fn begin(&mut self, request: Request) -> Result<(), Violation> {
        self.begun += 1;
        let id = RunId::new(format!("run_{}_{}", self.session, self.begun))?;
        self.queue.push_back(Run::new(id, request));
        Ok(())
    }

    /// The next event, and the frame that it answers. An answer that is complete becomes part of its conversation.
    pub(super) fn next_event(
        &mut self,
        threads: &Threads,
    ) -> Result<Option<(ServerMessage<'static>, Option<CorrelationId<'static>>)>, Violation> {
        let Some(run) = self.queue.front_mut() else { return Ok(None) };
        let asked = run.request.asked.clone();
        let event = run.next_event()?;
        if run.plan.is_empty() {
            if let Some(thread) = &run.request.thread {
                threads.say(thread, ThreadChatRole::Assistant, &run.answer)?;
            }
            self.queue.pop_front();
        }
        Ok(event.map(|event| (event, asked)))
    }

    /// Gives up a run: the one of this agent, or the one that is under way.
    fn stop(&mut self, agent: Option<&str>) -> Result<Option<AgentId<'static>>, Violation> {
        let index = match agent {
            Some(agent) => self.queue.iter().position(|run| run.id.as_str() == agent),
            None => Some(0),
        };
        index.and_then(|index| self.queue.remove(index)).map(|run| run.agent_id()).transpose()
    }

    /// Which agents are at work.
    pub(super) fn status(&self) -> Result<AgentStatusUpdate<'static>, Violation> {
        let state = |run: &Run| (run.id.to_string(), json!({ "agent_name": run.request.agent.as_str() }));
        let agents: Map<String, Value> = self.queue.iter().map(state).collect();
        let total_agents = Count::new(agents.len() as u64)?;
        let active_agents = Json::from(Value::from(agents));
        Ok(AgentStatusUpdate::new(AgentStatusUpdateRequired { active_agents, total_agents }))
    }
}

/// What a run still has to tell.
#[derive(Debug)]
enum Step {
    Start,
    Think,
    Call,
    Return,
    Chunk(u64, String),
    EndChunks(u64),
    Complete,
}

/// One run.
#[derive(Debug)]
struct Run {
    id: RunId<'static>,
    request: Request,
    words: usize,
    answer: String,
    plan: VecDeque<Step>,
    /// When the run began, and when the tool was called.
    began: Instant,
    called: Instant,
}

impl Run {
    fn new(id: RunId<'static>, request: Request) -> Self {
        let words = tools::words(&request.text);
        let answer = format!("Your message has {words} words.");
        let now = Instant::now();
        Self { id, request, words, plan: plan(&answer), answer, began: now, called: now }
    }

    /// The instance of the agent that is at work here: it works on nothing else.
    fn agent_id(&self) -> Result<AgentId<'static>, Violation> {
        AgentId::new(self.id.to_string())
    }

    fn task_id(&self) -> Result<TaskId<'static>, Violation> {
        TaskId::new(self.id.to_string())
    }

    fn next_event(&mut self) -> Result<Option<ServerMessage<'static>>, Violation> {
        let Some(step) = self.plan.pop_front() else { return Ok(None) };
        Ok(Some(match step {
            Step::Start => {
                self.began = Instant::now();
                self.started()?.into()
            }
            Step::Think => self.thinking()?.into(),
            Step::Call => {
                self.called = Instant::now();
                self.executing()?.into()
            }
            Step::Return => self.executed()?.into(),
            Step::Chunk(index, text) => self.chunk(index, text)?.into(),
            Step::EndChunks(count) => self.chunks_end(count)?.into(),
            Step::Complete => self.completed()?.into(),
        }))
    }

    fn started(&self) -> Result<AgentStarted<'static>, Violation> {
        let required =
            AgentStartedRequired { run_id: self.id.clone(), agent_name: self.request.agent.clone() };
        let event = AgentStarted::new(required).with_agent_id(self.agent_id()?);
        Ok(match &self.request.thread {
            Some(thread) => event.with_thread_id(thread.clone()),
            None => event,
        })
    }

    fn thinking(&self) -> Result<AgentThinking<'static>, Violation> {
        let required = AgentThinkingRequired {
            run_id: self.id.clone(),
            agent_name: self.request.agent.clone(),
            reasoning: "The words of the request must be counted".into(),
        };
        let event = AgentThinking::new(required);
        Ok(event.with_step_number(StepNumber::new(1)?).with_status(AgentStatus::Thinking))
    }

    fn executing(&self) -> Result<ToolExecuting<'static>, Violation> {
        let required = ToolExecutingRequired { run_id: self.id.clone(), tool_name: tools::word_counter()? };
        let parameters = JsonObject::from_iter([("text", self.request.text.clone())]);
        Ok(ToolExecuting::new(required).with_parameters(parameters))
    }

    fn executed(&self) -> Result<ToolCompleted<'static>, Violation> {
        let required = ToolCompletedRequired {
            run_id: self.id.clone(),
            tool_name: tools::word_counter()?,
            results: Json::from(json!({ "words": self.words })),
        };
        Ok(ToolCompleted::new(required).with_success(true).with_duration_ms(since(self.called)?))
    }

    fn chunk(&self, index: u64, text: String) -> Result<AgentResponseChunk<'static>, Violation> {
        Ok(AgentResponseChunk::new(AgentResponseChunkRequired {
            task_id: self.task_id()?,
            chunk: text.into(),
            chunk_index: ChunkIndex::new(index)?,
        }))
    }

    fn chunks_end(&self, count: u64) -> Result<AgentResponseComplete<'static>, Violation> {
        Ok(AgentResponseComplete::new(AgentResponseCompleteRequired {
            task_id: self.task_id()?,
            status: AgentResponseCompleteStatus::Completed,
            total_chunks: Count::new(count)?,
        }))
    }

    fn completed(&self) -> Result<AgentCompleted<'static>, Violation> {
        let required =
            AgentCompletedRequired { run_id: self.id.clone(), agent_name: self.request.agent.clone() };
        let event = AgentCompleted::new(required)
            .with_final_response(self.answer.clone())
            .with_success(true)
            .with_duration_ms(since(self.began)?);
        Ok(match &self.request.turn {
            Some(turn) => event.with_turn_id(turn.clone()),
            None => event,
        })
    }
}

/// The events of a run that ends in this answer.
fn plan(answer: &str) -> VecDeque<Step> {
    let chunks =
        (0..).zip(answer.split_inclusive(' ')).map(|(index, text)| Step::Chunk(index, text.to_owned()));
    let mut plan = VecDeque::from([Step::Start, Step::Think, Step::Call, Step::Return]);
    plan.extend(chunks);
    plan.push_back(Step::EndChunks(answer.split_inclusive(' ').count() as u64));
    plan.push_back(Step::Complete);
    plan
}

fn since(then: Instant) -> Result<DurationMs, Violation> {
    DurationMs::new(then.elapsed().as_secs_f64() * 1000.0)
}
