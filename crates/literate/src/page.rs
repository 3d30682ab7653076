//! One page: front matter, prose and examples.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::error::{LiterateError, Problem};

/// One rule or check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Front matter `id` or `code`; equals the file name without `.md`.
    pub id: String,
    /// Folder below the one that was loaded, with `/` between segments; empty at the top.
    pub area: String,
    /// The file.
    pub path: PathBuf,
    /// Front matter by key. Values are text: quotes and comments removed, inline lists and maps as
    /// written.
    pub fields: BTreeMap<String, String>,
    /// The first `# ` heading.
    pub title: String,
    /// Prose between the title and `## Examples`.
    pub body: String,
    /// Everything after the front matter.
    pub markdown: String,
    /// Examples in written order.
    pub examples: Vec<Example>,
}

/// An example that a harness can run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// What the heading says after `Fires:`, `Breaks:` or `Silent:`.
    pub title: String,
    /// False for `Silent:`.
    pub fires: bool,
    /// Line of the heading in the page, from 1.
    pub line: usize,
    /// Code blocks in written order, `expect` left out.
    pub files: Vec<Block>,
    /// Lines of the `expect` block, trimmed, without empty ones.
    pub expect: Vec<String>,
}

/// A fenced code block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The info string: `yaml before`, `json configuration/schema.json`.
    pub info: String,
    /// The content with its final line break.
    pub content: String,
    /// Line of the opening fence, from 1.
    pub line: usize,
}

impl Block {
    /// The first word of the info string.
    pub fn language(&self) -> &str {
        self.info.split_whitespace().next().unwrap_or("")
    }

    /// The info string after its first word: `before`, `configuration/schema.json`.
    pub fn name(&self) -> &str {
        self.info
            .split_once(char::is_whitespace)
            .map_or("", |(_, name)| name.trim())
    }
}

impl Example {
    /// The content of the block with a name.
    pub fn file(&self, name: &str) -> Option<&str> {
        self.files
            .iter()
            .find(|block| block.name() == name)
            .map(|block| block.content.as_str())
    }
}

impl Page {
    /// Reads the text of a page. `path` names it in errors and gives the expected id.
    ///
    /// A firing example must expect a line whose first word is the id; a silent one must not.
    pub fn parse(path: &Path, area: &str, text: &str) -> Result<Self, LiterateError> {
        parse(path, area, text).map_err(|(line, problem)| LiterateError::Page {
            path: path.to_owned(),
            line,
            problem,
        })
    }

    /// The first paragraph of the prose on one line.
    pub fn summary(&self) -> String {
        let paragraph = self
            .body
            .lines()
            .map(str::trim)
            .take_while(|line| !line.is_empty());
        paragraph.collect::<Vec<_>>().join(" ")
    }

    /// A front matter field that must be there.
    pub fn field(&self, key: &str) -> Result<&str, LiterateError> {
        self.fields
            .get(key)
            .map(String::as_str)
            .ok_or_else(|| self.problem(Problem::MissingField(key.to_owned())))
    }

    /// An error about this page's front matter.
    pub fn problem(&self, problem: Problem) -> LiterateError {
        LiterateError::Page {
            path: self.path.clone(),
            line: 1,
            problem,
        }
    }
}

/// A problem and its line.
type Failure = (usize, Problem);

