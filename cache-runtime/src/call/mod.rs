mod answer;
pub(crate) mod enabled;
pub(crate) mod entry;
pub(crate) mod faces;
pub(crate) mod load;
pub(crate) mod retain;
pub(crate) mod tagging;
