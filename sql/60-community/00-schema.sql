create schema community;
comment on schema community is
  'The rules about memberships, credits and the members'' chat. Most tables are in public.';

create type public.membership_status as enum ('incomplete', 'trialing', 'active', 'past_due', 'paused', 'cancelled',
  'expired');
comment on type public.membership_status is
  'trialing, active and past_due are members; the others are not (yet, or any more).';
create type public.invoice_outcome as enum ('failed', 'paid');
comment on type public.invoice_outcome is
  'In the order of rank: an invoice that could not be collected may still be paid.';

create type public.credit_reason as enum ('bought', 'refunded', 'spent', 'granted');
comment on type public.credit_reason is
  'bought: a payment of a credit pack. refunded: that payment was refunded. spent: used. granted: given by an admin.';

create type public.conversation_status as enum ('new', 'welcoming', 'second_way', 'waiting', 'replied', 'handing_over',
  'internal', 'closed');
comment on type public.conversation_status is
  'new: not started (no row has it). welcoming: the welcome is being sent. second_way: it is being sent as a direct '
  'message. waiting: it is there, and the member has not replied. replied: the member has. handing_over: the member is '
  'told where the chat goes on. internal: it goes on in the app. closed: the membership ended.';
create type public.conversation_way as enum ('support', 'direct', 'app');
comment on type public.conversation_way is
  'support: the support channel at the provider. direct: a direct message there. app: our own app.';
create type public.conversation_sender as enum ('system', 'staff', 'member');
comment on type public.conversation_sender is
  'system: a text of conversation_texts. staff: an admin, or somebody of ours at the provider. member: the member.';
create type public.conversation_message_status as enum ('pending', 'sent', 'failed', 'cancelled');
comment on type public.conversation_message_status is
  'pending: the courier is to send it. sent: it is there. failed: it was given up. cancelled: it is not wanted (any '
  'more).';
