//! `no_handle` says all by itself.

use cache_runtime::cache_data;

#[cache_data(no_handle = true)]
fn assigned() {}

#[cache_data(no_handle())]
fn list() {}

#[cache_data(no_handle, name = "HANDLE")]
fn named() {}

#[cache_data(no_handle, in_impl)]
fn placed() {}

#[cache_data(nohandle)]
fn misspelt() {}

fn main() {
    assigned();
    list();
    named();
    placed();
    misspelt();
}
