create type inbox.event_status as enum ('applied', 'ignored', 'parked', 'failed', 'dead');
comment on type inbox.event_status is
  'applied: its facts are in the business tables. ignored: it holds no fact. parked: it refers to something that is '
  'not here yet. failed: authentic, but reading or applying it raised an error; retried. dead: no more retries; an '
  'admin decides.';

create type inbox.event_trust as enum ('signed', 'confirmed', 'unconfirmed');
comment on type inbox.event_trust is
  'signed: its signature is valid. confirmed: the provider''s API confirmed it. unconfirmed: stored, never applied.';
