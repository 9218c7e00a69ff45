//! Reading a file. Nothing is believed: see [`super::decode`].

use super::cursor::Cursor;
use super::tensor::{LAYER, RAW, SHARED};
use super::{layer, tensor, ContainerError, Content, File, Info, LayerInfo, TensorInfo, MAGIC, VERSION};
use crate::archive::{Archive, MAX_TENSORS};
use crate::model::{Model, ModelError, MAX_LAYERS};
use std::collections::HashSet;

/// The file, which must hold what is wanted, if anything is.
pub(super) fn file(bytes: &[u8], want: Option<Content>) -> Result<(File, Info), ContainerError> {
    let mut file = Cursor::new(bytes);
    let (name, content, count) = header(&mut file, want)?;
    let mut info = Info {
        name: name.clone(),
        version: VERSION,
        content,
        file_bytes: bytes.len(),
        dense_bytes: 0,
        ratio: 0.0,
        header_bytes: file.at,
        layers: Vec::new(),
        tensors: Vec::new(),
    };
    let held = match content {
        Content::Model => File::Model(model(&mut file, name, count, &mut info.layers)?),
        Content::Archive => File::Archive(archive(&mut file, name, count, &mut info.tensors)?),
    };
    info.dense_bytes = match &held {
        File::Model(model) => model.dense_bytes(),
        File::Archive(archive) => archive.dense_bytes(),
    };
    info.ratio = info.dense_bytes as f64 / bytes.len() as f64;
    Ok((held, info))
}

/// The name, what the file holds, and the number of sections.
fn header(r: &mut Cursor, want: Option<Content>) -> Result<(String, Content, usize), ContainerError> {
    let magic: [u8; 8] = r.array("magic")?;
    if magic != MAGIC {
        let why = match magic.starts_with(&MAGIC[..4]) {
            true => "the transfer changed line ends: fetch the file again, as binary",
            false => "an .eie file",
        };
        return r.fail(0, "magic", format!("{magic:02x?}"), format!("{MAGIC:02x?}, {why}"));
    }
    // Before the checksum: another version may have it elsewhere.
    let version = r.half("version")?;
    if version != VERSION {
        return r.fail(8, "version", version, format!("{VERSION}: this program reads no other"));
    }
    let content_at = r.at;
    let content = r.byte("content")?;
    let count_at = r.at;
    let count = r.word("number of sections")? as usize;
    let name = r.name("name")?;
    r.checksum(0)?;
    let (content, most) = match content {
        0 => (Content::Model, MAX_LAYERS),
        1 => (Content::Archive, MAX_TENSORS),
        other => return r.fail(content_at, "content", other, "0, a model, or 1, an archive"),
    };
    if let Some(want) = want.filter(|&want| want != content) {
        return r.fail(content_at, "content", content, want);
    }
    if !(1..=most).contains(&count) {
        return r.fail(count_at, "number of sections", count, format!("1 to {most} in {content}"));
    }
    Ok((name, content, count))
}

/// The layers, to the end of the file.
fn model(file: &mut Cursor, name: String, count: usize, infos: &mut Vec<LayerInfo>) -> Result<Model, ContainerError> {
    let start = file.at;
    let mut total_dim = 0;
    let mut layers = Vec::new();
    for index in 0..count {
        let offset = file.at;
        let mut section = file.section(format!("layer {index}"))?;
        section.small("kind", LAYER.into()..=LAYER.into())?;
        let (layer, mut info) = layer::read(&mut section, &mut total_dim)?;
        info.offset = offset;
        info.file_bytes = file.at - offset;
        let rest = info.codebook_bytes + info.bias_bytes + info.table_bytes + info.run_bytes + info.code_bytes;
        info.header_bytes = info.file_bytes - rest;
        layers.push(layer);
        infos.push(info);
    }
    end(file)?;
    let model = Model { name, layers };
    model.check().map_err(|error| {
        let offset = match &error {
            ModelError::Layer { index, .. } => infos[*index].offset,
            ModelError::Model(_) => start,
        };
        ContainerError::Invalid { offset, error }
    })?;
    Ok(model)
}

/// The tensors, to the end of the file.
fn archive(
    file: &mut Cursor,
    name: String,
    count: usize,
    infos: &mut Vec<TensorInfo>,
) -> Result<Archive, ContainerError> {
    let mut tensors = Vec::new();
    let mut names = HashSet::new();
    for index in 0..count {
        let offset = file.at;
        let mut section = file.section(format!("tensor {index}"))?;
        let kind = section.small("kind", SHARED.into()..=RAW.into())? as u8;
        let (tensor, mut info) = tensor::read(&mut section, kind)?;
        tensor.check().map_err(|why| ContainerError::InvalidTensor { offset, why })?;
        if !names.insert(info.name.clone()) {
            let why = "has the name of a tensor before it".into();
            return Err(ContainerError::InvalidTensor { offset, why });
        }
        info.offset = offset;
        info.file_bytes = file.at - offset;
        let rest = info.raw_bytes + info.codebook_bytes + info.table_bytes + info.run_bytes + info.code_bytes;
        info.header_bytes = info.file_bytes - rest;
        tensors.push(tensor);
        infos.push(info);
    }
    end(file)?;
    Ok(Archive { name, tensors })
}

fn end(file: &mut Cursor) -> Result<(), ContainerError> {
    file.place = "file".into();
    file.finish("file")
}
