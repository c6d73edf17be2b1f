begin;
select plan(2);

-- A row without the columns it reads makes it fail inside, as a failing Realtime would.
create table tests.things (name text);
create trigger tell_member after insert on tests.things for each row execute function community.tell_member();
set local client_min_messages = error;

select lives_ok($$ insert into tests.things values ('a') $$, 'an insert goes through');
select is((select t.name from tests.things t), 'a', 'and is stored');

select * from finish();
rollback;
