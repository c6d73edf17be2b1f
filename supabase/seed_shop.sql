-- A shop to look at: what npm start puts on sale in a database that has no products. Tests start without it.
insert into public.products (sku, name, description, price_minor, currency, stock, weight_grams, show_count) values
  ('mug', 'Enamel mug',
    'Keeps coffee warm through a long lesson. Enamelled steel, 350 ml, and it does not mind being dropped.',
    2450, 'EUR', 40, 310, false),
  ('teapot', 'Teapot for two', 'Stoneware with a lid that stays on. Holds 700 ml.', 4800, 'EUR', 3, 900, true),
  ('notebook', 'Dotted notebook', 'A5, 160 pages of paper that takes ink. It lies flat where you open it.',
    1650, 'EUR', 120, 280, false),
  ('tote', 'Tote bag',
    'Heavy cotton, long handles, room for a laptop and a loaf of bread.', 1900, 'EUR', 60, 240, false),
  ('lamp', 'Reading lamp', 'Warm light and an arm that goes where you want it. Comes with a bulb.',
    7900, 'EUR', 0, 1400, false);
insert into public.product_prices (product_id, currency, price_minor)
select p.id, 'XAF', x.price_minor
from public.products p
join (values ('mug', 15000), ('teapot', 31000), ('notebook', 11000), ('tote', 12500)) x (sku, price_minor) using (sku);

insert into public.shipping_rates (name, countries, currency, price_minor) values
  ('Within Germany', '{DE}', 'EUR', 490),
  ('Europe', '{AT,BE,CH,CZ,DK,ES,FR,IT,LU,NL,PL,PT,SE}', 'EUR', 990),
  ('World', null, 'EUR', 1990),
  ('Within Cameroon', '{CM}', 'XAF', 2500),
  ('World', null, 'XAF', 13000);
insert into public.discounts (code, note, percent) values ('WELCOME10', 'For first-time buyers', 10);

with cohort as (
  insert into public.cohorts (name, description, capacity, starts_at, ends_at) values
    ('French A2', 'Ten evenings: past tenses, small talk, letters. Two hours each, in a group of twelve.', 12,
      date_trunc('day', now()) + interval '30 days 18 hours', date_trunc('day', now()) + interval '100 days'),
    ('Drawing from life', 'Six Saturdays with a model, charcoal and ink. Paper is included.', 3,
      date_trunc('day', now()) + interval '21 days 10 hours', date_trunc('day', now()) + interval '60 days')
  returning id, name
)
insert into public.products (sku, name, description, kind, cohort_id, price_minor, currency, show_count)
select x.sku, c.name, x.description, 'cohort_seat', c.id, x.price_minor, 'EUR', true
from cohort c
join (values
  ('french-a2', 'French A2', 'For those who can order a coffee, and want to tell how their day was.', 24000),
  ('drawing', 'Drawing from life', 'No experience needed. Bring curiosity and clothes that may get dusty.', 18000)
) x (sku, name, description, price_minor) using (name);

insert into public.products
  (sku, name, description, kind, tutor_email, session_minutes, trial, price_minor, currency) values
  ('maths-trial', 'Maths: a first half hour', 'Find out whether you learn well together. Once for each student.',
    'tutoring_session', 'tutor@signalbox.example', 30, true, 500, 'EUR'),
  ('maths-60', 'An hour of maths', 'School or first years of university, in English or German. You meet online.',
    'tutoring_session', 'tutor@signalbox.example', 60, false, 3500, 'EUR');
update public.tutors
set name = 'Tom', time_zone = 'Europe/Berlin', notice_minutes = 120, book_ahead_days = 60, break_minutes = 10,
  step_minutes = 60
where email = 'tutor@signalbox.example';
insert into public.tutor_hours (tutor_id, weekday, opens_at, closes_at)
select t.id, w.day, h.opens, h.closes
from public.tutors t, generate_series(1, 5) w (day), (values (time '09:00', time '12:00'), ('14:00', '18:00'))
  h (opens, closes)
where t.email = 'tutor@signalbox.example';

insert into public.products (sku, name, description, kind, credits, price_minor, currency)
values ('credits-10', 'Ten credits', 'For extra lessons in the app. They do not run out.',
  'credit_pack', 10, 1500, 'EUR');

-- As the fixtures of Whop name it: npm run send -- whop membership.activated makes a member.
insert into public.membership_products (product, provider, provider_ref, name)
values ('club', 'whop', 'prod_Lk34Jh56Gf78D', 'The club');
