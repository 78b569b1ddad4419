//! Shows that a body runs, where somebody sits at a terminal.

/// The spinner of a function while its body runs.
#[derive(Clone, Copy)]
pub struct Spinner {
    /// In place of the text that names the function.
    pub text: Option<&'static str>,
    /// For how long it has run, too.
    pub show_time: bool,
}

#[cfg(not(feature = "spinner"))]
mod shown {
    use super::Spinner;

    /// Nothing: there is no spinner without the feature.
    pub(crate) enum Shown {}

    impl Spinner {
        #[expect(clippy::unused_self, reason = "there is something to show with the feature")]
        pub(crate) fn show(self, _function: &str, _is_outermost: bool) -> Option<Shown> {
            None
        }
    }
}

#[cfg(feature = "spinner")]
mod shown {
    use std::io::{IsTerminal as _, stderr};
    use std::time::Duration;

    use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
    use once_cell::sync::Lazy;

    use super::Spinner;

    /// All that are shown at a time stand below each other.
    static ALL: Lazy<MultiProgress> = Lazy::new(MultiProgress::new);

    const STEP: Duration = Duration::from_millis(100);

    /// Shown until it is dropped.
    pub(crate) struct Shown(ProgressBar);

    impl Spinner {
        /// Shows it, if this is the outermost cached call and standard error is a terminal.
        pub(crate) fn show(self, function: &str, is_outermost: bool) -> Option<Shown> {
            if !stderr().is_terminal() || !is_outermost {
                return None;
            }
            let name = function.rsplit("::").next().unwrap_or(function);
            let text = self.text.map_or_else(|| format!("Running `{name}(…)`."), str::to_owned);
            let template = if self.show_time { "{spinner} {msg} ({elapsed})" } else { "{spinner} {msg}" };
            let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner());
            let bar = ALL.add(ProgressBar::new_spinner().with_style(style).with_message(text));
            bar.enable_steady_tick(STEP);
            Some(Shown(bar))
        }
    }

    impl Drop for Shown {
        fn drop(&mut self) {
            self.0.finish_and_clear();
            ALL.remove(&self.0);
        }
    }
}

pub(crate) use self::shown::Shown;

/// A spinner as an option of an expansion.
#[cfg(feature = "spinner")]
#[doc(hidden)]
#[macro_export]
macro_rules! __spinner {
    ($text:expr, $show_time:expr) => {
        ::core::option::Option::Some($crate::__private::Spinner { text: $text, show_time: $show_time })
    };
}

/// The error where there is none.
#[cfg(not(feature = "spinner"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __spinner {
    ($text:expr, $show_time:expr) => {
        ::core::compile_error!("`show_spinner` needs the feature `spinner` of cache-runtime")
    };
}
