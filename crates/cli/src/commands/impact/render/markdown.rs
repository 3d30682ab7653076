//! The form for comments and job summaries.

use pacto_app::impact::{Completeness, Consumer, ImpactResult, Relation};
use pacto_diagnostic::render::counted;
use pacto_diagnostic::render::markdown::{code, escape};

use super::{counts, distance, estate_line, owner_name, removal_answer, subject, terms};

/// Renders a result as Markdown.
pub(crate) fn markdown(result: &ImpactResult) -> String {
    let mut page = format!("## Impact of {}\n\n", escape(&subject(result)));
    page.push_str(&format!(
        "**Classification:** `{}`\n\n",
        result.classification
    ));
    page.push_str(&body(result));
    page
}

/// Renders a result as a part of the Markdown of a comparison.
pub(crate) fn section(result: &ImpactResult) -> String {
    let part = body(result).replace("\n### ", "\n#### ");
    format!("\n### Who is hit\n\n{part}")
}

/// Everything below the heading and the class.
fn body(result: &ImpactResult) -> String {
    let mut page = String::new();
    if let Some(answer) = removal_answer(result) {
        page.push_str(&format!("{}\n\n", escape(&answer)));
    }
    page.push_str(&match result.consumers.as_slice() {
        [] => "No consumers in the estate.\n\n".to_owned(),
        consumers => table(result, consumers),
    });
    if !result.owners.is_empty() {
        page.push_str("### Owners with something to do\n\n");
        for owner in &result.owners {
            let services: Vec<String> = owner.services.iter().map(|name| escape(name)).collect();
            page.push_str(&format!(
                "- **{}** ({}): {}\n",
                escape(&owner_name(&owner.owner_key)),
                owner.severity.as_str(),
                services.join(", ")
            ));
        }
        page.push('\n');
    }
    if !result.limitations.is_empty() {
        page.push_str("### Not known\n\n");
        for limitation in &result.limitations {
            page.push_str(&format!(
                "- `{}` {}\n",
                limitation.code.as_str(),
                escape(&limitation.message)
            ));
        }
        page.push('\n');
    }
    page.push_str(&escape(&estate_line(result)));
    page.push_str(match result.completeness {
        Completeness::Complete => "\n",
        Completeness::Partial => ". The answer is partial: there may be more consumers.\n",
    });
    page
}

fn table(result: &ImpactResult, consumers: &[Consumer]) -> String {
    let referring = consumers
        .iter()
        .filter(|consumer| consumer.relation != Relation::Dependency);
    let direct = result.affected.references;
    let others = match referring.count().saturating_sub(direct) {
        0 => String::new(),
        others => format!(", {others} more through others"),
    };
    let mut page = format!(
        "{}; {}{others}\n\n",
        counts(result),
        counted(direct, "reference")
    );
    page.push_str("| severity | consumer | owner | distance | need | terms | uses | reasons |\n");
    page.push_str("| --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for consumer in consumers {
        let uses = match &consumer.uses {
            None => "unknown".to_owned(),
            Some(uses) if uses.is_empty() => "nothing of it".to_owned(),
            Some(uses) => {
                let uses: Vec<String> = uses.iter().map(|text| code(text)).collect();
                uses.join(", ")
            }
        };
        let reasons: Vec<&str> = consumer
            .reasons
            .iter()
            .map(|reason| reason.as_str())
            .collect();
        page.push_str(&format!(
            "| {} | {} {} | {} | {} | {} | {} | {} | {} |\n",
            consumer.severity.as_str(),
            escape(&consumer.service),
            escape(&consumer.version),
            escape(&owner_name(&consumer.owner)),
            distance(consumer),
            if consumer.required {
                "required"
            } else {
                "optional"
            },
            escape(&terms(consumer)),
            uses,
            reasons.join(", ")
        ));
    }
    page.push('\n');
    page
}
