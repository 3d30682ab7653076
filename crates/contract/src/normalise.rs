//! Old forms of V1 turned into the last one.
