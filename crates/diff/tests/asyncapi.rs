//! AsyncAPI documents that say one thing in two ways: generations, traits, references, order.

mod support;

use pacto_diff::{Comparison, Options, Record, diff};

fn compared(old: &str, new: &str) -> Comparison {
    let contract =
        support::contract("interfaces: [{name: api, type: event, contract: events.yaml}]\n");
    let bundle = |document: &str| support::bundle(&contract, &[("events.yaml", document)]);
    diff(&bundle(old), &bundle(new), &Options::default())
}

fn lines(comparison: &Comparison) -> Vec<String> {
    let line = |record: &Record| {
        let rule = record.rule.as_deref().unwrap_or_default();
        format!("{rule} {} {}", record.classification.word(), record.path)
    };
    let records = comparison.changes.iter().filter(|it| it.rule.is_some());
    records.map(line).collect()
}

const SECOND: &str = r"
asyncapi: 2.6.0
info: {title: Accounts, version: 1.0.0}
servers:
  production: {url: 'mqtt://broker.example:1883/accounts/', protocol: mqtt, security: [{login: []}]}
channels:
  'user/{region}/signedup':
    parameters: {region: {schema: {type: string, enum: [eu, us]}}}
    subscribe:
      operationId: announce
      bindings: {mqtt: {qos: 1}}
      message:
        oneOf:
          - $ref: '#/components/messages/SignedUp'
          - $ref: '#/components/messages/Renamed'
  user/delete:
    publish:
      operationId: remove
      message: {name: Delete, payload: {type: object, required: [id], properties: {id: {type: string}}}}
components:
  securitySchemes: {login: {type: userPassword}}
  messages:
    SignedUp: {name: SignedUp, payload: {type: object, required: [id], properties: {id: {type: string}}}}
    Renamed: {name: Renamed, payload: {type: object, properties: {name: {type: string}}}}
";

const THIRD: &str = r"
asyncapi: 3.0.0
info: {title: Accounts, version: 1.0.0}
servers:
  production:
    host: broker.example:1883
    pathname: /accounts
    protocol: mqtt
    security: [{$ref: '#/components/securitySchemes/login'}]
channels:
  signedUp:
    address: 'user/{region}/signedup'
    parameters: {region: {enum: [eu, us]}}
    messages:
      signedUp: {$ref: '#/components/messages/SignedUp'}
      renamed: {$ref: '#/components/messages/Renamed'}
  user/delete:
    address: user/delete
    messages:
      delete: {name: Delete, payload: {type: object, required: [id], properties: {id: {type: string}}}}
operations:
  announce: {action: send, channel: {$ref: '#/channels/signedUp'}, bindings: {mqtt: {qos: 1}}}
  removeUser: {action: receive, channel: {$ref: '#/channels/user~1delete'}}
components:
  securitySchemes: {login: {type: userPassword}}
  messages:
    SignedUp: {name: SignedUp, payload: {type: object, required: [id], properties: {id: {type: string}}}}
    Renamed: {name: Renamed, payload: {type: object, properties: {name: {type: string}}}}
";

#[test]
fn an_api_that_moves_to_the_other_generation_has_not_changed() {
    for (old, new) in [(SECOND, THIRD), (THIRD, SECOND)] {
        let comparison = compared(old, new);
        assert_eq!(lines(&comparison), [""; 0]);
        assert_eq!(comparison.diagnostics, []);
    }
}

