use std::io::{ErrorKind, SeekFrom};
use std::path::PathBuf;

use super::*;
use crate::{block_on, go};

/// A path of its own, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("csp-fs-{}-{name}", std::process::id())))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn what_was_written_is_read() {
    let path = Scratch::new("whole");
    block_on(async {
        write(&path.0, "one\ntwo\n").await.unwrap();
        assert_eq!(read_to_string(&path.0).await.unwrap(), "one\ntwo\n");
        write(&path.0, [0xff]).await.unwrap();
        assert_eq!(read(&path.0).await.unwrap(), [0xff]);
        assert_eq!(read_to_string(&path.0).await.unwrap_err().kind(), ErrorKind::InvalidData);
    });
}

#[test]
fn an_error_names_the_operation_and_the_path() {
    block_on(async {
        let error = read("/no/such/file").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert_eq!(error.to_string(), "read `/no/such/file`: no such file or directory");
        let error = File::open("/no/such/file").await.unwrap_err();
        assert_eq!(error.to_string(), "open `/no/such/file`: no such file or directory");
    });
}

#[test]
fn a_file_has_one_position() {
    let path = Scratch::new("position");
    block_on(async {
        let file = File::create(&path.0).await.unwrap();
        file.write_all(vec![7; 3 * 1024 * 1024]).await.unwrap();
        assert_eq!(file.seek(SeekFrom::End(-5)).await.unwrap(), 3 * 1024 * 1024 - 5);
        file.write_all("end").await.unwrap();
        let mut rest = [0; 10];
        assert_eq!(file.read(&mut rest).await.unwrap(), 2);
        assert_eq!(file.read(&mut rest).await.unwrap(), 0);
        assert_eq!(file.seek(SeekFrom::Start(0)).await.unwrap(), 0);
        let mut all = vec![1];
        assert_eq!(file.read_to_end(&mut all).await.unwrap(), 3 * 1024 * 1024);
        assert_eq!(&all[all.len() - 5..], [b'e', b'n', b'd', 7, 7]);
        file.sync_all().await.unwrap();
        assert_eq!(
            file.seek(SeekFrom::Current(-(1 << 40))).await.unwrap_err().kind(),
            ErrorKind::InvalidInput
        );
    });
}

#[test]
fn processes_that_share_a_file_write_whole_pieces() {
    let path = Scratch::new("shared");
    block_on(async {
        let file = std::sync::Arc::new(File::create(&path.0).await.unwrap());
        let writers: Vec<_> = (0..8u8)
            .map(|n| {
                let file = file.clone();
                go(async move {
                    for _ in 0..50 {
                        file.write_all(vec![n; 1000]).await.unwrap();
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        let all = read(&path.0).await.unwrap();
        assert_eq!(all.len(), 8 * 50 * 1000);
        assert!(all.chunks(1000).all(|piece| piece.iter().all(|byte| *byte == piece[0])));
    });
}

#[test]
fn a_write_that_has_begun_outlives_its_future() {
    let path = Scratch::new("dropped");
    block_on(async {
        let file = File::create(&path.0).await.unwrap();
        let mut write = Box::pin(file.write_all("kept"));
        std::future::poll_fn(|cx| {
            let _ = write.as_mut().poll(cx);
            std::task::Poll::Ready(())
        })
        .await;
        drop(write);
        while read(&path.0).await.unwrap() != b"kept" {
            crate::yield_now().await;
        }
    });
}

#[test]
fn a_zero_byte_in_a_path_is_refused() {
    block_on(async {
        let kinds = [
            read("a\0b").await.map(drop).unwrap_err().kind(),
            read_to_string("a\0b").await.map(drop).unwrap_err().kind(),
            write("a\0b", "").await.unwrap_err().kind(),
            File::open("a\0b").await.map(drop).unwrap_err().kind(),
            File::create("a\0b").await.map(drop).unwrap_err().kind(),
        ];
        assert_eq!(kinds, [ErrorKind::InvalidInput; 5]);
    });
}
