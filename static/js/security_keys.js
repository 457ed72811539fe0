// Asks the browser for a security key when a form is sent that wants one, and sends its answer along.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const named = (keys = []) => keys.map((key) => ({ ...key, id: bytes(key.id) }));

async function create(asked) {
  const user = { ...asked.user, id: bytes(asked.user.id) };
  const excludeCredentials = named(asked.excludeCredentials);
  const publicKey = { ...asked, user, excludeCredentials, challenge: bytes(asked.challenge) };
  const made = await navigator.credentials.create({ publicKey });
  return { attestationObject: text(made.response.attestationObject), ...common(made) };
}

async function get(asked) {
  const allowCredentials = named(asked.allowCredentials);
  const publicKey = { ...asked, allowCredentials, challenge: bytes(asked.challenge) };
  const used = await navigator.credentials.get({ publicKey });
  const { authenticatorData, signature } = used.response;
  return { authenticatorData: text(authenticatorData), signature: text(signature), ...common(used) };
}

const common = (key) => ({ key, clientDataJSON: text(key.response.clientDataJSON) });

async function answer(form) {
  const asked = JSON.parse(form.dataset.options);
  const { key, ...response } = await (form.dataset.securityKey === "create" ? create(asked) : get(asked));
  return JSON.stringify({ id: key.id, rawId: text(key.rawId), type: key.type, response });
}

async function send(event) {
  event.preventDefault();
  const form = event.target;
  const problem = form.querySelector("[data-problem]");
  problem.hidden = true;
  try {
    form.elements.answer.value = await answer(form);
    form.submit();
  } catch {
    problem.textContent = "The browser got no answer from a key. Try again.";
    problem.hidden = false;
  }
}

for (const form of document.querySelectorAll("[data-security-key]")) form.addEventListener("submit", send);
