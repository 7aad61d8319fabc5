//! A stream that knows how far the frames on it have come, and when the last bytes came.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

/// What bytes go through: TCP, or TLS over it.
pub(super) trait Transport: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Transport for T {}

/// A stream and what has been read of it.
pub(super) struct Metered {
    inner: Box<dyn Transport>,
    pub(super) progress: Progress,
    /// When the last bytes came.
    pub(super) last: Instant,
}

impl Metered {
    pub(super) fn new(inner: Box<dyn Transport>) -> Self {
        Self { inner, progress: Progress::default(), last: Instant::now() }
    }
}

/// How much has come of a message that has begun: what tells a server that hangs from one that is silent.
#[derive(Debug, Default)]
pub(super) struct Progress {
    part: Part,
    /// Bytes of the frame that is coming.
    frame: u64,
    /// Bytes of the frames before it that belong to the same message.
    before: u64,
}

/// What is being read.
#[derive(Debug)]
enum Part {
    /// The answer to the upgrade, and how much of the empty line at its end.
    Answer(usize),
    /// The header of a frame (RFC 6455 section 5.2).
    Header(Vec<u8>),
    /// What it carries: so many bytes are missing, and whether a message ends with it; nothing is known of control
    /// frames, which come between others.
    Payload { missing: u64, ends: Option<bool> },
}

impl Default for Part {
    fn default() -> Self {
        Self::Answer(0)
    }
}

impl Progress {
    /// The bytes that have come of a message that has not ended.
    pub(super) const fn pending(&self) -> u64 {
        self.frame + self.before
    }

    fn take(&mut self, mut bytes: &[u8]) {
        const END: &[u8; 4] = b"\r\n\r\n";
        while let Some((&byte, rest)) = bytes.split_first() {
            match &mut self.part {
                Part::Answer(matched) => {
                    *matched = if END.get(*matched) == Some(&byte) {
                        *matched + 1
                    } else {
                        usize::from(byte == b'\r')
                    };
                    if *matched == END.len() {
                        self.part = Part::Header(Vec::new());
                    }
                    bytes = rest;
                }
                Part::Header(header) => {
                    header.push(byte);
                    self.frame += 1;
                    let payload = payload(header);
                    bytes = rest;
                    if let Some((missing, ends)) = payload {
                        self.part = Part::Payload { missing, ends };
                        self.end();
                    }
                }
                Part::Payload { missing, .. } => {
                    let here = bytes.len().min(usize::try_from(*missing).unwrap_or(usize::MAX));
                    let taken = u64::try_from(here).unwrap_or(u64::MAX);
                    *missing -= taken;
                    self.frame += taken;
                    bytes = bytes.get(here..).unwrap_or_default();
                    self.end();
                }
            }
        }
    }

    /// Goes on to the next frame where one has ended.
    fn end(&mut self) {
        if let Part::Payload { missing: 0, ends } = self.part {
            self.before = match ends {
                Some(true) => 0,
                Some(false) => self.before + self.frame,
                None => self.before,
            };
            self.frame = 0;
            self.part = Part::Header(Vec::new());
        }
    }
}

/// How much a frame with this header carries, and whether a message ends with it; nothing while the header is not whole.
fn payload(header: &[u8]) -> Option<(u64, Option<bool>)> {
    let (&first, &second) = (header.first()?, header.get(1)?);
    let ends = (first & 0x0f < 8).then_some(first & 0x80 != 0);
    let wide = match second & 0x7f {
        126 => 2,
        127 => 8,
        _ => 0,
    };
    let mask = if second & 0x80 == 0 { 0 } else { 4 };
    let length = header.get(2..2 + wide).filter(|_| header.len() == 2 + wide + mask)?;
    let length = length.iter().fold(0, |length: u64, byte| length << 8 | u64::from(*byte));
    Some((if wide == 0 { u64::from(second & 0x7f) } else { length }, ends))
}

impl AsyncRead for Metered {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(context, buffer))?;
        let more = buffer.filled().get(before..).unwrap_or_default();
        if !more.is_empty() {
            self.progress.take(more);
            self.last = Instant::now();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Metered {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::Progress;

    #[test]
    fn what_has_come_of_a_message_is_known_however_it_comes() {
        let answer = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";
        let mut long = vec![0x81, 126, 0x01, 0x00];
        long.extend([b' '; 256]);
        for (bytes, pending) in [
            (&b""[..], 0),
            (&[0x81], 1),
            (&[0x81, 2, b'{'], 3),
            (&[0x81, 2, b'{', b'}'], 0),
            (&[0x81, 0], 0),
            // The first of two parts, a ping between them, and the second.
            (&[0x01, 1, b'{'], 3),
            (&[0x01, 1, b'{', 0x89, 1, b'p'], 3),
            (&[0x01, 1, b'{', 0x89, 1, b'p', 0x80, 1], 5),
            (&[0x01, 1, b'{', 0x89, 1, b'p', 0x80, 1, b'}'], 0),
            (&long, 0),
            (long.get(..100).unwrap_or_default(), 100),
            (&[0x81, 0x81, 1, 2, 3, 4], 6),
            (&[0x81, 0x81, 1, 2, 3, 4, 5], 0),
            (&[0x81, 127, 0, 0, 0, 0, 0, 0, 0, 1, b'1'], 0),
        ] {
            let all = [answer, bytes].concat();
            for size in [1, 3, all.len()] {
                let mut progress = Progress::default();
                all.chunks(size).for_each(|chunk| progress.take(chunk));
                assert_eq!(progress.pending(), pending, "{bytes:x?} by {size}");
            }
        }
    }
}
