//! What the page says of being kept for when there is no network, and of its versions.

use crate::session::{Kept, Lang, NotKept};

use super::bytes;

/// The fixed texts.
#[derive(Debug)]
#[allow(missing_docs)] // Each field is its own description.
pub struct OfflineWords {
    pub keep: &'static str,
    pub forget: &'static str,
    pub keeping: &'static str,
    pub new_version: &'static str,
    pub update: &'static str,
    pub version: &'static str,
}

const EN: OfflineWords = OfflineWords {
    keep: "Keep for offline use",
    forget: "Forget it",
    keeping: "Keeping the page for offline use",
    new_version: "A new version of the page stands ready.",
    update: "Load it",
    version: "Version",
};

const ZH: OfflineWords = OfflineWords {
    keep: "保存以供离线使用",
    forget: "清除",
    keeping: "正在保存页面以供离线使用",
    new_version: "页面有新版本可用。",
    update: "立即加载",
    version: "版本",
};

/// The fixed texts in a language.
pub fn offline_words(lang: Lang) -> &'static OfflineWords {
    match lang {
        Lang::En => &EN,
        Lang::Zh => &ZH,
    }
}

/// What is kept, in a sentence; nothing where there is nothing to be said.
pub fn kept(lang: Lang, kept: &Kept) -> Option<String> {
    let words = offline_words(lang);
    Some(match (kept, lang) {
        (Kept::Unknown | Kept::Soon | Kept::Keeping { of: 0, .. }, _) => return None,
        (Kept::Unavailable, Lang::En) => {
            "Offline use: not here. This browser gives the page no service worker, as in a private \
                                          window or without HTTPS."
                .to_owned()
        }
        (Kept::Unavailable, Lang::Zh) => {
            "离线使用：此处不可用。浏览器没有为本页提供 Service Worker，例如在无痕窗口中或未使用 HTTPS 时。"
                .to_owned()
        }
        (Kept::Nothing, Lang::En) => "Offline use: nothing is kept in this browser.".to_owned(),
        (Kept::Nothing, Lang::Zh) => "离线使用：浏览器中没有保存任何内容。".to_owned(),
        (Kept::Keeping { done, of }, Lang::En) => {
            format!("{}: {} / {}", words.keeping, bytes(*done), bytes(*of))
        }
        (Kept::Keeping { done, of }, Lang::Zh) => {
            format!("{}：{} / {}", words.keeping, bytes(*done), bytes(*of))
        }
        (Kept::Whole { bytes: size }, Lang::En) => {
            format!("Offline use: ready. {} are kept in this browser.", bytes(*size))
        }
        (Kept::Whole { bytes: size }, Lang::Zh) => {
            format!("离线使用：已就绪，浏览器中保存了 {}。", bytes(*size))
        }
        (Kept::Failed(NotKept::Room), Lang::En) => {
            "Offline use: the browser gives no room to keep the page. Free some space, then try again."
                .to_owned()
        }
        (Kept::Failed(NotKept::Room), Lang::Zh) => {
            "离线使用：浏览器没有空间保存页面。请清理一些空间后重试。".to_owned()
        }
        (Kept::Failed(NotKept::Fetch), Lang::En) => {
            "Offline use: a file of the page did not come, or not whole. Reload the page, then try again."
                .to_owned()
        }
        (Kept::Failed(NotKept::Fetch), Lang::Zh) => {
            "离线使用：页面的某个文件未能下载或不完整。请刷新页面后重试。".to_owned()
        }
    })
}
