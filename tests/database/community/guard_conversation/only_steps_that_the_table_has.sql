begin;
select plan(4);

select tests.joins('m');
select tests.is_refused($$ update public.conversations set status = 'internal', cause = 'handed_over' where true $$,
  'a_transition_is_legal', 'not from there');
select tests.is_refused($$ update public.conversations set status = 'waiting', cause = 'a whim' where true $$,
  'a_transition_is_legal', 'nor for another cause');
select is(community.move_conversation((tests.the_chat('m')).id, 'handover'), null, 'a step it does not have is none');
select tests.is_welcomed('m');
select is(tests.causes('m'), 'membership_valid welcome_sent', 'each step is recorded');

select * from finish();
rollback;
