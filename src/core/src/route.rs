//! Addresses within the page: what stands behind the `#`.

use crate::calculator::Calculator;
use crate::stack::{ParseError, Stack};

/// A page of the app.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Page {
    /// A photo, and every layer of the network that looks at it.
    #[default]
    Explore,
    /// The receptive-field calculator.
    Calculator,
}

impl Page {
    /// Every page, as the head lists them.
    pub const ALL: [Page; 2] = [Page::Explore, Page::Calculator];

    /// Its address.
    pub fn address(self) -> &'static str {
        match self {
            Page::Explore => "#/",
            Page::Calculator => "#/field",
        }
    }
}

/// What an address names.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// A page as it is.
    Page(Page),
    /// The calculator on a stack, and on another beside it.
    Stack(Stack, Option<Stack>),
    /// The calculator on a text that is no stack.
    NoStack(ParseError),
}

/// What an address names; one that is none of ours leads to the first page.
pub fn read(address: &str) -> Place {
    let path = address.trim_start_matches('#').trim_matches('/');
    match path.split_once('/').unwrap_or((path, "")) {
        ("field", "") => Place::Page(Page::Calculator),
        ("field", text) => stacks(text).unwrap_or_else(Place::NoStack),
        _ => Place::Page(Page::Explore),
    }
}

fn stacks(text: &str) -> Result<Place, ParseError> {
    let (one, other) = text.split_once('/').map_or((text, None), |(one, other)| (one, Some(other)));
    Ok(Place::Stack(one.parse()?, other.map(str::parse).transpose()?))
}

/// The address of the calculator.
pub fn of_calculator(calculator: &Calculator) -> String {
    let base = format!("{}/{}", Page::Calculator.address(), calculator.stack());
    calculator.other().map_or(base.clone(), |other| format!("{base}/{other}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calculator::Edit;

    #[test]
    fn addresses() {
        assert_eq!(read(""), Place::Page(Page::Explore));
        assert_eq!(read("#/nowhere"), Place::Page(Page::Explore));
        for page in Page::ALL {
            assert_eq!(read(page.address()), Place::Page(page));
        }
        assert!(matches!(read("#/field/9x9;no"), Place::NoStack(_)));
        assert!(matches!(read("#/field/9x9;3,1,1/no"), Place::NoStack(_)));
    }

    #[test]
    fn the_calculator_is_in_its_address() {
        let [one, other] = ["9x9;3,2,0;m2,2,0", "11x11;7,1,0"].map(|text| text.parse::<Stack>().unwrap());
        let mut calculator = Calculator::new(one.clone());
        assert_eq!(read(&of_calculator(&calculator)), Place::Stack(one.clone(), None));
        calculator.edit(Edit::Beside(Some(other.clone())));
        assert_eq!(read(&of_calculator(&calculator)), Place::Stack(one, Some(other)));
    }
}
