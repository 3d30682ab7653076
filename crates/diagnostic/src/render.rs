//! Renderings of findings: text with snippets, Markdown, SARIF, JUnit, workflow annotations.
