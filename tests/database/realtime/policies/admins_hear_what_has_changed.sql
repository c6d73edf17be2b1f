begin;
select plan(4);

select tests.an_admin('ada@tests.example');
select tests.create_user('ben@tests.example');
select realtime.send('{"area": "events"}', 'changed', 'admins');
create function tests.hears(topic text) returns boolean language plpgsql as $$
begin
  perform set_config('realtime.topic', topic, true);
  return exists (select 1 from realtime.messages m where m.topic = hears.topic);
end
$$;
select tests.authenticate_as('ada@tests.example');
select ok(tests.hears('admins'), 'an admin');
select throws_ok(
  $$ insert into realtime.messages (topic, extension, payload, event, private)
  values ('admins', 'broadcast', '{}', 'changed', true) $$, '42501', null, 'only the database sends there'
);
select tests.as_owner();
select tests.authenticate_as('ben@tests.example');
select ok(not tests.hears('admins'), 'no other account');
select tests.as_owner();
select tests.as_anon();
select ok(not tests.hears('admins'), 'no guest');

select * from finish();
rollback;
