//! Where a JPEG ends, by its segments (ITU-T T.81, annex B). The end mark of a thumbnail lies within a segment and is none, nor
//! is any in a film behind the photo. Where none is found, the code words of the first scan are counted: it covers all rows.

/// How a JPEG ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JpegEnd {
    /// With its mark, or nobody can tell.
    Marked,
    /// Without its mark; its data end here, and all of its rows may be there.
    Unmarked(usize),
    /// Before its last rows.
    Cut,
    /// Behind these bytes, of which there are more.
    Behind,
}

/// The mark of the end.
pub const END_MARK: [u8; 2] = [0xFF, 0xD9];
const START_MARK: [u8; 3] = [0xFF, 0xD8, 0xFF];

/// How the JPEG ends that begins with these bytes, or that they are `all` of. What is no JPEG is taken for whole.
pub fn jpeg_end(bytes: &[u8], all: bool) -> JpegEnd {
    if !bytes.starts_with(&START_MARK) {
        return JpegEnd::Marked;
    }
    let mut walk = Walk { at: 2, scans: 0, frame: Frame::default() };
    let stop = loop {
        if let Err(stop) = walk.segment(bytes) {
            break stop;
        }
    };
    match stop {
        Stop::EndMark => return JpegEnd::Marked,
        Stop::Bytes if !all => return JpegEnd::Behind,
        _ => {}
    }
    let first = if walk.scans == 1 { walk.frame.first_scan(bytes) } else { None };
    match (stop, first) {
        (_, Some((end, true))) => JpegEnd::Unmarked(end),
        (Stop::Bytes, Some(_)) => JpegEnd::Cut,
        (Stop::Bytes, None) if walk.scans == 0 => JpegEnd::Cut,
        // Damaged: what can be made of it is for a decoder to say.
        (_, None) if walk.scans == 0 => JpegEnd::Marked,
        (_, Some(_)) => JpegEnd::Unmarked(bytes.len()),
        (_, None) => JpegEnd::Unmarked(walk.at),
    }
}

/// Why a walk over segments stops.
enum Stop {
    EndMark,
    /// The bytes are over.
    Bytes,
    /// What comes is no segment.
    Other,
}

struct Walk {
    at: usize,
    scans: usize,
    frame: Frame,
}

impl Walk {
    /// Passes over a segment, and over the data of the scan that it begins.
    fn segment(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        let rest = bytes.get(self.at..).unwrap_or_default();
        let fill = rest.iter().position(|byte| *byte != 0xFF).ok_or(Stop::Bytes)?;
        let mark = rest[fill];
        match mark {
            _ if fill == 0 => return Err(Stop::Other),
            0xD9 => return Err(Stop::EndMark),
            0xC0..=0xCF | 0xDA..=0xEF | 0xFE => {}
            _ => return Err(Stop::Other),
        }
        let rest = &rest[fill + 1..];
        let [high, low, ..] = rest else { return Err(Stop::Bytes) };
        let length = usize::from(u16::from_be_bytes([*high, *low])).max(2);
        let body = rest.get(2..length).ok_or(Stop::Bytes)?;
        self.at += fill + 1 + length;
        if self.scans == 0 {
            self.frame.read(mark, body, self.at);
        }
        if mark == 0xDA {
            self.scans += 1;
            self.at += data(&bytes[self.at..]);
        }
        Ok(())
    }
}

/// How long the data of a scan are: up to a mark that is no restart.
fn data(bytes: &[u8]) -> usize {
    let ends = |two: &[u8]| two[0] == 0xFF && !matches!(two[1], 0 | 0xD0..=0xD7 | 0xFF);
    bytes.windows(2).position(ends).unwrap_or(bytes.len())
}

/// What counting the code words of the first scan takes.
#[derive(Default)]
struct Frame {
    /// Of a kind whose code words are known here: sequential or progressive, by Huffman.
    progressive: Option<bool>,
    size: [usize; 2],
    /// Identifier, and samples across and down.
    components: Vec<[usize; 3]>,
    /// For each of its tables, of DC and then of AC, how many codes there are of each length, and what they mean.
    tables: [Vec<u8>; 8],
    restart: usize,
    /// Components with their tables, and where its data begin.
    scan: Option<(Vec<[usize; 2]>, usize)>,
}

