//! The difference of two dependency trees.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use crate::diagnostics::{Diagnostic, SideName};

/// A service with what it depends on, as it was resolved.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DependencyTree {
    /// Name of the service, from its contract.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Name of the dependency in the contract above; empty for the root.
    pub dependency: String,
    /// The service stands elsewhere in the tree with its children; this is only a mention.
    pub is_shared: bool,
    /// Resolved dependencies in declared order.
    pub children: Vec<Self>,
    /// Dependencies that did not resolve.
    pub unresolved: Vec<UnresolvedDependency>,
}

/// A dependency that did not lead to a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnresolvedDependency {
    /// Its name in the contract.
    pub dependency: String,
    /// Why, as one sentence.
    pub message: String,
}

/// The new tree with what changed in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GraphDiff {
    /// The whole new tree; removed nodes follow their siblings.
    pub root: GraphNode,
    /// Changes by name, one per name.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub changes: Vec<GraphChange>,
}

/// A node of the compared tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GraphNode {
    /// Name of the service.
    pub name: String,
    /// Its version; the old one when the node is gone.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub version: String,
    /// What changed at this node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<GraphChange>,
    /// Dependencies.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub children: Vec<Self>,
}

/// A change of the graph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GraphChange {
    /// Name of the service.
    pub name: String,
    /// What happened.
    pub change_type: GraphChangeType,
    /// Old version, where there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_version: Option<String>,
    /// New version, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_version: Option<String>,
}

/// What happened to a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GraphChangeType {
    /// Only the new tree has it here.
    Added,
    /// Only the old tree has it here.
    Removed,
    /// Both have it, in two versions.
    VersionChanged,
}

impl GraphNode {
    /// True when the node or something below it changed.
    pub fn has_changes(&self) -> bool {
        self.change.is_some() || self.children.iter().any(Self::has_changes)
    }
}

impl GraphDiff {
    /// Compares two trees.
    ///
    /// Children are matched by name at each node, recursively and once per name; a shared mention
    /// on the old side stands for the whole node. What is added or removed is not entered.
    pub fn of(old: &DependencyTree, new: &DependencyTree) -> Self {
        let mut comparison = TreeComparison {
            full: BTreeMap::new(),
            entered: BTreeSet::new(),
            changes: BTreeMap::new(),
        };
        comparison.collect_full(old);
        let root = comparison.node(old, new);
        // The root is what is compared; that its version changed is no news.
        let root = GraphNode {
            change: None,
            ..root
        };
        comparison.changes.remove(&new.name);
        Self {
            root,
            changes: comparison.changes.into_values().collect(),
        }
    }
}

/// What two trees say beside their difference.
pub(crate) fn unresolved(old: &DependencyTree, new: &DependencyTree) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for (side, tree) in [(SideName::Old, old), (SideName::New, new)] {
        collect_unresolved(side, tree, &mut diagnostics);
    }
    diagnostics
}

fn collect_unresolved(side: SideName, tree: &DependencyTree, diagnostics: &mut Vec<Diagnostic>) {
    for edge in &tree.unresolved {
        let message = format!(
            "dependency `{}` of {} was not resolved: {}",
            edge.dependency, tree.name, edge.message
        );
        let diagnostic = Diagnostic::warning("unresolved", side, message);
        if !diagnostics.contains(&diagnostic) {
            diagnostics.push(diagnostic);
        }
    }
    for child in &tree.children {
        collect_unresolved(side, child, diagnostics);
    }
}

/// Names of services that are resolved on both sides, the root excluded, in byte order. Their
/// contracts are compared as well.
pub fn services_on_both_sides(old: &DependencyTree, new: &DependencyTree) -> Vec<String> {
    let (mut before, mut after) = (BTreeSet::new(), BTreeSet::new());
    collect_names(old, &mut before);
    collect_names(new, &mut after);
    before
        .intersection(&after)
        .filter(|name| **name != new.name && **name != old.name)
        .map(|name| (*name).to_owned())
        .collect()
}

fn collect_names<'t>(tree: &'t DependencyTree, names: &mut BTreeSet<&'t str>) {
    for child in &tree.children {
        names.insert(&child.name);
        collect_names(child, names);
    }
}

struct TreeComparison<'t> {
    /// Old nodes with their children, by name.
    full: BTreeMap<&'t str, &'t DependencyTree>,
    /// Names whose children were compared.
    entered: BTreeSet<&'t str>,
    /// First change per name.
    changes: BTreeMap<String, GraphChange>,
}

impl<'t> TreeComparison<'t> {
    fn collect_full(&mut self, tree: &'t DependencyTree) {
        if !tree.is_shared {
            self.full.entry(&tree.name).or_insert(tree);
        }
        for child in &tree.children {
            self.collect_full(child);
        }
    }

    fn node(&mut self, old: &'t DependencyTree, new: &'t DependencyTree) -> GraphNode {
        let change = (old.version != new.version).then(|| {
            self.change(
                &new.name,
                GraphChangeType::VersionChanged,
                Some(&old.version),
                Some(&new.version),
            )
        });
        let children = if self.entered.insert(&new.name) {
            let old = self.full.get(old.name.as_str()).copied().unwrap_or(old);
            self.children(old, new)
        } else {
            new.children.iter().map(unchanged).collect()
        };
        GraphNode {
            name: new.name.clone(),
            version: new.version.clone(),
            change,
            children,
        }
    }

