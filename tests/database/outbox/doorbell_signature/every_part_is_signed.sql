begin;
select plan(5);

select matches(outbox.doorbell_signature(1767225600, 'n'), '^[0-9a-f]{64}$', 'an HMAC-SHA256 in hex');
select is(outbox.doorbell_signature(1767225600, 'n'), outbox.doorbell_signature(1767225600, 'n'),
  'the same for the same input');
select isnt(outbox.doorbell_signature(1767225600, 'n'), outbox.doorbell_signature(1767225601, 'n'),
  'another for another time');
select isnt(outbox.doorbell_signature(1767225600, 'n'), outbox.doorbell_signature(1767225600, 'm'),
  'another for another nonce');
select isnt(outbox.doorbell_signature(17, '67.n'), outbox.doorbell_signature(1767, 'n'),
  'time and nonce are kept apart');

select * from finish();
rollback;