fn parse(path: &Path, area: &str, text: &str) -> Result<Page, Failure> {
    let lines: Vec<&str> = text.lines().collect();
    let (fields, rest) = front_matter(&lines)?;
    let id = fields
        .get("id")
        .or_else(|| fields.get("code"))
        .ok_or((1, Problem::NoId))?
        .clone();
    let file = path
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    if id != file {
        return Err((1, Problem::IdIsNotFileName { id, file }));
    }

    let mut page = Page {
        id,
        area: area.to_owned(),
        path: path.to_owned(),
        fields,
        title: String::new(),
        body: String::new(),
        markdown: lines.get(rest..).unwrap_or_default().join("\n") + "\n",
        examples: Vec::new(),
    };
    let mut section = Section::BeforeTitle;
    let mut expects = Vec::new();
    let mut index = rest;
    while let Some(line) = lines.get(index) {
        let number = index + 1;
        if let Some(ticks) = fence(line) {
            let (block, next) = block(&lines, index, ticks)?;
            match section {
                Section::Examples if block.info.trim() == "expect" => {
                    *expects
                        .last_mut()
                        .ok_or((number, Problem::BlockOutsideExample))? += 1;
                    if let Some(example) = page.examples.last_mut() {
                        let wanted = block.content.lines().map(str::trim);
                        example
                            .expect
                            .extend(wanted.filter(|line| !line.is_empty()).map(str::to_owned));
                    }
                }
                Section::Examples => page
                    .examples
                    .last_mut()
                    .ok_or((number, Problem::BlockOutsideExample))?
                    .files
                    .push(block),
                Section::BeforeTitle | Section::After => {}
                Section::Prose => {
                    for line in lines.get(index..next).unwrap_or_default() {
                        page.body.push_str(line);
                        page.body.push('\n');
                    }
                }
            }
            index = next;
            continue;
        }
        if section == Section::BeforeTitle {
            if let Some(title) = line.strip_prefix("# ") {
                title.trim().clone_into(&mut page.title);
                section = Section::Prose;
            }
        } else if line.trim_end() == "## Examples" {
            section = Section::Examples;
        } else if section == Section::Examples && line.starts_with("## ") {
            section = Section::After;
        } else if section == Section::Examples && line.starts_with("### ") {
            let heading = line.trim_start_matches('#').trim();
            let (fires, title) = example_heading(heading)
                .ok_or_else(|| (number, Problem::NotAnExample(heading.to_owned())))?;
            page.examples.push(Example {
                title: title.to_owned(),
                fires,
                line: number,
                files: Vec::new(),
                expect: Vec::new(),
            });
            expects.push(0);
        } else if section == Section::Prose {
            page.body.push_str(line);
            page.body.push('\n');
        }
        index += 1;
    }
    if page.title.is_empty() {
        return Err((rest + 1, Problem::NoTitle));
    }
    page.body = page.body.trim().to_owned();
    for (example, count) in page.examples.iter().zip(expects) {
        let title = example.title.clone();
        if count != 1 {
            return Err((example.line, Problem::ExpectBlocks { title, count }));
        }
        let expected = example
            .expect
            .iter()
            .any(|line| line.split_whitespace().next() == Some(&page.id));
        if expected != example.fires {
            let id = page.id.clone();
            return Err((example.line, Problem::Contradiction { title, id }));
        }
    }
    Ok(page)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    BeforeTitle,
    Prose,
    Examples,
    After,
}

/// Reads `Fires: title` and its siblings.
fn example_heading(heading: &str) -> Option<(bool, &str)> {
    let (word, title) = heading.split_once(':')?;
    let fires = match word {
        "Fires" | "Breaks" => true,
        "Silent" => false,
        _ => return None,
    };
    Some((fires, title.trim()))
}

/// Number of backticks that open a block.
fn fence(line: &str) -> Option<usize> {
    let ticks = line.bytes().take_while(|byte| *byte == b'`').count();
    (ticks >= 3).then_some(ticks)
}

/// Reads the block opened at `index`; also gives the index of the line after it.
fn block(lines: &[&str], index: usize, ticks: usize) -> Result<(Block, usize), Failure> {
    let info = lines
        .get(index)
        .map(|line| line.trim_start_matches('`').trim().to_owned())
        .unwrap_or_default();
    let mut content = String::new();
    for (offset, line) in lines.iter().enumerate().skip(index + 1) {
        let is_close = fence(line).is_some_and(|count| count >= ticks)
            && line.trim_end().bytes().all(|byte| byte == b'`');
        if is_close {
            let line = index + 1;
            return Ok((
                Block {
                    info,
                    content,
                    line,
                },
                offset + 1,
            ));
        }
        content.push_str(line);
        content.push('\n');
    }
    Err((index + 1, Problem::OpenBlock))
}

/// Reads the front matter; also gives the index of the line after it.
fn front_matter(lines: &[&str]) -> Result<(BTreeMap<String, String>, usize), Failure> {
    if lines.first().map(|line| line.trim_end()) != Some("---") {
        return Err((1, Problem::NoFrontMatter));
    }
    let mut fields = BTreeMap::new();
    for (index, line) in lines.iter().enumerate().skip(1) {
        let line = line.trim();
        if line == "---" {
            return Ok((fields, index + 1));
        }
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (key, value) = line
            .split_once(':')
            .ok_or_else(|| (index + 1, Problem::NotAField(line.to_owned())))?;
        let key = key.trim();
        if fields.insert(key.to_owned(), scalar(value)).is_some() {
            return Err((index + 1, Problem::DuplicateField(key.to_owned())));
        }
    }
    Err((lines.len(), Problem::OpenFrontMatter))
}

/// A value as text: a comment after ` #` outside quotes goes, and quotes around the whole value.
fn scalar(value: &str) -> String {
    let value = value.trim();
    let mut quote = None;
    let mut escaped = false;
    let mut after_blank = true;
    let mut end = value.len();
    for (offset, character) in value.char_indices() {
        match quote {
            Some('"') if escaped => escaped = false,
            Some('"') if character == '\\' => escaped = true,
            Some(open) if character == open => quote = None,
            None if character == '#' && after_blank => {
                end = offset;
                break;
            }
            // An apostrophe inside a word is not a quote.
            None if matches!(character, '"' | '\'') && !is_word_before(value, offset) => {
                quote = Some(character);
            }
            Some(_) | None => {}
        }
        after_blank = character.is_whitespace();
    }
    let value = value.get(..end).unwrap_or(value).trim_end();
    if let Some(inner) = quoted(value, '"') {
        let mut text = String::new();
        let mut characters = inner.chars();
        while let Some(character) = characters.next() {
            match character {
                '\\' => match characters.next() {
                    Some('n') => text.push('\n'),
                    Some('t') => text.push('\t'),
                    Some(other) => text.push(other),
                    None => {}
                },
                other => text.push(other),
            }
        }
        text
    } else if let Some(inner) = quoted(value, '\'') {
        inner.replace("''", "'")
    } else {
        value.to_owned()
    }
}

