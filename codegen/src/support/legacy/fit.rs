//! Which form does a frame have?

use super::super::writer::Writer;
use super::frame::Frame;
use super::{Condition, Form, Legacy, Message, Name, Names, Place};
use std::borrow::Cow;

/// A frame, its form and its message.
#[derive(Debug)]
pub struct Fit<'f, 't> {
    /// The form.
    pub form: &'t Form<'t>,
    /// The retired name of the message, if that is what stands in the frame.
    pub name: Option<&'t Name<'t>>,
    pub(super) message: &'t Message<'t>,
    pub(super) frame: Frame<'f, 't>,
}

impl<'t> Legacy<'t> {
    /// The form that `text` has, if it has one. The canonical form is none.
    #[must_use]
    pub fn fit<'f>(&self, text: &'f str) -> Option<Fit<'f, 't>> {
        if self.forms.is_empty() {
            return None;
        }
        let frame = Frame::parse(self, text)?;
        let forms: &'t [Form<'t>] = self.forms;
        let (form, name, message) = forms.iter().find_map(|form| {
            let (name, message) = self.recognised(form, &frame)?;
            Some((form, name, message))
        })?;
        Some(Fit { form, name, message, frame })
    }

    /// The message of a frame, if it has this form.
    fn recognised(
        &self,
        form: &'t Form<'t>,
        frame: &Frame<'_, 't>,
    ) -> Option<(Option<&'t Name<'t>>, &'t Message<'t>)> {
        form.conditions.iter().all(|(place, condition)| holds(frame, place, *condition)).then_some(())?;
        if let Names::Fixed(path) = form.names {
            return Some((None, self.message(path)?));
        }
        let (place, others) = form.discriminator.split_first()?;
        others.iter().all(|place| frame.string(place).is_some()).then_some(())?;
        let value = frame.string(place)?;
        let (name, message) = self.named(&form.names, &value)?;
        let Some(tag) = message.nested else { return Some((name, message)) };
        // The name is that of several messages, which a discriminator in the payload tells apart.
        let outer = message.path.first()?;
        let inner = |place: Vec<&str>| self.message(&[outer, &frame.string(&place)?]);
        Some((name, places(form, tag).find_map(inner)?))
    }

    /// What a name means where these names may stand.
    fn named(&self, names: &Names<'t>, value: &str) -> Option<(Option<&'t Name<'t>>, &'t Message<'t>)> {
        let canonical = || self.message(&[value]).map(|message| (None, message));
        let retired = |name: &'t Name<'t>| Some((Some(name), self.message(name.message)?));
        let any = || self.retired(value).map_or_else(canonical, retired);
        match names {
            Names::RetiredBut(others) if others.contains(&value) => None,
            Names::RetiredBut(_) => self.retired(value).and_then(retired),
            Names::Canonical => canonical(),
            Names::AllBut(others) if others.contains(&value) => None,
            Names::AllBut(_) => any(),
            Names::Only(these) => these.contains(&value).then(any).flatten(),
            Names::Own(own) => {
                let own: &'t [Name<'t>] = own;
                own.iter().find(|name| name.name == value).and_then(retired)
            }
            Names::Fixed(_) => None,
        }
    }
}

impl Fit<'_, '_> {
    /// The discriminator values of the message: `system_message/connection_established`.
    #[must_use]
    pub fn message(&self) -> String {
        self.message.path.join("/")
    }
}

impl Legacy<'_> {
    /// What came, and how it is sent today, in one line.
    #[must_use]
    pub fn hint(&self, fit: &Fit<'_, '_>) -> String {
        let (form, path) = (fit.form, fit.message.path);
        let mut today = Writer::new();
        today.raw("{");
        today.member(self.envelope.tag);
        today.string(path.first().copied().unwrap_or_default());
        today.member(self.envelope.payload);
        today.raw("{");
        let outer = path.first().and_then(|outer| self.message(&[*outer])).and_then(|outer| outer.nested);
        if let Some((tag, event)) = outer.zip(path.get(1)) {
            today.member(tag);
            today.string(event);
            today.raw(",");
        }
        today.raw("…}");
        for name in self.envelope.filled {
            today.member(name);
            today.raw("…");
        }
        today.raw("}");
        let (message, retired) = (fit.message(), form.retired_in);
        format!(
            "`{message}` arrived in form {:?}, retired in {retired}: send {}",
            form.name,
            today.into_string()
        )
    }
}

/// Where a member of the payload may stand.
fn places<'p>(form: &Form<'p>, name: &'p str) -> impl Iterator<Item = Vec<&'p str>> {
    let below = form.payload.iter().map(move |place| place.iter().copied().chain([name]).collect());
    below.chain([vec![name]])
}

fn holds(frame: &Frame<'_, '_>, place: Place<'_>, condition: Condition<'_>) -> bool {
    let first = frame.at(place).map(|value| value.as_bytes().first().copied().unwrap_or_default());
    match condition {
        Condition::Absent => first.is_none(),
        Condition::Object => first == Some(b'{'),
        Condition::String => first == Some(b'"'),
        Condition::Number => first.is_some_and(|byte| byte == b'-' || byte.is_ascii_digit()),
        Condition::Text(text) => frame.string(place).is_some_and(|found: Cow<'_, str>| found == text),
    }
}
