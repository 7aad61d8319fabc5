//! Properties.

use super::{At, Diff, words};
use crate::model::{Additional, Field, Object, Retired};
use crate::text::Text;
use crate::text::value::raw;

/// The properties of an object, or the members that frames share.
pub(super) struct Fields<'a> {
    pub(super) known: Vec<&'a Field>,
    pub(super) retired: &'a [Retired],
    pub(super) closed: bool,
}

/// The rules by which changes of them are told: of optional ones, and of required ones.
pub(super) struct Rules {
    pub(super) added: [&'static str; 2],
    pub(super) closed: &'static str,
    pub(super) gone: [&'static str; 2],
}

impl<'a> Fields<'a> {
    fn of(object: &'a Object) -> Self {
        let closed = object.additional == Additional::Closed;
        Self { known: object.fields.iter().collect(), retired: &object.retired, closed }
    }

    fn field(&self, name: &Text) -> Option<&'a Field> {
        self.known.iter().find(|field| field.name == *name).copied()
    }

    fn retired(&self, name: &Text) -> Option<&'a Retired> {
        self.retired.iter().find(|retired| retired.name == *name)
    }
}

impl<'a> Diff<'a> {
    /// Two objects with known properties.
    pub(super) fn objects(&mut self, old: &'a Object, new: &'a Object, at: &At) {
        let rules = Rules { added: ["FLD-001", "FLD-003"], closed: "FLD-002", gone: ["FLD-005", "FLD-006"] };
        self.fields(&Fields::of(old), &Fields::of(new), &rules, at);
        match (old.additional, new.additional) {
            (Additional::Typed(one), Additional::Typed(other)) => self.types(one, other, &at.member("*")),
            (one, other) if one == other => {}
            (Additional::Closed, Additional::Open) => self.tell("FLD-027", at, None, None),
            (Additional::Open, Additional::Closed) => self.tell("FLD-028", at, None, None),
            (one, other) => {
                let before = Some(words::additional(self.old, one));
                let after = Some(words::additional(self.new, other));
                self.tell("FLD-029", at, before, after);
            }
        }
        if let Additional::Typed(values) = old.additional {
            let taken = new.fields.iter().filter(|field| old.fields.iter().all(|had| had.name != field.name));
            for field in taken {
                let after = Some(words::ty(self.new, field.ty));
                let at = at.member(raw(&field.name)).said(&field.origin);
                self.tell("FLD-022", &at, Some(words::ty(self.old, values)), after);
            }
        }
    }

    pub(super) fn fields(&mut self, old: &Fields<'a>, new: &Fields<'a>, rules: &Rules, at: &At) {
        for field in &new.known {
            let at = at.member(raw(&field.name)).said(&field.origin);
            match old.field(&field.name) {
                Some(before) => self.field(before, field, &at),
                None => self.added(field, old, rules, &at),
            }
        }
        for field in &old.known {
            let at = at.member(raw(&field.name));
            match (new.field(&field.name), new.retired(&field.name)) {
                (Some(_), _) => {}
                (None, Some(retired)) => self.retired(field, retired, rules, &at),
                (None, None) => {
                    let before = Some(words::field(self.old, field));
                    self.tell(rules.gone[usize::from(field.required)], &at, before, None);
                }
            }
        }
        for retired in old.retired {
            let again = new.field(&retired.name).is_some() || new.retired(&retired.name).is_some();
            if !again {
                self.tell("FLD-014", &at.member(raw(&retired.name)), Some("refused".to_owned()), None);
            }
        }
        for retired in new.retired {
            let was = old.field(&retired.name).is_some() || old.retired(&retired.name).is_some();
            if !was {
                self.tell("UNI-016", &at.member(raw(&retired.name)), None, Some("refused".to_owned()));
            }
        }
    }

    /// A property that both have.
    fn field(&mut self, old: &'a Field, new: &'a Field, at: &At) {
        if old.required != new.required {
            let shown = |required: bool| Some(words::presence(required).to_owned());
            let values = [shown(old.required), shown(new.required)];
            self.tell_either(new.required, ["FLD-008", "FLD-007"], at, values);
        }
        self.notes(&old.doc, &new.doc, at);
        self.types(old.ty, new.ty, at);
    }

    fn added(&mut self, field: &'a Field, old: &Fields<'a>, rules: &Rules, at: &At) {
        let after = Some(words::field(self.new, field));
        if old.retired(&field.name).is_some() {
            self.tell("FLD-013", at, Some("refused".to_owned()), after.clone());
        } else if old.closed {
            self.tell(rules.closed, at, None, after.clone());
        }
        if field.required || old.retired(&field.name).is_none() && !old.closed {
            self.tell(rules.added[usize::from(field.required)], at, None, after);
        }
    }

    /// A property that is refused now.
    fn retired(&mut self, field: &'a Field, retired: &Retired, rules: &Rules, at: &At) {
        let before = Some(words::field(self.old, field));
        match &retired.instead {
            Some(instead) => {
                self.tell(
                    "FLD-010",
                    at,
                    before.clone(),
                    Some(format!("retired spelling of {}", raw(instead))),
                );
            }
            None => self.tell("TYP-020", at, before.clone(), Some("refused".to_owned())),
        }
        if field.required {
            self.tell(rules.gone[1], at, before, None);
        }
    }
}
