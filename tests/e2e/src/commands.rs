//! Commands of the driver that the client library does not know.

use anyhow::{Context, Result, bail};
use fantoccini::{
    Client, Locator,
    elements::{Element, ElementRef},
    wd::WebDriverCompatibleCommand,
};
use serde_json::{Value, json};

/// A command by its path within the session; with a body it is posted.
#[derive(Debug)]
struct Command {
    path: String,
    body: Option<Value>,
}

impl WebDriverCompatibleCommand for Command {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        match &self.body {
            Some(body) => (http::Method::POST, Some(body.to_string())),
            None => (http::Method::GET, None),
        }
    }
}

async fn ask(client: &Client, path: String, body: Option<Value>) -> Result<Value> {
    let command = Command { path: path.clone(), body };
    client.issue_cmd(command).await.with_context(|| format!("the driver's {path}"))
}

/// The role and the name that assistive technology is given of an element.
pub async fn role_and_name(client: &Client, element: &Element) -> Result<(String, String)> {
    let id = element.element_id();
    let mut answers = Vec::with_capacity(2);
    for what in ["computedrole", "computedlabel"] {
        let answer = ask(client, format!("element/{id}/{what}"), None).await?;
        answers.push(answer.as_str().unwrap_or_default().to_owned());
    }
    let name = answers.pop().unwrap_or_default();
    Ok((answers.pop().unwrap_or_default(), name))
}

/// Everything that assistive technology is given under a role, with its name, in the order of the page.
///
/// The browser is asked once: to ask the driver for role and name of each candidate takes a second on a page like ours.
pub async fn of_role(
    client: &Client,
    role: &str,
    within: Option<&Element>,
) -> Result<Vec<(String, Element)>> {
    let root = match within {
        Some(element) => element.clone(),
        None => client.find(Locator::Css("html")).await?,
    };
    // Chromedriver names elements by frame, document, and the number that the browser has for them.
    let root = root.element_id().to_string();
    let (document, number) = root.rsplit_once('.').with_context(|| format!("the driver says {root}"))?;
    let number: u64 = number.parse().with_context(|| format!("the driver says {root}"))?;
    let asked = json!({ "backendNodeId": number, "role": role });
    let found = devtools(client, "Accessibility.queryAXTree", asked).await?;
    let nodes = found["nodes"].as_array().context("the accessibility tree is no list")?;
    let named = nodes.iter().filter(|node| node["ignored"] != true).filter_map(|node| {
        let id = ElementRef::from(format!("{document}.{}", node["backendDOMNodeId"].as_u64()?));
        let name = node["name"]["value"].as_str().unwrap_or_default().to_owned();
        Some((name, Element::from_element_id(client.clone(), id)))
    });
    Ok(named.collect())
}

/// The same where the driver knows nothing of the accessibility tree: what HTML or ARIA give this role, each with the name
/// that the driver computes for it.
pub async fn labelled(
    client: &Client,
    role: &str,
    within: Option<&Element>,
) -> Result<Vec<(String, Element)>> {
    let selector = match role {
        "alert" | "status" | "group" | "tabpanel" | "tab" | "note" => format!("[role={role}]"),
        "button" => "button, summary, input[type=file], [role=button]".to_owned(),
        "checkbox" | "radio" => format!("input[type={role}]"),
        "combobox" => "select".to_owned(),
        "form" => "form[aria-label]".to_owned(),
        "heading" => "h1, h2, h3, h4, h5, h6".to_owned(),
        "image" => "img, canvas, [role=img]".to_owned(),
        "link" => "a[href]".to_owned(),
        "listitem" => "li".to_owned(),
        "progressbar" => "progress".to_owned(),
        "region" => "section[aria-label], section[aria-labelledby], [role=region]".to_owned(),
        "searchbox" => "input[type=search]".to_owned(),
        "slider" => "input[type=range]".to_owned(),
        "spinbutton" => "input[type=number]".to_owned(),
        "table" => "table".to_owned(),
        "textbox" => "input:not([type]), input[type=text], textarea".to_owned(),
        other => bail!("nobody has said yet what is a {other}"),
    };
    let candidates = match within {
        Some(element) => element.find_all(Locator::Css(&selector)).await?,
        None => client.find_all(Locator::Css(&selector)).await?,
    };
    // Firefox and WebKit add to the name of a control within its label what the control itself shows.
    let own = "return [...arguments].map(({ labels }) => labels?.length
        ? [...labels[0].childNodes].filter(node => !node.contains(labels[0].control)).map(node => node.textContent).join('').trim()
        : null)";
    // WebKit's driver knows elements as arguments, and not within a list.
    let arguments = candidates.iter().map(serde_json::to_value).collect::<Result<_, _>>()?;
    let own = client.execute(own, arguments).await?;
    let mut named = Vec::with_capacity(candidates.len());
    for (at, element) in candidates.into_iter().enumerate() {
        let label = ask(client, format!("element/{}/computedlabel", element.element_id()), None).await?;
        let label = label.as_str().unwrap_or_default();
        let name = own[at].as_str().filter(|own| !own.is_empty() && label.starts_with(own)).unwrap_or(label);
        named.push((name.to_owned(), element));
    }
    Ok(named)
}

/// A method of the DevTools protocol.
pub async fn devtools(client: &Client, method: &str, parameters: Value) -> Result<Value> {
    let body = json!({ "cmd": method, "params": parameters });
    ask(client, "goog/cdp/execute".to_owned(), Some(body)).await.with_context(|| method.to_owned())
}

/// What the console has been told since it was last asked, as (level, message).
pub async fn console(client: &Client) -> Result<Vec<(String, String)>> {
    let entries = ask(client, "se/log".to_owned(), Some(json!({ "type": "browser" }))).await?;
    let text = |entry: &Value, field: &str| entry[field].as_str().unwrap_or_default().to_owned();
    let entries = entries.as_array().context("the console is no list")?;
    Ok(entries.iter().map(|entry| (text(entry, "level"), text(entry, "message"))).collect())
}
