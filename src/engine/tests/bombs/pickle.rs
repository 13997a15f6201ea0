//! PyTorch's files, written opcode by opcode.

/// A file of the older form, whose object is what these opcodes make, and which has one number under each of these keys.
pub fn stream(object: &[u8], keys: &[&str]) -> Vec<u8> {
    let list: Vec<u8> = keys.iter().flat_map(|key| [&text(key)[..], b"a"].concat()).collect();
    let storages = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0].repeat(keys.len());
    let magic = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, b'.'];
    [
        &magic[..],
        b"\x80\x02M\xe9\x03.",
        b"\x80\x02}.",
        b"\x80\x02",
        object,
        b".",
        b"\x80\x02]",
        &list,
        b".",
        &storages,
    ]
    .concat()
}

/// A text.
pub fn text(text: &str) -> Vec<u8> {
    [b"X", &(text.len() as u32).to_le_bytes()[..], text.as_bytes()].concat()
}

/// What rebuilds tensors, remembered at 0, and a storage under a key, at 1.
pub fn storage(key: &str) -> Vec<u8> {
    [
        b"ctorch._utils\n_rebuild_tensor_v2\nq\x000(",
        &text("storage")[..],
        b"ctorch\nFloatStorage\n",
        &text(key),
        &text("cpu"),
        b"K\x01tQq\x010",
    ]
    .concat()
}
