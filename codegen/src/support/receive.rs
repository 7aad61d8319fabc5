//! Receiving: one entry point for frames in whatever form they come, and what is done with retired ones.

use super::legacy::{Fit, Form, Legacy, Policy};
use super::{Code, Decoded, Error, Result, hint};
use std::env::VarError;
use std::fmt::{self, Display, Formatter};

/// How receiving a frame ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome<F> {
    /// The schema accepts the frame.
    Canonical(F),
    /// The frame has a declared retired form, and was converted.
    Legacy(F),
    /// The envelope holds, but some discriminator has a value that the schema does not list; that part is
    /// kept raw in an `Unknown` variant.
    Unknown(F),
    /// Everything else, with the reason.
    Invalid(Error),
}

impl<F> Outcome<F> {
    /// The frame, in whatever form it came and with whatever is unknown inside it.
    ///
    /// # Errors
    /// Why it is invalid.
    pub fn frame(self) -> Result<F> {
        match self {
            Self::Canonical(frame) | Self::Legacy(frame) | Self::Unknown(frame) => Ok(frame),
            Self::Invalid(error) => Err(error),
        }
    }
}

/// A received frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Received<F> {
    /// How it ended.
    pub outcome: Outcome<F>,
    /// The legacy form that the frame has; `None` for frames that have none.
    pub form: Option<&'static Form<'static>>,
}

/// What is known of the frames of one direction, for telling what is wrong with one.
#[derive(Debug)]
pub struct Frames {
    /// The discriminator.
    pub tag: &'static str,
    /// The payload, where frames have an envelope.
    pub payload: Option<&'static str>,
    /// The discriminator values that the schema lists.
    pub known: &'static [&'static str],
    /// Messages whose payload has a discriminator of its own: value, and name of that discriminator.
    pub nested: &'static [(&'static str, &'static str)],
    /// The retired ways to write them.
    pub legacy: Option<&'static Legacy<'static>>,
    /// The environment variable that overrides the policies of legacy forms.
    pub variable: &'static str,
}

impl Frames {
    /// Completes an error: the JSON Pointer, the message, and what to do if the frame has a shape that is
    /// known to go wrong.
    #[cold]
    pub fn explain(&self, error: Error, text: &str) -> Error {
        let error = error.located(text);
        let error = match self.message(text) {
            Some(message) => error.with_message(message),
            None => error,
        };
        match (error.hint(), self.hint(text)) {
            (None, Some(hint)) => error.with_hint(hint),
            _ => error,
        }
    }

    /// The discriminator values of a frame, as far as it has them: `system_message/connection_established`.
    #[must_use]
    pub fn message(&self, text: &str) -> Option<String> {
        hint::message(self, text)
    }

    /// What a frame looks like that is not canonical.
    fn hint(&self, text: &str) -> Option<String> {
        let retired = || {
            let legacy = self.legacy?;
            let fit = legacy.fit(text).filter(|fit| !fit.form.canonical_layout)?;
            Some(legacy.hint(&fit))
        };
        retired().or_else(|| hint::wrapping(self, text))
    }

    fn forms(&self) -> &'static [Form<'static>] {
        self.legacy.map_or(&[], |legacy| legacy.forms)
    }
}

/// A legacy frame, as an observer is told of it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Seen<'s> {
    /// The form.
    pub form: &'static Form<'static>,
    /// The retired name of the message, if the frame has one.
    pub name: Option<&'static str>,
    /// What was done with it.
    pub policy: Policy,
    /// What had no place in the canonical frame: JSON Pointers into the frame. Nothing of a frame that was refused.
    pub lost: &'s [String],
}

type Observer = Box<dyn Fn(&Seen<'_>) + Send + Sync>;

/// Receives frames: the policy of each legacy form, and who is told of them.
pub struct Receiver {
    frames: &'static Frames,
    /// The policies that were set, in the order of the forms.
    policies: Vec<Option<Policy>>,
    /// In Unix seconds.
    today: Option<f64>,
    observers: Vec<Observer>,
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").field("policies", &self.policies).finish_non_exhaustive()
    }
}

/// Why the policies of legacy forms could not be overridden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidPolicy(String);

impl Display for InvalidPolicy {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for InvalidPolicy {}

impl Receiver {
    /// A receiver with the policies that the schema declares.
    #[must_use]
    pub fn new(frames: &'static Frames) -> Self {
        let policies = vec![None; frames.forms().len()];
        Self { frames, policies, today: None, observers: Vec::new() }
    }

    /// Refuses the forms whose sunset is not after `today` (Unix seconds), unless their policy is set otherwise.
    #[must_use]
    pub fn with_today(mut self, today: impl Into<f64>) -> Self {
        self.today = Some(today.into());
        self
    }

    /// Sets the policy for every legacy form.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policies.fill(Some(policy));
        self
    }

    /// Sets the policy for the legacy form with this name; there may be none.
    #[must_use]
    pub fn with_form_policy(mut self, form: &str, policy: Policy) -> Self {
        for (known, slot) in self.frames.forms().iter().zip(&mut self.policies) {
            if known.name == form {
                *slot = Some(policy);
            }
        }
        self
    }

