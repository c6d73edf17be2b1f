begin;
select plan(4);

select is(outbox.bell_is_genuine('{"expires_at": "soon", "nonce": "n", "signature": "s"}'), false, 'a time that is no number');
select is(outbox.bell_is_genuine('{"expires_at": 1e30, "nonce": "n", "signature": "s"}'), false, 'a time beyond counting');
select is(outbox.bell_is_genuine('{"expires_at": 1.5, "nonce": "n", "signature": "s"}'), false, 'a time with a fraction');
select is(outbox.bell_is_genuine('{"expires_at": {}, "nonce": [], "signature": {}}'), false, 'things where text belongs');

select * from finish();
rollback;
