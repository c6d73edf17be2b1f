create table public.conversation_texts (
  key text not null,
  language text not null,
  body text not null,
  updated_at timestamptz not null default now(),

  primary key (key, language),
  constraint a_key_is_one_that_is_sent check (key ~ '^(welcome|welcome_in_app|handover|reminder_[1-9])$'),
  constraint a_language_is_a_code check (language ~ '^[a-z]{2}(-[A-Z]{2})?$'),
  constraint a_text_is_not_blank check (body ~ '\S' and length(body) <= 4000),
  constraint a_placeholder_is_known check (
    regexp_replace(body, '\{(name|product|chat_link|period_end)(\|[^{}]*)?\}', '', 'g') !~ '[{}]'
  )
);
alter table public.conversation_texts enable row level security;
create policy "admins read texts" on public.conversation_texts for select to authenticated
  using ((select ops.is_admin()));
create policy "admins add texts" on public.conversation_texts for insert to authenticated
  with check ((select ops.is_admin()));
create policy "admins change texts" on public.conversation_texts for update to authenticated
  using ((select ops.is_admin())) with check ((select ops.is_admin()));

create trigger touch before update on public.conversation_texts for each row execute function ops.touch_updated_at();

comment on table public.conversation_texts is
  'What the members'' chat says by itself, by language. Placeholders: {name}, {product}, {chat_link}, {period_end}; '
  '{name|there} says what stands there when it is not known. Preview: public.preview_conversation_text. A change '
  'counts for messages that are not written yet.';
comment on column public.conversation_texts.key is
  'welcome: the first message at the provider. reminder_n: the n-th of community.settings.reminders. handover: the '
  'chat goes on in the app. welcome_in_app: the first message there, where none could be sent at the provider.';

insert into public.conversation_texts (key, language, body) values
  ('welcome', 'en', 'Hello {name|there}, welcome to {product|our community}! Just reply here: what would you like to '
    'achieve first?'),
  ('reminder_1', 'en', 'Hello {name|there}, did you see our welcome? A short reply is enough to get you started.'),
  ('reminder_2', 'en', 'Hello {name|there}, we are still here for you. Reply whenever it suits you.'),
  ('handover', 'en', 'Thank you! From here on we talk in the app. {chat_link|You find the chat there.}'),
  ('welcome_in_app', 'en', 'Hello {name|there}, welcome to {product|our community}! What would you like to achieve '
    'first?'),
  ('welcome', 'fr', 'Bonjour {name|à vous}, bienvenue dans {product|notre communauté} ! Répondez ici : que '
    'souhaitez-vous réussir en premier ?'),
  ('reminder_1', 'fr', 'Bonjour {name|à vous}, avez-vous vu notre message de bienvenue ? Une courte réponse suffit.'),
  ('reminder_2', 'fr', 'Bonjour {name|à vous}, nous sommes toujours là. Répondez quand cela vous convient.'),
  ('handover', 'fr', 'Merci ! La conversation continue dans l''application. {chat_link|Vous y trouverez le chat.}'),
  ('welcome_in_app', 'fr', 'Bonjour {name|à vous}, bienvenue dans {product|notre communauté} ! Que souhaitez-vous '
    'réussir en premier ?');
