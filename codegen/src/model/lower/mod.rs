//! Lowering: which shape a schema has, by what it says of each JSON type.
//!
//! A shape never refuses what its schema accepts. What it accepts beyond the schema, a check of the plan refuses:
//! each keyword either has its place in a shape or goes to the plan, and none is lost between the two.

mod array;
mod atoms;
mod envelope;
mod facets;
mod names;
mod object;
mod scalar;
mod strict;
mod union;

use super::plan::{Part, Planner};
use super::{
    Argument, Constraint, Direction, Doc, Mixed, Plan, Protocol, Shape, Side, TypeDef, TypeId, TypeName,
};
use crate::diagnostic::{Code, Finding, Findings};
use crate::manifest::{Integers, Profile};
use crate::schema::keywords::JsonType;
use crate::schema::{Schema, SchemaId, Schemas};
use crate::source::{FileId, Pointer};
use crate::text::Text;
use atoms::{Atom, Conjunction, Kinds};
use facets::Content;
use std::collections::{HashMap, HashSet, VecDeque};

/// Reports what the strict profile refuses, although it could be lowered.
pub(super) fn lint(schemas: &Schemas, findings: &mut Findings) {
    strict::lint(&mut Lowerer::new(schemas, Integers::Exact, findings));
}

/// Lowers everything that can be reached from the roots.
pub(super) fn lower(schemas: &Schemas, integers: Integers, findings: &mut Findings) -> Protocol {
    let mut lowerer = Lowerer::new(schemas, integers, findings);
    lowerer.dynamic = lowerer.has_dynamic_references();
    let mut directions = Vec::new();
    let roots = &schemas.roots;
    let server: Vec<SchemaId> = roots.server.into_iter().collect();
    let client: Vec<SchemaId> = roots.client.into_iter().collect();
    for (sender, roots) in [(Side::Server, &server), (Side::Client, &client), (Side::Either, &roots.either)] {
        let pointer = |root: SchemaId| schemas.get(root).origin.pointer.clone();
        let named: Vec<(Pointer, TypeId)> =
            roots.iter().map(|root| (pointer(*root), lowerer.root(*root))).collect();
        let mut roots: Vec<TypeId> = named.iter().map(|(_, root)| *root).collect();
        // Two definitions may be one type: the same schema under two names.
        let mut seen = HashSet::new();
        roots.retain(|root| seen.insert(*root));
        if !roots.is_empty() {
            directions.push(Direction { sender, roots, named, invalid: Vec::new() });
        }
    }
    lowerer.work();
    let plan = lowerer.planner.finish();
    protocol(schemas, lowerer.types, directions, plan)
}

fn protocol(schemas: &Schemas, types: Vec<TypeDef>, directions: Vec<Direction>, plan: Plan) -> Protocol {
    let info = &schemas.protocol;
    let description = info.description.clone().or_else(|| info.title.clone());
    let mut protocol = Protocol {
        name: info.name.clone(),
        version: info.version.clone(),
        doc: Doc { description, ..Doc::default() },
        types,
        directions,
        legacy: Vec::new(),
        reserved: schemas.protocol.reserved.iter().map(|(name, _)| name.clone()).collect(),
        close_codes: schemas.protocol.close_codes.clone(),
        plan,
        own_names: schemas.profile == Profile::Strict,
        digest: String::new(),
    };
    super::recursion::name_cycles(&mut protocol);
    protocol
}

struct Lowerer<'a> {
    schemas: &'a Schemas,
    findings: &'a mut Findings,
    integers: Integers,
    /// Whether the schema is of one's own: its names are meant as they are, and its unions as they stand.
    strict: bool,
    types: Vec<TypeDef>,
    memo: HashMap<Conjunction, TypeId>,
    /// Types that have an id and no shape yet. References nest without limit, so there is a list and no recursion.
    open: VecDeque<(TypeId, Conjunction)>,
    planner: Planner<'a>,
    /// The group that each file names.
    groups: HashMap<FileId, Text>,
    /// Whether some dynamic reference may lead to several schemas.
    dynamic: bool,
    /// Roots with such a reference in them, which are checked as a whole: only there the way to it is known.
    wholes: HashMap<TypeId, SchemaId>,
}

/// What `x-group` says of each file.
fn groups(schemas: &Schemas) -> HashMap<FileId, Text> {
    let group = |schema: &Schema| Some((schema.origin.file, schema.keywords()?.notes.group.clone()?));
    schemas.iter().filter_map(|(_, schema)| group(schema)).collect()
}

/// A shape, and what is checked beyond it.
type Lowering = (Shape, Vec<Constraint>);

impl<'a> Lowerer<'a> {
    fn new(schemas: &'a Schemas, integers: Integers, findings: &'a mut Findings) -> Self {
        Self {
            schemas,
            findings,
            integers,
            strict: schemas.profile == Profile::Strict,
            types: Vec::new(),
            memo: HashMap::new(),
            open: VecDeque::new(),
            planner: Planner::new(schemas),
            groups: groups(schemas),
            dynamic: false,
            wholes: HashMap::new(),
        }
    }

