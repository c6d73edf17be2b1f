begin;
select plan(4);

select tests.create_user('Amina@Example.com');
select tests.create_user('ben@example.com', confirmed => false);

select is(commerce.user_of('amina@example.com'), tests.user_id('Amina@Example.com'), 'case does not matter');
select is(commerce.user_of('ben@example.com'), null, 'an unconfirmed address names nobody');
select is(commerce.user_of('nobody@example.com'), null, 'nor does an unknown one');
select is(commerce.user_of(null), null, 'nor does none');

select * from finish();
rollback;
