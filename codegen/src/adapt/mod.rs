//! Frames of another version of the protocol, in the words of this one, and back.
//!
//! What became of a message between two versions is data: what moved, what is called otherwise, what one version needs
//! and the other does not have, what is lost. [`Adapter`] is all of it for one peer: it upgrades what that peer sends
//! and downgrades what it is sent. What no table can say is a method of a trait that whoever uses the adapter
//! implements ([`ByHand`]).
//!
//! Frames are matched by their discriminator. One that no table is about passes as it is, and so does a frame in a
//! retired form: it is for the receiver.

mod convert;
mod tree;

use crate::support::{JsonObject, Result};
use std::borrow::Cow;

/// A place below the frame: the names that lead there, as in a JSON Pointer (RFC 6901); `*` stands for any item of an
/// array, and any member of an object.
pub type Place<'t> = &'t [&'t str];

/// Translates between this version and a peer of another one.
#[derive(Debug, Clone, Copy)]
pub struct Adapter<'t, H = Nothing> {
    /// What the peer sends: it is upgraded.
    pub received: &'t Frames<'t>,
    /// What is sent to the peer: it is downgraded.
    pub sent: &'t Frames<'t>,
    /// What no table says.
    pub hand: H,
}

/// What became of the frames of one side.
#[derive(Debug)]
pub struct Frames<'t> {
    /// The discriminator in the other version.
    pub old_tag: &'t str,
    /// The discriminator in this one.
    pub new_tag: &'t str,
    /// The messages of which something changed.
    pub messages: &'t [Message<'t>],
}

/// What became of a message.
#[derive(Debug)]
pub struct Message<'t> {
    /// Its name in the other version, if frames are upgraded from there.
    pub old: Option<&'t str>,
    /// Its name in this version, if frames are downgraded from here.
    pub new: Option<&'t str>,
    /// What changed.
    pub steps: &'t [Step<'t>],
    /// Whether the rest is done by hand: after the steps of an upgrade, before those of a downgrade.
    pub by_hand: bool,
}

/// Something that changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'t> {
    /// What stands at one place in the other version stands at another one in this.
    Move {
        /// In the other version.
        old: Spot<'t>,
        /// In this one.
        new: Spot<'t>,
    },
    /// A value is written otherwise.
    Replace {
        /// Where, in the other version.
        place: Place<'t>,
        /// JSON in the other version.
        old: &'t str,
        /// JSON in this one.
        new: &'t str,
    },
    /// A version needs what the other does not have.
    Default {
        /// The version that needs it.
        version: Version,
        /// Where.
        place: Place<'t>,
        /// JSON that stands there unless the frame says something else.
        value: &'t str,
        /// Whether the other version does not know the place: then the value is taken away on the way there.
        strange: bool,
    },
    /// Something has no place in the other version.
    Drop {
        /// The version whose frames have it.
        version: Version,
        /// Where.
        place: Place<'t>,
        /// The one value (JSON) that is meant, if not every one is.
        only: Option<&'t str>,
        /// What stands there instead (JSON), if anything does.
        instead: Option<&'t str>,
        /// What is lost.
        loss: &'t str,
    },
}

/// One end of a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot<'t> {
    /// Where.
    pub place: Place<'t>,
    /// How many of the names the other version has as well: an object further down goes when nothing is left in it.
    pub shared: usize,
}

/// One of two versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// The other one.
    Old,
    /// This one.
    New,
}

/// A frame in the words of the other version.
#[derive(Debug, Clone, PartialEq)]
pub struct Adapted<'a> {
    /// The frame; none if the other version has nothing like it, which is a loss.
    pub frame: Option<Cow<'a, str>>,
    /// What was lost on the way.
    pub lost: Vec<Lost>,
}

/// Something that was lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// JSON Pointer into the frame that was given; empty for the whole frame.
    pub place: String,
    /// What was lost.
    pub what: Cow<'static, str>,
}

/// What no table says of messages.
pub trait ByHand {
    /// A frame of the other version, changed as far as tables say, in the words of this one. `None` if there is nothing
    /// like it, which is to be told as lost.
    ///
    /// # Errors
    /// Why the frame cannot be said in this version.
    fn upgrade(
        &self,
        message: &str,
        frame: JsonObject<'_>,
        lost: &mut Vec<Lost>,
    ) -> Result<Option<JsonObject<'static>>>;

    /// A frame of this version in the words of the other one, but for what tables say. `None` if there is nothing like
    /// it, which is to be told as lost.
    ///
    /// # Errors
    /// Why the frame cannot be said in the other version.
    fn downgrade(
        &self,
        message: &str,
        frame: JsonObject<'_>,
        lost: &mut Vec<Lost>,
    ) -> Result<Option<JsonObject<'static>>>;
}

/// Nothing has to be done by hand.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nothing;

impl ByHand for Nothing {
    fn upgrade(
        &self,
        _: &str,
        frame: JsonObject<'_>,
        _: &mut Vec<Lost>,
    ) -> Result<Option<JsonObject<'static>>> {
        Ok(Some(frame.into_owned()))
    }

    fn downgrade(
        &self,
        _: &str,
        frame: JsonObject<'_>,
        _: &mut Vec<Lost>,
    ) -> Result<Option<JsonObject<'static>>> {
        Ok(Some(frame.into_owned()))
    }
}

impl<H: ByHand> Adapter<'_, H> {
    /// A frame that the peer sent, as this version takes it.
    ///
    /// # Errors
    /// What is wrong with a frame that cannot be upgraded, with its place in it.
    pub fn upgrade<'a>(&self, text: &'a str) -> Result<Adapted<'a>> {
        let hand = |message: &str, frame: JsonObject<'_>, lost: &mut Vec<Lost>| {
            self.hand.upgrade(message, frame, lost)
        };
        self.received.convert(text, Version::Old, &hand)
    }

    /// A frame that this version has written, as the peer takes it.
    ///
    /// # Errors
    /// What is wrong with a frame that cannot be downgraded, with its place in it.
    pub fn downgrade<'a>(&self, text: &'a str) -> Result<Adapted<'a>> {
        let hand = |message: &str, frame: JsonObject<'_>, lost: &mut Vec<Lost>| {
            self.hand.downgrade(message, frame, lost)
        };
        self.sent.convert(text, Version::New, &hand)
    }
}