#[test]
fn what_breaks_is_found_across_generations() {
    let third = THIRD
        .replace(
            "{type: object, required: [id], properties: {id: {type: string}}}",
            "{type: object, properties: {id: {type: string}}}",
        )
        .replace("qos: 1", "qos: 2")
        .replace("broker.example:1883", "other.example:1883")
        .replace("[eu, us]", "[eu]")
        .replace("type: userPassword", "type: scramSha256");
    assert_eq!(
        lines(&compared(SECOND, &third)),
        [
            "asyncapi-input-body-enum-value-removed potential asyncapi.channels[signedUp].parameters[region].schema.enum[us]",
            "asyncapi-mqtt-qos-changed potential asyncapi.operations[announce].bindings[mqtt].qos",
            "asyncapi-output-property-became-optional breaking asyncapi.operations[announce].message[signedUp].payload.required[id]",
            "asyncapi-input-property-became-optional non-breaking asyncapi.operations[removeUser].message[delete].payload.required[id]",
            "asyncapi-server-host-changed potential asyncapi.servers[production].host",
            "asyncapi-server-security-changed breaking asyncapi.servers[production].security",
        ]
    );
    let without = THIRD.replace("  announce: {action: send", "  other: {action: receive");
    let found = lines(&compared(SECOND, &without));
    assert!(
        found.contains(
            &"asyncapi-operation-removed breaking asyncapi.operations[announce]".to_owned()
        ),
        "{found:#?}"
    );
}

#[test]
fn references_are_followed_whatever_the_names_have_in_them() {
    let third = |payload: &str| {
        THIRD.replace(
            "delete: {name: Delete, payload: {type: object, required: [id], properties: {id: {type: string}}}}",
            &format!("delete: {{name: Delete, payload: {payload}}}"),
        )
    };
    assert_eq!(
        lines(&compared(THIRD, &third("{type: string}"))),
        [
            "asyncapi-input-body-type-changed breaking asyncapi.operations[removeUser].message[delete].payload.type"
        ]
    );
}

#[test]
fn what_nobody_described_may_be_anything() {
    let message = |word: &str, message: &str| {
        format!("asyncapi: 2.6.0\nchannels: {{c: {{{word}: {{message: {{name: M{message}}}}}}}}}\n")
    };
    let headers = ", headers: {type: object, required: [h], properties: {h: {type: string}}}";
    let client = Options {
        asyncapi: pacto_diff::AsyncApiOptions {
            v2_perspective: pacto_diff::V2Perspective::Client,
        },
        ..Options::default()
    };
    let contract =
        support::contract("interfaces: [{name: api, type: event, contract: events.yaml}]\n");
    let breaks = |old: &str, new: &str| {
        let bundle = |text: &str| support::bundle(&contract, &[("events.yaml", text)]);
        let comparison = diff(&bundle(old), &bundle(new), &client);
        let classes = comparison.changes.iter().map(|it| it.classification);
        pacto_diff::Class::highest(classes) == pacto_diff::Class::Breaking
    };
    // That headers are an object is no news.
    let open = message("subscribe", ", headers: {type: object}");
    assert_eq!(lines(&compared(&open, &message("subscribe", ""))), [""; 0]);
    assert_eq!(
        lines(&compared(
            &message("publish", ""),
            &message("publish", ", headers: {type: object}")
        )),
        [""; 0]
    );
    // Who sends has to send it now; who receives is promised more.
    for (word, is_break) in [("publish", true), ("subscribe", false)] {
        let (without, with) = (message(word, ""), message(word, headers));
        assert_eq!(breaks(&without, &with), is_break, "{word}");
        assert_eq!(breaks(&with, &without), !is_break, "{word}");
    }
}

#[test]
fn ways_to_identify_oneself_are_alternatives() {
    let server = |security: &str, schemes: &str| {
        format!(
            "asyncapi: 2.6.0\nservers: {{s: {{url: 'a:1', protocol: kafka, security: {security}}}}}\nchannels: {{}}\ncomponents: {{securitySchemes: {schemes}}}\n"
        )
    };
    let schemes = "{a: {type: userPassword, description: one}, b: {type: X509}}";
    let one = server("[{a: []}]", schemes);
    let both = server("[{b: []}, {a: []}]", schemes);
    let renamed = server("[{c: []}]", "{c: {type: userPassword, description: other}}");
    let changed = "asyncapi-server-security-changed breaking asyncapi.servers[s].security";
    for (old, new, expected) in [
        (&one, &both, None),
        (&both, &server("[{a: []}, {b: []}]", schemes), None),
        (&both, &one, Some(changed)),
        (&one, &renamed, None),
        (
            &one,
            &server("[{a: []}]", "{a: {type: X509}}"),
            Some(changed),
        ),
        (&one, &server("[{a: [write]}]", schemes), Some(changed)),
        (&server("[{a: [write]}]", schemes), &one, None),
    ] {
        let found = lines(&compared(old, new));
        assert_eq!(found, Vec::from_iter(expected), "{old}{new}");
    }
}

