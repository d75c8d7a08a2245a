//! How much of a file is read, and what its reading may cost.
use serde::{Deserialize, Serialize};

const MIB: u64 = 1024 * 1024;

/// What a file may be (S13). The defaults are the specification's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Most bytes of a picture.
    pub picture_bytes: u64,
    /// Most bytes of a document.
    pub document_bytes: u64,
    /// Most pages of a document.
    pub pages: u32,
    /// Most characters of text that are given back; what is longer is cut, and the result says so.
    pub text_chars: usize,
    /// Most entries of a DOCX.
    pub zip_entries: usize,
    /// Most bytes one entry of a DOCX may become.
    pub zip_entry_bytes: u64,
    /// Most bytes all entries of a DOCX may become together.
    pub zip_total_bytes: u64,
    /// How many times its packed size a DOCX, or an entry that is read, may become.
    pub zip_ratio: u64,
    /// Most pixels of a picture, read from its header. Deep colours count by their bytes: four to a pixel.
    pub pixels: u64,
    /// Most pixels of a picture's side.
    pub side: u32,
    /// The long side of the picture that is given back, in pixels: what is larger is made smaller. Claude sees no more than this.
    pub side_out: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            picture_bytes: 10 * MIB,
            document_bytes: 5 * MIB,
            pages: 50,
            text_chars: 200_000,
            zip_entries: 200,
            zip_entry_bytes: 20 * MIB,
            zip_total_bytes: 40 * MIB,
            zip_ratio: 100,
            pixels: 25_000_000,
            side: 12_000,
            side_out: 1568,
        }
    }
}

impl Limits {
    /// The largest file of any kind, in bytes.
    pub(crate) fn bytes(&self) -> u64 {
        self.picture_bytes.max(self.document_bytes)
    }
}

/// What the child may take from the machine (S13). It gives the rest up itself before it reads the first byte of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confinement {
    /// Address space in bytes, the program itself included.
    pub memory_bytes: u64,
    /// Seconds of processor time.
    pub cpu_secs: u64,
}

impl Default for Confinement {
    fn default() -> Self {
        Self { memory_bytes: 256 * MIB, cpu_secs: 10 }
    }
}
