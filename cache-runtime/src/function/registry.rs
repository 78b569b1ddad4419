//! All functions under one attribute.

use std::any::Any;
use std::ops::Deref;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::store::eviction::budget::Budget;
use crate::value::thread_local::Closable;

/// All functions under one attribute.
pub(crate) struct Registry<F: 'static> {
    /// In the order of their first use.
    functions: Mutex<Vec<&'static F>>,
    /// The bound that they share.
    pub(crate) budget: Arc<Budget>,
}

/// Those of the process, or of the isolation around a call.
pub(crate) enum RegistryRef<F: 'static> {
    OfProcess(&'static Registry<F>),
    Isolated(Arc<Registry<F>>),
}

impl<F> Registry<F> {
    pub(crate) fn new() -> Self {
        Self { functions: Mutex::default(), budget: Arc::new(Budget::new()) }
    }

    /// The functions that were used so far. A copy: the list must be free while their values are dropped.
    pub(crate) fn used(&self) -> Vec<&'static F> {
        self.functions.lock().clone()
    }

    pub(crate) fn enlist(&self, function: &'static F) {
        self.functions.lock().push(function);
    }
}

impl<F: Sync> Closable for Registry<F> {
    fn close(&self) -> Box<dyn Any> {
        Box::new(())
    }
}

impl<F> Deref for RegistryRef<F> {
    type Target = Registry<F>;
    fn deref(&self) -> &Registry<F> {
        match self {
            Self::OfProcess(registry) => registry,
            Self::Isolated(registry) => registry,
        }
    }
}
