//! The root: events go into the session, effects come out and are performed.

use gloo::events::EventListener;
use vggscope_core::session::{Event, Input, Learn, Session, Train};
use vggscope_core::text;
use yew::prelude::*;

use crate::browser::{self, Gestures, Host, address};
use crate::ui::{self, Ui};

/// The app.
pub struct App {
    session: Session,
    host: Host,
    ui: Ui,
    /// Whether something is dragged over the page.
    dragging: bool,
    _gestures: Gestures,
    _visits: Option<EventListener>,
}

/// What the root is told.
pub enum Message {
    /// Something happened.
    Event(Event),
    /// A drag came over the page, or left it.
    Dragging(bool),
}

impl Component for App {
    type Message = Message;
    type Properties = ();

    fn create(ctx: &Context<App>) -> App {
        let emit = ctx.link().callback(Message::Event);
        let prefs = browser::settings::read();
        browser::settings::show(prefs);
        let (mut session, mut effects) = Session::open(prefs, &address::read());
        effects.extend(session.handle(Learn::Remembered(browser::settings::progress()).into()));
        let visits = address::listen(emit.clone());
        let mut host = Host::new(emit.clone());
        for effect in effects {
            host.perform(effect);
        }
        if session.embed.is_none() {
            host.look_at_catalog();
        }
        let gestures =
            Gestures::listen(host.given(), ctx.link().callback(Message::Dragging), host.files.clone());
        let version = browser::settings::version().map(AttrValue::from);
        let ui = Ui { lang: session.prefs.lang, emit, files: host.files.clone(), version };
        App { session, host, ui, dragging: false, _gestures: gestures, _visits: visits }
    }

    fn update(&mut self, _: &Context<App>, message: Message) -> bool {
        match message {
            Message::Dragging(dragging) => {
                return std::mem::replace(&mut self.dragging, dragging) != dragging;
            }
            Message::Event(event) => {
                if let Event::Input(Input::Given(items))
                | Event::Train(Train::Unpacked(items, _) | Train::Show(items)) = &event
                {
                    self.host.files.told(items);
                }
                for effect in self.session.handle(event) {
                    self.host.perform(effect);
                }
                self.host.keep_only(self.session.sources());
                self.ui.lang = self.session.prefs.lang;
            }
        }
        true
    }

    fn view(&self, _: &Context<App>) -> Html {
        browser::settings::name(&text::title(self.session.prefs.lang, self.session.page));
        let photo = self.session.photo.as_ref().and_then(|photo| self.host.url(photo.source));
        ui::page(&self.session, &self.ui, photo.map(AttrValue::from), self.dragging)
    }
}
