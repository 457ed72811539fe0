// A certified OpenID provider of its own process, with a login page and a way to spoil what it says.
// Its port is printed once it listens.
import { createServer } from "node:http";
import { exportJWK, generateKeyPair, decodeJwt, SignJWT } from "jose";
import Provider from "oidc-provider";

const server = createServer();
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const issuer = `http://127.0.0.1:${server.address().port}`;
const { privateKey } = await generateKeyPair("RS256", { extractable: true });
const { privateKey: strangerKey } = await generateKeyPair("RS256");
let spoil = null;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "freezer-inventory",
      client_secret: "the secret of the client",
      redirect_uris: ["http://testserver/accounts/provider/callback/"],
    },
  ],
  jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: "first", alg: "RS256", use: "sig" }] },
  cookies: { keys: ["a key of the tests"] },
  pkce: { required: () => true },
  claims: { openid: ["sub"], profile: ["preferred_username", "name"] },
  conformIdTokenClaims: false,
  findAccount: (_ctx, id) => ({
    accountId: id,
    claims: () => ({ sub: id, preferred_username: id.replace(/^sub-/, ""), name: id }),
  }),
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_ctx, interaction) => `/login/${interaction.uid}` },
  async loadExistingGrant(ctx) {
    const { Grant } = ctx.oidc.provider;
    const grant = new Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope("openid profile");
    await grant.save();
    return grant;
  },
  ttl: { AccessToken: 60, AuthorizationCode: 60, IdToken: 60, Interaction: 600, Session: 600, Grant: 600 },
});
provider.Client.prototype.redirectUriAllowed = () => true; // tests listen at ports of their own

async function body(request) {
  let text = "";
  for await (const part of request) text += part;
  return text;
}

const page = (words) => `<!doctype html><title>Sign in at the provider</title><h1>The provider</h1>
<p role="alert">${words}</p><form method="post"><label>Login <input name="login"></label>
<label>Password <input name="password" type="password"></label><button name="go" value="in">Sign in</button>
<button name="go" value="cancel">Cancel</button></form>`;

async function login(context) {
  if (context.method === "GET") return (context.body = page(""));
  const sent = new URLSearchParams(await body(context.req));
  if (sent.get("go") === "cancel") {
    const refused = { error: "access_denied", error_description: "cancelled" };
    return provider.interactionFinished(context.req, context.res, refused);
  }
  if (sent.get("password") !== "known to the provider") return (context.body = page("Wrong password"));
  const result = { login: { accountId: `sub-${sent.get("login")}` } };
  return provider.interactionFinished(context.req, context.res, result);
}

// What is spoilt, is spoilt once: other claims, claims left out, or the key of a stranger.
async function spoilt(token) {
  const { claims = {}, without = [], key } = spoil;
  spoil = null;
  const said = { ...decodeJwt(token), ...claims };
  for (const name of without) delete said[name];
  const signer = new SignJWT(said).setProtectedHeader({ alg: "RS256", kid: "first" });
  return signer.sign(key === "strange" ? strangerKey : privateKey);
}

provider.use(async (context, next) => {
  if (context.path.startsWith("/login/")) {
    const answered = await login(context);
    if (context.res.writableEnded) context.respond = false;
    return answered;
  }
  if (context.path === "/spoil") {
    spoil = JSON.parse(await body(context.req));
    return (context.status = 204);
  }
  await next();
  if (context.path === "/token" && spoil && context.body?.id_token)
    context.body.id_token = await spoilt(context.body.id_token);
});
process.stdin.on("end", () => process.exit()).resume(); // ends with the run that started it
server.on("request", provider.callback());
process.stdout.write(`${issuer}\n`);
