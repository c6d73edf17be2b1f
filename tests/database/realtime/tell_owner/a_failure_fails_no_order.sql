begin;
select plan(3);

-- A row without user_id makes it fail inside, as a failing Realtime would.
create table tests.things (id integer);
create trigger tell_owner after insert or update on tests.things for each row execute function ops.tell_owner();
set local client_min_messages = error;

select lives_ok($$ insert into tests.things values (1) $$, 'an insert goes through');
select lives_ok($$ update tests.things set id = 2 $$, 'so does an update');
select is((select id from tests.things), 2, 'and is stored');

select * from finish();
rollback;