#[test]
fn what_traits_say_counts_like_what_is_said_at_the_place() {
    let trait_of = |qos: u8, id: &str| {
        format!(
            "asyncapi: 2.6.0\nchannels: {{c: {{publish: {{traits: [{{$ref: '#/components/operationTraits/t'}}], message: {{name: M}}}}}}}}\ncomponents: {{operationTraits: {{t: {{operationId: {id}, bindings: {{mqtt: {{qos: {qos}}}}}}}}}}}\n"
        )
    };
    assert_eq!(
        lines(&compared(&trait_of(1, "a"), &trait_of(2, "b"))),
        [
            "asyncapi-mqtt-qos-changed potential asyncapi.channels[c].publish.bindings[mqtt].qos",
            "asyncapi-operation-id-changed potential asyncapi.channels[c].publish.operationId",
        ]
    );
    let inline = "asyncapi: 2.6.0\nchannels: {c: {publish: {operationId: a, bindings: {mqtt: {qos: 1}}, message: {name: M}}}}\n";
    assert_eq!(lines(&compared(&trait_of(1, "a"), inline)), [""; 0]);
}

#[test]
fn the_only_message_is_the_same_one_under_another_name() {
    let message = |text: &str| {
        format!("asyncapi: 2.6.0\nchannels: {{c: {{subscribe: {{message: {text}}}}}}}\n")
    };
    let (old, new) = (
        message("{name: A, payload: {type: object}}"),
        message("{name: B, payload: {type: string}}"),
    );
    assert_eq!(
        lines(&compared(&old, &new)),
        [
            "asyncapi-message-name-changed potential asyncapi.channels[c].subscribe.message[B].name",
            "asyncapi-output-body-type-changed breaking asyncapi.channels[c].subscribe.message[B].payload.type",
        ]
    );
}

#[test]
fn alternatives_may_stand_behind_a_reference() {
    let document = |kind: &str| {
        format!(
            "asyncapi: 2.6.0\nchannels: {{c: {{subscribe: {{message: {{$ref: '#/components/messages/All'}}}}}}}}\ncomponents: {{messages: {{All: {{oneOf: [{{name: A, payload: {{type: {kind}}}}}, {{name: B}}]}}}}}}\n"
        )
    };
    assert_eq!(
        lines(&compared(&document("string"), &document("integer"))),
        [
            "asyncapi-output-body-type-changed breaking asyncapi.channels[c].subscribe.message[A].payload.type"
        ]
    );
}

#[test]
fn words_and_spellings_are_no_change() {
    let document = |words: &str, content_type: &str, values: &str| {
        format!(
            r"asyncapi: 3.0.0
servers: {{s: {{host: '{{a}}:1', protocol: kafka, variables: {{a: {{default: x, description: {words}, enum: {values}}}}}}}}}
channels:
  c: {{address: c, messages: {{m: {{contentType: {content_type}, bindings: {{kafka: {{key: {{type: string, description: {words}}}}}}}}}}}}}
  r: {{address: null, messages: {{m: {{payload: {{type: string}}}}}}}}
operations:
  o:
    action: receive
    channel: {{$ref: '#/channels/c'}}
    reply: {{channel: {{$ref: '#/channels/r'}}, address: {{location: '$message.header#/to', description: {words}}}}}
"
        )
    };
    let old = document("one", "application/json;charset=utf-8", "[x, y]");
    let new = document("two", "application/json; charset=UTF-8", "[y, x]");
    assert_eq!(lines(&compared(&old, &new)), [""; 0]);
    let moved = new
        .replace("#/to", "#/from")
        .replace("[y, x]", "[x]")
        .replace("json;", "cbor;");
    assert_eq!(
        lines(&compared(&old, &moved)),
        [
            "asyncapi-message-content-type-changed breaking asyncapi.operations[o].message[m].contentType",
            "asyncapi-reply-address-changed breaking asyncapi.operations[o].reply.address",
            "asyncapi-server-variable-changed potential asyncapi.servers[s].variables[a]",
        ]
    );
}

