begin;
select plan(7);

select tests.joins('m');
create function tests.later(how_long interval) returns text language plpgsql as $$
begin
  perform community.run_conversations(now() + how_long);
  return (tests.the_chat('m')).status || ' ' || (tests.the_chat('m')).cause;
end
$$;
select is(tests.later('1 hour'), 'welcoming membership_valid', 'the first way has its time');
select is(tests.later('2 hours'), 'second_way no_answer', 'then the second is tried');
select is((tests.the_text('m')).way || ' ' || (tests.the_text('m')).requests, 'direct 2', 'at once');
select is(tests.later('25 hours'), 'second_way no_answer', 'which has its time');
select is(tests.later('26 hours'), 'internal unreachable', 'then it is given up');
select is((tests.the_text('m')).status, 'failed', 'and not sent any more');
select is(community.run_conversations(now() + interval '30 days'), 0, 'nothing is left to do');

select * from finish();
rollback;
