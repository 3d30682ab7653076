//! Which pairs of schemas were compared already, where schemas lead back to themselves.

use std::collections::HashMap;
use std::rc::Rc;

use super::Outcome;
use crate::deep::lifecycle::Level;
use crate::deep::place::Mode;
use crate::deep::writing::Writing;

/// Identity of a list of schemas: document and node of each.
pub(super) type Identity = Vec<(usize, u32)>;

/// Two schemas and all that the answer depends on: mode, level of the operation, how values are written.
pub(super) type Question = (Identity, Identity, Mode, Level, Writing);

/// Answers by question.
///
/// A pair that is met again inside itself is taken as equal, so what was found on the way back to
/// it lacks what differs there. Such an answer is *provisional*: it holds inside the pair that it
/// leads back to, whose own answer has the rest, and is asked for anew elsewhere.
#[derive(Debug, Default)]
pub(super) struct Memo<'s> {
    answers: HashMap<Question, Answer<'s>>,
    /// Provisional answers of the pairs that are being compared, oldest first.
    provisional: Vec<Provisional>,
    /// Depth of the outermost pair that was taken as equal since the innermost one began.
    outermost: Option<usize>,
    /// How many pairs are being compared.
    depth: usize,
}

#[derive(Debug)]
enum Answer<'s> {
    /// Being compared, at this depth.
    Open(usize),
    /// Its position in the list of provisional answers.
    Provisional(Rc<Outcome<'s>>, usize),
    Final(Rc<Outcome<'s>>),
}

#[derive(Debug)]
struct Provisional {
    question: Question,
    /// Depth of the outermost pair that it leads back to.
    depends_on: usize,
}

/// A pair that is being compared.
pub(super) struct Pending {
    question: Question,
    depth: usize,
    /// Provisional answers before it.
    before: usize,
    /// What the pairs around it depended on so far.
    outermost: Option<usize>,
}

impl<'s> Memo<'s> {
    /// The answer to a question; that of a pair that is met inside itself is that nothing differs.
    pub(super) fn get(&mut self, question: &Question) -> Option<Rc<Outcome<'s>>> {
        let (outcome, depends_on) = match self.answers.get(question)? {
            Answer::Final(outcome) => return Some(Rc::clone(outcome)),
            Answer::Open(depth) => (Rc::default(), Some(*depth)),
            Answer::Provisional(outcome, position) => {
                let entry = self.provisional.get(*position);
                (Rc::clone(outcome), entry.map(|it| it.depends_on))
            }
        };
        self.depend(depends_on);
        Some(outcome)
    }

    /// Begins to compare a pair.
    pub(super) fn open(&mut self, question: Question) -> Pending {
        let depth = self.depth;
        self.answers.insert(question.clone(), Answer::Open(depth));
        self.depth += 1;
        Pending {
            question,
            depth,
            before: self.provisional.len(),
            outermost: self.outermost.take(),
        }
    }

    /// Keeps what was found between a pair.
    pub(super) fn close(&mut self, pending: Pending, outcome: &Rc<Outcome<'s>>) {
        let Pending {
            question,
            depth,
            before,
            outermost,
        } = pending;
        self.depth -= 1;
        let depends_on = self.outermost.filter(|outer| *outer < depth);
        self.outermost = outermost;
        self.depend(depends_on);
        let Some(depends_on) = depends_on else {
            for inner in self.provisional.drain(before..) {
                // Where nothing differs at all, to take pairs as equal was right.
                match self.answers.remove(&inner.question) {
                    Some(Answer::Provisional(found, _)) if outcome.is_empty() => {
                        self.answers.insert(inner.question, Answer::Final(found));
                    }
                    _ => {}
                }
            }
            self.answers
                .insert(question, Answer::Final(Rc::clone(outcome)));
            return;
        };
        // What led back to this pair only leads back further now, as this pair does.
        for inner in self.provisional.iter_mut().skip(before) {
            inner.depends_on = inner.depends_on.min(depends_on);
        }
        let answer = Answer::Provisional(Rc::clone(outcome), self.provisional.len());
        self.answers.insert(question.clone(), answer);
        self.provisional.push(Provisional {
            question,
            depends_on,
        });
    }

    /// How many pairs are being compared, each inside the one before.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    fn depend(&mut self, depth: Option<usize>) {
        self.outermost = match (self.outermost, depth) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
    }
}