#[test]
fn a_key_is_another_one_wherever_its_parts_are_declared() {
    let document = |part: &str| {
        format!(
            "asyncapi: 2.6.0\nchannels: {{c: {{subscribe: {{message: {{name: M, bindings: {{kafka: {{key: {{$ref: '#/components/schemas/K'}}}}}}}}}}}}}}\ncomponents: {{schemas: {{K: {{type: object, properties: {{a: {{$ref: '#/components/schemas/L'}}}}}}, L: {{type: {part}}}}}}}\n"
        )
    };
    assert_eq!(
        lines(&compared(&document("string"), &document("integer"))),
        [
            "asyncapi-kafka-key-schema-changed breaking asyncapi.channels[c].subscribe.message[M].bindings[kafka].key"
        ]
    );
}

#[test]
fn an_operation_that_is_only_called_otherwise_is_not_gone() {
    let document = |name: &str, kind: &str| {
        format!(
            "asyncapi: 3.0.0\nchannels: {{c: {{address: c, messages: {{m: {{payload: {{type: {kind}}}}}}}}}}}\noperations: {{{name}: {{action: send, channel: {{$ref: '#/channels/c'}}}}}}\n"
        )
    };
    assert_eq!(
        lines(&compared(
            &document("a", "string"),
            &document("b", "integer")
        )),
        [
            "asyncapi-output-body-type-changed breaking asyncapi.operations[b].message[m].payload.type",
            "asyncapi-operation-id-changed potential asyncapi.operations[b].operationId",
        ]
    );
}

#[test]
fn operations_of_the_later_generation_may_share_a_channel() {
    let second = "asyncapi: 2.6.0\nchannels: {c: {subscribe: {message: {oneOf: [{name: A, payload: {type: string}}, {name: B, payload: {type: string}}]}}}}\n";
    let third = |kind: &str| {
        format!(
            r"asyncapi: 3.0.0
channels: {{c: {{address: c, messages: {{a: {{name: A, payload: {{type: string}}}}, b: {{name: B, payload: {{type: {kind}}}}}}}}}}}
operations:
  sendA: {{action: send, channel: {{$ref: '#/channels/c'}}, messages: [{{$ref: '#/channels/c/messages/a'}}]}}
  sendB: {{action: send, channel: {{$ref: '#/channels/c'}}, messages: [{{$ref: '#/channels/c/messages/b'}}]}}
"
        )
    };
    assert_eq!(lines(&compared(second, &third("string"))), [""; 0]);
    assert_eq!(lines(&compared(&third("string"), second)), [""; 0]);
    assert_eq!(
        lines(&compared(second, &third("integer"))),
        [
            "asyncapi-output-body-type-changed breaking asyncapi.operations[sendB].message[b].payload.type"
        ]
    );
}

#[test]
fn more_messages_than_are_looked_at_in_pairs_are_told_all_the_same() {
    let document = |prefix: &str| {
        let messages: Vec<String> = (0..4_000)
            .map(|at| format!("      {prefix}{at}: {{payload: {{const: {prefix}{at}}}}}\n"))
            .collect();
        format!(
            "asyncapi: 3.0.0\nchannels:\n  c:\n    address: c\n    messages:\n{}",
            messages.concat()
        )
    };
    let found = lines(&compared(&document("a"), &document("b")));
    let removed = found.iter().filter(|line| line.contains("message-removed"));
    assert_eq!((found.len(), removed.count()), (8_000, 4_000));
}
