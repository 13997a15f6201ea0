//! Addresses within the page: what stands behind the `#`.

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

/// The page of an address, and the stack that it names, if any. An address that is none of ours leads to the first page.
pub fn read(address: &str) -> (Page, Option<Result<Stack, ParseError>>) {
    let path = address.trim_start_matches('#').trim_matches('/');
    match path.split_once('/').unwrap_or((path, "")) {
        ("field", "") => (Page::Calculator, None),
        ("field", text) => (Page::Calculator, Some(text.parse())),
        _ => (Page::Explore, None),
    }
}

/// The address of the calculator on this stack.
pub fn of_stack(stack: &Stack) -> String {
    format!("{}/{stack}", Page::Calculator.address())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        assert_eq!(read("").0, Page::Explore);
        assert_eq!(read("#/").0, Page::Explore);
        assert_eq!(read("#/nowhere").0, Page::Explore);
        assert_eq!(read("#/field"), (Page::Calculator, None));
        let stack: Stack = "9x9;3,2,0;m2,2,0".parse().unwrap();
        assert_eq!(read(&of_stack(&stack)), (Page::Calculator, Some(Ok(stack))));
        assert!(matches!(read("#/field/9x9;no"), (Page::Calculator, Some(Err(_)))));
        for page in Page::ALL {
            assert_eq!(read(page.address()).0, page);
        }
    }
}