    fn children(&mut self, old: &'t DependencyTree, new: &'t DependencyTree) -> Vec<GraphNode> {
        let before: BTreeMap<&str, &'t DependencyTree> = old
            .children
            .iter()
            .rev()
            .map(|child| (child.name.as_str(), child))
            .collect();
        let mut nodes = Vec::new();
        for child in &new.children {
            if let Some(old) = before.get(child.name.as_str()) {
                nodes.push(self.node(old, child));
                continue;
            }
            let change = self.change(
                &child.name,
                GraphChangeType::Added,
                None,
                Some(&child.version),
            );
            nodes.push(GraphNode {
                change: Some(change),
                ..unchanged(child)
            });
        }
        // A mention on the new side has its children elsewhere: nothing is missing here.
        if new.is_shared {
            return nodes;
        }
        let after: BTreeSet<&str> = new
            .children
            .iter()
            .map(|child| child.name.as_str())
            .collect();
        let is_unresolved = |child: &DependencyTree| {
            new.unresolved
                .iter()
                .any(|edge| edge.dependency == child.dependency || edge.dependency == child.name)
        };
        for child in &old.children {
            if after.contains(child.name.as_str()) || is_unresolved(child) {
                continue;
            }
            let change = self.change(
                &child.name,
                GraphChangeType::Removed,
                Some(&child.version),
                None,
            );
            nodes.push(GraphNode {
                name: child.name.clone(),
                version: child.version.clone(),
                change: Some(change),
                children: Vec::new(),
            });
        }
        nodes
    }

    fn change(
        &mut self,
        name: &str,
        change_type: GraphChangeType,
        old: Option<&str>,
        new: Option<&str>,
    ) -> GraphChange {
        let change = GraphChange {
            name: name.to_owned(),
            change_type,
            old_version: old.map(str::to_owned),
            new_version: new.map(str::to_owned),
        };
        self.changes
            .entry(name.to_owned())
            .or_insert_with(|| change.clone());
        change
    }
}

fn unchanged(tree: &DependencyTree) -> GraphNode {
    GraphNode {
        name: tree.name.clone(),
        version: tree.version.clone(),
        change: None,
        children: tree.children.iter().map(unchanged).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(name: &str, version: &str, children: Vec<DependencyTree>) -> DependencyTree {
        DependencyTree {
            name: name.into(),
            version: version.into(),
            dependency: name.into(),
            children,
            ..DependencyTree::default()
        }
    }

    fn leaf(name: &str, version: &str) -> DependencyTree {
        tree(name, version, Vec::new())
    }

    fn summary(diff: &GraphDiff) -> Vec<(&str, GraphChangeType)> {
        diff.changes
            .iter()
            .map(|change| (change.name.as_str(), change.change_type))
            .collect()
    }

    #[test]
    fn children_are_matched_by_name_and_removed_ones_follow() {
        let old = tree("svc", "1.0.0", vec![leaf("a", "1.0.0"), leaf("b", "1.0.0")]);
        let new = tree(
            "svc",
            "1.1.0",
            vec![
                tree("a", "2.0.0", vec![leaf("c", "1.0.0")]),
                leaf("c", "1.0.0"),
            ],
        );
        let diff = GraphDiff::of(&old, &new);
        assert_eq!(
            summary(&diff),
            [
                ("a", GraphChangeType::VersionChanged),
                ("b", GraphChangeType::Removed),
                ("c", GraphChangeType::Added),
            ]
        );
        let names: Vec<&str> = diff.root.children.iter().map(|node| &*node.name).collect();
        assert_eq!(names, ["a", "c", "b"]);
        assert_eq!(diff.root.children[0].children[0].name, "c");
        assert_eq!(services_on_both_sides(&old, &new), ["a"]);
    }

    #[test]
    fn equal_trees_have_no_changes_and_keep_the_whole_tree() {
        let one = tree(
            "svc",
            "1.0.0",
            vec![tree("a", "1.0.0", vec![leaf("b", "1")])],
        );
        let diff = GraphDiff::of(&one, &one);
        assert_eq!(diff.changes, []);
        assert!(!diff.root.has_changes());
        assert_eq!(diff.root.children[0].children[0].name, "b");
    }

    #[test]
    fn a_shared_mention_on_the_old_side_stands_for_the_whole_node() {
        let shared = DependencyTree {
            is_shared: true,
            ..leaf("a", "1.0.0")
        };
        let full = tree("a", "1.0.0", vec![leaf("b", "1.0.0")]);
        let old = tree("svc", "1", vec![tree("x", "1", vec![full.clone()]), shared]);
        let new = tree("svc", "1", vec![full, leaf("x", "1")]);
        let diff = GraphDiff::of(&old, &new);
        assert_eq!(summary(&diff), [("a", GraphChangeType::Removed)]);
    }

    #[test]
    fn a_dependency_that_stops_resolving_is_not_removed() {
        let old = tree("svc", "1", vec![leaf("a", "1.0.0")]);
        let new = DependencyTree {
            unresolved: vec![UnresolvedDependency {
                dependency: "a".into(),
                message: "nothing under that name".into(),
            }],
            ..leaf("svc", "1")
        };
        assert_eq!(GraphDiff::of(&old, &new).changes, []);
        let diagnostics = unresolved(&old, &new);
        assert_eq!(diagnostics.len(), 1);
        assert_eq!(diagnostics[0].side, Some(SideName::New));
    }
}
