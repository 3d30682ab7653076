//! Properties by patterns of their names.

use pacto_spec::schema::{Schemas, Shape};

use super::delta::bracketed;
use super::objects::{SchemaMap, further_schema, schema_map};
use super::{Delta, Pair, SchemaComparer};

/// `patternProperties`. Where a side lacks a pattern, names that match it are held to what the side
/// says about further properties.
pub(super) fn compare<'s>(pair: &mut Pair<'_, 's>, comparer: &mut SchemaComparer<'s>) {
    let keyword = "patternProperties";
    let (old, new) = (pair.old, pair.new);
    let maps = (&old.pattern_properties, &new.pattern_properties);
    let (mut common, mut others) = (SchemaMap::new(), SchemaMap::new());
    let further = |schemas: Schemas<'s>, shape: &Shape<'s>| {
        let refusal = shape.additional_properties.filter(|_| shape.is_closed());
        refusal.or_else(|| further_schema(schemas, shape))
    };
    let further = (further(comparer.old, old), further(comparer.new, new));
    for (name, schemas) in maps.0 {
        let step = || format!(".{keyword}[{}]", bracketed(name));
        match further.1.filter(|_| !maps.1.contains_key(name)) {
            Some(further) if further.as_bool().is_none() => {
                pair.descend(comparer, step, schemas, &[further]);
            }
            Some(_) => {
                let family = "pattern-property-removed-from-closed-object";
                let delta = Delta::family(family, step(), schemas.first().copied(), None);
                pair.push(delta.values(None, None));
            }
            None => {
                common.insert(name, schemas.clone());
            }
        }
    }
    for (name, schemas) in maps.1 {
        let step = || format!(".{keyword}[{}]", bracketed(name));
        match further.0.filter(|_| !maps.0.contains_key(name)) {
            Some(further) if further.as_bool().is_none() => {
                pair.descend(comparer, step, &[further], schemas);
            }
            Some(_) => {
                let family = "pattern-property-added-to-closed-object";
                let delta = Delta::family(family, step(), None, schemas.first().copied());
                pair.push(delta.values(None, None));
            }
            None => {
                others.insert(name, schemas.clone());
            }
        }
    }
    let families = ["pattern-property-added", "pattern-property-removed"];
    schema_map(pair, comparer, keyword, families, (&common, &others));
}
