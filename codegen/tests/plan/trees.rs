//! Trees: reading and equality.

use super::tree;
use framelock_codegen::plan::Tree;
use framelock_codegen::support::{Code, Kind, Parser};
use proptest::prelude::*;
use std::time::{Duration, Instant};

#[test]
fn a_tree_is_the_value_that_was_written() {
    let tree = tree(" {\"b\": [null, true, 1.50e1, \"x\\u0041\"], \"a\": {}} ");
    assert_eq!(tree.kind(), Kind::Object);
    let Some(Tree::Array(items)) = tree.get("b") else { panic!("{tree:?}") };
    assert!(matches!(items[..], [Tree::Null, Tree::Boolean(true), Tree::Number("1.50e1"), Tree::String(_)]));
    assert!(items[3].equals(&Tree::String("xA".into())));
    assert!(tree.get("a").is_some_and(|value| value.kind() == Kind::Object));
    assert!(tree.get("c").is_none() && items[0].get("a").is_none());
}

#[test]
fn a_tree_is_read_by_the_rules_of_the_reader() {
    let nested = |levels| "[".repeat(levels) + &"]".repeat(levels);
    assert!(Tree::parse(&nested(128)).is_ok());
    for (text, code, offset) in [
        (&*nested(129), Code::Depth, 128),
        (r#"{"b":1,"a":{"x":1},"b":2}"#, Code::DuplicateKey, 19),
        (r#"{"b":1,"\u0062":2}"#, Code::DuplicateKey, 7),
        (r#"{"a":{"b":1,"b":2}}"#, Code::DuplicateKey, 12),
        ("1e400", Code::NumberRange, 0),
        ("[1,]", Code::Syntax, 3),
        ("01", Code::Syntax, 1),
        ("\"\\ud800\"", Code::Escape, 1),
        ("1 2", Code::TrailingData, 2),
        ("", Code::Syntax, 0),
    ] {
        let error = Tree::parse(text).expect_err(text);
        assert_eq!((error.code(), error.offset()), (code, offset), "{text}");
    }
    let mut parser = Parser::new("[1,[2]] ");
    assert!(Tree::read(&mut parser).is_ok() && parser.offset() == 7);
}

#[test]
fn equality_is_that_of_values() {
    for (one, other, equal) in [
        ("1", "1.0", true),
        ("1", "1e0", true),
        ("0", "-0.0", true),
        ("9007199254740993", "9007199254740992", false),
        ("true", "1", false),
        ("false", "0", false),
        ("null", "0", false),
        ("\"1\"", "1", false),
        ("\"a\"", "\"\\u0061\"", true),
        ("[]", "{}", false),
        ("[1,2]", "[2,1]", false),
        ("[1,[2.0]]", "[1.0,[2]]", true),
        ("[1]", "[1,1]", false),
        (r#"{"a":1,"b":[{}]}"#, r#"{"b":[{}],"a":1.0}"#, true),
        (r#"{"a":1}"#, r#"{"a":2}"#, false),
        (r#"{"a":1}"#, r#"{"b":1}"#, false),
        (r#"{"a":1}"#, r#"{"a":1,"b":1}"#, false),
    ] {
        assert_eq!(tree(one).equals(&tree(other)), equal, "{one} {other}");
        assert_eq!(tree(other).equals(&tree(one)), equal, "{one} {other}");
    }
}

#[test]
fn objects_of_many_members_take_no_quadratic_time() {
    let start = Instant::now();
    let object = |order: &mut dyn Iterator<Item = u32>| {
        let members: Vec<String> = order.map(|index| format!("\"key{index}\":{index}")).collect();
        format!("{{{}}}", members.join(","))
    };
    let (one, other) = (object(&mut (0..100_000)), object(&mut (0..100_000).rev()));
    assert!(tree(&one).equals(&tree(&other)));
    let twice = format!("{},\"key5\":1}}", &one[..one.len() - 1]);
    assert_eq!(Tree::parse(&twice).expect_err("key5 twice").code(), Code::DuplicateKey);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

proptest! {
    #[test]
    fn the_reader_and_the_tree_accept_the_same(text in "[\\[\\]{}\",:0-9eE.+ ntrufalsx\\\\-]{0,24}") {
        let mut parser = Parser::new(&text);
        let skipped = parser.skip().and_then(|()| parser.finish());
        prop_assert_eq!(Tree::parse(&text).is_ok(), skipped.is_ok());
    }

    #[test]
    fn the_order_is_one(texts in prop::collection::vec("(-?[0-2](\\.[0-2])?|true|\"[ab]\"|\\[[01]\\]|\\{\"[ab]\":[01]\\})", 3)) {
        let [a, b, c] = [tree(&texts[0]), tree(&texts[1]), tree(&texts[2])];
        prop_assert_eq!(a.compare(&b), b.compare(&a).reverse());
        if a.compare(&b).is_le() && b.compare(&c).is_le() {
            prop_assert!(a.compare(&c).is_le());
        }
    }
}
