begin;
select plan(5);

create function tests.claims(ref text) returns text language sql as $$
  select t.action || coalesce(': ' || t.reason, '') from community.claim_message((tests.the_text(ref)).id) t
$$;
select tests.joins('m');
select is(tests.claims('m'), 'send', 'a welcome');
select tests.joins('m', '{"status": "expired"}', ago => '-1 minute');
select is(tests.claims('m'), 'none: It is cancelled: The membership ended.', 'not after the membership ended');
select tests.joins('m', ago => '-2 minutes');
select is(tests.claims('m'), 'send', 'but again when the member is back');
select tests.is_welcomed('m');
select is(tests.claims('m'), 'none: It is sent.', 'not twice');
select is((select t.action from community.claim_message(gen_random_uuid()) t), 'none', 'nor what was erased');

select * from finish();
rollback;
