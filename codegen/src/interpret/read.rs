//! Texts held against nodes: what generated decoders do, without the values.

use super::node::{Additional, Envelope, Member, Narrowing, Node, Object as Listed};
use crate::model::TypeId;
use crate::plan::{self, Plan};
use crate::support::value::{not_listed, too_short};
use crate::support::{
    Decode, Excluded, Integer, Json, JsonObject, Keys, Kind, Never, Number, Object, Parser, Payload, Result,
    Tag, Unknown, checked, end, maximum, minimum, tag,
};
use std::borrow::Cow;

/// How many 64-bit words hold a bit for each member of an object.
const WORDS: usize = 64;
/// How many members objects may list.
pub(super) const MOST_MEMBERS: usize = WORDS * 64;

/// What a reader has to know.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading<'c> {
    pub nodes: &'c [Node],
    pub plan: &'static Plan,
    /// Discriminator values that the sender must not use.
    pub excluded: &'static Excluded,
    /// The type of the whole text.
    pub root: TypeId,
}

impl Reading<'_> {
    /// Reads a whole text.
    pub(super) fn whole(&self, parser: &mut Parser<'_>) -> Result<()> {
        self.value(self.root, parser)?;
        parser.finish()
    }

    /// Reads a value of a type.
    fn value(&self, id: TypeId, parser: &mut Parser<'_>) -> Result<()> {
        // Types only refer to types that there are.
        match self.nodes.get(id.index()).unwrap_or(&Node::Never) {
            Node::Any => Json::decode(parser).map(drop),
            Node::Never => Never::decode(parser).map(drop),
            Node::Null => parser.null(),
            Node::FreeObject => JsonObject::decode(parser).map(drop),
            Node::Boolean => parser.boolean().map(drop),
            Node::Signed(min, max) => checked(parser, Parser::i64, |value| {
                minimum(*value, *min).and_then(|()| maximum(*value, *max))
            })
            .map(drop),
            Node::Unsigned(min, max) => checked(parser, Parser::u64, |value| {
                minimum(*value, *min).and_then(|()| maximum(*value, *max))
            })
            .map(drop),
            Node::BigInteger => Integer::decode(parser).map(drop),
            Node::Number(checks) => {
                checked(parser, Number::decode, |value| Narrowing::all(checks, &value.get())).map(drop)
            }
            Node::String(checks) => {
                checked(parser, Parser::string, |text| Narrowing::all(checks, text)).map(drop)
            }
            Node::Listed(texts) => {
                let is_listed = |text: &Cow<'_, str>| {
                    if texts.contains(&&**text) { Ok(()) } else { Err(not_listed(texts, text)) }
                };
                checked(parser, Parser::string, is_listed).map(drop)
            }
            Node::Array(items, checks) => {
                let read = |parser: &mut Parser<'_>| self.array(*items, parser);
                checked(parser, read, |count| Narrowing::all(checks, count)).map(drop)
            }
            Node::Map(values) => self.map(*values, parser),
            Node::Object(object) => self.object(object, parser),
            Node::Envelope(envelope) => self.envelope(envelope, parser),
            Node::Nullable(inner) => {
                if parser.try_null()? {
                    Ok(())
                } else {
                    self.value(*inner, parser)
                }
            }
            Node::Checked(inner, check) => {
                self.checked(Some(*check), parser, |parser| self.value(*inner, parser))
            }
            Node::Tuple { prefix, required, rest, check } => {
                self.checked(*check, parser, |parser| self.tuple(prefix, *required, *rest, parser))
            }
            Node::Union { tag, variants, check } => {
                self.checked(*check, parser, |parser| self.union(id, tag, variants, parser))
            }
            Node::Mixed { members, open, check } => {
                self.checked(*check, parser, |parser| self.mixed(members, *open, parser))
            }
            Node::Choice { members, accepts, exactly_one, check } => self.checked(*check, parser, |parser| {
                let chosen = plan::select(parser, self.plan, accepts, *exactly_one)?;
                let chosen = members.get(chosen).copied();
                chosen.map_or(Ok(()), |member| self.value(member, parser))
            }),
        }
    }

    /// Reads a value and checks it as a whole, where there is a check.
    fn checked<'a>(
        &self,
        check: Option<usize>,
        parser: &mut Parser<'a>,
        read: impl FnOnce(&mut Parser<'a>) -> Result<()>,
    ) -> Result<()> {
        let Some(check) = check else { return read(parser) };
        parser.peek()?;
        let start = parser.offset();
        read(parser)?;
        plan::checked(parser, start, self.plan, check)
    }

    /// Reads an array and counts its items.
    fn array(&self, items: TypeId, parser: &mut Parser<'_>) -> Result<usize> {
        let (mut first, mut count) = (true, 0);
        parser.array_start()?;
        while parser.array_next(&mut first)? {
            self.value(items, parser)?;
            count += 1;
        }
        Ok(count)
    }

    fn tuple(
        &self,
        prefix: &[TypeId],
        required: usize,
        rest: Option<TypeId>,
        parser: &mut Parser<'_>,
    ) -> Result<()> {
        let mut first = true;
        parser.array_start()?;
        for (index, item) in prefix.iter().enumerate() {
            let offset = parser.offset();
            if parser.array_next(&mut first)? {
                self.value(*item, parser)?;
            } else if index < required {
                return Err(too_short(required, offset));
            } else {
                return Ok(());
            }
        }
        let Some(rest) = rest else { return end(parser, &mut first) };
        while parser.array_next(&mut first)? {
            self.value(rest, parser)?;
        }
        Ok(())
    }

    fn map(&self, values: TypeId, parser: &mut Parser<'_>) -> Result<()> {
        let mut object = Object::<1>::start(parser, Keys::new(&[]))?;
        while object.next(parser)?.is_some() {
            object.unlisted_name();
            self.value(values, parser)?;
        }
        Ok(())
    }

    fn union(
        &self,
        id: TypeId,
        name: &'static str,
        variants: &[(&str, TypeId)],
        parser: &mut Parser<'_>,
    ) -> Result<()> {
        let tag = tag(parser, name)?;
        if let Some((_, variant)) = variants.iter().find(|(value, _)| *value == tag) {
            return self.value(*variant, parser);
        }
        if id == self.root {
            self.excluded.check(parser, name, &tag)?;
        }
        Unknown::decode(parser, tag).map(drop)
    }

    fn mixed(&self, members: &[(Kind, TypeId)], open: bool, parser: &mut Parser<'_>) -> Result<()> {
        let kind = parser.peek()?;
        match members.iter().find(|(of, _)| *of == kind) {
            Some((_, member)) => self.value(*member, parser),
            None if open => Json::decode(parser).map(drop),
            None => Err(parser.expected("a value of another type")),
        }
    }

    fn object(&self, listed: &Listed, parser: &mut Parser<'_>) -> Result<()> {
        let mut object = Object::<WORDS>::start(parser, listed.keys)?;
        while let Some(key) = object.next(parser)? {
            self.member(listed, key, &mut object, parser)?;
        }
        self.complete(listed, &object, parser)
    }

    /// What generated code checks once all members have come.
    fn complete(&self, listed: &Listed, object: &Object<'_, WORDS>, parser: &mut Parser<'_>) -> Result<()> {
        let came =
            |members: &[(usize, &'static str)]| match members.iter().find(|(index, _)| !object.has(*index)) {
                Some((_, name)) => Err(object.missing(&[name])),
                None => Ok(()),
            };
        came(&listed.constants)?;
        if let Some(check) = listed.check {
            plan::checked(parser, object.offset(), self.plan, check)?;
        }
        came(&listed.required)
    }

    fn envelope(&self, envelope: &Envelope, parser: &mut Parser<'_>) -> Result<()> {
        let Envelope { shell, tag: name, payload: payload_name, .. } = envelope;
        let mut object = Object::<WORDS>::start(parser, shell.keys)?;
        let mut tag = None;
        let mut payload = Payload::Missing;
        while let Some(key) = object.next(parser)? {
            match shell.members.get(key) {
                Some(Member::Tag) => tag = Some(Tag::decode(parser)?),
                Some(Member::Payload) => {
                    payload = match &tag {
                        Some(tag) => Payload::Decoded(self.message(envelope, tag, parser)?),
                        // The discriminator comes later, and the payload is read then.
                        None => Payload::pass(parser)?,
                    };
                }
                _ => self.member(shell, key, &mut object, parser)?,
            }
        }
        let Some(tag) = tag else {
            return Err(payload.untagged(parser, object.missing(&[name])));
        };
        match payload {
            Payload::Decoded(()) => {}
            Payload::Passed(offset) => {
                parser.revisit(offset, |parser| self.message(envelope, &tag, parser))?;
            }
            Payload::Missing => return Err(object.missing(&[payload_name])),
        }
        self.complete(shell, &object, parser)
    }

    /// Reads the payload of an envelope.
    fn message<'a>(&self, envelope: &Envelope, tag: &Tag<'a>, parser: &mut Parser<'a>) -> Result<()> {
        match envelope.variants.iter().find(|(value, _)| *value == tag.text()) {
            Some((_, message)) => self.value(*message, parser),
            None => tag.unknown(parser, self.excluded).map(drop),
        }
    }

    /// Reads the value of a member of an object.
    fn member<'a>(
        &self,
        listed: &Listed,
        key: usize,
        object: &mut Object<'a, WORDS>,
        parser: &mut Parser<'a>,
    ) -> Result<()> {
        match listed.members.get(key) {
            Some(Member::Value(ty)) => self.value(*ty, parser),
            Some(Member::Constant(text)) => parser.constant(text),
            Some(Member::Refused(Some(instead))) => Err(object.retired(instead)),
            Some(Member::Refused(None)) => Err(object.refused()),
            // An envelope reads these two itself.
            Some(Member::Tag | Member::Payload) => parser.skip(),
            None => match listed.additional {
                Additional::Open => object.unknown(parser),
                Additional::Closed => Err(object.unlisted()),
                Additional::Typed(values) => {
                    object.unlisted_name();
                    self.value(values, parser)
                }
            },
        }
    }
}