    /// Sets policies as a text says: `refuse` for every form, `bare-event=warn` for one, several with commas between.
    ///
    /// # Errors
    /// What in the text is neither a policy nor a form.
    pub fn with_overrides(mut self, text: &str) -> std::result::Result<Self, InvalidPolicy> {
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (form, policy) = part
                .split_once('=')
                .map_or((None, part), |(form, policy)| (Some(form.trim_end()), policy.trim_start()));
            let policy = Policy::from_name(policy).ok_or_else(|| {
                InvalidPolicy(format!("{policy:?} is no policy: it is `accept`, `warn` or `refuse`"))
            })?;
            self = match form {
                None => self.with_policy(policy),
                Some(form) if self.frames.forms().iter().any(|known| known.name == form) => {
                    self.with_form_policy(form, policy)
                }
                Some(form) => return Err(InvalidPolicy(format!("there is no legacy form {form:?}"))),
            };
        }
        Ok(self)
    }

    /// Sets policies as the environment says, in the variable that [`Frames::variable`] names.
    ///
    /// # Errors
    /// What in the variable is neither a policy nor a form.
    pub fn with_environment(self) -> std::result::Result<Self, InvalidPolicy> {
        let variable = self.frames.variable;
        match std::env::var(variable) {
            Ok(text) => {
                self.with_overrides(&text).map_err(|error| InvalidPolicy(format!("{variable}: {error}")))
            }
            Err(VarError::NotPresent) => Ok(self),
            Err(VarError::NotUnicode(_)) => Err(InvalidPolicy(format!("{variable}: it is no Unicode text"))),
        }
    }

    /// Calls `observer` for every legacy frame, whatever is done with it: count them there.
    #[must_use]
    pub fn with_observer(mut self, observer: impl Fn(&Seen<'_>) + Send + Sync + 'static) -> Self {
        self.observers.push(Box::new(observer));
        self
    }

    /// What is done with a form.
    #[must_use]
    pub fn policy(&self, form: &Form<'_>) -> Policy {
        let index = self.frames.forms().iter().position(|known| known.name == form.name);
        let past = form.sunset.zip(self.today).is_some_and(|(sunset, today)| sunset <= today);
        let default = if past { Policy::Refuse } else { form.policy };
        index.and_then(|index| self.policies.get(index).copied().flatten()).unwrap_or(default)
    }

    /// Receives a frame. A canonical one costs what decoding it costs; only what is not canonical is looked
    /// at again.
    pub fn receive<'a, F>(
        &self,
        text: &'a str,
        received_at: f64,
        decode: impl FnOnce(&'a str) -> Result<Decoded<F>>,
        decode_converted: impl FnOnce(&str) -> Result<Decoded<F>>,
    ) -> Received<F> {
        let decoded = decode(text);
        if let Ok(Decoded { value, unknown: false }) = decoded {
            return Received { outcome: Outcome::Canonical(value), form: None };
        }
        if let Some(received) = self.legacy(text, received_at, decode_converted) {
            return received;
        }
        let outcome = match decoded {
            Ok(decoded) => Outcome::Unknown(decoded.value),
            Err(error) => Outcome::Invalid(self.frames.explain(error, text)),
        };
        Received { outcome, form: None }
    }

    /// What becomes of a frame that has a legacy form.
    #[cold]
    fn legacy<F>(
        &self,
        text: &str,
        received_at: f64,
        decode: impl FnOnce(&str) -> Result<Decoded<F>>,
    ) -> Option<Received<F>> {
        let legacy = self.frames.legacy?;
        let fit = legacy.fit(text)?;
        let form = fit.form;
        let converted = legacy.convert(&fit, text, received_at).transpose()?;
        let policy = self.policy(form);
        let lost = match &converted {
            Ok(converted) if policy != Policy::Refuse => &converted.lost[..],
            _ => &[],
        };
        let seen = Seen { form, name: fit.name.map(|name| name.name), policy, lost };
        self.observers.iter().for_each(|observer| observer(&seen));
        let outcome = match converted {
            _ if policy == Policy::Refuse => Outcome::Invalid(refused(legacy, &fit, text)),
            Err(error) => Outcome::Invalid(error),
            Ok(converted) => match decode(&converted.text) {
                Ok(decoded) => Outcome::Legacy(decoded.value),
                Err(error) => {
                    let hint = format!("the place is that in the converted frame of form {:?}", form.name);
                    Outcome::Invalid(self.frames.explain(error, &converted.text).with_hint(hint))
                }
            },
        };
        Some(Received { outcome, form: Some(form) })
    }
}

#[cold]
fn refused(legacy: &Legacy<'_>, fit: &Fit<'_, '_>, text: &str) -> Error {
    let found = format!("the legacy form {:?}, which is refused", fit.form.name);
    // The byte where the frame begins.
    let offset = text.len() - text.trim_start().len();
    let error = Error::new(Code::LegacyRefused, offset, "a canonical frame", found);
    error.with_message(fit.message()).with_hint(legacy.hint(fit))
}
