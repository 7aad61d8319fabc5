//! What types are called, whether the schema names them or not, and what people are told about them.

use super::Lowerer;
use super::atoms::{Atom, Conjunction};
use crate::model::{Doc, TypeName};
use crate::schema::keywords::JsonType;
use crate::schema::{Notes, SchemaId};
use crate::text::{Text, rust};
use std::collections::HashSet;

impl Lowerer<'_> {
    /// The name that the schema gives, if the conjunction is one schema of that name; else the hint.
    pub(super) fn name(&self, conjunction: &Conjunction, hint: &TypeName) -> TypeName {
        match conjunction.as_slice() {
            [Atom::Schema(schema)] => {
                self.given(*schema).or_else(|| self.place(*schema)).unwrap_or_else(|| hint.clone())
            }
            _ => hint.clone(),
        }
    }

    /// The names on the way to a schema from the definition that it stands in: what it is called does not depend on
    /// who refers to it.
    fn place(&self, schema: SchemaId) -> Option<TypeName> {
        let mut tokens = self.schemas.get(schema).origin.pointer.tokens().into_iter();
        let container = tokens.next()?;
        let definition =
            Text::new(tokens.next().filter(|_| container == "$defs" || container == "definitions")?);
        let mut name = TypeName::inline(&[definition]);
        while let Some(token) = tokens.next() {
            name = match token.as_str() {
                "properties" => name.property(&Text::new(tokens.next()?)),
                "items" => name.item(),
                "additionalProperties" => name.value(),
                _ => return None,
            };
        }
        Some(name)
    }

    /// The name under which a schema is defined.
    pub(super) fn given(&self, schema: SchemaId) -> Option<TypeName> {
        let schema = self.follow(schema).unwrap_or(schema);
        self.schemas.get(schema).name.clone().map(TypeName::given)
    }

    /// What a root is called: its definition's name, its title, or just that.
    pub(super) fn root_name(&self, schema: SchemaId) -> TypeName {
        let title = self.schemas.get(schema).keywords().and_then(|keywords| keywords.notes.title.clone());
        let name = title.filter(Text::is_short_name).unwrap_or_else(|| Text::new("root"));
        self.given(schema).unwrap_or_else(|| TypeName::inline(&[name]))
    }

    /// Tells apart what programs would call the same. In a schema of one's own such names are a mistake.
    pub(super) fn distinct<T>(&self, named: &mut [T], reserved: &[&str], name: impl Fn(&mut T) -> &mut Text) {
        if !self.strict {
            distinct(named, reserved, name);
        }
    }

    /// What a member of a union is called.
    pub(super) fn member_name(&self, schema: SchemaId, index: usize) -> Text {
        let given = self.given(schema).and_then(|name| name.words.into_iter().next());
        let target = self.follow(schema).unwrap_or(schema);
        let title = self.schemas.get(target).keywords().and_then(|keywords| keywords.notes.title.clone());
        given
            .or_else(|| title.filter(Text::is_short_name))
            .unwrap_or_else(|| Text::new(format!("variant {}", index + 1)))
    }
}

impl TypeName {
    /// The name that the schema gives.
    fn given(name: Text) -> Self {
        Self { words: vec![name], given: true }
    }

    /// A name made of the names around the type.
    pub(super) fn inline(words: &[Text]) -> Self {
        Self { words: words.to_vec(), given: false }
    }

    /// What an unnamed type of a property is called.
    pub(super) fn property(&self, property: &Text) -> Self {
        let mut words = self.words.clone();
        words.push(property.clone());
        Self::inline(&words)
    }

    /// What the unnamed type of an array's items is called.
    pub(super) fn item(&self) -> Self {
        self.property(&Text::new("item"))
    }

    /// The values of a type that adds a check to them.
    pub(crate) fn value(&self) -> Self {
        self.property(&Text::new("value"))
    }

    /// The values of a type that have one JSON type.
    pub(super) fn kind(&self, kind: JsonType) -> Self {
        self.property(&Text::new(kind.name()))
    }
}

impl Doc {
    pub(super) fn of(notes: &Notes) -> Self {
        Self {
            description: notes.description.clone(),
            unit: notes.unit.clone(),
            deprecated: notes.deprecated,
        }
    }

    /// This, and what `other` says where this says nothing.
    pub(super) fn or(mut self, other: &Self) -> Self {
        self.description = self.description.or_else(|| other.description.clone());
        self.unit = self.unit.or_else(|| other.unit.clone());
        self.deprecated |= other.deprecated;
        self
    }
}

/// The second of a name gets a number.
fn distinct<T>(named: &mut [T], reserved: &[&str], name: impl Fn(&mut T) -> &mut Text) {
    let mut taken: HashSet<String> = reserved.iter().map(|name| (*name).to_owned()).collect();
    for of in named {
        let name = name(of);
        let first = name.clone();
        let mut number = 1;
        // Other languages split words otherwise: what differs by case or marks alone is the same to be safe.
        while !taken.insert(rust::snake_name(name).replace('_', "")) {
            number += 1;
            *name = first.numbered(number);
        }
    }
}
