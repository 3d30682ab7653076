//! How an impact looks.

mod markdown;
mod table;

use anstyle::{AnsiColor, Style};
use pacto_app::impact::{
    ChangeKind, Completeness, Consumer, ImpactResult, Reason, Relation, Severity,
};
use pacto_diagnostic::render::{Subject, counted, github, junit, printable, sarif};
use pacto_diagnostic::{Finding, SourceMap};

use crate::failed::Failed;
use crate::output::Format;
use crate::session::Session;
use crate::streams::Terminal;
use crate::version::VERSION;

pub(crate) use markdown::{markdown, section as markdown_section};

/// Limitations of one kind that text lists.
const LISTED: usize = 5;

/// Prints an impact.
pub(super) fn print(
    result: &ImpactResult,
    threshold: Option<Severity>,
    session: &mut Session,
) -> Result<(), Failed> {
    match session.format {
        Format::Json => session.streams.json(result),
        Format::Markdown => session.streams.write(&markdown(result)),
        Format::Sarif | Format::Junit | Format::Github => {
            let printed = machine(result, threshold, session.format);
            session.streams.write(&printed)
        }
        _ => {
            let printed = text(result, session.streams.out());
            session.streams.write(&printed)
        }
    }
}

/// The text form: headline, consumers, what is not known, and who has to act.
pub(crate) fn text(result: &ImpactResult, terminal: Terminal) -> String {
    let mut lines = vec![headline(result)];
    if let Some(answer) = removal_answer(result) {
        lines.push(answer);
    }
    let of = |is_dependency: bool| {
        let consumers = result.consumers.iter();
        consumers
            .filter(|consumer| (consumer.relation == Relation::Dependency) == is_dependency)
            .collect::<Vec<_>>()
    };
    let (dependents, referring) = (of(true), of(false));
    if !dependents.is_empty() {
        lines.push(counts(result));
        lines.extend(table::rows(&dependents, terminal));
    }
    if !referring.is_empty() {
        let direct = result.affected.references;
        let others = referring.len().saturating_sub(direct);
        let split = match others {
            0 => String::new(),
            _ => format!(" {direct} direct, {others} through others"),
        };
        lines.push(format!("References ({}):{split}", referring.len()));
        lines.extend(table::rows(&referring, terminal));
    }
    if result.consumers.is_empty() {
        lines.push("No consumers in the estate.".to_owned());
    }
    lines.push(String::new());
    lines.push(estate_line(result));
    lines.extend(limitations(result));
    lines.push(todo_line(result));
    lines.push(String::new());
    lines.join("\n")
}

/// The consumers below a comparison: how many, who, and who has to act.
pub(crate) fn section(result: &ImpactResult, terminal: Terminal) -> String {
    let mut lines = vec![String::new(), who_is_hit(result)];
    let consumers: Vec<&Consumer> = result.at_least(Severity::Low).collect();
    lines.extend(table::rows(&consumers, terminal));
    lines.extend(limitations(result));
    lines.push(todo_line(result));
    lines.push(String::new());
    lines.join("\n")
}

/// `Who is hit: 6 services of 4 owners (services: 37 contracts)`.
fn who_is_hit(result: &ImpactResult) -> String {
    let owners: std::collections::BTreeSet<&str> = result
        .at_least(Severity::Low)
        .map(|consumer| consumer.owner.as_str())
        .collect();
    format!(
        "Who is hit: {} of {}. {}",
        counted(result.at_least(Severity::Low).count(), "service"),
        counted(owners.len(), "owner"),
        estate_line(result)
    )
}

/// `payments 1.2.0 → 2.0.0`, printable.
fn subject(result: &ImpactResult) -> String {
    let name = printable(&result.changed_service);
    match (result.change, &result.old_version, &result.new_version) {
        (ChangeKind::RemoveOperation, Some(old), _) => {
            let operations: Vec<_> = result.removed_operations.iter().collect();
            let operations: Vec<String> = operations
                .iter()
                .map(|text| printable(text).into_owned())
                .collect();
            format!(
                "{name} {} without {}",
                printable(old),
                operations.join(", ")
            )
        }
        (_, Some(old), Some(new)) if old != new => {
            format!("{name} {} → {}", printable(old), printable(new))
        }
        (_, _, Some(version)) | (_, Some(version), None) => {
            format!("{name} {}", printable(version))
        }
        (_, None, None) => name.into_owned(),
    }
}

