//! An artifact as JSON.
use domain::artifact::Artifact;

use crate::ReportError;

/// The artifact in the form of the contract, indented, with a newline at the end; UTF-8.
///
/// # Errors
/// [`ReportError::Json`] when it cannot be written.
pub fn artifact(artifact: &Artifact) -> Result<Vec<u8>, ReportError> {
    let mut bytes = serde_json::to_vec_pretty(artifact).map_err(|_| ReportError::Json)?;
    bytes.push(b'\n');
    Ok(bytes)
}
