begin;
select plan(6);

select tests.joins('new');
select tests.joins('welcomed');
select tests.is_welcomed('welcomed');
select tests.joins('replied');
select tests.is_welcomed('replied');
select tests.writes('replied', 'Hello', 'post_1');
select is(community.disconnect_chat('we write e-mails now'), 3, 'all that run at the provider');
select set_eq('select distinct c.status::text from public.conversations c', $$ values ('internal') $$,
  'go on in the app');
select is((tests.the_text('new')).status, 'cancelled', 'what waited is not sent');
select is((select count(*)::integer from outbox.deliveries d where d.destination = 'whop_message'
  and d.status = 'pending'), 0, 'nor is it tried');
select is(community.run_conversations(now() + interval '30 days'), 0, 'and nobody is reminded');
select is_empty('select from public.support_tickets', 'or reported as unreachable');

select * from finish();
rollback;
