// The peer oidc-provider: signing with ES256, in memory or with one PostgreSQL table and prepared statements, as a sensible production user
// would set it up. Settings: PORT, STORE (memory | postgresql), FORMAT (opaque | jwt), CONNECTION (a postgres:// URL).
import { generateKeyPairSync } from 'node:crypto';
import pg from 'pg';
import { Provider, errors } from 'oidc-provider';

const { PORT, STORE, FORMAT, CONNECTION } = process.env;
const resource = 'urn:api';

class MemoryAdapter {
  static entries = new Map();
  static grants = new Map();
  constructor(model) { this.model = model; }
  async upsert(id, payload) {
    const key = this.model + id;
    if (payload.grantId) {
      const keys = MemoryAdapter.grants.get(payload.grantId);
      if (keys) keys.push(key); else MemoryAdapter.grants.set(payload.grantId, [key]);
    }
    MemoryAdapter.entries.set(key, payload);
  }
  async find(id) { return MemoryAdapter.entries.get(this.model + id); }
  async findByUid() {}
  async findByUserCode() {}
  async consume(id) { MemoryAdapter.entries.get(this.model + id).consumed = Math.floor(Date.now() / 1000); }
  async destroy(id) { MemoryAdapter.entries.delete(this.model + id); }
  async revokeByGrantId(grantId) {
    for (const key of MemoryAdapter.grants.get(grantId) ?? []) MemoryAdapter.entries.delete(key);
    MemoryAdapter.grants.delete(grantId);
  }
}

const pool = STORE === 'postgresql' ? new pg.Pool({ connectionString: CONNECTION, max: 16 }) : null;
const query = (name, text, values) => pool.query({ name, text, values }); // a named query is a prepared one

class PostgreSqlAdapter {
  constructor(model) { this.model = model; }
  async upsert(id, payload, expiresIn) {
    await query('upsert', `insert into oidc (type, id, payload, grant_id, expires_at) values ($1, $2, $3, $4, $5)
      on conflict (type, id) do update set payload = excluded.payload, grant_id = excluded.grant_id, expires_at = excluded.expires_at`,
      [this.model, id, payload, payload.grantId ?? null, expiresIn ? new Date(Date.now() + expiresIn * 1000) : null]);
  }
  async find(id) {
    const { rows: [row] } = await query('find', 'select payload, consumed_at from oidc where type = $1 and id = $2', [this.model, id]);
    return row && (row.consumed_at ? { ...row.payload, consumed: true } : row.payload);
  }
  async findByUid() {}
  async findByUserCode() {}
  async consume(id) { await query('consume', 'update oidc set consumed_at = now() where type = $1 and id = $2', [this.model, id]); }
  async destroy(id) { await query('destroy', 'delete from oidc where type = $1 and id = $2', [this.model, id]); }
  async revokeByGrantId(grantId) { await query('revoke', 'delete from oidc where grant_id = $1', [grantId]); }
}

if (pool) await pool.query(`drop table if exists oidc;
  create table oidc (type text, id text, payload jsonb not null, grant_id text, expires_at timestamptz, consumed_at timestamptz, primary key (type, id));
  create index on oidc (grant_id)`);

const resourceServer = { scope: 'api', audience: resource, accessTokenFormat: 'jwt', accessTokenTTL: 3600, jwt: { sign: { alg: 'ES256' } } };
const provider = new Provider(`http://127.0.0.1:${PORT}`, {
  adapter: pool ? PostgreSqlAdapter : MemoryAdapter,
  jwks: { keys: [{ ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }), kid: 'es256', use: 'sig', alg: 'ES256' }] },
  clients: [{
    client_id: 'bench-client', client_secret: 'bench-secret-0f1e2d3c4b5a69788796a5b4c3d2e1f0', token_endpoint_auth_method: 'client_secret_post',
    grant_types: ['client_credentials', 'refresh_token', 'password', 'authorization_code'], redirect_uris: ['https://client.example/cb'], response_types: ['code'], id_token_signed_response_alg: 'ES256',
  }],
  scopes: ['openid', 'offline_access', 'api'],
  clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    revocation: { enabled: true },
    resourceIndicators: FORMAT === 'jwt'
      ? { enabled: true, defaultResource: () => resource, useGrantedResource: () => true, getResourceServerInfo: () => resourceServer }
      : { enabled: false },
  },
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  ttl: { AccessToken: 3600, ClientCredentials: 3600, RefreshToken: 1209600, Grant: 1209600, IdToken: 3600 },
  // A user who is signed in is asked nothing, and a code is not checked against the session once more.
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  loadExistingGrant: async (ctx) => {
    const known = ctx.oidc.result?.consent?.grantId ?? ctx.oidc.session.grantIdFor(ctx.oidc.client.clientId);
    if (known) return provider.Grant.find(known);
    const grant = new provider.Grant({ accountId: ctx.oidc.session.accountId, clientId: ctx.oidc.client.clientId });
    grant.addOIDCScope('openid offline_access api');
    await grant.save();
    return grant;
  },
  expiresWithSession: () => false,
  rotateRefreshToken: true,
  issueRefreshToken: () => true,
  cookies: { keys: ['unused'] },
});

provider.registerGrantType('password', async (ctx) => {
  const { client, params } = ctx.oidc;
  if (params.username !== 'alice' || params.password !== 'A3ddj3w-pass') throw new errors.InvalidGrant('wrong user name or password');
  const scope = 'openid offline_access';
  const grant = new provider.Grant({ accountId: '1', clientId: client.clientId });
  grant.addOIDCScope(scope);
  const about = { accountId: '1', client, grantId: await grant.save(), gty: 'password', scope };
  const accessToken = new provider.AccessToken(about);
  ctx.body = { access_token: await accessToken.save(), refresh_token: await new provider.RefreshToken(about).save(), token_type: 'Bearer', expires_in: accessToken.expiration };
}, ['username', 'password', 'scope']);

// The login page, which believes whoever comes.
provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/interaction/')) return next();
  ctx.respond = false;
  await provider.interactionFinished(ctx.req, ctx.res, { login: { accountId: '1' } });
});

provider.on('server_error', (ctx, error) => console.error(error));
provider.listen(Number(PORT), '127.0.0.1');