fn headline(result: &ImpactResult) -> String {
    let what = match result.change {
        ChangeKind::Remove => "Impact of removing",
        _ => "Impact of",
    };
    format!("{what} {}: {}", subject(result), result.classification)
}

/// `Affected consumers (3): 2 direct, 1 transitive, 2 required`.
fn counts(result: &ImpactResult) -> String {
    let affected = &result.affected;
    format!(
        "Affected consumers ({}): {} direct, {} transitive, {} required",
        affected.direct + affected.transitive,
        affected.direct,
        affected.transitive,
        affected.required
    )
}

/// Whether the operations can go.
fn removal_answer(result: &ImpactResult) -> Option<String> {
    if result.change != ChangeKind::RemoveOperation {
        return None;
    }
    let list = |names: &[&str]| {
        let names: Vec<String> = names
            .iter()
            .map(|name| printable(name).into_owned())
            .collect();
        names.join(", ")
    };
    let (users, silent) = (result.users_of_removed(), result.silent());
    let (use_it, say) = (
        if users.len() == 1 { "uses" } else { "use" },
        if silent.len() == 1 {
            "does not say what it uses"
        } else {
            "do not say what they use"
        },
    );
    Some(match (users.is_empty(), silent.is_empty()) {
        (true, true) => "Can it go? Yes: nobody in the estate says to use it.".to_owned(),
        (true, false) => format!("Can it go? Not known: {} {say}.", list(&silent)),
        (false, true) => format!("Can it go? No: {} {use_it} it.", list(&users)),
        (false, false) => format!(
            "Can it go? No: {} {use_it} it. Not known: {}.",
            list(&users),
            list(&silent)
        ),
    })
}

/// `Estate: services (37 contracts); 22 services`.
fn estate_line(result: &ImpactResult) -> String {
    let sources: Vec<String> = result
        .sources
        .iter()
        .map(|source| {
            format!(
                "{} ({})",
                printable(&source.source),
                counted(source.contracts, "contract")
            )
        })
        .collect();
    format!(
        "Estate: {}; {}",
        sources.join(", "),
        counted(result.services, "service")
    )
}

fn limitations(result: &ImpactResult) -> Vec<String> {
    let mut lines: Vec<String> = result
        .limitations
        .iter()
        .take(LISTED)
        .map(|limitation| format!("Not known: {}", printable(&limitation.message)))
        .collect();
    let more = result.limitations.len().saturating_sub(LISTED);
    if more > 0 {
        lines.push(format!(
            "Not known: {} like these (`--output-format json` lists them)",
            counted(more, "more thing")
        ));
    }
    if result.completeness == Completeness::Partial {
        lines.push("The answer is partial: there may be more consumers.".to_owned());
    }
    lines
}

/// The last line: who has to act.
fn todo_line(result: &ImpactResult) -> String {
    if result.owners.is_empty() {
        return "To do: nobody in the estate has to act.".to_owned();
    }
    let owners: Vec<String> = result
        .owners
        .iter()
        .map(|owner| {
            let services: Vec<String> = owner
                .services
                .iter()
                .map(|service| printable(service).into_owned())
                .collect();
            format!("{} ({})", owner_name(&owner.owner_key), services.join(", "))
        })
        .collect();
    format!("To do: {}", owners.join("; "))
}

/// An owner without the kind of key.
fn owner_name(key: &str) -> String {
    let name = key
        .strip_prefix("team:")
        .or_else(|| key.strip_prefix("dri:"))
        .unwrap_or(key);
    printable(name).into_owned()
}

