//! Zip archives, sound and unsound, written byte by byte.

/// A member.
pub struct Member {
    pub name: String,
    pub bytes: Vec<u8>,
    /// 0 of one that stands as it is, 8 of one that is deflated.
    pub method: u16,
    /// The size that is said.
    pub size: u32,
    /// The size unpacked that is said.
    pub whole: u32,
    /// Where it is said to begin, if not where it does.
    pub at: Option<u32>,
}

/// A member that stands as it is.
pub fn stored(name: &str, bytes: &[u8]) -> Member {
    Member {
        name: name.to_owned(),
        bytes: bytes.to_vec(),
        method: 0,
        size: bytes.len() as u32,
        whole: bytes.len() as u32,
        at: None,
    }
}

/// The archive of these members.
pub fn archive(members: &[Member]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for member in members {
        let at = member.at.unwrap_or(file.len() as u32);
        // Version, flags, method, time, date, checksum, sizes, lengths of name and extra fields.
        let mut about: Vec<u8> =
            [20u16, 0, member.method, 0, 0].iter().flat_map(|n| n.to_le_bytes()).collect();
        about.extend([0, member.size, member.whole].iter().flat_map(|n: &u32| n.to_le_bytes()));
        about.extend((member.name.len() as u16).to_le_bytes());
        about.extend([0; 2]);
        file.extend([b"PK\x03\x04", &about[..], member.name.as_bytes(), &member.bytes].concat());
        directory.extend(
            [b"PK\x01\x02", &[20, 0][..], &about, &[0; 10], &at.to_le_bytes(), member.name.as_bytes()]
                .concat(),
        );
    }
    let (at, count) = (file.len() as u32, members.len() as u16);
    let size = directory.len() as u32;
    file.extend(directory);
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend([count, count].iter().flat_map(|n| n.to_le_bytes()));
    file.extend([size, at].iter().flat_map(|n| n.to_le_bytes()));
    file.extend([0; 2]);
    file
}
