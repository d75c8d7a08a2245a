//! Reads and replays .chat files
