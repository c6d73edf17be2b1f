begin;
select plan(5);

select is(ops.money(2450, 'EUR'), '24.50 EUR', 'hundredths');
select is(ops.money(5, 'usd'), '0.05 USD', 'less than one');
select is(ops.money(15000, 'XAF'), '15000 XAF', 'a currency without decimals');
select is(ops.money(1234, 'KWD'), '1.234 KWD', 'thousandths');
select is(ops.money(-2450, 'EUR'), '-24.50 EUR', 'what went back');

select * from finish();
rollback;
