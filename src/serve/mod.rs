//! The preview: the outlet as it is being written, rendered when somebody looks.
//!
//! Invariant: it writes no file, and what it adds for editors is added to the response, never to
//! the rendered bytes.
