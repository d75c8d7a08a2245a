//! Files as ZIP archives that Telegram takes: several when one would be too large.
use std::io::{Cursor, Write};

use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::ReportError;

/// A part is closed before it would have more bytes than this, compressed or not: Telegram takes documents of 50 MB.
pub const LARGEST_PART: usize = 40 * 1024 * 1024;

/// Archives in the making.
pub struct Archive {
    largest: usize,
    parts: Vec<Vec<u8>>,
    open: Option<(ZipWriter<Cursor<Vec<u8>>>, usize)>,
}

impl Default for Archive {
    fn default() -> Self {
        Self::with_parts_of(LARGEST_PART)
    }
}

impl Archive {
    /// Archives of at most so many bytes each, but for a single file that is larger.
    #[must_use]
    pub fn with_parts_of(largest: usize) -> Self {
        Self { largest, parts: Vec::new(), open: None }
    }

    /// Adds a file. Names are ours: `[a-z0-9_./-]`. Times are not written, so the same files make the same bytes.
    ///
    /// # Errors
    /// [`ReportError::Archive`] when it cannot be written.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), ReportError> {
        if self.open.as_ref().is_some_and(|(_, size)| size + bytes.len() > self.largest) {
            self.close()?;
        }
        let (zip, size) = self.open.get_or_insert_with(|| (ZipWriter::new(Cursor::new(Vec::new())), 0));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        zip.start_file(name, options).map_err(|_| ReportError::Archive)?;
        zip.write_all(bytes).map_err(|_| ReportError::Archive)?;
        *size += bytes.len();
        Ok(())
    }

    fn close(&mut self) -> Result<(), ReportError> {
        if let Some((zip, _)) = self.open.take() {
            self.parts.push(zip.finish().map_err(|_| ReportError::Archive)?.into_inner());
        }
        Ok(())
    }

    /// The archives.
    ///
    /// # Errors
    /// [`ReportError::Archive`] when the last one cannot be written.
    pub fn finish(mut self) -> Result<Vec<Vec<u8>>, ReportError> {
        self.close()?;
        Ok(self.parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(part: &[u8]) -> Vec<String> {
        let zip = zip::ZipArchive::new(Cursor::new(part)).unwrap();
        zip.file_names().map(str::to_owned).collect()
    }

    #[test]
    fn files_are_laid_into_as_many_archives_as_they_need() {
        let mut archive = Archive::with_parts_of(10);
        for (name, size) in [("a", 6), ("b", 4), ("c", 1), ("d", 30), ("e", 2)] {
            archive.add(name, &vec![7; size]).unwrap();
        }
        let parts = archive.finish().unwrap();
        let names: Vec<Vec<String>> = parts.iter().map(|part| names(part)).collect();
        assert_eq!(names, [vec!["a", "b"], vec!["c"], vec!["d"], vec!["e"]]);
    }

    #[test]
    fn the_same_files_make_the_same_bytes() {
        let made = || {
            let mut archive = Archive::default();
            archive.add("cases/a.json", b"{}").unwrap();
            archive.finish().unwrap()
        };
        assert_eq!(made(), made());
        assert!(Archive::default().finish().unwrap().is_empty(), "nothing makes nothing");
    }
}
