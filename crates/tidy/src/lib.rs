//! Fences: architecture rules checked by a command
