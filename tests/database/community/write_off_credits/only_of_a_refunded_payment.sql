begin;
select plan(3);

select tests.create_user('amina@tests.example');
select tests.receive(tests.fact_captured('pi_1') || tests.buying_credits(50) || '{"email": "amina@tests.example"}');
select is(tests.refusal(format('select community.write_off_credits(%L, ''x'')', (tests.the_payment('pi_1')).id)),
  'P0001',
  'a captured payment keeps its credits');
select is(tests.refusal($$ select community.write_off_credits(gen_random_uuid(), 'x') $$), 'P0002', 'it must exist');
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000));
select is(community.write_off_credits((tests.the_payment('pi_1')).id, 'x'), 0, 'nothing, where nothing is missing');

select * from finish();
rollback;
