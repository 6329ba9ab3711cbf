// A whole life of a sign-in with openid-client, which checks each answer by the specifications and throws if one is wrong.
// stdin and stdout are lines of JSON: we print the URL that a user must visit, and read the URL where they ended.
import { webcrypto } from 'node:crypto'
import { createInterface } from 'node:readline'
import * as client from 'openid-client'

// Node.js 18, which Debian 12 has, keeps it under another name; openid-client asks for it when it is called.
globalThis.crypto ??= webcrypto

const { issuer, clientId, clientSecret, redirectUri, postLogoutRedirectUri, authentication } = JSON.parse(process.argv[2])
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const visit = async url => {
  console.log(JSON.stringify({ visit: url.href }))
  return new URL(JSON.parse((await lines.next()).value).arrived)
}

const authenticate = authentication === 'client_secret_post' ? client.ClientSecretPost(clientSecret) : client.ClientSecretBasic(clientSecret)
const config = await client.discovery(new URL(issuer), clientId, { id_token_signed_response_alg: process.env.ID_TOKEN_ALG ?? 'ES256' }, authenticate)

const verifier = client.randomPKCECodeVerifier()
const expected = { pkceCodeVerifier: verifier, expectedState: client.randomState(), expectedNonce: client.randomNonce(), idTokenExpected: true, maxAge: 600 }
const arrived = await visit(client.buildAuthorizationUrl(config, {
  redirect_uri: redirectUri,
  scope: 'openid profile email address phone offline_access',
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  state: expected.expectedState,
  nonce: expected.expectedNonce,
  max_age: '600',
}))
const tokens = await client.authorizationCodeGrant(config, arrived, expected)
const claims = tokens.claims()
const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub)

const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token)
const active = await client.tokenIntrospection(config, refreshed.access_token)
await client.tokenRevocation(config, refreshed.refresh_token)
const revoked = await client.tokenIntrospection(config, refreshed.access_token)
const refusal = await client.refreshTokenGrant(config, refreshed.refresh_token).then(() => null, error => error.error)

const out = await visit(client.buildEndSessionUrl(config, {
  id_token_hint: refreshed.id_token ?? tokens.id_token,
  post_logout_redirect_uri: postLogoutRedirectUri,
  state: 'signed-out',
}))
console.log(JSON.stringify({ claims, refreshedClaims: refreshed.claims() ?? null, userinfo, active: active.active, revoked: revoked.active, refusal, signedOutAt: out.href }))
process.exit(0)
