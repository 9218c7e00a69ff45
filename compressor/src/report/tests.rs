use super::*;
use crate::compress::compress;
use crate::config::CompressConfig;
use crate::data::Dataset;
use crate::shape::{initialise, Shape};
use eie_spec::container::Codec;
use eie_spec::op::{Conv, Lstm};

/// The first thing wrong with the tags of a page.
fn tags(page: &str) -> Result<(), String> {
    const VOID: [&str; 3] = ["meta", "br", "link"];
    let mut open: Vec<&str> = Vec::new();
    let mut rest = page.strip_prefix("<!DOCTYPE html>").ok_or("no document type")?;
    while let Some(at) = rest.find('<') {
        let end = rest[at..].find('>').ok_or("a tag without an end")? + at;
        let tag = &rest[at + 1..end];
        if tag.matches('"').count() % 2 == 1 || tag.contains('<') {
            return Err(format!("<{tag}> breaks off"));
        }
        let name = tag.split([' ', '\n', '/']).find(|n| !n.is_empty()).unwrap_or_default();
        match (tag.starts_with('/'), tag.ends_with('/')) {
            (true, _) if open.pop() != Some(name) => return Err(format!("</{name}> closes nothing")),
            (false, false) if !VOID.contains(&name) => open.push(name),
            _ => (),
        }
        rest = &rest[end + 1..];
    }
    match open.pop() {
        Some(name) => Err(format!("<{name}> is left open")),
        None => Ok(()),
    }
}

fn page(shape: &Shape, names: &[&str], codec: Codec) -> (String, Compressed) {
    let mut net = initialise(shape, 2);
    net.layers.iter_mut().zip(names).for_each(|(l, n)| l.name = (*n).to_owned());
    let images: Vec<u8> = (0..40 * 36u32).map(|i| (i * i * 31 % 251) as u8).collect();
    let data = Dataset { labels: (0..40).map(|i| images[i * 36] / 128).collect(), images, pixels: 36 };
    let config = CompressConfig {
        rounds: 2,
        epochs: 1,
        last_epochs: 1,
        tune_epochs: 1,
        densities: vec![0.4],
        batch: 20,
        augment: 0,
        codec,
        ..Default::default()
    };
    let result = compress("a <net> & \"more\"", &net, &data, &data, &config, &mut |_| ()).unwrap();
    let info = inspect(&result.file).unwrap();
    (html(&net, &result, &info).unwrap(), result)
}

fn shapes() -> Vec<(Shape, Vec<&'static str>)> {
    let conv = Conv { channels: 1, height: 6, width: 6, kernel: 3, stride: 1, padding: 0, pool: 2 };
    vec![
        (Shape::Dense(vec![36, 12, 2]), vec!["fc<1>", "last"]),
        (Shape::Convolutional { convs: vec![(conv, 4)], dense: vec![2] }, vec!["conv&1", "out"]),
        (
            Shape::Recurrent { lstm: Lstm { hidden: 5, steps: 6 }, inputs: 6, dense: vec![2] },
            vec!["lstm \"1\"", "out"],
        ),
    ]
}

#[test]
fn pages_are_whole_for_every_kind_of_network() {
    for (shape, names) in shapes() {
        for codec in [Codec::Huffman, Codec::Adaptive] {
            let (page, result) = page(&shape, &names, codec);
            tags(&page).unwrap_or_else(|e| panic!("{shape:?}: {e}"));
            let escaped = |n: &str| n.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            for name in &names {
                let quoted = escaped(name).replace('"', "&quot;");
                // Both tables, balance, heading; plots have it in their own titles too.
                assert!(page.matches(&format!(">{quoted}<")).count() >= 4, "{name}");
                assert!(!name.contains(['<', '&', '"']) || !page.contains(&format!(">{name}<")), "{name}");
            }
            assert!(result.stages.iter().all(|s| page.contains(&s.name)));
            assert_eq!(page.matches("<svg role=\"img\"").count(), 2 + 2 * names.len());
            assert!(page.contains("a &lt;net&gt; &amp; &quot;more&quot;") && !page.contains("<net>"));
            assert!(!page.contains("http") && !page.contains("<script"), "refers to something else");
            // The widths of runs are known whatever the codec.
            assert!(page.contains("layer by layer: ") && !page.contains("NaN"));
        }
    }
}

#[test]
fn without_huffman_form_there_are_dashes() {
    let (shape, names) = &shapes()[0];
    let (_, result) = page(shape, names, Codec::Adaptive);
    let info = inspect(&result.file).unwrap();
    let table = tables::bits(&info, None).into_string();
    // Two means of Huffman codes, one of fixed runs and a rate, in two layers and the total; and the note.
    assert_eq!(table.matches('–').count(), 4 * 3 + 1);
}

#[test]
fn broken_pages_are_seen() {
    let (shape, names) = &shapes()[0];
    let (page, _) = page(shape, names, Codec::Smallest);
    assert_eq!(tags(&page), Ok(()));
    for (from, to) in
        [("</table>", ""), ("&lt;net&gt;", "<net>"), ("</figure>", "</svg>"), ("role=\"img\"", "role=\"img")]
    {
        assert!(page.contains(from));
        assert!(tags(&page.replacen(from, to, 1)).is_err(), "{from:?} as {to:?}");
    }
}

#[test]
fn thousands_are_apart() {
    let plain: Vec<String> = [0, 999, 1000, 1_234_567].map(|n| count(n).replace('\u{202f}', " ")).to_vec();
    assert_eq!(plain, ["0", "999", "1 000", "1 234 567"]);
}
