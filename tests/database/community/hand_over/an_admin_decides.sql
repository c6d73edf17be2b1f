begin;
select plan(4);

select tests.joins('a');
select is(community.hand_over((tests.the_chat('a')).id, 'knows the member'), 'internal', 'before the welcome, at once');
select is((tests.the_text('a')).status, 'failed', 'which is not sent then');
select tests.joins('b');
select tests.is_welcomed('b');
select is(community.hand_over((tests.the_chat('b')).id, 'knows the member'), 'handing_over',
  'after it, by telling the member');
select throws_ok(format('select community.hand_over(%L, %L)', (tests.the_chat('b')).id, 'again'), 'P0001', null,
  'once');

select * from finish();
rollback;
