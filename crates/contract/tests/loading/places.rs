use pacto_document::Pointer;

use crate::{loaded, with};

const MORE: &str = "interfaces:\n  - name: a\n    type: http\n    port: 80\nscaling: { min: 1,\n  max: 2 }\nmetadata:\n  a.b/c: { \"x[0]\": 1 }\nruntime:\n";

#[test]
fn paths_lead_to_the_nearest_place_that_exists() {
    let loaded = loaded(&with(MORE));
    let table = [
        ("interfaces[0].port", (6, 11, 2), "/interfaces/0/port"),
        ("interfaces.0.port", (6, 11, 2), "/interfaces/0/port"),
        ("interfaces[0]", (4, 5, 7), "/interfaces/0"),
        ("interfaces[0].contract", (4, 5, 7), "/interfaces/0"),
        ("interfaces[7].port", (4, 3, 9), "/interfaces"),
        ("scaling", (7, 10, 9), "/scaling"),
        ("service.name", (2, 18, 4), "/service/name"),
        ("metadata.a.b/c.x[0]", (10, 20, 1), "/metadata/a.b~1c/x[0]"),
        ("runtime", (11, 9, 0), "/runtime"),
        ("", (1, 1, 19), ""),
        ("nothing.here", (1, 1, 19), ""),
    ];
    for (path, expected, pointer) in table {
        let place = loaded.location(path).expect(path);
        assert_eq!((place.line, place.column, place.length), expected, "{path}");
        assert_eq!(place.pointer.as_deref(), Some(pointer), "{path}");
    }
}

#[test]
fn keys_have_places_of_their_own() {
    let loaded = loaded(&with(MORE));
    let place = |pointer: &str| {
        let place = loaded.key_location(&Pointer::parse(pointer))?;
        Some((place.line, place.column, place.length))
    };
    assert_eq!(place("/interfaces/0/port"), Some((6, 5, 4)));
    assert_eq!(place("/interfaces/0"), Some((4, 5, 7)));
    assert_eq!(place("/interfaces/1"), None);
    assert_eq!(place("/nothing"), None);
    assert_eq!(place(""), None);
}
