// What holds for the whole provider, in words for its docs.
import type { Note } from '../../provider/resource.ts'

export const notes: readonly Note[] = [
  {
    evidence: 'documented',
    text: 'Client credentials are made in the product: My Organization, OAuth Clients, Generate, with the scope API Organization Admin and the grant type Client Credentials. They administer the whole organization.',
  },
  {
    evidence: 'documented',
    text: 'A user signs in with username and password, and then connects to one environment after the other. Each of these tokens ends after a time that the service tells, and can be renewed before that.',
  },
  {
    evidence: 'documented',
    text: 'Signing in and connecting are answered with 404 when the user has no access.',
  },
  {
    evidence: 'inferred',
    text: 'Such a 404 is never taken for proof that something is gone: nothing is dropped from state because of it.',
  },
  {
    evidence: 'inferred',
    text: 'Tokens are renewed before they end. After a 401 a user token is renewed once, then signed in again; if it is refused still, the call fails.',
  },
  {
    evidence: 'inferred',
    text: 'Where the service does not let client credentials work inside environments, set username and password beside them.',
  },
  {
    evidence: 'inferred',
    text: 'Multi-factor authentication and a forced change of the password cannot be done through the API. A user that needs either may be refused; use client credentials instead.',
  },
  {
    evidence: 'inferred',
    text: 'Nothing public tells of rate limits. A call that is answered 429 is sent again after the time the service asks for. Calls that may be sent twice are also sent again after 502, 503, 504 and lost connections. A create that may have happened is looked for and not sent blindly.',
  },
  {
    evidence: 'inferred',
    text: 'Most paths and verbs are not documented. Where the service does not know the likeliest one, other plausible ones are tried.',
  },
  {
    evidence: 'inferred',
    text: 'OAuth clients and the organization itself are managed in the product only.',
  },
]