impl Frame {
    /// Takes what a segment before the first scan says.
    fn read(&mut self, mark: u8, body: &[u8], end: usize) {
        match (mark, body) {
            (0xC0..=0xC2, [_, h1, h0, w1, w0, _, components @ ..]) => {
                self.progressive = Some(mark == 0xC2);
                self.size = [[*w1, *w0], [*h1, *h0]].map(|size| u16::from_be_bytes(size).into());
                let component = |one: &[u8]| [one[0] as usize, (one[1] >> 4).into(), (one[1] & 15).into()];
                self.components = components.chunks_exact(3).map(component).collect();
            }
            (0xC4, mut body) => {
                while let [place, rest @ ..] = body {
                    let codes: usize = rest.iter().take(16).map(|count| usize::from(*count)).sum();
                    let Some(table) = rest.get(..16 + codes) else { return };
                    self.tables[usize::from(place >> 4 & 1) * 4 + usize::from(place & 3)] = table.to_vec();
                    body = &rest[16 + codes..];
                }
            }
            (0xDD, [high, low]) => self.restart = u16::from_be_bytes([*high, *low]).into(),
            (0xDA, [count, rest @ ..]) => {
                let pairs = rest.chunks_exact(2).take((*count).into());
                self.scan = Some((pairs.map(|pair| [pair[0].into(), pair[1].into()]).collect(), end));
            }
            _ => {}
        }
    }

    /// Where the data of the first scan end, and whether no more than its last row of blocks is missing; nothing where that
    /// cannot be told.
    fn first_scan(&self, bytes: &[u8]) -> Option<(usize, bool)> {
        let (progressive, (scan, start)) = (self.progressive?, self.scan.as_ref()?);
        let most = |axis: usize| self.components.iter().map(|one| one[axis]).max().filter(|most| *most > 0);
        let most = [most(1)?, most(2)?];
        let mut blocks = Vec::new();
        for [id, tables] in scan {
            let [_, across, down] = *self.components.iter().find(|one| one[0] == *id)?;
            blocks.push((across * down, [&self.tables[tables >> 4 & 3], &self.tables[4 + (tables & 3)]]));
        }
        let units = match scan[..] {
            // The blocks of one component stand by themselves.
            [[id, _]] => {
                blocks[0].0 = 1;
                let one = self.components.iter().find(|one| one[0] == id)?;
                [0, 1].map(|axis| (self.size[axis] * one[axis + 1]).div_ceil(most[axis]).div_ceil(8))
            }
            _ => [0, 1].map(|axis| self.size[axis].div_ceil(8 * most[axis])),
        };
        let count = units[0] * units[1];
        if count == 0 {
            return None;
        }
        let mut codes = Codes { bytes, at: *start, left: 0, byte: 0 };
        let mut done = 0;
        while done < count && codes.unit(&blocks, progressive).is_some() {
            done += 1;
            if self.restart > 0 && done % self.restart == 0 && done < count && codes.restart().is_none() {
                break;
            }
        }
        Some((codes.at, done + units[0] > count))
    }
}

/// Code words, bit by bit.
struct Codes<'a> {
    bytes: &'a [u8],
    at: usize,
    left: u32,
    byte: u8,
}

