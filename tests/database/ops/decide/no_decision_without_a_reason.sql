begin;
select plan(7);

select throws_ok($$ select ops.decide('x', 'y', null) $$, '22023', 'x needs a reason, and nothing was changed', 'none');
select throws_ok($$ select ops.decide('x', 'y', '  ') $$, '22023', null, 'a blank one');
select throws_ok($$ select ops.decide('x', 'y', '<why>') $$, '22023', null, 'the placeholder of a remedy');
select throws_ok($$ select ops.decide('x', 'y', 'because <why>') $$, '22023', null, 'or what still has it');
select is((select count(*)::integer from ops.decisions), 0, 'nothing is recorded');
select ok(ops.decide('x', 'y', ' agreed '), 'with one');
select results_eq('select command, about, reason, decided_by from ops.decisions',
  $$ values ('x', 'y', 'agreed', session_user::text collate "default") $$, 'who, what and why');

select * from finish();
rollback;
