use fivetwenty_logs::LogReader;
use fivetwenty_model::passed::Sought;

use super::pieces;

/// The reader of Cloudflare's logs on any bytes.
///
/// 1. In pieces it reads the same as in one: counts, problems, the lines that are kept.
/// 2. What it is given is text.
pub fn logs(data: &[u8]) {
    const BEGIN: [&[u8]; 6] = [
        b"",
        b"{\"EdgeResponseStatus\":520,\"RayID\":\"a5e1d50c40aa9c1e\"}\n",
        b"[{\"EdgeResponseStatus\":520},",
        b"{\"result\":[{\"EdgeResponseStatus\":520,\"OriginIP\":\"\"}\n,",
        b"EdgeResponseStatus,OriginResponseStatus,ClientRequestPath\n520,0,/\n",
        b"{\n\"EdgeResponseStatus\" : 520 ,",
    ];
    let [how, begin, rest @ ..] = data else { return };
    let text = [BEGIN[usize::from(*begin) % BEGIN.len()], rest].concat();
    let read = |pieces: &[&[u8]]| {
        let mut reader = LogReader::new(&Sought::default());
        for piece in pieces {
            reader.push(piece);
        }
        let records = reader.records();
        let read = reader.finish().map(|read| (read.aggregate.summary(), read.kept, read.passed));
        assert!(read.is_some() || records == 0, "what was counted is given");
        read
    };
    assert!(read(&pieces(&text, *how)) == read(&[&text]), "in pieces");
}
