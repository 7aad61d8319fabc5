//! Types that contain themselves, and so need a box on the way.

use crate::model::{Protocol, Shape, TypeId};

/// The circles of types that hold each other in place: a list or a map between two of them breaks a circle.
pub(super) struct Cycles(Vec<usize>);

impl Cycles {
    pub(super) fn new(protocol: &Protocol) -> Self {
        Self(Search::run(protocol))
    }

    /// Whether two types are in one circle.
    pub(super) fn meet(&self, one: TypeId, other: TypeId) -> bool {
        self.0.get(one.index()) == self.0.get(other.index())
    }
}

/// What a value of the type holds in place.
fn held(shape: &Shape) -> Vec<TypeId> {
    match shape {
        Shape::Array(_) | Shape::Map(_) => Vec::new(),
        Shape::Tuple(tuple) => tuple.prefix.clone(),
        Shape::Object(object) => object.fields.iter().map(|field| field.ty).collect(),
        _ => shape.children(),
    }
}

/// Tarjan's search for strongly connected components, with a list in place of recursion: schemas nest without limit.
struct Search<'p> {
    protocol: &'p Protocol,
    next: usize,
    order: Vec<Option<usize>>,
    low: Vec<usize>,
    stack: Vec<usize>,
    component: Vec<usize>,
}

const NONE: usize = usize::MAX;

impl Search<'_> {
    /// The number of each type's circle; a type in none has a number of its own.
    fn run(protocol: &Protocol) -> Vec<usize> {
        let count = protocol.types.len();
        let mut search = Search {
            protocol,
            next: 0,
            order: vec![None; count],
            low: vec![0; count],
            stack: Vec::new(),
            component: vec![NONE; count],
        };
        for start in 0..count {
            if search.order[start].is_none() {
                search.visit(start);
            }
        }
        // A type that does not hold itself is no circle.
        let holds_itself =
            |index: usize| held(&protocol.types[index].shape).iter().any(|child| child.index() == index);
        let mut sizes = vec![0; count];
        for component in &search.component {
            sizes[*component] += 1;
        }
        let alone = |index: usize, component: usize| sizes[component] == 1 && !holds_itself(index);
        let numbered = search.component.iter().enumerate();
        numbered
            .map(|(index, &component)| if alone(index, component) { count + index } else { component })
            .collect()
    }

    fn visit(&mut self, start: usize) {
        let mut open = vec![(start, 0)];
        self.enter(start);
        while let Some((index, place)) = open.pop() {
            let children = held(&self.protocol.types[index].shape);
            match children.get(place).map(|child| child.index()) {
                Some(child) => {
                    open.push((index, place + 1));
                    if self.order[child].is_none() {
                        self.enter(child);
                        open.push((child, 0));
                    } else if self.component[child] == NONE {
                        self.low[index] = self.low[index].min(self.order[child].unwrap_or_default());
                    }
                }
                None => self.leave(index, open.last().map(|(parent, _)| *parent)),
            }
        }
    }

    fn enter(&mut self, index: usize) {
        self.order[index] = Some(self.next);
        self.low[index] = self.next;
        self.next += 1;
        self.stack.push(index);
    }

    fn leave(&mut self, index: usize, parent: Option<usize>) {
        if let Some(parent) = parent {
            self.low[parent] = self.low[parent].min(self.low[index]);
        }
        if Some(self.low[index]) != self.order[index] {
            return;
        }
        while let Some(member) = self.stack.pop() {
            self.component[member] = index;
            if member == index {
                break;
            }
        }
    }
}
