//! The bench as plots.

use super::Row;
use anyhow::{Context, Result};
use eie_compressor::plot::{named_bars, Labels};
use std::path::{Path, PathBuf};

/// Writes a plot for each number of vectors at a time: how many times as fast as the best dense and the best sparse library;
/// and one of what share of the machine's limit is reached. Returns the files.
pub fn write(dir: &Path, rows: &[Row]) -> Result<Vec<PathBuf>> {
    std::fs::create_dir_all(dir).with_context(|| dir.display().to_string())?;
    let mut batches: Vec<usize> = rows.iter().map(|r| r.batch).collect();
    batches.sort_unstable();
    batches.dedup();
    let mut files = Vec::new();
    let mut plot = |name: String, title: String, items: Vec<(String, f64)>| -> Result<()> {
        let items: Vec<_> = items.into_iter().filter(|(_, value)| value.is_finite()).collect();
        if items.is_empty() {
            return Ok(());
        }
        let file = dir.join(name);
        let svg = named_bars(Labels { title: &title, x: "", y: "" }, &items)?;
        std::fs::write(&file, svg).with_context(|| file.display().to_string())?;
        files.push(file);
        Ok(())
    };
    for batch in batches {
        let of = |value: &dyn Fn(&Row) -> (String, f64)| -> Vec<(String, f64)> {
            rows.iter().filter(|r| r.batch == batch).map(value).collect()
        };
        let vectors = if batch == 1 { "one vector".to_owned() } else { format!("{batch} vectors at a time") };
        let dense = of(&|r| (format!("{} ({})", r.name, r.dense_by), r.ratio_dense));
        plot(format!("dense_{batch}.svg"), format!("Times the speed of the best dense library, {vectors}"), dense)?;
        let sparse = of(&|r| (format!("{} ({})", r.name, r.sparse_by), r.ratio_sparse));
        plot(
            format!("sparse_{batch}.svg"),
            format!("Times the speed of the best sparse library, {vectors}"),
            sparse,
        )?;
        let limit = of(&|r| (r.name.to_owned(), r.of_limit.unwrap_or(f64::NAN)));
        plot(format!("limit_{batch}.svg"), format!("Share of the machine's limit, {vectors}"), limit)?;
    }
    Ok(files)
}
