begin;
select plan(3);

select is(tests.receive(tests.fact_reply('mail_1', '{"question_id": "00000000-0000-4000-8000-000000000000"}')),
  'failed', 'a reply to an unknown question fails, for an admin to see');
select is(tests.receive(tests.fact_reply('mail_2', '{"ticket_id": "00000000-0000-4000-8000-000000000000"}')), 'failed',
  'so does one to an unknown ticket');
select matches((select string_agg(e.error, ' ') from inbox.events e where e.provider = 'tests'),
  'there is no question .* there is no support ticket ', 'and the error names it');

select * from finish();
rollback;
