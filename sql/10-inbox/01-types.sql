create type inbox.event_status as enum ('applied', 'ignored', 'parked', 'failed', 'dead');
comment on type inbox.event_status is
  'applied: its facts are in the business tables. ignored: it holds no fact. parked: it refers to something not here '
  'yet. failed: authentic, but reading or applying it threw; retried. dead: gave up; a person decides.';

create type inbox.event_trust as enum ('signed', 'confirmed', 'unconfirmed');
comment on type inbox.event_trust is
  'signed: its signature was right. confirmed: the provider''s API said so. unconfirmed: kept, never applied.';
