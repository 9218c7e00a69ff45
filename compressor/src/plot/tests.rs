use super::*;

const LABELS: Labels = Labels { title: "a <title>", x: "x", y: "y" };

#[test]
fn plots_are_svg_with_all_points() {
    let series = |points| vec![Series { name: "one".into(), points }];
    let three = lines(LABELS, &series(vec![(0.01, 1.0), (0.1, 2.0), (1.0, 5.0)]), true).unwrap();
    assert!(three.starts_with("<svg") && three.contains("a &lt;title&gt;"));
    assert_eq!(three.matches("<circle").count(), 3);
    let two = lines(LABELS, &series(vec![(0.0, f64::NAN), (0.1, 2.0), (1.0, 5.0)]), false).unwrap();
    assert_eq!(two.matches("<circle").count(), 2);
    assert!(lines(LABELS, &[], false).is_ok());
}

#[test]
fn histograms_count_everything() {
    let bins = histogram(&[0.0, 0.1, 0.9, 1.0, f32::NAN], 2);
    assert_eq!(bins.iter().map(|b| b.1).collect::<Vec<_>>(), [2.0, 2.0]);
    assert!(bars(LABELS, &bins, &[0.5]).unwrap().contains("<rect"));
    assert!(bars(LABELS, &histogram(&[], 4), &[]).is_ok());
    assert!(bars(LABELS, &histogram(&[2.0; 3], 4), &[2.0]).is_ok());
}

#[test]
fn numbers_on_axes_are_short() {
    let pairs = [(0.0, "0"), (-0.00001, "0"), (0.25, "0.25"), (10.0, "10"), (100.0, "100"), (1500.0, "1.5k")];
    for (v, text) in
        pairs.into_iter().chain([(1e6, "1M"), (-0.05, "-0.05"), (266_610.0, "267k"), (100_000.0, "100k")])
    {
        assert_eq!(tick(&v), text);
    }
}

#[test]
fn names_stand_beside_bars_and_lines() {
    let items = [("a & b".to_owned(), 2.5), ("c".to_owned(), 0.0)];
    let plot = named_bars(LABELS, &items).unwrap();
    assert!(plot.contains("a &amp; b") && plot.contains("2.50") && plot.contains("0.00"));
    assert!(named_bars(LABELS, &[]).is_ok());
    let two: Vec<Series> = ["first", "second"].map(|n| Series { name: n.into(), points: vec![(1.0, 1.0)] }).to_vec();
    let plot = lines(LABELS, &two, false).unwrap();
    assert!(plot.contains("first") && plot.contains("second"));
    assert!(!lines(LABELS, &two[..1], false).unwrap().contains("first"), "one line needs no legend");
}
