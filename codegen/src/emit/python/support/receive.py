"""Receiving: one entry point for frames in whatever form they come, and what is done with retired ones."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, NoReturn, TypeAlias, TypeVar, Union, cast

from . import text
from .convert import convert
from .envelope import Envelope
from .issue import ContractError, Fault, Issue
from .legacy import Fit, Form, Policy, Tables
from .shapes import Reading
from .structures import Tagged

FrameT = TypeVar("FrameT")
FrameT_co = TypeVar("FrameT_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Canonical(Generic[FrameT_co]):
    """The schema accepts the frame."""

    frame: FrameT_co

    def unwrap(self) -> FrameT_co:
        """The frame."""
        return self.frame


@dataclass(frozen=True, slots=True)
class Legacy(Generic[FrameT_co]):
    """The frame has a declared retired form, and was converted."""

    frame: FrameT_co
    form: Form
    """The form."""
    lost: tuple[str, ...] = ()
    """What had no place in the canonical frame: JSON Pointers into the frame as it came."""

    def unwrap(self) -> FrameT_co:
        """The frame."""
        return self.frame


@dataclass(frozen=True, slots=True)
class Unknown(Generic[FrameT_co]):
    """The envelope holds, but some discriminator has a value that the schema does not list."""

    frame: FrameT_co
    """The frame; what is unknown in it is an `UnknownMessage`."""

    def unwrap(self) -> FrameT_co:
        """The frame."""
        return self.frame


@dataclass(frozen=True, slots=True)
class Invalid:
    """Everything else, with the reason."""

    issue: Issue
    """What is wrong."""
    form: Form | None = None
    """The legacy form that the frame has, if it has one."""

    def unwrap(self) -> NoReturn:
        """Raises what is wrong as a `ContractError`."""
        raise ContractError(self.issue)


Received: TypeAlias = Union[Canonical[FrameT], Legacy[FrameT], Unknown[FrameT], Invalid]
"""How receiving a frame ended."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A legacy frame, as an observer is told of it."""

    form: Form
    """The form."""
    name: str | None
    """The retired name of the message, if the frame has one."""
    policy: Policy
    """What was done with it."""
    lost: tuple[str, ...]
    """What had no place in the canonical frame. Nothing of a frame that was refused."""


@dataclass(frozen=True, slots=True)
class LegacyPolicies:
    """What is done with retired forms, and who is told of them. Without arguments: what the schema declares."""

    every: Policy | None = None
    """The policy for every form that `forms` does not name."""
    forms: Mapping[str, Policy] = field(default_factory=dict)
    """Policies by the names of forms."""
    today: float | None = None
    """Refuses the forms whose sunset is not after this day (Unix seconds), unless their policy is set otherwise."""
    observer: Callable[[Seen], None] | None = None
    """Called for every legacy frame, whatever is done with it: count them there."""

    def policy(self, form: Form) -> Policy:
        """What is done with a form."""
        past = form.sunset is not None and self.today is not None and form.sunset <= self.today
        return self.forms.get(form.name) or self.every or ("refuse" if past else form.policy)


