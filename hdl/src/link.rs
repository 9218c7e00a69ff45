//! The link in hardware: packets of [`eie_spec::link`] over bytes, executed on the accelerator's bus.
//!
//! A byte's way: [`uart_rx`] (or a stream) -> [`packet_rx`], with its [`crc32`] -> buffer of requests -> [`executor`],
//! when the [`session`] says that it is its turn -> the accelerator's bus -> buffer of replies -> [`packet_tx`] ->
//! [`uart_tx`]. [`engine`] is all of this but the line; [`top_uart`], [`top_stream`] and [`top_axis`] add the accelerator.

pub mod axi_lite;
pub mod crc32;
pub mod engine;
pub mod executor;
pub mod packet_rx;
pub mod packet_tx;
pub mod session;
pub mod stream_bytes;
pub mod top_axis;
pub mod top_stream;
pub mod top_uart;
pub mod uart_rx;
pub mod uart_tx;
