//! Which of the two attributes is meant.

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Data,
    Resource,
}

impl Kind {
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Self::Data => "cache_data",
            Self::Resource => "cache_resource",
        }
    }
}