class Direction(Generic[FrameT]):
    """What one side sends, as its peer receives it."""

    def __init__(self, envelope: Envelope, legacy: Tables | None, logger: str | None) -> None:
        self.envelope = envelope
        self.legacy = legacy
        self.logger = logging.getLogger(logger)
        # Where a frame finds how it is read.
        envelope.carrier._direction = self

    def receive(
        self, frame: str | bytes, received_at: float, policies: LegacyPolicies, *, keep_unknown: bool = False
    ) -> Received[FrameT]:
        """Receives a frame."""
        try:
            value = self._load(frame)
        except ContractError as error:
            return Invalid(error.issue)
        return self.receive_value(value, received_at, policies, keep_unknown=keep_unknown)

    def receive_value(
        self, value: Any, received_at: float, policies: LegacyPolicies, *, keep_unknown: bool = False
    ) -> Received[FrameT]:
        """Receives the JSON value of a frame. Only what is not canonical is looked at again."""
        reading = Reading(keep_unknown)
        issue: Issue | None = None
        found: Any = None
        try:
            found = self.envelope.read(value, reading)
        except Fault as fault:
            issue = fault.located()
        if issue is None and not reading.unknown:
            return Canonical(found)
        received = self._legacy(value, received_at, policies, Reading(keep_unknown))
        if received is not None:
            return received
        return Unknown(found) if issue is None else Invalid(self._explained(issue, value))

    def canonical(self, frame: str | bytes, *, keep_unknown: bool = False) -> FrameT:
        """Reads a canonical frame, with whatever is unknown inside it; raises ContractError for any other."""
        value = self._load(frame)
        try:
            return cast(FrameT, self.envelope.read(value, Reading(keep_unknown)))
        except Fault as fault:
            raise ContractError(self._explained(fault.located(), value)) from None

    def _load(self, frame: str | bytes) -> Any:
        """The JSON value of a frame. A number beyond the doubles is out of range where an integer is due."""
        try:
            return text.load(frame)
        except ContractError as error:
            if error.code != "number-range":
                raise
            beyond = error
        value = text.load_huge(frame)
        try:
            self.envelope.read(value, Reading())
        except Fault as fault:
            raise ContractError(self._explained(fault.located(), value)) from None
        raise beyond

    def _legacy(
        self, value: Any, received_at: float, policies: LegacyPolicies, reading: Reading
    ) -> Received[FrameT] | None:
        """What becomes of a frame that has a legacy form."""
        fit = self.legacy.fit(value) if self.legacy else None
        if self.legacy is None or fit is None:
            return None
        policy = policies.policy(fit.form)
        issue: Issue | None = None
        frame: Any = None
        lost: tuple[str, ...] = ()
        try:
            converted = convert(self.legacy, fit, received_at)
            if converted is None:
                return None
            frame, lost = converted.frame, converted.lost
        except ContractError as error:
            issue = error.issue
        self._tell(fit, policy, lost if policy != "refuse" else (), policies)
        if policy == "refuse":
            issue = self._refused(fit)
        if issue is not None:
            return Invalid(issue, fit.form)
        try:
            return Legacy(self.envelope.read(frame, reading), fit.form, lost)
        except Fault as fault:
            hint = f'the place is that in the converted frame of form "{fit.form.name}"'
            return Invalid(self._explained(fault.located(), frame, hint), fit.form)

    def _tell(self, fit: Fit, policy: Policy, lost: tuple[str, ...], policies: LegacyPolicies) -> None:
        what = "refused" if policy == "refuse" else "converted"
        level = logging.DEBUG if policy == "accept" else logging.WARNING
        self.logger.log(level, "legacy frame of form %s %s", fit.form.name, what)
        if policies.observer is not None:
            policies.observer(Seen(fit.form, fit.old.name if fit.old else None, policy, lost))

    def _refused(self, fit: Fit) -> Issue:
        found = f'the legacy form "{fit.form.name}", which is refused'
        hint = self.legacy.hint(fit) if self.legacy else None
        message = "/".join(fit.message)
        return Issue("legacy-refused", "a canonical frame", found, message=message, hint=hint)

    def _explained(self, issue: Issue, value: Any, hint: str | None = None) -> Issue:
        """Adds the message, and what to do if the frame has a shape that is known to go wrong."""
        hint = hint or issue.hint or self._hint(value)
        message = self._name(value)
        return Issue(issue.code, issue.expected, issue.found, issue.pointer, message, hint)

    def _name(self, value: Any) -> str | None:
        """The discriminator values of a frame, as far as it has them."""
        tag = value.get(self.envelope.tag) if isinstance(value, dict) else None
        if not isinstance(tag, str):
            return None
        shape = self.envelope.messages.get(tag)
        payload = value.get(self.envelope.payload)
        inner = payload.get(shape.tag) if isinstance(shape, Tagged) and isinstance(payload, dict) else None
        return f"{tag}/{inner}" if isinstance(inner, str) else tag

    def _hint(self, value: Any) -> str | None:
        """What a frame looks like that is not canonical."""
        fit = self.legacy.fit(value) if self.legacy else None
        if self.legacy is not None and fit is not None and not fit.form.canonical_layout:
            return self.legacy.hint(fit)
        return self._wrapped(value)

    def _wrapped(self, value: Any) -> str | None:
        """What to do about a frame whose message sits one level deeper than expected."""
        tag, known = self.envelope.tag, self.envelope.messages
        own = value.get(tag) if isinstance(value, dict) else None
        if not isinstance(value, dict) or (isinstance(own, str) and own in known):
            return None
        for name, inner in value.items():
            found = inner.get(tag) if isinstance(inner, dict) else None
            if isinstance(found, str) and found in known:
                return f"`{found}` arrived wrapped in `{name}`: send what is inside"
        return None


_POLICIES: dict[str, Policy] = {"accept": "accept", "warn": "warn", "refuse": "refuse"}


def policies_from_text(words: str, directions: tuple[Direction[Any], ...]) -> LegacyPolicies:
    """Policies as a text says: `refuse` for every form, `bare-event=warn` for one, several with commas between.

    Raises ValueError for what is neither a policy nor a form.
    """
    every: Policy | None = None
    forms: dict[str, Policy] = {}
    known = {form.name for direction in directions if direction.legacy for form in direction.legacy.forms}
    for part in filter(None, (part.strip() for part in words.split(","))):
        form, _, policy = (word.strip() for word in part.rpartition("="))
        chosen = _POLICIES.get(policy)
        if chosen is None:
            raise ValueError(f"{policy!r} is no policy: it is `accept`, `warn` or `refuse`")
        if form and form not in known:
            raise ValueError(f"there is no legacy form {form!r}")
        if form:
            forms[form] = chosen
        else:
            every, forms = chosen, {}
    return LegacyPolicies(every, forms)


def policies_from_environment(variable: str, directions: tuple[Direction[Any], ...]) -> LegacyPolicies:
    """Policies as an environment variable says; those that the schema declares where it is not set."""
    return policies_from_text(os.environ.get(variable, ""), directions)
