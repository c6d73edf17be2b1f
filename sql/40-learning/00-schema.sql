create schema learning;
comment on schema learning is 'The rules about cohorts, enrolments, questions and tickets. The tables are in public.';

create type public.enrollment_status as enum ('active', 'completed', 'cancelled');
comment on type public.enrollment_status is
  'active: has a seat. completed: the course is over; the seat stays taken. cancelled: the seat is free again.';

create type public.appointment_status as enum ('requested', 'confirmed', 'cancelled', 'completed');
comment on type public.appointment_status is
  'requested: the student asks for it. confirmed: it will take place. cancelled: it will not. completed: it took '
  'place.';

create type public.ticket_status as enum ('open', 'waiting', 'closed');
comment on type public.ticket_status is 'open: an admin should answer. waiting: waits for the customer. closed: done.';

create type public.ticket_priority as enum ('low', 'normal', 'high', 'urgent');
comment on type public.ticket_priority is 'How soon a ticket must be answered; an admin decides.';

create type public.written_by as enum ('app', 'email');
comment on type public.written_by is
  'How it was written: in an app or the console, or by e-mail (received through make.com).';
