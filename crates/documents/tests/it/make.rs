//! Files that no writer writes.
use std::io::{Cursor, Write as _};

use flate2::{Compress, Compression, Crc, FlushCompress, write::ZlibEncoder};
use image::{DynamicImage, ImageFormat};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

pub const MIB: usize = 1024 * 1024;

pub const TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
pub const RELATIONS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;

/// A document's XML around its paragraphs.
pub fn body(paragraphs: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{paragraphs}</w:body></w:document>"#
    )
}

/// A paragraph of one run.
pub fn paragraph(run: &str) -> String {
    format!("<w:p><w:r>{run}</w:r></w:p>")
}

/// An archive of these entries, deflated.
pub fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in entries {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A DOCX with this main part and these parts besides.
pub fn docx(main: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let basis: [(&str, &[u8]); 3] = [
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", RELATIONS.as_bytes()),
        ("word/document.xml", main.as_bytes()),
    ];
    archive(&[&basis, more].concat())
}

/// A zlib stream of one byte repeated, as many MiB as wanted, made in the time of one.
pub fn much_of(byte: u8, mib: usize) -> Vec<u8> {
    let mut packer = Compress::new(Compression::best(), false);
    let mut one = Vec::with_capacity(MIB);
    packer.compress_vec(&vec![byte; MIB], &mut one, FlushCompress::Full).unwrap();
    // A full flush ends at a byte and forgets what was before, so the piece can follow itself.
    let mut stream = vec![0x78, 0x9C];
    for _ in 0..mib {
        stream.extend_from_slice(&one);
    }
    stream
}

pub fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A PDF of these objects, the first of which is the catalogue.
pub fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut places = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        places.push(file.len());
        writeln!(file, "{} 0 obj", index + 1).unwrap();
        file.extend_from_slice(object);
        file.extend_from_slice(b"\nendobj\n");
    }
    let table = file.len();
    write!(file, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).unwrap();
    for place in places {
        writeln!(file, "{place:010} 00000 n ").unwrap();
    }
    write!(file, "trailer\n<</Size {}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1).unwrap();
    file
}

/// A stream with these entries of its dictionary.
pub fn stream(entries: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!("<<{entries}/Length {}>>\nstream\n", bytes.len());
    [head.as_bytes(), bytes, b"\nendstream"].concat()
}

/// A PDF of one page with this content and these resources; `more` begins with object 5.
pub fn page(content: Vec<u8>, resources: &str, more: &[Vec<u8>]) -> Vec<u8> {
    let page = format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<<{resources}>>>>");
    let basis =
        [b"<</Type/Catalog/Pages 2 0 R>>".to_vec(), b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(), page.into_bytes(), content];
    pdf(&[&basis, more].concat())
}

/// A PNG with this head and these packed pixels.
pub fn png(width: u32, height: u32, depth: u8, colour: u8, pixels: &[u8]) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut chunk = |name: &[u8; 4], body: &[u8]| {
        let named = [name, body].concat();
        let mut crc = Crc::new();
        crc.update(&named);
        file.extend(u32::try_from(body.len()).unwrap().to_be_bytes());
        file.extend(&named);
        file.extend(crc.sum().to_be_bytes());
    };
    let sizes = [width.to_be_bytes(), height.to_be_bytes()].concat();
    chunk(b"IHDR", &[sizes.as_slice(), &[depth, colour, 0, 0, 0]].concat());
    chunk(b"IDAT", pixels);
    chunk(b"IEND", b"");
    file
}

/// Red above, blue below.
pub fn drawing(width: u32, height: u32) -> DynamicImage {
    let colour = |_, y| if y < height / 2 { image::Rgb([255, 0, 0]) } else { image::Rgb([0, 0, 255]) };
    DynamicImage::ImageRgb8(image::RgbImage::from_fn(width, height, colour))
}

pub fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}