/// `^1.0.0 incompatible, pulled`, or where the chain goes.
fn terms(consumer: &Consumer) -> String {
    let via = consumer.path.get(1).filter(|_| consumer.depth > 1);
    let via = via.map(|name| format!("via {}", printable(name)));
    if consumer.relation != Relation::Dependency {
        // What goes is in nobody's next resolution, pinned or not.
        let is_removed = consumer.reasons.contains(&Reason::ServiceRemoved);
        let pulled = match consumer.pulled_automatically {
            _ if is_removed => None,
            true => Some("pulled".to_owned()),
            false => Some("pinned".to_owned()),
        };
        let terms: Vec<String> = pulled.into_iter().chain(via).collect();
        return terms.join(", ");
    }
    if let Some(via) = via {
        return via;
    }
    let mut terms = match &consumer.compatibility {
        // What goes has no version that a range could admit.
        Some(range) if consumer.reasons.contains(&Reason::ServiceRemoved) => {
            printable(range).into_owned()
        }
        Some(range) => format!(
            "{} {}",
            printable(range),
            consumer.compatibility_verdict.as_str()
        ),
        None => "no range".to_owned(),
    };
    if consumer.pulled_automatically {
        terms.push_str(", pulled");
    }
    terms
}

fn distance(consumer: &Consumer) -> String {
    match consumer.relation {
        Relation::Dependency if consumer.depth == 1 => "direct".to_owned(),
        Relation::Dependency => format!("depth {}", consumer.depth),
        relation => relation.as_str().to_owned(),
    }
}

/// What it uses of what changed, where there is something to say.
fn uses(consumer: &Consumer) -> Option<String> {
    let is_removed = consumer.reasons.contains(&Reason::ServiceRemoved);
    if consumer.relation != Relation::Dependency || consumer.depth > 1 || is_removed {
        return None;
    }
    Some(match &consumer.uses {
        None => "uses unknown: it does not say".to_owned(),
        Some(uses) if uses.is_empty() => "uses nothing of what changed".to_owned(),
        Some(uses) => {
            let uses: Vec<String> = uses
                .iter()
                .map(|text| printable(text).into_owned())
                .collect();
            format!("uses {}", uses.join(", "))
        }
    })
}

fn style(severity: Severity) -> Style {
    match severity {
        Severity::Critical => AnsiColor::BrightRed.on_default().bold(),
        Severity::High => AnsiColor::Red.on_default(),
        Severity::Medium => AnsiColor::Yellow.on_default(),
        Severity::Low | Severity::None => Style::new(),
    }
}

/// The formats other programs read: one finding per consumer.
fn machine(result: &ImpactResult, threshold: Option<Severity>, format: Format) -> String {
    let findings: Vec<Finding> = result
        .consumers
        .iter()
        .map(|c| finding(result, c))
        .collect();
    let sources = SourceMap::default();
    let name = subject(result);
    let subject = Subject {
        name: &name,
        directory: "",
        findings: &findings,
        sources: &sources,
    };
    let gating: Vec<&str> = threshold
        .map(|threshold| {
            let consumers = result.at_least(threshold);
            consumers
                .map(|consumer| consumer.service.as_str())
                .collect()
        })
        .unwrap_or_default();
    match format {
        Format::Sarif => sarif::render(
            &sarif::Tool {
                version: VERSION,
                title: |_| None,
            },
            &[subject],
        ),
        Format::Junit => junit::render("pacto impact", &[subject], |finding: &Finding| {
            gating.contains(&finding.path.as_str())
        }),
        _ => github::render(&[subject]),
    }
}

fn finding(result: &ImpactResult, consumer: &Consumer) -> Finding {
    let severity = match consumer.severity {
        Severity::Critical | Severity::High => pacto_diagnostic::Severity::Error,
        Severity::Medium => pacto_diagnostic::Severity::Warning,
        Severity::Low | Severity::None => pacto_diagnostic::Severity::Note,
    };
    let code = consumer
        .reasons
        .first()
        .map_or("UNAFFECTED", |reason| reason.as_str());
    let mut message = format!(
        "{} {} is hit by {}: {} ({}, {}, {}, owner {})",
        consumer.service,
        consumer.version,
        subject(result),
        consumer.severity.as_str(),
        distance(consumer),
        if consumer.required {
            "required"
        } else {
            "optional"
        },
        terms(consumer),
        owner_name(&consumer.owner),
    );
    if let Some(uses) = uses(consumer) {
        message.push_str(&format!("; {uses}"));
    }
    for violation in &consumer.violations {
        message.push_str(&format!("; {violation}"));
    }
    Finding::new(severity, code, consumer.service.clone(), message)
}
