//! The JSON form, `pacto.diff/v1`.

use crate::Report;

/// Renders with two blanks of indentation and one final line break.
pub fn json(report: &Report) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(report)?;
    text.push('\n');
    Ok(text)
}
