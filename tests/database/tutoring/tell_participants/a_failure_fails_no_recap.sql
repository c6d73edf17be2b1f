begin;
select plan(3);

-- A row without the columns it reads makes it fail inside, as a failing Realtime would.
create table tests.things (name text);
create trigger tell_participants after insert or update on tests.things for each row execute function
  tutoring.tell_participants();
set local client_min_messages = error;

select lives_ok($$ insert into tests.things values ('a') $$, 'an insert goes through');
select lives_ok($$ update tests.things set name = 'b' $$, 'so does an update');
select is((select t.name from tests.things t), 'b', 'and is stored');

select * from finish();
rollback;
