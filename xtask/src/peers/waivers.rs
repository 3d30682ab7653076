//! What a peer finds and we do not, with the reason why.

use anyhow::{Context, Result, bail};

/// The list, one waiver a line: `PLACE RULE: REASON`.
const PATH: &str = "xtask/src/peers/waivers.txt";

/// One waiver.
#[derive(Debug)]
pub(super) struct Waiver {
    /// The page, the name of a pair, also with a path of its documents, or `*`.
    pub(super) place: String,
    /// The rule of the peer.
    pub(super) rule: String,
    /// Why it is no defect of ours.
    pub(super) reason: String,
    /// How often it was needed.
    pub(super) used: usize,
}

/// Reads the list.
pub(super) fn read() -> Result<Vec<Waiver>> {
    let text = std::fs::read_to_string(crate::checkout::root().join(PATH))
        .with_context(|| format!("cannot read {PATH}"))?;
    let lines = text.lines().enumerate();
    lines
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(index, line)| {
            let parts = line.split_once(": ").and_then(|(head, reason)| {
                let (place, rule) = head.split_once(' ')?;
                (!reason.trim().is_empty()).then_some((place, rule, reason.trim()))
            });
            let Some((place, rule, reason)) = parts else {
                bail!("{PATH}:{}: not `PLACE RULE: REASON`", index + 1);
            };
            Ok(Waiver {
                place: place.to_owned(),
                rule: rule.to_owned(),
                reason: reason.to_owned(),
                used: 0,
            })
        })
        .collect()
}

/// Whether a rule is waived at a place; the waiver counts as used then.
pub(super) fn is_waived(waivers: &mut [Waiver], place: &str, rule: &str) -> bool {
    let found = waivers
        .iter_mut()
        .find(|it| (it.place == place || it.place == "*") && it.rule == rule);
    if let Some(waiver) = found {
        waiver.used += 1;
        return true;
    }
    false
}
