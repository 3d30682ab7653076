//! Options that an example is compared with, from the front matter of its page.

use pacto_diff::{Class, OpenApiOptions, Options, PathMatching};
use pacto_diff::{StabilityOptions, StripPrefix, SunsetOptions, VersionPolicy};
use pacto_literate::Page;

/// The options of a page; those about annotations are run with annotations.
///
/// | field | content |
/// |---|---|
/// | `today` | the current day |
/// | `sunset` | days of notice for stable and for beta operations |
/// | `stability` | extension, level below which changes count less, class word |
/// | `path-matching` | `template` or `exact` |
/// | `version-policy` | `report` or `enforce` |
/// | `strip-prefix` | prefixes of the old and the new side |
pub(crate) fn of(page: &Page) -> Options {
    let words = |field: &str| -> Option<Vec<&str>> {
        let value = page.fields.get(field)?;
        Some(value.split_whitespace().collect())
    };
    let bad = |field: &str| -> ! { panic!("{}: `{field}` cannot be read", page.id) };
    let mut openapi = OpenApiOptions::default();
    match words("sunset").as_deref() {
        None => {}
        Some([stable, beta]) => {
            let days = |text: &str| text.parse().unwrap_or_else(|_| bad("sunset"));
            openapi.sunset = Some(SunsetOptions {
                min_days_stable: days(stable),
                min_days_beta: days(beta),
            });
        }
        Some(_) => bad("sunset"),
    }
    match words("stability").as_deref() {
        None => {}
        Some([extension, below, class]) => {
            openapi.stability = Some(StabilityOptions {
                extension: (*extension).to_owned(),
                below: (*below).to_owned(),
                treat_as: Class::from_word(class).unwrap_or_else(|| bad("stability")),
            });
        }
        Some(_) => bad("stability"),
    }
    match words("path-matching").as_deref() {
        None | Some(["template"]) => {}
        Some(["exact"]) => openapi.path_matching = PathMatching::Exact,
        Some(_) => bad("path-matching"),
    }
    match words("strip-prefix").as_deref() {
        None => {}
        Some([old, new]) => {
            openapi.strip_prefix = Some(StripPrefix {
                old: (*old).to_owned(),
                new: (*new).to_owned(),
            });
        }
        Some(_) => bad("strip-prefix"),
    }
    let version_policy = match words("version-policy").as_deref() {
        None => VersionPolicy::Off,
        Some(["report"]) => VersionPolicy::Report,
        Some(["enforce"]) => VersionPolicy::Enforce,
        Some(_) => bad("version-policy"),
    };
    let today = page.fields.get("today");
    Options {
        today: today.map(|day| day.parse().unwrap_or_else(|_| bad("today"))),
        openapi,
        version_policy,
        include_annotations: page.area == "annotations",
        ..Options::default()
    }
}
