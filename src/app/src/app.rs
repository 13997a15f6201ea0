//! The root: events go into the session, effects come out and are performed.

use std::rc::Rc;

use gloo::events::EventListener;
use vggscope_core::session::{Event, Session};
use yew::prelude::*;

use crate::browser::{self, Gestures, Host, address};
use crate::ui::Page;

/// The app.
pub struct App {
    session: Rc<Session>,
    host: Host,
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
        let (lang, theme) = browser::settings::read();
        browser::settings::show(lang, theme);
        let (mut session, mut effects) = Session::open(lang, theme);
        effects.extend(session.handle(Event::Progress(browser::settings::progress())));
        effects.extend(session.handle(Event::Visit(address::read())));
        let visits = address::listen(emit.clone());
        let mut host = Host::new(emit);
        for effect in effects {
            host.perform(effect);
        }
        host.look_at_shelf();
        let gestures =
            Gestures::listen(host.given(), ctx.link().callback(Message::Dragging), host.files.clone());
        App { session: Rc::new(session), host, dragging: false, _gestures: gestures, _visits: visits }
    }

    fn update(&mut self, _: &Context<App>, message: Message) -> bool {
        match message {
            Message::Dragging(dragging) => {
                return std::mem::replace(&mut self.dragging, dragging) != dragging;
            }
            Message::Event(event) => {
                if let Event::Given(items) = &event {
                    self.host.files.told(items);
                }
                let effects = Rc::make_mut(&mut self.session).handle(event);
                for effect in effects {
                    self.host.perform(effect);
                }
                self.host.keep_only(self.session.sources());
            }
        }
        true
    }

    fn view(&self, ctx: &Context<App>) -> Html {
        let photo = self.session.photo.as_ref().and_then(|photo| self.host.url(photo.source));
        html! {
            <Page
                session={self.session.clone()}
                photo_url={photo}
                dragging={self.dragging}
                emit={ctx.link().callback(Message::Event)}
                files={self.host.files.clone()}
            />
        }
    }
}
