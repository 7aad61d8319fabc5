//! The vocabulary of the benchmark's protocol.

use super::{Candidate, Choice, Kind, nested, type_name};

const SUBJECTS: [&str; 20] = [
    "agent", "tool", "run", "thread", "task", "plan", "report", "query", "budget", "model", "session",
    "user", "team", "policy", "alert", "metric", "index", "cache", "file", "corpus",
];
const OBJECTS: [&str; 25] = [
    "step", "review", "result", "request", "draft", "check", "sync", "export", "import", "analysis",
    "summary", "search", "upload", "rollout", "handoff", "approval", "estimate", "forecast", "audit",
    "limit", "quota", "schedule", "snapshot", "backup", "merge",
];
const VERBS: [&str; 20] = [
    "started",
    "completed",
    "failed",
    "queued",
    "paused",
    "resumed",
    "cancelled",
    "updated",
    "created",
    "deleted",
    "assigned",
    "rejected",
    "accepted",
    "expired",
    "delayed",
    "retried",
    "scored",
    "shared",
    "locked",
    "released",
];

/// How many messages have different names.
pub const MOST_MESSAGES: usize = SUBJECTS.len() * OBJECTS.len() * VERBS.len();

/// The name of a message: three words, different for each index below [`MOST_MESSAGES`].
pub(super) fn message_name(index: usize) -> String {
    // The step shares no factor with the number of names, so that neighbours differ and all names come.
    let place = index * 3_571 % MOST_MESSAGES;
    let (subject, rest) = (SUBJECTS[place % SUBJECTS.len()], place / SUBJECTS.len());
    let (object, rest) = (OBJECTS[rest % OBJECTS.len()], rest / OBJECTS.len());
    format!("{subject}_{object}_{}", VERBS[rest % VERBS.len()])
}

/// The strings with definitions of their own: name, what it is, and how its values begin.
pub const SHARED_TEXTS: &[(&str, &str, &str)] = &[
    ("RunId", "One run of an agent, from its start to its last event.", "run_"),
    ("ThreadId", "A conversation: the messages of a user and the runs that answer them.", "thread_"),
    ("UserId", "A user of the platform.", "user_"),
    ("TaskId", "One streamed answer: all its chunks carry the same value.", "task_"),
    ("RequestId", "The request within which an event was emitted.", "req_"),
    ("EventId", "One emitted event.", "evt_"),
    ("ExecutionId", "One execution of one tool.", "exec_"),
    ("ServerId", "The server instance that sent a frame.", "ws-"),
    ("CorrelationId", "A value that the answers to a request repeat.", "m-"),
    ("AgentName", "The name of an agent, as people see it.", "agent_"),
    ("ToolName", "The name of a tool, as the platform registers it.", "tool_"),
];

/// The open enumeration that messages share.
pub const SHARED_ENUM: (&str, &[&str]) = (
    "AgentStatus",
    &[
        "idle",
        "initializing",
        "active",
        "thinking",
        "planning",
        "executing",
        "running",
        "waiting",
        "paused",
        "completed",
        "failed",
        "error",
        "cancelled",
        "shutdown",
    ],
);

const PHASES: &[&str] = &["preparing", "collecting", "analysing", "writing", "reviewing", "done"];
const SEVERITIES: &[&str] = &["low", "medium", "high", "critical"];
const MODES: &[&str] = &["interactive", "background", "scheduled"];

macro_rules! candidates {
    ($($name:literal: |$owner:tt| $kind:expr,)+) => {
        [$(Candidate { name: $name, kind: |$owner| $kind },)+]
    };
}

/// The fields that are put together to messages.
pub(super) const FIELDS: [Candidate; 24] = candidates! {
    "thread_id": |_| Kind::Named("ThreadId"),
    "user_id": |_| Kind::NullableNamed("UserId"),
    "agent_name": |_| Kind::Named("AgentName"),
    "tool_name": |_| Kind::Named("ToolName"),
    "request_id": |_| Kind::Named("RequestId"),
    "event_id": |_| Kind::Named("EventId"),
    "execution_id": |_| Kind::NullableNamed("ExecutionId"),
    "message": |_| Kind::Text(48),
    "description": |_| Kind::Text(70),
    "reason": |_| Kind::NullableText(36),
    "title": |_| Kind::Text(20),
    "success": |_| Kind::Flag,
    "retryable": |_| Kind::Flag,
    "step_number": |_| Kind::Count,
    "total_steps": |_| Kind::Count,
    "token_count": |_| Kind::Count,
    "duration_ms": |_| Kind::Duration,
    "progress_percentage": |_| Kind::Percentage,
    "status": |_| Kind::Open(Choice { name: SHARED_ENUM.0.to_owned(), values: SHARED_ENUM.1 }),
    "phase": |owner| Kind::Closed(Choice { name: format!("{owner}Phase"), values: PHASES }),
    "severity": |owner| Kind::Open(Choice { name: format!("{owner}Severity"), values: SEVERITIES }),
    "tags": |_| Kind::Texts,
    "metadata": |_| Kind::FreeObject,
    "results": |_| Kind::Free,
};

/// The fields that make messages deeper.
pub(super) const BRANCHES: [Candidate; 4] = candidates! {
    "progress": |owner| Kind::Object(nested(owner, "progress")),
    "origin": |owner| Kind::Object(nested(owner, "origin")),
    "steps": |owner| Kind::Objects(nested(owner, "step")),
    "findings": |owner| Kind::Objects(nested(owner, "finding")),
};

/// The fields of nested objects.
pub(super) const LEAVES: [Candidate; 6] = candidates! {
    "name": |_| Kind::Named("ToolName"),
    "note": |_| Kind::Text(24),
    "count": |_| Kind::Count,
    "mode": |owner| Kind::Closed(Choice { name: type_name(owner) + "Mode", values: MODES }),
    "elapsed_ms": |_| Kind::Duration,
    "cached": |_| Kind::Flag,
};
