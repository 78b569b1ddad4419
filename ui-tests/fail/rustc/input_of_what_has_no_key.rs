//! An input's value is part of keys, so it has to be `Serialize`.

use cache_runtime::Input;

#[derive(Clone)]
struct Opaque;

static OPAQUE: Input<Opaque> = Input::new(|| Opaque);

fn main() {
    OPAQUE.get();
}