impl Codes<'_> {
    fn unit(&mut self, blocks: &[(usize, [&Vec<u8>; 2])], progressive: bool) -> Option<()> {
        for (count, [dc, ac]) in blocks {
            for _ in 0..*count {
                let size = self.symbol(dc)?;
                self.bits(size)?;
                // The first scan of a progressive picture has its means only.
                let mut place = if progressive { 64 } else { 1 };
                while place < 64 {
                    let symbol = self.symbol(ac)?;
                    match (symbol >> 4, symbol & 15) {
                        (15, 0) => place += 16,
                        (_, 0) => break,
                        (zeros, size) => {
                            place += usize::from(zeros) + 1;
                            self.bits(size)?;
                        }
                    }
                }
            }
        }
        Some(())
    }

    /// The meaning of the next code word (T.81, F.2.2.3).
    fn symbol(&mut self, table: &[u8]) -> Option<u8> {
        let (counts, meanings) = table.split_at_checked(16)?;
        let (mut code, mut first, mut index) = (0, 0, 0);
        for count in counts {
            code = code << 1 | self.bit()?;
            let count = usize::from(*count);
            if code < first + count {
                return meanings.get(index + code - first).copied();
            }
            index += count;
            first = (first + count) << 1;
        }
        None
    }

    fn bits(&mut self, count: u8) -> Option<()> {
        (0..count).try_for_each(|_| self.bit().map(|_| ()))
    }

    fn bit(&mut self) -> Option<usize> {
        if self.left == 0 {
            self.byte = *self.bytes.get(self.at)?;
            self.at += 1;
            if self.byte == 0xFF {
                // A zero behind it says that it is no mark.
                if self.bytes.get(self.at) != Some(&0) {
                    self.at -= 1;
                    return None;
                }
                self.at += 1;
            }
            self.left = 8;
        }
        self.left -= 1;
        Some(usize::from(self.byte >> self.left & 1))
    }

    /// Passes over a mark at which the coding begins anew.
    fn restart(&mut self) -> Option<()> {
        self.left = 0;
        let mark = self.bytes.get(self.at..self.at + 2)?;
        self.at += 2;
        matches!(mark, [0xFF, 0xD0..=0xD7]).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str) -> Vec<u8> {
        let path = format!("{}/../../tests/{path}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    #[test]
    fn with_its_mark() {
        for name in [
            "golden/photos/plain.jpg",
            "golden/photos/exif6.jpg",
            "golden/photos/cmyk.jpg",
            "golden/photos/grey.jpg",
        ] {
            let photo = file(name);
            assert_eq!(jpeg_end(&photo, true), JpegEnd::Marked, "{name}");
            // A film behind it changes nothing, and of a part of it nothing is said.
            let film = [&photo[..], &[0xFF; 8], &[7; 1000]].concat();
            assert_eq!(jpeg_end(&film, false), JpegEnd::Marked, "{name}");
            assert_eq!(jpeg_end(&photo[..photo.len() / 2], false), JpegEnd::Behind, "{name}");
        }
        assert_eq!(jpeg_end(b"no photo", true), JpegEnd::Marked);
    }

    /// What Pillow wrote, less the two bytes of its end mark; and the same with a film behind it.
    #[test]
    fn without_its_mark() {
        for name in ["noeoi.jpg", "noeoi-progressive.jpg"] {
            let photo = file(&format!("cases/photos/{name}"));
            assert_eq!(jpeg_end(&photo, true), JpegEnd::Unmarked(photo.len()), "{name}");
        }
        let photo = file("cases/photos/noeoi.jpg");
        assert_eq!(jpeg_end(&file("cases/photos/noeoi-trailer.jpg"), true), JpegEnd::Unmarked(photo.len()));
        // A film has end marks of its own.
        let film = [&photo[..], b"\0\0\0\x18ftypmp42", &[0xFF, 0x3C, 1, 2, 0xFF, 0xD9, 3]].concat();
        assert_eq!(jpeg_end(&film, true), JpegEnd::Unmarked(photo.len()));
    }

    /// Of every kind of sampling, a photo without its mark lacks no row, and one without its last rows does.
    #[test]
    fn cut_short() {
        for name in [
            "golden/photos/plain.jpg",
            "golden/photos/exif6.jpg",
            "golden/photos/cmyk.jpg",
            "golden/photos/grey.jpg",
        ] {
            let photo = file(name);
            let end = photo.len() - END_MARK.len();
            assert_eq!(jpeg_end(&photo[..end], true), JpegEnd::Unmarked(end), "{name}");
            for length in [3, 20, 100, end / 4, end / 2, end * 9 / 10] {
                assert_eq!(jpeg_end(&photo[..length], true), JpegEnd::Cut, "{name}: {length} bytes");
            }
        }
        assert_eq!(jpeg_end(&file("cases/photos/truncated-thumb.jpg"), true), JpegEnd::Cut);
        // Later scans only refine what the first has drawn.
        let photo = file("cases/photos/noeoi-progressive.jpg");
        assert_eq!(jpeg_end(&photo[..6000], true), JpegEnd::Unmarked(6000));
        assert_eq!(jpeg_end(&photo[..800], true), JpegEnd::Cut);
    }

    /// Where the coding begins anew every few blocks.
    #[test]
    fn with_restarts() {
        let photo = file("cases/photos/restarts.jpg");
        assert_eq!(jpeg_end(&photo, true), JpegEnd::Marked);
        let end = photo.len() - END_MARK.len();
        assert_eq!(jpeg_end(&photo[..end], true), JpegEnd::Unmarked(end));
        assert_eq!(jpeg_end(&photo[..end / 2], true), JpegEnd::Cut);
    }
}
