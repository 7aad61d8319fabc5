//! The rules under which no change is told, by the reason.

/// Rules that do not apply here, and why.
#[derive(Debug)]
pub struct Elsewhere {
    /// Why no change is told under their names.
    pub reason: &'static str,
    /// Their names.
    pub rules: &'static [&'static str],
}

/// All of them.
pub const ELSEWHERE: &[Elsewhere] = &[
    Elsewhere {
        reason: "frames carry no such fact: the schema's vocabulary has no word for it",
        rules: &[
            "ENV-010", "ENV-011", "ENV-012", "ENV-018", "ENV-019", "MSG-015", "MSG-016", "MSG-017",
            "MSG-018", "MSG-020", "ENM-011", "ENM-014", "NUM-013", "STR-013", "STR-014", "ARR-015",
            "DEP-008", "DEP-009", "MET-016", "TYP-026",
        ],
    },
    Elsewhere {
        reason: "which message answers which is not said by a schema",
        rules: &["MSG-010", "MSG-011", "MSG-012", "MSG-013", "MSG-014"],
    },
    Elsewhere {
        reason: "a member of the envelope is told as any other property is, at its own path",
        rules: &["ENV-007", "ENV-008"],
    },
    Elsewhere {
        reason: "it is told as what was removed and what was added, each under its own rule: that one became the other is nobody's to guess",
        rules: &[
            "MSG-003", "MSG-019", "MSG-021", "FLD-009", "FLD-011", "FLD-018", "ENM-005", "ENM-015",
            "UNI-004", "ARR-016",
        ],
    },
    Elsewhere {
        reason: "it is told as the change of type that it is (TYP-001 to TYP-005)",
        rules: &[
            "ENV-009", "TYP-010", "TYP-011", "TYP-012", "TYP-024", "TYP-025", "ENM-012", "MAP-012",
            "FLD-031", "MAP-011",
        ],
    },
    Elsewhere {
        reason: "widths and signs of integers are bounds (NUM-001 to NUM-004)",
        rules: &["TYP-006", "TYP-007", "TYP-008"],
    },
    Elsewhere {
        reason: "generated producers and consumers decide it, the same in every version",
        rules: &["TYP-009", "TYP-021", "DEF-005", "TYP-023"],
    },
    Elsewhere {
        reason: "items, values and variants are compared in turn, and told at their own path",
        rules: &["ARR-007", "ARR-008", "ARR-009", "ARR-017", "MAP-001", "MAP-002", "ENM-016", "UNI-018"],
    },
    Elsewhere {
        reason: "optional and nullable are told apart, each under its own rule (FLD-007, FLD-008, FLD-015, FLD-016)",
        rules: &["FLD-017"],
    },
    Elsewhere {
        reason: "a name that is refused is itself a change that breaks, so a removed property is left to the open object (FLD-005)",
        rules: &["FLD-012"],
    },
    Elsewhere { reason: "values of an enumeration cannot be reserved", rules: &["ENM-013"] },
    Elsewhere {
        reason: "`default`, `format` and the like are annotations: they narrow no frame, and no consumer fills anything in",
        rules: &[
            "FLD-004", "STR-009", "STR-010", "STR-011", "STR-012", "TYP-022", "DEF-001", "DEF-002",
            "DEF-003", "DEF-004", "DEF-006",
        ],
    },
    Elsewhere {
        reason: "whether a pattern became wider is decided by proof, and told under STR-007",
        rules: &["STR-008"],
    },
    Elsewhere { reason: "identifiers are texts like any others (STR-005 to STR-007)", rules: &["STR-015"] },
    Elsewhere {
        reason: "a union is open exactly where a discriminator tells its members apart, which no schema can change",
        rules: &["UNI-019"],
    },
    Elsewhere {
        reason: "members that overlap are compared by proof alone, and told as changed content (UNI-005)",
        rules: &["UNI-007", "UNI-008", "UNI-009", "UNI-010"],
    },
    Elsewhere {
        reason: "parts of an allOf are merged before anything is compared, and told at the property that they narrow",
        rules: &["UNI-014", "UNI-015"],
    },
    Elsewhere {
        reason: "deprecation has no date and no successor in the schema: what is removed is told as removed, whatever the day",
        rules: &["DEP-002", "DEP-006", "DEP-010"],
    },
    Elsewhere {
        reason: "the schema has no such keyword, or refuses it when it is read",
        rules: &["MET-002", "MET-003", "MET-005", "MET-017"],
    },
    Elsewhere {
        reason: "it is a duty of who releases a version, and no change of the protocol",
        rules: &[
            "ENV-015", "ENV-020", "MET-006", "MET-007", "MET-008", "MET-009", "MET-010", "MET-011",
            "MET-012", "MET-013", "MET-014", "MET-015", "MET-018",
        ],
    },
];
