begin;
select plan(3);

select is(tests.receive(tests.fact_reply('mail_1', '{"question_id": "00000000-0000-4000-8000-000000000000"}')),
  'failed', 'an answer to nothing is kept, to be seen');
select is(tests.receive(tests.fact_reply('mail_2', '{"ticket_id": "00000000-0000-4000-8000-000000000000"}')), 'failed',
  'so is a reply');
select matches((select string_agg(e.error, ' ') from inbox.events e where e.provider = 'tests'),
  'there is no question .* there is no support ticket ', 'and it is said which');

select * from finish();
rollback;
