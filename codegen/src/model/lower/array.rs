//! Arrays.

use super::Lowerer;
use super::atoms::Atom;
use super::facets::Content;
use super::scalar::{Scalar, part};
use crate::model::{Argument, Constraint, Shape, Tuple, TypeName};
use crate::schema::keywords::JsonType;
use crate::text::Text;

impl<'a> Lowerer<'a> {
    pub(super) fn array(&mut self, content: &Content<'a>, name: &TypeName) -> Scalar {
        let mut checks = if content.values.is_some() { content.listed_by.clone() } else { Vec::new() };
        let prefix =
            content.arrays.iter().map(|keywords| keywords.prefix_items.len()).max().unwrap_or_default();
        let rest = items(content, prefix);
        let mut counts = Vec::new();
        for (schema, narrowing) in content.narrowing(JsonType::Array) {
            match crate::schema::count(&narrowing.argument.node) {
                Some(count) => counts.push((schema, narrowing, count)),
                None => checks.push(part(schema, narrowing)),
            }
        }
        if prefix == 0 {
            let inner = self.lower(&rest, &name.item());
            let constraints = counts.into_iter().map(|(_, narrowing, count)| Constraint {
                keyword: narrowing.keyword.name,
                argument: Argument::Count(count),
                origin: narrowing.argument.origin.clone(),
            });
            return (Shape::Array(inner), constraints.collect(), checks);
        }
        let named: Vec<(&str, u64)> = counts.iter().map(|(_, of, count)| (of.keyword.name, *count)).collect();
        let tuple = self.tuple(content, prefix, &named, name);
        let says = |keyword: &str, count: u64| match keyword {
            "minItems" => usize::try_from(count) != Ok(tuple.required),
            _ => tuple.rest.is_some() || usize::try_from(count).is_ok_and(|count| count < tuple.prefix.len()),
        };
        let more = counts.iter().filter(|(_, narrowing, count)| says(narrowing.keyword.name, *count));
        checks.extend(more.map(|(schema, narrowing, _)| part(*schema, narrowing)));
        (Shape::Tuple(tuple), Vec::new(), checks)
    }

    fn tuple(
        &mut self,
        content: &Content<'a>,
        length: usize,
        counts: &[(&str, u64)],
        name: &TypeName,
    ) -> Tuple {
        let least =
            counts.iter().filter(|(keyword, _)| *keyword == "minItems").map(|(_, count)| *count).max();
        let required = usize::try_from(least.unwrap_or_default()).unwrap_or(length).min(length);
        let mut prefix = Vec::new();
        for index in 0..length {
            let hint = name.property(&Text::new(format!("item {index}")));
            prefix.push(self.lower(&items(content, index), &hint));
        }
        let rest = items(content, length);
        let most = counts.iter().filter(|(keyword, _)| *keyword == "maxItems").map(|(_, count)| *count).min();
        let ends = most.is_some_and(|most| most <= length as u64) || self.content(&rest).kinds.is_empty();
        let rest = (!ends).then(|| self.lower(&rest, &name.item()));
        Tuple { prefix, required, rest }
    }
}

/// What holds for the item at `index`, or for all behind the first ones.
fn items(content: &Content<'_>, index: usize) -> Vec<Atom> {
    let of = |keywords: &&crate::schema::Keywords| {
        keywords.prefix_items.get(index).copied().or(keywords.items).map(Atom::Schema)
    };
    content.arrays.iter().filter_map(of).collect()
}