    fn root(&mut self, schema: SchemaId) -> TypeId {
        let name = self.root_name(schema);
        let root = self.lower(&[Atom::Schema(schema)], &name);
        if self.dynamic && self.planner.is_dynamic(Part { schema, keyword: None }) {
            self.wholes.insert(root, schema);
        }
        root
    }

    fn has_dynamic_references(&self) -> bool {
        let references = self.schemas.iter().filter_map(|(_, schema)| schema.keywords());
        let mut references = references.filter_map(|keywords| keywords.dynamic_reference.as_ref());
        references.any(|reference| self.static_target(reference).is_none())
    }

    /// The type of a conjunction. `hint` is what it is called when the schema gives it no name.
    fn lower(&mut self, atoms: &[Atom], hint: &TypeName) -> TypeId {
        let conjunction = match self.normalised(atoms) {
            Ok(conjunction) => conjunction,
            Err(finding) => {
                self.findings.report(finding);
                Vec::new()
            }
        };
        if let Some(known) = self.memo.get(&conjunction) {
            return *known;
        }
        if self.types.len() > self.most_types() {
            self.too_many(&conjunction);
            return TypeId(0);
        }
        let name = self.name(&conjunction, hint);
        let id = self.reserve(name, self.doc(&conjunction), self.origin(&conjunction));
        self.memo.insert(conjunction.clone(), id);
        self.open.push_back((id, conjunction));
        id
    }

    /// How many types there may be: some for each schema, or schemas hold together in more ways than anybody meant.
    fn most_types(&self) -> usize {
        const PER_SCHEMA: usize = 16;
        1_000 + self.schemas.len() * PER_SCHEMA
    }

    /// Says so once: the first schema that was one too many ends the run.
    fn too_many(&mut self, conjunction: &[Atom]) {
        self.open.clear();
        let message = format!("the schemas combine to more than {} types", self.most_types());
        let help = "name the combinations that are meant, or let fewer schemas hold for one value";
        let origin = self.origin(conjunction);
        if self.findings.is_empty() {
            self.findings.add(Code::UnsupportedShape, &origin, message, help);
        }
    }

    /// Takes a place for a type whose shape comes later.
    fn reserve(&mut self, name: TypeName, doc: Doc, origin: crate::source::Origin) -> TypeId {
        let group = self.groups.get(&origin.file).cloned();
        self.types.push(TypeDef { name, group, doc, shape: Shape::Any, constraints: Vec::new(), origin });
        TypeId(self.types.len() - 1)
    }

    fn work(&mut self) {
        while let Some((id, conjunction)) = self.open.pop_front() {
            let name = self.types[id.0].name.clone();
            match self.shape(&conjunction, &name) {
                Ok((shape, mut constraints)) => {
                    if let Some(schema) = self.wholes.get(&id).copied() {
                        constraints = self.whole(schema);
                    }
                    self.finish(id, shape, constraints);
                }
                Err(finding) => self.findings.report(finding),
            }
        }
    }

    /// Puts the shape in its place. A check on a shape that has no item of its own to do it gets one around it.
    fn finish(&mut self, id: TypeId, shape: Shape, constraints: Vec<Constraint>) {
        let planned = constraints.iter().any(|constraint| matches!(constraint.argument, Argument::Plan(_)));
        let own = matches!(
            shape,
            Shape::Object(_) | Shape::Union(_) | Shape::Tuple(_) | Shape::Mixed(_) | Shape::Choice(_)
        );
        let (shape, constraints) = if planned && !own {
            let is_plan = |constraint: &Constraint| matches!(constraint.argument, Argument::Plan(_));
            let (checks, simple) = constraints.into_iter().partition(is_plan);
            let (name, origin) = (self.types[id.0].name.value(), self.types[id.0].origin.clone());
            let inner = self.reserve(name, Doc::default(), origin);
            self.types[inner.0].shape = shape;
            self.types[inner.0].constraints = simple;
            (Shape::Checked(inner), checks)
        } else {
            (shape, constraints)
        };
        let ty = &mut self.types[id.0];
        ty.shape = shape;
        ty.constraints = constraints;
    }

    fn shape(&mut self, conjunction: &[Atom], name: &TypeName) -> Result<Lowering, Finding> {
        let content = self.content(conjunction);
        if content.kinds.is_empty() {
            return Ok((Shape::Never, Vec::new()));
        }
        if let Some(kind) = content.kinds.only() {
            return self.single(kind, conjunction, &content, name);
        }
        let null = Kinds::of(JsonType::Null);
        if let Some(inner) = self.nullable(conjunction, &content) {
            let atoms = with(conjunction, Atom::Kinds(inner));
            let inner = self.lower(&atoms, name);
            return Ok((Shape::Nullable(inner), self.plan(content.checks(null))));
        }
        Ok(self.mixed(conjunction, &content, name))
    }

