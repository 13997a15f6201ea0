//! The photos that come with the page.

use std::sync::LazyLock;

use vggscope_core::session::Lang;

/// A photo that comes with the page.
#[derive(Debug)]
pub struct Sample {
    /// Its address, relative to the page.
    pub url: String,
    title: [&'static str; 2],
    alt: [&'static str; 2],
    author: &'static str,
    licence: &'static str,
}

impl Sample {
    /// Its name in addresses: the file's, without its end.
    pub fn name(&self) -> &str {
        let file = self.url.rsplit('/').next().unwrap_or_default();
        file.split('.').next().unwrap_or_default()
    }

    /// Its title.
    pub fn title(&self, lang: Lang) -> &'static str {
        self.title[usize::from(lang == Lang::Zh)]
    }

    /// What it shows, for those who do not see it.
    pub fn alt(&self, lang: Lang) -> &'static str {
        self.alt[usize::from(lang == Lang::Zh)]
    }

    /// Who made it, and under which licence it is given.
    pub fn credit(&self) -> String {
        format!("{} · {}", self.author, self.licence)
    }
}

/// All photos that come with the page, read from the table beside them.
pub static SAMPLES: LazyLock<Vec<Sample>> = LazyLock::new(|| {
    let table = include_str!("../../../www/photos/photos.tsv");
    table.lines().skip(1).filter_map(sample).collect()
});

fn sample(row: &'static str) -> Option<Sample> {
    let mut cells = row.split('\t');
    let url = format!("photos/{}", cells.next()?);
    let mut cells = cells.skip(1);
    Some(Sample {
        url,
        title: [cells.next()?, cells.next()?],
        alt: [cells.next()?, cells.next()?],
        author: cells.next()?,
        licence: cells.next()?,
    })
}
