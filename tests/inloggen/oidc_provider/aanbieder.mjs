// Een echte OpenID Provider (npm oidc-provider, gecertificeerd) voor test_oidc_provider.py.
// Leest zijn instellingen als JSON van standaardinvoer: clients, personen (sub: bsn). Luistert op een vrije poort en zegt
// "klaar" met zijn adres.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { generateKeyPairSync } from 'node:crypto';
import { Provider } from 'oidc-provider';

const server = createServer().listen(0, '127.0.0.1');
await once(server, 'listening');
const issuer = `http://127.0.0.1:${server.address().port}`;
const { clients, personen } = JSON.parse(readFileSync(0, 'utf8'));
const jwk = (soort, opties, extra) => ({ ...generateKeyPairSync(soort, opties).privateKey.export({ format: 'jwk' }), use: 'sig', ...extra });

const provider = new Provider(issuer, {
  clients,
  jwks: { keys: [jwk('rsa', { modulusLength: 2048 }, { kid: 'rsa-1', alg: 'PS256' }), jwk('ec', { namedCurve: 'P-256' }, { kid: 'ec-1', alg: 'ES256' })] },
  enabledJWA: {
    idTokenSigningAlgValues: ['PS256', 'ES256'],
    userinfoSigningAlgValues: ['PS256', 'ES256'],
    clientAuthSigningAlgValues: ['PS256', 'ES256'],
  },
  clientAuthMethods: ['private_key_jwt'],
  pkce: { required: () => true },
  scopes: ['openid', 'bsn'],
  claims: { openid: ['sub'], bsn: ['bsn'], acr: null, auth_time: null, iss: null, sid: null },
  acrValues: clients[0].default_acr_values,
  findAccount: (ctx, sub) => ({ accountId: sub, claims: () => ({ sub, bsn: personen[sub] }) }),
  features: {
    devInteractions: { enabled: false },
    userinfo: { enabled: true },
    jwtUserinfo: { enabled: true },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: {
      enabled: true,
      // Wie hier komt wil uitloggen: de pagina heeft alleen de knop.
      logoutSource: (ctx, form) => { ctx.body = `<html><body>${form}<button form="op.logoutForm" name="logout" value="yes">Ja</button></body></html>`; },
    },
  },
  cookies: { keys: ['alleen-voor-de-test'] },
  // De portaal staat in de test op 127.0.0.1; gewoon belt de provider geen interne adressen.
  fetch: (adres, opties) => fetch(adres, { ...opties, dispatcher: undefined }),
  interactions: { url: (ctx, interaction) => `/inlog/${interaction.uid}` },
});

// Wie u bent staat in het formulier; daarna krijgt de client wat hij vroeg.
provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/inlog/')) return next();
  const { prompt, params, session } = await provider.interactionDetails(ctx.req, ctx.res);
  if (ctx.method === 'GET') {
    ctx.body = `<html><body><form method="post" action="${ctx.path}"><input name="wie"><input name="acr"></form>${prompt.name}</body></html>`;
    return undefined;
  }
  const delen = [];
  for await (const deel of ctx.req) delen.push(deel);
  const velden = new URLSearchParams(Buffer.concat(delen).toString());
  if (velden.get('annuleren')) {
    return provider.interactionFinished(ctx.req, ctx.res, { error: 'access_denied' }, { mergeWithLastSubmission: false });
  }
  const accountId = velden.get('wie') || session.accountId;
  const grant = new provider.Grant({ accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const uitkomst = { login: { accountId, acr: velden.get('acr') || undefined }, consent: { grantId: await grant.save() } };
  return provider.interactionFinished(ctx.req, ctx.res, uitkomst, { mergeWithLastSubmission: false });
});

provider.on('server_error', (ctx, fout) => console.error(fout));
provider.on('grant.error', (ctx, fout) => console.error(fout.message, fout.error_detail));
provider.on('authorization.error', (ctx, fout) => console.error(fout.message, fout.error_detail));
provider.on('backchannel.error', (ctx, fout) => console.error(fout));
server.on('request', provider.callback());
console.log(`klaar ${issuer}`);