    /// The other JSON types, where `null` is one of those accepted and no check looks at it.
    fn nullable(&self, conjunction: &[Atom], content: &Content<'a>) -> Option<Kinds> {
        let apart = content.kinds != Kinds::ALL && self.takes_null(conjunction, 0);
        apart.then(|| content.kinds.without(Kinds::of(JsonType::Null)))
    }

    /// A type for each JSON type that something is said about.
    fn mixed(&mut self, conjunction: &[Atom], content: &Content<'a>, name: &TypeName) -> Lowering {
        let open = content.kinds == Kinds::ALL;
        let typed: Vec<JsonType> =
            content.kinds.iter().filter(|kind| !open || content.says_of(*kind)).collect();
        if typed.is_empty() {
            return (Shape::Any, self.plan(content.checks(Kinds::ALL)));
        }
        let mut members = Vec::new();
        for kind in typed {
            let atoms = with(conjunction, Atom::Kinds(Kinds::of(kind)));
            members.push((kind, self.lower(&atoms, &name.kind(kind))));
        }
        let typed: Kinds = members.iter().map(|(kind, _)| Kinds::of(*kind)).collect();
        let untyped = content.kinds.without(typed);
        let constraints = self.plan(content.checks(untyped));
        (Shape::Mixed(Mixed { members, open: !untyped.is_empty() }), constraints)
    }

    /// The shape of values of one JSON type.
    fn single(
        &mut self,
        kind: JsonType,
        conjunction: &[Atom],
        content: &Content<'a>,
        name: &TypeName,
    ) -> Result<Lowering, Finding> {
        if let Some(lowering) = self.union(kind, conjunction, content, name)? {
            return Ok(lowering);
        }
        self.plain(kind, content, name)
    }

    /// The same without regard to unions, which a check carries then.
    fn plain(&mut self, kind: JsonType, content: &Content<'a>, name: &TypeName) -> Result<Lowering, Finding> {
        let (shape, mut constraints, mut checks) = match kind {
            JsonType::Null => (Shape::Null, Vec::new(), Vec::new()),
            JsonType::Boolean => scalar::boolean(content),
            JsonType::Integer | JsonType::Number => self.number(content)?,
            JsonType::String => self.string(content)?,
            JsonType::Array => self.array(content, name),
            JsonType::Object => self.object(content, name)?,
        };
        checks.extend(content.checks(Kinds::of(kind)));
        checks.extend(content.unions.iter().map(|union| union.part));
        constraints.extend(self.plan(checks));
        Ok((shape, constraints))
    }

    /// The check that all of a schema holds.
    fn whole(&mut self, schema: SchemaId) -> Vec<Constraint> {
        let argument = Argument::Plan(self.planner.whole(schema));
        let origin = self.schemas.get(schema).origin.clone();
        vec![Constraint { keyword: "$dynamicRef", argument, origin }]
    }

    /// The check that all parts hold; none where there is none.
    fn plan(&mut self, mut parts: Vec<Part>) -> Vec<Constraint> {
        parts.sort();
        parts.dedup();
        parts.retain(|part| !self.dynamic || !self.planner.is_dynamic(*part));
        let Some(first) = parts.first() else { return Vec::new() };
        let origin = self.schemas.get(first.schema).origin.clone();
        let keyword = first.keyword.unwrap_or("schema");
        vec![Constraint { keyword, argument: Argument::Plan(self.planner.all(parts)), origin }]
    }

    /// The schema that a conjunction is about first.
    fn first(&self, conjunction: &[Atom]) -> Option<&'a Schema> {
        let schema = |atom: &Atom| match atom {
            Atom::Schema(schema) | Atom::Own(schema) => Some(self.schemas.get(*schema)),
            Atom::Kinds(_) => None,
        };
        conjunction.iter().find_map(schema)
    }

    fn origin(&self, conjunction: &[Atom]) -> crate::source::Origin {
        let schema = self.first(conjunction).or_else(|| self.schemas.iter().next().map(|(_, schema)| schema));
        schema.map(|schema| schema.origin.clone()).unwrap_or_default()
    }

    /// What people are told: what the schemas say, the first that says anything.
    fn doc(&self, atoms: &[Atom]) -> Doc {
        let schemas = atoms.iter().filter_map(|atom| match atom {
            Atom::Schema(schema) => Some(*schema),
            Atom::Own(_) | Atom::Kinds(_) => None,
        });
        let mut doc = Doc::default();
        for schema in schemas {
            doc = doc.or(&self.doc_of(schema));
        }
        doc
    }

    /// What a schema says about itself, or the one that it only refers to.
    pub(super) fn doc_of(&self, schema: SchemaId) -> Doc {
        let of = |schema: SchemaId| {
            self.schemas.get(schema).keywords().map(|keywords| Doc::of(&keywords.notes)).unwrap_or_default()
        };
        let target = self.follow(schema).unwrap_or(schema);
        of(schema).or(&of(target))
    }
}

fn with(conjunction: &[Atom], atom: Atom) -> Conjunction {
    conjunction.iter().copied().chain([atom]).collect()
}
