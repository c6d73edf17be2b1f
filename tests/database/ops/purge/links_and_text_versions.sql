begin;
select plan(4);

select tests.a_product('chair');
select tests.is_sold('cart', '{"chair": 1}', 'guest@tests.example');
select tests.create_user('amina@tests.example');
select tests.create_user('ben@tests.example');
select ops.link_person(tests.user_id('amina@tests.example'), 'guest@tests.example', 'one person');
update ops.person_links l set created_at = now() - interval '401 days' where l.email <> 'ben@tests.example';
select is(ops.purge('person links', 100), 1, 'an old link by confirmation is removed');
select is((select string_agg(l.how || ' ' || l.email, ', ' order by l.how) from ops.person_links l),
  'by_hand guest@tests.example, confirmed ben@tests.example', 'one by hand is kept, and a younger one');

insert into public.text_versions (id, table_name, row_id, fields) values
  (ops.uuid7_at(now() - interval '401 days'), 'cohort_messages', gen_random_uuid(), '{"body": "old"}'),
  (ops.uuid7(), 'cohort_messages', gen_random_uuid(), '{"body": "new"}');
select is(ops.purge('text versions', 100), 1, 'so is an old version of a text');
select is((select v.fields ->> 'body' from public.text_versions v), 'new', 'and no younger one');

select * from finish();
rollback;