fn is_word_before(text: &str, offset: usize) -> bool {
    text.get(..offset)
        .and_then(|before| before.chars().next_back())
        .is_some_and(char::is_alphanumeric)
}

fn quoted(value: &str, quote: char) -> Option<&str> {
    (value.len() >= 2)
        .then(|| value.strip_prefix(quote)?.strip_suffix(quote))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "\
---
code: PORT_IGNORED  # the id
severity: warning
message: \"port `{name}` # not a comment, \\\"quoted\\\"\"
match: { area: parameter, facet: required }
---
# A port on an event interface

Events have
no port.

More prose.

## Examples
### Fires: it has one
```yaml pacto.yaml
a: 1

b: 2
```
```expect
PORT_IGNORED  warning  interfaces[0].port  3:1

```
### Silent: it has none
Words between heading and block are for people.
````yaml pacto.yaml
text: |
  ```
  nested
  ```
````
```expect
```
## See also
### Nothing here is an example
";

    fn parse_as(name: &str, text: &str) -> Result<Page, Problem> {
        Page::parse(Path::new(name), "area", text).map_err(|error| match error {
            LiterateError::Page { problem, .. } => problem,
            LiterateError::Io { .. } => panic!("nothing is read"),
        })
    }

    #[test]
    fn a_page_gives_its_facts_prose_and_examples() {
        let page = parse_as("PORT_IGNORED.md", PAGE).expect("a good page");
        assert_eq!(page.id, "PORT_IGNORED");
        assert_eq!(page.title, "A port on an event interface");
        assert_eq!(page.summary(), "Events have no port.");
        assert_eq!(page.body, "Events have\nno port.\n\nMore prose.");
        assert_eq!(page.fields["severity"], "warning");
        assert_eq!(
            page.fields["message"],
            "port `{name}` # not a comment, \"quoted\""
        );
        assert_eq!(page.fields["match"], "{ area: parameter, facet: required }");
        assert!(page.markdown.starts_with("# A port"));
        let [fires, silent] = page.examples.as_slice() else {
            panic!("two examples, not {}", page.examples.len());
        };
        assert!(fires.fires && !silent.fires);
        assert_eq!(fires.title, "it has one");
        assert_eq!(fires.file("pacto.yaml"), Some("a: 1\n\nb: 2\n"));
        assert_eq!(fires.files[0].language(), "yaml");
        assert_eq!(
            fires.expect,
            ["PORT_IGNORED  warning  interfaces[0].port  3:1"]
        );
        assert_eq!(
            silent.file("pacto.yaml"),
            Some("text: |\n  ```\n  nested\n  ```\n")
        );
        assert!(silent.expect.is_empty());
    }

    #[test]
    fn the_id_must_be_the_file_name() {
        assert!(matches!(
            parse_as("OTHER.md", PAGE),
            Err(Problem::IdIsNotFileName { .. })
        ));
    }

    #[test]
    fn examples_must_agree_with_their_heading() {
        let wrong = PAGE.replace("### Fires", "### Silent");
        assert!(matches!(
            parse_as("PORT_IGNORED.md", &wrong),
            Err(Problem::Contradiction { .. })
        ));
        let without = PAGE.replace("```expect\n```\n", "");
        assert!(matches!(
            parse_as("PORT_IGNORED.md", &without),
            Err(Problem::ExpectBlocks { count: 0, .. })
        ));
    }

    #[test]
    fn every_breach_of_the_form_is_named() {
        let cases = [
            ("# no front matter\n", Problem::NoFrontMatter),
            ("---\nid: a\n", Problem::OpenFrontMatter),
            ("---\nword\n---\n", Problem::NotAField("word".to_owned())),
            (
                "---\nid: a\nid: a\n---\n",
                Problem::DuplicateField("id".to_owned()),
            ),
            ("---\nx: a\n---\n", Problem::NoId),
            ("---\nid: a\n---\ntext\n", Problem::NoTitle),
            ("---\nid: a\n---\n# T\n```yaml\nx\n", Problem::OpenBlock),
            (
                "---\nid: a\n---\n# T\n## Examples\n### Maybe: x\n",
                Problem::NotAnExample("Maybe: x".to_owned()),
            ),
            (
                "---\nid: a\n---\n# T\n## Examples\n```yaml\n```\n",
                Problem::BlockOutsideExample,
            ),
        ];
        for (text, problem) in cases {
            assert_eq!(parse_as("a.md", text), Err(problem), "{text}");
        }
    }
}
