// Written by `npm run types` from sql/; do not edit. Types only: nothing of it is loaded.

export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

export type Database = {
  calendar: {
    Tables: {
      entries: {
        Row: {
          conference_asked_at: string | null;
          conference_failures: number;
          conference_number: number;
          created_at: string;
          event_number: number;
          id: string;
          left_out: string[];
          meet_space: string | null;
          problem: string | null;
          source: string;
          synced_until: string | null;
          synced_version: number;
          updated_at: string;
          version: number;
          event_id: string | null;
          people: {
            email: string;
            role: string;
          } | null;
        };
        ComputedFields: "event_id" | "people";
        Insert: {
          conference_asked_at?: string | null;
          conference_failures?: number;
          conference_number?: number;
          created_at?: string;
          event_number?: number;
          id: string;
          left_out?: string[];
          meet_space?: string | null;
          problem?: string | null;
          source: string;
          synced_until?: string | null;
          synced_version?: number;
          updated_at?: string;
          version?: number;
        };
        Update: {
          conference_asked_at?: string | null;
          conference_failures?: number;
          conference_number?: number;
          created_at?: string;
          event_number?: number;
          id?: string;
          left_out?: string[];
          meet_space?: string | null;
          problem?: string | null;
          source?: string;
          synced_until?: string | null;
          synced_version?: number;
          updated_at?: string;
          version?: number;
        };
        Relationships: [];
      };
      settings: {
        Row: {
          appointments: boolean;
          only_row: boolean;
          refused_at: string | null;
          refused_reason: string | null;
          sessions: boolean;
          time_zone: string;
          token_expires_at: string | null;
        };
        ComputedFields: never;
        Insert: {
          appointments?: boolean;
          only_row?: boolean;
          refused_at?: string | null;
          refused_reason?: string | null;
          sessions?: boolean;
          time_zone?: string;
          token_expires_at?: string | null;
        };
        Update: {
          appointments?: boolean;
          only_row?: boolean;
          refused_at?: string | null;
          refused_reason?: string | null;
          sessions?: boolean;
          time_zone?: string;
          token_expires_at?: string | null;
        };
        Relationships: [];
      };
    };
    Views: {
      [_ in never]: never;
    };
    Functions: {
      connect: { Args: { appointments?: boolean; sessions?: boolean }; Returns: number };
      disconnect: { Args: { reason: string }; Returns: number };
      event_id: {
        Args: {
          entry: Omit<
            Database["calendar"]["Tables"]["entries"]["Row"],
            Database["calendar"]["Tables"]["entries"]["ComputedFields"]
          >;
        };
        Returns: string;
      };
      note: {
        Args: {
          ends_at: string;
          entry_id: string;
          event_id: string;
          event_updated: string;
          meet_link: string;
          problem?: string;
          version: number;
        };
        Returns: boolean;
      };
      note_conference_failed: { Args: { conference_number: number; entry_id: string }; Returns: undefined };
      note_event_gone: { Args: { entry_id: string; event_number: number }; Returns: undefined };
      note_nothing: { Args: { entry_id: string; version: number }; Returns: undefined };
      note_refusal: { Args: { reason: string }; Returns: undefined };
      note_space: { Args: { entry_id: string; link: string }; Returns: string };
      note_token: { Args: { expires_at: string }; Returns: undefined };
      people: {
        Args: {
          entry: Omit<
            Database["calendar"]["Tables"]["entries"]["Row"],
            Database["calendar"]["Tables"]["entries"]["ComputedFields"]
          >;
        };
        Returns: {
          email: string;
          role: string;
        }[];
      };
      sync: { Args: { entry_id: string }; Returns: undefined };
      task: {
        Args: { entry_id: string };
        Returns: {
          action: string;
          conference_age_ms: number;
          conference_failures: number;
          conference_number: number;
          emails: Json;
          ends_at: string;
          event_id: string;
          event_number: number;
          known: boolean;
          left_out: Json;
          meet_space: string;
          reason: string;
          starts_at: string;
          time_zone: string;
          title: string;
          version: number;
        }[];
      };
    };
    Enums: {
      [_ in never]: never;
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
  commerce: {
    Tables: {
      checkout_limits: {
        Row: {
          key: string;
          refilled_at: string;
          tokens: number;
        };
        ComputedFields: never;
        Insert: {
          key: string;
          refilled_at?: string;
          tokens: number;
        };
        Update: {
          key?: string;
          refilled_at?: string;
          tokens?: number;
        };
        Relationships: [];
      };
      settings: {
        Row: {
          account_hold: string;
          checkouts_per_address: number;
          checkouts_per_email: number;
          few_left: number;
          guest_hold: string;
          guest_max_quantity: number;
          guest_sessions: number;
          guest_share: number;
          id: boolean;
          prices_include_tax: boolean;
          provider_adjustments: Database["public"]["Enums"]["payment_adjustment"][];
          provider_tax: boolean;
        };
        ComputedFields: never;
        Insert: {
          account_hold?: string;
          checkouts_per_address?: number;
          checkouts_per_email?: number;
          few_left?: number;
          guest_hold?: string;
          guest_max_quantity?: number;
          guest_sessions?: number;
          guest_share?: number;
          id?: boolean;
          prices_include_tax?: boolean;
          provider_adjustments?: Database["public"]["Enums"]["payment_adjustment"][];
          provider_tax?: boolean;
        };
        Update: {
          account_hold?: string;
          checkouts_per_address?: number;
          checkouts_per_email?: number;
          few_left?: number;
          guest_hold?: string;
          guest_max_quantity?: number;
          guest_sessions?: number;
          guest_share?: number;
          id?: boolean;
          prices_include_tax?: boolean;
          provider_adjustments?: Database["public"]["Enums"]["payment_adjustment"][];
          provider_tax?: boolean;
        };
        Relationships: [];
      };
    };
    Views: {
      [_ in never]: never;
    };
    Functions: {
      accept_payment: { Args: { payment_id: string; reason?: string }; Returns: string };
      advance_payment: {
        Args: {
          checkout: Omit<
            Database["public"]["Tables"]["checkout_sessions"]["Row"],
            Database["public"]["Tables"]["checkout_sessions"]["ComputedFields"]
          >;
          fact: Json;
          payment: Omit<
            Database["public"]["Tables"]["payments"]["Row"],
            Database["public"]["Tables"]["payments"]["ComputedFields"]
          >;
          provider: string;
        };
        Returns: Database["public"]["Tables"]["payments"]["Row"];
        SetofOptions: {
          from: "*";
          to: "payments";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      allocate: { Args: { minor: number; weights: number[] }; Returns: number[] };
      answer_since: { Args: { checkout_session_id: string }; Returns: Json };
      apply_approval: { Args: { fact: Json; provider: string }; Returns: undefined };
      apply_checkout_cancelled: { Args: { fact: Json; provider: string }; Returns: undefined };
      apply_checkout_expired: { Args: { fact: Json }; Returns: undefined };
      apply_customer: { Args: { event_id: string; fact: Json; provider: string }; Returns: undefined };
      apply_dispute: { Args: { event_id: string; fact: Json; provider: string }; Returns: undefined };
      apply_payment: { Args: { fact: Json; provider: string }; Returns: undefined };
      apply_payments: { Args: { events?: string[]; facts: Json[]; providers: string[] }; Returns: undefined };
      apply_product: { Args: { event_id: string; fact: Json; provider: string }; Returns: undefined };
      apply_refund: { Args: { fact: Json; provider: string }; Returns: undefined };
      apply_refunds: { Args: { events?: string[]; facts: Json[]; providers: string[] }; Returns: undefined };
      availability: {
        Args: { product_id: string };
        Returns: {
          level: string;
          remaining: number;
        }[];
      };
      available: {
        Args: {
          reservation: Omit<
            Database["public"]["Tables"]["stock_reservations"]["Row"],
            Database["public"]["Tables"]["stock_reservations"]["ComputedFields"]
          >;
        };
        Returns: number;
      };
      begin_checkout: {
        Args: {
          caller: string;
          currency: string;
          email: string;
          fingerprint: string;
          items: Json;
          key: string;
          network_address?: string;
          options?: Json;
          user_id: string;
        };
        Returns: Record<string, unknown>;
      };
      cancel_checkout: {
        Args: { checkout_session_id: string };
        Returns: Database["public"]["Enums"]["checkout_status"];
      };
      captured_in_parts: {
        Args: {
          payment: Omit<
            Database["public"]["Tables"]["payments"]["Row"],
            Database["public"]["Tables"]["payments"]["ComputedFields"]
          >;
          refunded?: boolean;
        };
        Returns: number;
      };
      catalog_state: { Args: { skus: Json }; Returns: Json };
      check_item: {
        Args: {
          cohort_id: string;
          email: string;
          kind: Database["public"]["Enums"]["product_kind"];
          quantity: number;
          sku: string;
          starts_at: string;
        };
        Returns: undefined;
      };
      checkout_details: { Args: { checkout_session_id: string }; Returns: Json };
      checkout_state: {
        Args: {
          checkout: Omit<
            Database["public"]["Tables"]["checkout_sessions"]["Row"],
            Database["public"]["Tables"]["checkout_sessions"]["ComputedFields"]
          >;
        };
        Returns: string;
      };
      checkout_token: { Args: { checkout_session_id: string }; Returns: string };
      claim_status_checks: {
        Args: { checkout_session_id: string };
        Returns: {
          kind: string;
          provider: string;
          ref: string;
        }[];
      };
      claim_stock: {
        Args: {
          reservation: Omit<
            Database["public"]["Tables"]["stock_reservations"]["Row"],
            Database["public"]["Tables"]["stock_reservations"]["ComputedFields"]
          >;
        };
        Returns: boolean;
      };
      close_payments: { Args: { checkout_session_id: string }; Returns: undefined };
      close_review: { Args: { payment_id: string; reason?: string }; Returns: undefined };
      complete_free: { Args: { checkout_session_id: string }; Returns: undefined };
      dismiss_refund: { Args: { reason: string; request_id: string }; Returns: undefined };
      expire_checkouts: { Args: { at_most?: number }; Returns: number };
      find_discount: {
        Args: { code: string; currency: string; email: string; items: Json; user_id: string };
        Returns: Database["public"]["Tables"]["discounts"]["Row"];
        SetofOptions: {
          from: "*";
          to: "discounts";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      follow_payment: {
        Args: {
          checkout: Omit<
            Database["public"]["Tables"]["checkout_sessions"]["Row"],
            Database["public"]["Tables"]["checkout_sessions"]["ComputedFields"]
          >;
          payment: Omit<
            Database["public"]["Tables"]["payments"]["Row"],
            Database["public"]["Tables"]["payments"]["ComputedFields"]
          >;
        };
        Returns: undefined;
      };
      follow_payments: {
        Args: {
          checkouts: Database["public"]["Tables"]["checkout_sessions"]["Row"][];
          payments: Database["public"]["Tables"]["payments"]["Row"][];
        };
        Returns: undefined;
      };
      forbidden_adjustments: {
        Args: {
          checkout: Omit<
            Database["public"]["Tables"]["checkout_sessions"]["Row"],
            Database["public"]["Tables"]["checkout_sessions"]["ComputedFields"]
          >;
          payment: Omit<
            Database["public"]["Tables"]["payments"]["Row"],
            Database["public"]["Tables"]["payments"]["ComputedFields"]
          >;
        };
        Returns: Database["public"]["Enums"]["payment_adjustment"][];
      };
      fulfil_services: { Args: { order_id: string }; Returns: string };
      fulfillment_details: { Args: { fulfillment_id: string }; Returns: Json };
      hold_stock: {
        Args: { checkout_session_id: string; outcome?: Database["public"]["Enums"]["reservation_status"] };
        Returns: string[];
      };
      is_address: { Args: { address: Json }; Returns: boolean };
      is_explained: {
        Args: {
          checkout: Omit<
            Database["public"]["Tables"]["checkout_sessions"]["Row"],
            Database["public"]["Tables"]["checkout_sessions"]["ComputedFields"]
          >;
          payment: Omit<
            Database["public"]["Tables"]["payments"]["Row"],
            Database["public"]["Tables"]["payments"]["ComputedFields"]
          >;
        };
        Returns: boolean;
      };
      is_tutor: { Args: { tutor_id: string }; Returns: boolean };
      limit_checkout: {
        Args: { email: string; is_guest: boolean; items: Json; network_address: string };
        Returns: undefined;
      };
      limit_guests: { Args: { checkout_session_id: string }; Returns: undefined };
      lock_checkouts: { Args: { paid: string[]; unpaid: string[] }; Returns: undefined };
      lock_payment: {
        Args: { payment_id: string };
        Returns: Database["public"]["Tables"]["payments"]["Row"];
        SetofOptions: {
          from: "*";
          to: "payments";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      lock_seats: { Args: { checkouts: string[] }; Returns: undefined };
      make_order: {
        Args: {
          checkout: Omit<
            Database["public"]["Tables"]["checkout_sessions"]["Row"],
            Database["public"]["Tables"]["checkout_sessions"]["ComputedFields"]
          >;
          payment: Omit<
            Database["public"]["Tables"]["payments"]["Row"],
            Database["public"]["Tables"]["payments"]["ComputedFields"]
          >;
        };
        Returns: string;
      };
      make_orders: {
        Args: {
          checkouts: Database["public"]["Tables"]["checkout_sessions"]["Row"][];
          payments: Database["public"]["Tables"]["payments"]["Row"][];
        };
        Returns: string[];
      };
      may_capture: { Args: { approval_id: string }; Returns: Record<string, unknown> };
      may_close: { Args: { started_payment_id: string }; Returns: string };
      may_refund: { Args: { request_id: string }; Returns: Record<string, unknown> };
      move_discount: {
        Args: { checkout_session_id: string; status: Database["public"]["Enums"]["reservation_status"] };
        Returns: string;
      };
      move_stock: {
        Args: {
          checkout_session_id?: string;
          note?: string;
          order_id?: string;
          product_id: string;
          provider?: string;
          provider_ref?: string;
          quantity: number;
          reason: Database["public"]["Enums"]["stock_reason"];
          stock_version?: number;
        };
        Returns: boolean;
      };
      note_closed: { Args: { started_payment_id: string }; Returns: undefined };
      note_recipient: {
        Args: {
          checkout: Omit<
            Database["public"]["Tables"]["checkout_sessions"]["Row"],
            Database["public"]["Tables"]["checkout_sessions"]["ComputedFields"]
          >;
          recipient: Json;
        };
        Returns: Database["public"]["Tables"]["checkout_sessions"]["Row"];
        SetofOptions: {
          from: "*";
          to: "checkout_sessions";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      note_refund: { Args: { error?: string; provider_ref?: string; request_id: string }; Returns: undefined };
      open_checkout: {
        Args: { currency?: string; email: string; items: Json; options?: Json; user_id?: string };
        Returns: string;
      };
      order_details: { Args: { order_id: string }; Returns: Json };
      order_of: {
        Args: {
          payment: Omit<
            Database["public"]["Tables"]["payments"]["Row"],
            Database["public"]["Tables"]["payments"]["ComputedFields"]
          >;
        };
        Returns: string;
      };
      overlap: { Args: { checkouts: string[]; facts: Json[]; providers: string[] }; Returns: boolean };
      owns_checkout: { Args: { checkout_session_id: string; token: string; user_id: string }; Returns: boolean };
      parse_timestamp: { Args: { words: string }; Returns: string };
      parts_of: {
        Args: {
          payment: Omit<
            Database["public"]["Tables"]["payments"]["Row"],
            Database["public"]["Tables"]["payments"]["ComputedFields"]
          >;
        };
        Returns: Database["public"]["Tables"]["payments"]["Row"][];
        SetofOptions: {
          from: "payments";
          to: "payments";
          isOneToOne: false;
          isSetofReturn: true;
        };
      };
      payment_of: {
        Args: { payment_ref: string; provider: string };
        Returns: Database["public"]["Tables"]["payments"]["Row"];
        SetofOptions: {
          from: "*";
          to: "payments";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      payment_status: { Args: { checkout_session_id: string }; Returns: Json };
      price_lines: {
        Args: {
          amount_minor: number;
          discounted: boolean[];
          lines: number[];
          percent: number;
          shipping_minor: number;
          tax_included: boolean;
          tax_percent: number;
        };
        Returns: Record<string, unknown>;
      };
      provider_adjustments: {
        Args: {
          checkout: Omit<
            Database["public"]["Tables"]["checkout_sessions"]["Row"],
            Database["public"]["Tables"]["checkout_sessions"]["ComputedFields"]
          >;
          payment: Omit<
            Database["public"]["Tables"]["payments"]["Row"],
            Database["public"]["Tables"]["payments"]["ComputedFields"]
          >;
        };
        Returns: Record<string, unknown>;
      };
      quote_shipping: {
        Args: { address: Json; country: string; currency: string; grams: number; page_asks: boolean };
        Returns: Record<string, unknown>;
      };
      receive_stock: { Args: { fact: Json; provider: string }; Returns: undefined };
      recipient_trouble: {
        Args: {
          checkout: Omit<
            Database["public"]["Tables"]["checkout_sessions"]["Row"],
            Database["public"]["Tables"]["checkout_sessions"]["ComputedFields"]
          >;
        };
        Returns: string;
      };
      record_refund: {
        Args: { amount_minor: number; payment_id: string; reason?: string; reference: string };
        Returns: string;
      };
      refresh_checkout: { Args: { checkout_session_id: string }; Returns: undefined };
      refresh_payment: { Args: { payment_id: string }; Returns: undefined };
      refresh_payments: { Args: { payments: string[] }; Returns: undefined };
      refundable: { Args: { payment_id: string }; Returns: number };
      release_stock: { Args: { checkout_session_id: string }; Returns: undefined };
      request_refund: {
        Args: { amount_minor?: number; payment_id: string; reason?: string; requested_by?: string; restock?: boolean };
        Returns: string;
      };
      reserve_stock: { Args: { checkout_session_id: string }; Returns: undefined };
      restock: { Args: { items?: Json; note?: string; order_id: string }; Returns: number };
      review_parts: {
        Args: {
          checkout: Omit<
            Database["public"]["Tables"]["checkout_sessions"]["Row"],
            Database["public"]["Tables"]["checkout_sessions"]["ComputedFields"]
          >;
          payment: Omit<
            Database["public"]["Tables"]["payments"]["Row"],
            Database["public"]["Tables"]["payments"]["ComputedFields"]
          >;
        };
        Returns: undefined;
      };
      review_reason: {
        Args: {
          checkout: Omit<
            Database["public"]["Tables"]["checkout_sessions"]["Row"],
            Database["public"]["Tables"]["checkout_sessions"]["ComputedFields"]
          >;
          payment: Omit<
            Database["public"]["Tables"]["payments"]["Row"],
            Database["public"]["Tables"]["payments"]["ComputedFields"]
          >;
        };
        Returns: string;
      };
      set_product: { Args: { fact: Json; provider: string }; Returns: undefined };
      set_stock: { Args: { event_id: string; fact: Json; provider: string }; Returns: undefined };
      settle_order: { Args: { order_id: string; reason?: string; without_stock?: boolean }; Returns: undefined };
      settle_restock: {
        Args: {
          payment: Omit<
            Database["public"]["Tables"]["payments"]["Row"],
            Database["public"]["Tables"]["payments"]["ComputedFields"]
          >;
        };
        Returns: undefined;
      };
      settle_services: { Args: { order_id: string; refunded: boolean }; Returns: undefined };
      shipping_rate: {
        Args: { country: string; currency: string; grams: number };
        Returns: Database["public"]["Tables"]["shipping_rates"]["Row"];
        SetofOptions: {
          from: "*";
          to: "shipping_rates";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      start_payment: {
        Args: { answer: Json; checkout_session_id: string; kind: string; provider: string; provider_ref: string };
        Returns: undefined;
      };
      subtotal: {
        Args: {
          checkout: Omit<
            Database["public"]["Tables"]["checkout_sessions"]["Row"],
            Database["public"]["Tables"]["checkout_sessions"]["ComputedFields"]
          >;
        };
        Returns: number;
      };
      sync_order: {
        Args: {
          payment: Omit<
            Database["public"]["Tables"]["payments"]["Row"],
            Database["public"]["Tables"]["payments"]["ComputedFields"]
          >;
        };
        Returns: undefined;
      };
      take_checkout_token: { Args: { capacity: number; cost?: number; kind: string; who: string }; Returns: boolean };
      take_stock: { Args: { checkout_session_id: string }; Returns: string };
      take_stocks: { Args: { checkouts: string[] }; Returns: string[] };
      total_refunded: {
        Args: { captured: number; reported: number; succeeded: number; undone: number };
        Returns: number;
      };
      undo_checkout: { Args: { checkout_session_id: string }; Returns: undefined };
      unrestock: { Args: { order_id: string }; Returns: string };
      user_of: { Args: { email: string }; Returns: string };
    };
    Enums: {
      [_ in never]: never;
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
  community: {
    Tables: {
      conversation_polls: {
        Row: {
          conversation_id: string;
          polled_at: string;
        };
        ComputedFields: never;
        Insert: {
          conversation_id: string;
          polled_at: string;
        };
        Update: {
          conversation_id?: string;
          polled_at?: string;
        };
        Relationships: [];
      };
      credit_balances: {
        Row: {
          balance: number;
          owner: string;
        };
        ComputedFields: never;
        Insert: {
          balance?: number;
          owner: string;
        };
        Update: {
          balance?: number;
          owner?: string;
        };
        Relationships: [];
      };
      membership_states: {
        Row: {
          event_id: string;
          membership_id: string;
          occurred_at: string;
          period_end: string | null;
          period_start: string | null;
          status: Database["public"]["Enums"]["membership_status"];
        };
        ComputedFields: never;
        Insert: {
          event_id: string;
          membership_id: string;
          occurred_at: string;
          period_end?: string | null;
          period_start?: string | null;
          status: Database["public"]["Enums"]["membership_status"];
        };
        Update: {
          event_id?: string;
          membership_id?: string;
          occurred_at?: string;
          period_end?: string | null;
          period_start?: string | null;
          status?: Database["public"]["Enums"]["membership_status"];
        };
        Relationships: [];
      };
      settings: {
        Row: {
          chat_url: string | null;
          conversations: boolean;
          give_up_after: string;
          grace_period: string;
          handover_delay: string;
          handover_timeout: string;
          language: string;
          only_row: boolean;
          poll_every: string;
          reminders: string[];
          reply_timeout: string;
          second_way_after: string;
          welcome_within: string;
        };
        ComputedFields: never;
        Insert: {
          chat_url?: string | null;
          conversations?: boolean;
          give_up_after?: string;
          grace_period?: string;
          handover_delay?: string;
          handover_timeout?: string;
          language?: string;
          only_row?: boolean;
          poll_every?: string;
          reminders?: string[];
          reply_timeout?: string;
          second_way_after?: string;
          welcome_within?: string;
        };
        Update: {
          chat_url?: string | null;
          conversations?: boolean;
          give_up_after?: string;
          grace_period?: string;
          handover_delay?: string;
          handover_timeout?: string;
          language?: string;
          only_row?: boolean;
          poll_every?: string;
          reminders?: string[];
          reply_timeout?: string;
          second_way_after?: string;
          welcome_within?: string;
        };
        Relationships: [];
      };
      transition_rules: {
        Row: {
          cause: string;
          description: string;
          from_status: Database["public"]["Enums"]["conversation_status"];
          to_status: Database["public"]["Enums"]["conversation_status"];
        };
        ComputedFields: never;
        Insert: {
          cause: string;
          description: string;
          from_status: Database["public"]["Enums"]["conversation_status"];
          to_status: Database["public"]["Enums"]["conversation_status"];
        };
        Update: {
          cause?: string;
          description?: string;
          from_status?: Database["public"]["Enums"]["conversation_status"];
          to_status?: Database["public"]["Enums"]["conversation_status"];
        };
        Relationships: [];
      };
    };
    Views: {
      [_ in never]: never;
    };
    Functions: {
      access_until: {
        Args: {
          membership: Omit<
            Database["public"]["Tables"]["memberships"]["Row"],
            Database["public"]["Tables"]["memberships"]["ComputedFields"]
          >;
        };
        Returns: string;
      };
      apply_chat_message: { Args: { fact: Json; provider: string }; Returns: undefined };
      apply_invoice: { Args: { event_id: string; fact: Json; provider: string }; Returns: undefined };
      apply_invoice_payment: { Args: { fact: Json; provider: string }; Returns: undefined };
      apply_membership: { Args: { event_id: string; fact: Json; provider: string }; Returns: undefined };
      balance: { Args: { user_id?: string }; Returns: number };
      begin_handover: { Args: { at?: string; conversation_id: string }; Returns: undefined };
      begin_post: {
        Args: { channel: string; message_id: string; way: Database["public"]["Enums"]["conversation_way"] };
        Returns: boolean;
      };
      buys_credits: {
        Args: {
          payment: Omit<
            Database["public"]["Tables"]["payments"]["Row"],
            Database["public"]["Tables"]["payments"]["ComputedFields"]
          >;
        };
        Returns: boolean;
      };
      call_off: { Args: { conversation_id: string; reason: string }; Returns: undefined };
      claim_message: {
        Args: { message_id: string };
        Returns: {
          action: string;
          body: string;
          channel: string;
          idempotency_key: string;
          known_refs: Json;
          member_ref: string;
          provider: string;
          reason: string;
          tried: Json;
          way: Database["public"]["Enums"]["conversation_way"];
        }[];
      };
      compose: {
        Args: {
          conversation_id: string;
          key: string;
          language: string;
          membership: Omit<
            Database["public"]["Tables"]["memberships"]["Row"],
            Database["public"]["Tables"]["memberships"]["ComputedFields"]
          >;
        };
        Returns: string;
      };
      connect_chat: { Args: Record<PropertyKey, never>; Returns: undefined };
      conversation_of: { Args: { fact: Json; provider: string }; Returns: string };
      credit_owner: {
        Args: { customer_ref: string; email: string; payment_id: string; provider: string; user_id: string };
        Returns: string;
      };
      disconnect_chat: { Args: { reason: string }; Returns: number };
      due_polls: {
        Args: { at?: string; at_most?: number };
        Returns: {
          channel: string;
          conversation_id: string;
          provider: string;
          since: string;
        }[];
      };
      erase_conversation: { Args: { membership_id: string; reason: string }; Returns: number };
      hand_over: {
        Args: { conversation_id: string; reason: string };
        Returns: Database["public"]["Enums"]["conversation_status"];
      };
      has_access: { Args: { product?: string }; Returns: boolean };
      keep_state: { Args: { event_id: string; fact: Json; membership_id: string }; Returns: undefined };
      leave_provider: {
        Args: { at?: string; cause: string; conversation_id: string; reason: string };
        Returns: undefined;
      };
      lock_balance: { Args: { owner: string }; Returns: number };
      member_of: { Args: { customer_ref: string; email: string; provider: string }; Returns: string };
      message_details: { Args: { message_id: string }; Returns: Json };
      move_conversation: {
        Args: { at?: string; cause: string; conversation_id: string };
        Returns: Database["public"]["Enums"]["conversation_status"];
      };
      note_polled: { Args: { conversation_id: string; polled_at: string }; Returns: undefined };
      note_refusal: {
        Args: { error: string; message_id: string; way: Database["public"]["Enums"]["conversation_way"] };
        Returns: boolean;
      };
      note_sent: {
        Args: {
          message_id: string;
          provider_ref: string;
          sent_at: string;
          way: Database["public"]["Enums"]["conversation_way"];
        };
        Returns: undefined;
      };
      note_trouble: { Args: { error: string; message_id: string }; Returns: undefined };
      past_due_since: { Args: { as_of: string; membership_id: string }; Returns: string };
      pays_membership: { Args: { payment_ref: string; provider: string }; Returns: boolean };
      render_text: { Args: { body: string; variables: Json }; Returns: string };
      request_poll: { Args: { at?: string }; Returns: boolean };
      run_conversations: { Args: { at?: string; at_most?: number }; Returns: number };
      same_text: { Args: { a: string; b: string }; Returns: boolean };
      say: {
        Args: {
          at?: string;
          conversation_id: string;
          key: string;
          way: Database["public"]["Enums"]["conversation_way"];
        };
        Returns: boolean;
      };
      settle_conversation: {
        Args: {
          at?: string;
          membership: Omit<
            Database["public"]["Tables"]["memberships"]["Row"],
            Database["public"]["Tables"]["memberships"]["ComputedFields"]
          >;
        };
        Returns: undefined;
      };
      settle_credits: {
        Args: {
          payment: Omit<
            Database["public"]["Tables"]["payments"]["Row"],
            Database["public"]["Tables"]["payments"]["ComputedFields"]
          >;
        };
        Returns: undefined;
      };
      settle_invoice: { Args: { invoice_ref: string; provider: string }; Returns: undefined };
      spend_credits: {
        Args: { credits: number; key: string; note?: string; user_id?: string };
        Returns: Database["public"]["Tables"]["credit_ledger"]["Row"];
        SetofOptions: {
          from: "*";
          to: "credit_ledger";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      spender: { Args: { user_id: string }; Returns: string };
      step_conversation: { Args: { at?: string; conversation_id: string }; Returns: boolean };
      text_variables: {
        Args: {
          conversation_id: string;
          membership: Omit<
            Database["public"]["Tables"]["memberships"]["Row"],
            Database["public"]["Tables"]["memberships"]["ComputedFields"]
          >;
        };
        Returns: Json;
      };
      way_of: { Args: { conversation_id: string }; Returns: Database["public"]["Enums"]["conversation_way"] };
      write_off_credits: { Args: { payment_id: string; reason: string }; Returns: number };
    };
    Enums: {
      [_ in never]: never;
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
  inbox: {
    Tables: {
      events: {
        Row: {
          account: string | null;
          applied_at: string | null;
          attempts: number;
          body: string;
          confirmation: string | null;
          error: string | null;
          facts: Json | null;
          headers: NonNullable<Json>;
          id: string;
          livemode: boolean | null;
          next_attempt_at: string | null;
          not_ours: string | null;
          occurred_at: string | null;
          provider: string;
          provider_event_id: string;
          received_at: string;
          status: Database["inbox"]["Enums"]["event_status"];
          subject: string | null;
          trust: Database["inbox"]["Enums"]["event_trust"];
          type: string;
          waiting_for: string | null;
          try_apply: Record<string, unknown> | null;
        };
        ComputedFields: "try_apply";
        Insert: {
          account?: string | null;
          applied_at?: string | null;
          attempts?: number;
          body: string;
          confirmation?: string | null;
          error?: string | null;
          facts?: Json | null;
          headers?: NonNullable<Json>;
          id?: string;
          livemode?: boolean | null;
          next_attempt_at?: string | null;
          not_ours?: string | null;
          occurred_at?: string | null;
          provider: string;
          provider_event_id: string;
          received_at?: string;
          status: Database["inbox"]["Enums"]["event_status"];
          subject?: string | null;
          trust: Database["inbox"]["Enums"]["event_trust"];
          type: string;
          waiting_for?: string | null;
        };
        Update: {
          account?: string | null;
          applied_at?: string | null;
          attempts?: number;
          body?: string;
          confirmation?: string | null;
          error?: string | null;
          facts?: Json | null;
          headers?: NonNullable<Json>;
          id?: string;
          livemode?: boolean | null;
          next_attempt_at?: string | null;
          not_ours?: string | null;
          occurred_at?: string | null;
          provider?: string;
          provider_event_id?: string;
          received_at?: string;
          status?: Database["inbox"]["Enums"]["event_status"];
          subject?: string | null;
          trust?: Database["inbox"]["Enums"]["event_trust"];
          type?: string;
          waiting_for?: string | null;
        };
        Relationships: [];
      };
      inquiries: {
        Row: {
          next_at: string;
          provider: string;
          ref: string;
          times: number;
        };
        ComputedFields: never;
        Insert: {
          next_at: string;
          provider: string;
          ref: string;
          times?: number;
        };
        Update: {
          next_at?: string;
          provider?: string;
          ref?: string;
          times?: number;
        };
        Relationships: [];
      };
      latest_facts: {
        Row: {
          facts: NonNullable<Json>;
          moment: string;
          provider: string;
          thing: string;
          undecided: boolean;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          facts: NonNullable<Json>;
          moment: string;
          provider: string;
          thing: string;
          undecided?: boolean;
          updated_at?: string;
        };
        Update: {
          facts?: NonNullable<Json>;
          moment?: string;
          provider?: string;
          thing?: string;
          undecided?: boolean;
          updated_at?: string;
        };
        Relationships: [];
      };
      providers: {
        Row: {
          can_cancel: boolean;
          can_chat: boolean;
          can_refund: boolean;
          created_at: string;
          name: string;
          reconcile: boolean;
          reconciled_until: string;
        };
        ComputedFields: never;
        Insert: {
          can_cancel?: boolean;
          can_chat?: boolean;
          can_refund?: boolean;
          created_at?: string;
          name: string;
          reconcile?: boolean;
          reconciled_until?: string;
        };
        Update: {
          can_cancel?: boolean;
          can_chat?: boolean;
          can_refund?: boolean;
          created_at?: string;
          name?: string;
          reconcile?: boolean;
          reconciled_until?: string;
        };
        Relationships: [];
      };
      reconciliations: {
        Row: {
          completed_at: string | null;
          healed: number;
          id: string;
          looked_at: number;
          missed: number;
          provider: string;
          remark: string | null;
          since: string;
          started_at: string;
          tries: number;
          until: string;
        };
        ComputedFields: never;
        Insert: {
          completed_at?: string | null;
          healed?: number;
          id?: string;
          looked_at?: number;
          missed?: number;
          provider: string;
          remark?: string | null;
          since: string;
          started_at?: string;
          tries?: number;
          until: string;
        };
        Update: {
          completed_at?: string | null;
          healed?: number;
          id?: string;
          looked_at?: number;
          missed?: number;
          provider?: string;
          remark?: string | null;
          since?: string;
          started_at?: string;
          tries?: number;
          until?: string;
        };
        Relationships: [
          {
            foreignKeyName: "a_reconciliation_asks_a_provider";
            columns: ["provider"];
            isOneToOne: false;
            referencedRelation: "providers";
            referencedColumns: ["name"];
          },
        ];
      };
      rejections: {
        Row: {
          count: number;
          last_at: string;
          minute: string;
          provider: string;
          reason: string;
          sample: NonNullable<Json>;
        };
        ComputedFields: never;
        Insert: {
          count?: number;
          last_at?: string;
          minute: string;
          provider: string;
          reason: string;
          sample?: NonNullable<Json>;
        };
        Update: {
          count?: number;
          last_at?: string;
          minute?: string;
          provider?: string;
          reason?: string;
          sample?: NonNullable<Json>;
        };
        Relationships: [];
      };
      shapes: {
        Row: {
          accepted_at: string | null;
          changes: string[];
          count: number;
          event_id: string | null;
          fields: NonNullable<Json>;
          first_seen: string;
          id: string;
          last_seen: string;
          only_gone: boolean;
          provider: string;
          type: string;
          version: string;
        };
        ComputedFields: never;
        Insert: {
          accepted_at?: string | null;
          changes?: string[];
          count?: number;
          event_id?: string | null;
          fields: NonNullable<Json>;
          first_seen?: string;
          id?: string;
          last_seen?: string;
          only_gone?: boolean;
          provider: string;
          type: string;
          version: string;
        };
        Update: {
          accepted_at?: string | null;
          changes?: string[];
          count?: number;
          event_id?: string | null;
          fields?: NonNullable<Json>;
          first_seen?: string;
          id?: string;
          last_seen?: string;
          only_gone?: boolean;
          provider?: string;
          type?: string;
          version?: string;
        };
        Relationships: [];
      };
      transmissions: {
        Row: {
          body_sha256: string;
          provider: string;
          received_at: string;
          ref: string;
        };
        ComputedFields: never;
        Insert: {
          body_sha256: string;
          provider: string;
          received_at?: string;
          ref: string;
        };
        Update: {
          body_sha256?: string;
          provider?: string;
          received_at?: string;
          ref?: string;
        };
        Relationships: [
          {
            foreignKeyName: "a_transmission_is_of_a_provider";
            columns: ["provider"];
            isOneToOne: false;
            referencedRelation: "providers";
            referencedColumns: ["name"];
          },
        ];
      };
    };
    Views: {
      [_ in never]: never;
    };
    Functions: {
      accept_latest: { Args: { provider: string; reason?: string; thing: string }; Returns: undefined };
      accept_shape: { Args: { reason?: string; shape_id: string }; Returns: undefined };
      add_causes: { Args: { like_things: string[]; things: string[] }; Returns: undefined };
      apply_fact: { Args: { event_id: string; fact: Json; provider: string }; Returns: undefined };
      apply_new_reading: {
        Args: {
          event: Omit<
            Database["inbox"]["Tables"]["events"]["Row"],
            Database["inbox"]["Tables"]["events"]["ComputedFields"]
          >;
          given: Json;
        };
        Returns: Database["inbox"]["Enums"]["event_status"];
      };
      apply_set: { Args: { ids: string[]; kind: string }; Returns: string[] };
      apply_together: { Args: { ids: string[] }; Returns: string[] };
      asked_about: { Args: { provider: string; ref: string }; Returns: undefined };
      end_of_chain: { Args: { facts: Json }; Returns: Json[] };
      fact_keys: { Args: { fact: Json; provider: string }; Returns: string[] };
      facts_in: {
        Args: { events: Json };
        Returns: {
          fact: Json;
          provider: string;
        }[];
      };
      follows: { Args: { earlier: Json; later: Json }; Returns: boolean };
      ignore: { Args: { event_id: string; reason: string }; Returns: undefined };
      is_replaced_by: {
        Args: {
          event: Omit<
            Database["inbox"]["Tables"]["events"]["Row"],
            Database["inbox"]["Tables"]["events"]["ComputedFields"]
          >;
          given: Json;
        };
        Returns: boolean;
      };
      knows_fact: { Args: { fact: Json; provider: string }; Returns: boolean };
      latest_of: { Args: { facts: Json }; Returns: Record<string, unknown> };
      lock_keys: { Args: { events: Json }; Returns: undefined };
      lock_products: { Args: { events: Json }; Returns: undefined };
      missing: {
        Args: { events: Json; lists: string };
        Returns: {
          position: number;
        }[];
      };
      newer_calendar_columns: { Args: { as_of: Json; fact: Json }; Returns: Json };
      newer_parts: { Args: { as_of: Json; moment: string; said: Json }; Returns: string[] };
      newest: { Args: { event_id: string; fact: Json; provider: string; thing: string }; Returns: Json };
      note_reconciliation: {
        Args: {
          complete: boolean;
          healed: number;
          looked_at: number;
          missed: number;
          reconciliation_id: string;
          remark?: string;
        };
        Returns: undefined;
      };
      note_shape: {
        Args: { count?: number; event_id: string; fields: Json; provider: string; type: string; version: string };
        Returns: undefined;
      };
      park: { Args: { key: string; reason: string }; Returns: undefined };
      read_again: { Args: { event_id: string }; Returns: Database["inbox"]["Enums"]["event_status"] };
      receive: {
        Args: { events: Json };
        Returns: {
          duplicate: boolean;
          error: string;
          id: string;
          provider: string;
          provider_event_id: string;
          status: Database["inbox"]["Enums"]["event_status"];
        }[];
      };
      reconcile: { Args: { provider: string; since?: string; until?: string }; Returns: string };
      reconcile_all: { Args: Record<PropertyKey, never>; Returns: number };
      reject: { Args: { count: number; provider: string; reason: string; sample: Json }; Returns: undefined };
      replace_unconfirmed: {
        Args: {
          event: Omit<
            Database["inbox"]["Tables"]["events"]["Row"],
            Database["inbox"]["Tables"]["events"]["ComputedFields"]
          >;
          given: Json;
        };
        Returns: Database["inbox"]["Enums"]["event_status"];
      };
      retry: { Args: { event_id: string; facts?: Json }; Returns: Database["inbox"]["Enums"]["event_status"] };
      retry_delay: { Args: { attempts: number }; Returns: string };
      retry_due: { Args: { at_most?: number }; Returns: number };
      set_cause: { Args: { thing: string }; Returns: undefined };
      set_causes: { Args: { events: string[]; things: string[] }; Returns: undefined };
      settle: {
        Args: {
          counts: boolean;
          event: Omit<
            Database["inbox"]["Tables"]["events"]["Row"],
            Database["inbox"]["Tables"]["events"]["ComputedFields"]
          >;
          wakes?: boolean;
        };
        Returns: Database["inbox"]["Enums"]["event_status"];
      };
      still_unconfirmed: { Args: { event_id: string; is_over?: boolean; reason: string }; Returns: undefined };
      still_unreadable: { Args: { event_id: string; reason: string }; Returns: undefined };
      store_events: { Args: { events: Json }; Returns: string[] };
      take_transmission: { Args: { body_sha256: string; provider: string; ref: string }; Returns: boolean };
      to_ask_about: {
        Args: { at_most?: number; provider: string };
        Returns: {
          kind: string;
          ref: string;
        }[];
      };
      try_apply: {
        Args: {
          event: Omit<
            Database["inbox"]["Tables"]["events"]["Row"],
            Database["inbox"]["Tables"]["events"]["ComputedFields"]
          >;
        };
        Returns: Record<string, unknown>;
      };
      unconfirmed_due: {
        Args: { at_most?: number };
        Returns: {
          body: string;
          headers: Json;
          id: string;
          provider: string;
          provider_event_id: string;
        }[];
      };
      unreadable_due: {
        Args: { at_most?: number };
        Returns: {
          headers: Json;
          id: string;
          provider: string;
          text: string;
        }[];
      };
      wake_parked: { Args: { keys: string[] }; Returns: undefined };
    };
    Enums: {
      event_status: "applied" | "ignored" | "parked" | "failed" | "dead";
      event_trust: "signed" | "confirmed" | "unconfirmed";
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
  learning: {
    Tables: {
      [_ in never]: never;
    };
    Views: {
      [_ in never]: never;
    };
    Functions: {
      apply_calendar_change: { Args: { fact: Json }; Returns: undefined };
      apply_form: { Args: { fact: Json; provider: string }; Returns: undefined };
      apply_reply: { Args: { event_id: string; fact: Json; provider: string }; Returns: undefined };
      appointment_details: { Args: { appointment_id: string }; Returns: Json };
      attends: { Args: { cohort_id: string }; Returns: boolean };
      clean_name: { Args: { name: string }; Returns: string };
      cohort_message_details: { Args: { message_id: string }; Returns: Json };
      enrol_buyer: { Args: { order_item_id: string }; Returns: string };
      enrollment_details: { Args: { enrollment_id: string }; Returns: Json };
      free_seats: { Args: { cohort_id: string }; Returns: number };
      instructors_of: { Args: { cohort_id: string }; Returns: Json };
      is_enrolled: { Args: { cohort_id: string; email: string }; Returns: boolean };
      keep_version: { Args: { fields: Json; row_id: string; table_name: string }; Returns: undefined };
      known_people: {
        Args: Record<PropertyKey, never>;
        Returns: {
          user_id: string;
        }[];
      };
      my_name: { Args: Record<PropertyKey, never>; Returns: string };
      question_details: { Args: { question_id: string }; Returns: Json };
      reply_audience: { Args: { about: string; fact: Json }; Returns: string };
      reply_token: { Args: { about: string; audience: string }; Returns: string };
      settle_enrolments: { Args: { order_id: string; refunded: boolean }; Returns: undefined };
      teaches: { Args: { cohort_id: string }; Returns: boolean };
      ticket_details: { Args: { ticket_id: string }; Returns: Json };
      ticket_reply_details: { Args: { reply_id: string }; Returns: Json };
    };
    Enums: {
      [_ in never]: never;
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
  ops: {
    Tables: {
      acknowledgements: {
        Row: {
          acknowledged_at: string;
          acknowledged_by: string;
          id: string;
          reason: string;
          seen: string;
          what: string;
        };
        ComputedFields: never;
        Insert: {
          acknowledged_at?: string;
          acknowledged_by?: string;
          id: string;
          reason: string;
          seen?: string;
          what: string;
        };
        Update: {
          acknowledged_at?: string;
          acknowledged_by?: string;
          id?: string;
          reason?: string;
          seen?: string;
          what?: string;
        };
        Relationships: [];
      };
      alert_settings: {
        Row: {
          alert_from: Database["ops"]["Enums"]["severity"];
          cool_down: string;
          digest_at: string;
          last_digest_at: string;
          last_run_at: string;
          only_row: boolean;
        };
        ComputedFields: never;
        Insert: {
          alert_from?: Database["ops"]["Enums"]["severity"];
          cool_down?: string;
          digest_at?: string;
          last_digest_at?: string;
          last_run_at?: string;
          only_row?: boolean;
        };
        Update: {
          alert_from?: Database["ops"]["Enums"]["severity"];
          cool_down?: string;
          digest_at?: string;
          last_digest_at?: string;
          last_run_at?: string;
          only_row?: boolean;
        };
        Relationships: [];
      };
      alerts: {
        Row: {
          created_at: string;
          id: string;
          items: NonNullable<Json>;
          kind: Database["ops"]["Enums"]["alert_kind"];
          severity: Database["ops"]["Enums"]["severity"] | null;
          text: string;
          total: number;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          id?: string;
          items: NonNullable<Json>;
          kind: Database["ops"]["Enums"]["alert_kind"];
          severity?: Database["ops"]["Enums"]["severity"] | null;
          text: string;
          total: number;
        };
        Update: {
          created_at?: string;
          id?: string;
          items?: NonNullable<Json>;
          kind?: Database["ops"]["Enums"]["alert_kind"];
          severity?: Database["ops"]["Enums"]["severity"] | null;
          text?: string;
          total?: number;
        };
        Relationships: [];
      };
      audits: {
        Row: {
          findings: NonNullable<Json>;
          finished_at: string;
          found: number;
          id: string;
          ran_by: string;
          started_at: string;
        };
        ComputedFields: never;
        Insert: {
          findings: NonNullable<Json>;
          finished_at: string;
          found: number;
          id?: string;
          ran_by?: string;
          started_at: string;
        };
        Update: {
          findings?: NonNullable<Json>;
          finished_at?: string;
          found?: number;
          id?: string;
          ran_by?: string;
          started_at?: string;
        };
        Relationships: [];
      };
      decisions: {
        Row: {
          about: string;
          command: string;
          decided_at: string;
          decided_by: string;
          id: string;
          reason: string;
        };
        ComputedFields: never;
        Insert: {
          about: string;
          command: string;
          decided_at?: string;
          decided_by?: string;
          id?: string;
          reason: string;
        };
        Update: {
          about?: string;
          command?: string;
          decided_at?: string;
          decided_by?: string;
          id?: string;
          reason?: string;
        };
        Relationships: [];
      };
      endpoint_failures: {
        Row: {
          code: string;
          count: number;
          endpoint: string;
          last_at: string;
          message: string;
          minute: string;
        };
        ComputedFields: never;
        Insert: {
          code: string;
          count?: number;
          endpoint: string;
          last_at?: string;
          message: string;
          minute: string;
        };
        Update: {
          code?: string;
          count?: number;
          endpoint?: string;
          last_at?: string;
          message?: string;
          minute?: string;
        };
        Relationships: [];
      };
      incidents: {
        Row: {
          about: string;
          alerted_at: string | null;
          id: string;
          quiet: boolean;
          raised_at: string;
          remedy: string | null;
          resolved_at: string | null;
          severity: Database["ops"]["Enums"]["severity"];
          since: string | null;
          what: string;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Insert: {
          about: string;
          alerted_at?: string | null;
          id?: string;
          quiet?: boolean;
          raised_at?: string;
          remedy?: string | null;
          resolved_at?: string | null;
          severity: Database["ops"]["Enums"]["severity"];
          since?: string | null;
          what: string;
          which?: string | null;
          why?: string | null;
        };
        Update: {
          about?: string;
          alerted_at?: string | null;
          id?: string;
          quiet?: boolean;
          raised_at?: string;
          remedy?: string | null;
          resolved_at?: string | null;
          severity?: Database["ops"]["Enums"]["severity"];
          since?: string | null;
          what?: string;
          which?: string | null;
          why?: string | null;
        };
        Relationships: [];
      };
      jobs: {
        Row: {
          command: string;
          created_at: string;
          max_age: string;
          name: string;
          purpose: string;
          schedule: string;
        };
        ComputedFields: never;
        Insert: {
          command: string;
          created_at?: string;
          max_age: string;
          name: string;
          purpose: string;
          schedule: string;
        };
        Update: {
          command?: string;
          created_at?: string;
          max_age?: string;
          name?: string;
          purpose?: string;
          schedule?: string;
        };
        Relationships: [];
      };
      person_links: {
        Row: {
          created_at: string;
          email: string;
          found: boolean;
          how: string;
          id: string;
          linked_by: string;
          reason: string | null;
          rows: NonNullable<Json>;
          updated_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          email: string;
          found?: boolean;
          how: string;
          id?: string;
          linked_by?: string;
          reason?: string | null;
          rows?: NonNullable<Json>;
          updated_at?: string;
          user_id: string;
        };
        Update: {
          created_at?: string;
          email?: string;
          found?: boolean;
          how?: string;
          id?: string;
          linked_by?: string;
          reason?: string | null;
          rows?: NonNullable<Json>;
          updated_at?: string;
          user_id?: string;
        };
        Relationships: [];
      };
      quota_usage: {
        Row: {
          count: number;
          hour: string;
          user_id: string;
          what: string;
        };
        ComputedFields: never;
        Insert: {
          count: number;
          hour: string;
          user_id: string;
          what: string;
        };
        Update: {
          count?: number;
          hour?: string;
          user_id?: string;
          what?: string;
        };
        Relationships: [
          {
            foreignKeyName: "usage_is_of_a_quota";
            columns: ["what"];
            isOneToOne: false;
            referencedRelation: "quotas";
            referencedColumns: ["what"];
          },
        ];
      };
      quotas: {
        Row: {
          description: string;
          per_hour: number;
          what: string;
        };
        ComputedFields: never;
        Insert: {
          description: string;
          per_hour: number;
          what: string;
        };
        Update: {
          description?: string;
          per_hour?: number;
          what?: string;
        };
        Relationships: [];
      };
      retention: {
        Row: {
          description: string;
          keep: string | null;
          reached: string | null;
          walk_began_at: string;
          what: string;
        };
        ComputedFields: never;
        Insert: {
          description: string;
          keep?: string | null;
          reached?: string | null;
          walk_began_at?: string;
          what: string;
        };
        Update: {
          description?: string;
          keep?: string | null;
          reached?: string | null;
          walk_began_at?: string;
          what?: string;
        };
        Relationships: [];
      };
      topic_feed: {
        Row: {
          epoch: string;
          kept_after: unknown;
          only_row: boolean;
        };
        ComputedFields: never;
        Insert: {
          epoch?: string;
          kept_after?: unknown;
          only_row?: boolean;
        };
        Update: {
          epoch?: string;
          kept_after?: unknown;
          only_row?: boolean;
        };
        Relationships: [];
      };
    };
    Views: {
      attention: {
        Row: {
          id: string | null;
          remedy: string | null;
          severity: Database["ops"]["Enums"]["severity"] | null;
          since: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      attention_audit: {
        Row: {
          id: string | null;
          remedy: string | null;
          since: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      attention_calendar: {
        Row: {
          id: string | null;
          remedy: string | null;
          since: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      attention_conversations: {
        Row: {
          id: string | null;
          remedy: string | null;
          since: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      attention_deliveries: {
        Row: {
          id: string | null;
          remedy: string | null;
          since: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      attention_disputes: {
        Row: {
          id: string | null;
          remedy: string | null;
          since: string;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      attention_events: {
        Row: {
          id: string | null;
          remedy: string | null;
          since: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      attention_failing_destinations: {
        Row: {
          id: string;
          remedy: string | null;
          since: string | null;
          what: string | null;
          which: string;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      attention_held_destinations: {
        Row: {
          id: string | null;
          remedy: string | null;
          since: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      attention_jobs: {
        Row: {
          id: string | null;
          remedy: string | null;
          since: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      attention_missing_secrets: {
        Row: {
          id: string | null;
          remedy: string | null;
          since: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      attention_new_shapes: {
        Row: {
          id: string | null;
          remedy: string | null;
          since: string;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Insert: {
          id?: never;
          remedy?: never;
          since?: string | null;
          what?: never;
          which?: never;
          why?: never;
        };
        Update: {
          id?: never;
          remedy?: never;
          since?: string | null;
          what?: never;
          which?: never;
          why?: never;
        };
        Relationships: [];
      };
      attention_no_courier: {
        Row: {
          id: string | null;
          remedy: string | null;
          since: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      attention_no_shows: {
        Row: {
          id: string | null;
          remedy: string | null;
          since: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      attention_orders: {
        Row: {
          id: string | null;
          remedy: string | null;
          since: string;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      attention_parcels: {
        Row: {
          id: string | null;
          remedy: string | null;
          since: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      attention_payments: {
        Row: {
          id: string | null;
          remedy: string | null;
          since: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      attention_reconciler: {
        Row: {
          id: string | null;
          remedy: string | null;
          since: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      attention_refunds: {
        Row: {
          id: string | null;
          remedy: string | null;
          since: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      attention_refused_webhooks: {
        Row: {
          id: string | null;
          remedy: string | null;
          since: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      attention_routes: {
        Row: {
          id: string | null;
          remedy: string | null;
          since: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      attention_undecided_events: {
        Row: {
          id: string | null;
          remedy: string | null;
          since: string;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Insert: {
          id?: never;
          remedy?: never;
          since?: string | null;
          what?: never;
          which?: never;
          why?: never;
        };
        Update: {
          id?: never;
          remedy?: never;
          since?: string | null;
          what?: never;
          which?: never;
          why?: never;
        };
        Relationships: [];
      };
      attention_unmatched_recaps: {
        Row: {
          id: string | null;
          remedy: string | null;
          since: string;
          what: string | null;
          which: string;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      attention_unserved_requests: {
        Row: {
          id: string | null;
          remedy: string | null;
          since: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_checkout_expiry: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_checkout_news: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_checkout_without_order: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_cohort_capacity: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_conversations: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_credit_balances: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_credits: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_discount_use: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_goods_without_parcel: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_item_reservation: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_order_amount: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_order_items: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_order_items_total: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_order_of_another_checkout: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_order_of_open_checkout: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_order_total: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_order_without_money: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_parcel_of_refunded_order: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_payment_for_nothing: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_payment_refunds: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_payment_without_order: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_refund_currency: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_refund_payment: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_seat_not_bought: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_seat_not_given: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_session_credits: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_session_not_booked: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_session_not_bought: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_started_payment: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_stock_held: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_stock_ledger: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_stock_taken: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_tutor_twice: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      audit_unlinked_purchases: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      bought_items: {
        Row: {
          checkout_session_id: string;
          cohort_id: string | null;
          email: string;
          item_id: string;
          kind: Database["public"]["Enums"]["product_kind"];
          number: number;
          order_id: string;
          payment_id: string;
          reservation: Database["public"]["Enums"]["reservation_status"] | null;
          settled_without_stock: boolean;
          ships: boolean;
          sku: string;
          status: Database["public"]["Enums"]["order_status"];
        };
        ComputedFields: never;
        Relationships: [];
      };
      conversation_funnel: {
        Row: {
          closed: number | null;
          day: string | null;
          handed_over: number | null;
          longest_seconds_to_welcome: number | null;
          median_seconds_to_welcome: number | null;
          replied: number | null;
          reply_percent: number | null;
          started: number | null;
          unreachable: number | null;
          welcomed: number | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      conversation_stops: {
        Row: {
          cause: string;
          conversations: number | null;
          median_seconds: number | null;
          oldest_since: string | null;
          status: Database["public"]["Enums"]["conversation_status"];
        };
        ComputedFields: never;
        Relationships: [];
      };
      due_deliveries: {
        Row: {
          count: number | null;
          courier_is_awake: boolean | null;
          since: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      event_steps: {
        Row: {
          at: string | null;
          console_url: string | null;
          delivery_id: number | null;
          detail: string | null;
          event_id: string | null;
          find_it: string | null;
          message_id: string | null;
          record_key: string | null;
          status: string | null;
          step: string | null;
          what: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      inconsistencies: {
        Row: {
          id: string | null;
          remedy: string | null;
          what: string | null;
          which: string | null;
          why: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
    };
    Functions: {
      acknowledge: { Args: { id: string; reason: string; what: string }; Returns: undefined };
      acknowledged_at: { Args: { id: string; what: string }; Returns: string };
      alert_text: {
        Args: { items: Json; kind: Database["ops"]["Enums"]["alert_kind"]; total: number };
        Returns: string;
      };
      audit_consistency: {
        Args: Record<PropertyKey, never>;
        Returns: {
          id: string;
          remedy: string;
          since: string;
          what: string;
          which: string;
          why: string;
        }[];
      };
      check_reason: { Args: { command: string; reason: string }; Returns: undefined };
      count_failure: { Args: { code: string; endpoint: string; message: string }; Returns: undefined };
      counted: { Args: { count: number; many?: string; one: string }; Returns: string };
      decide: { Args: { about: string; command: string; reason: string }; Returns: boolean };
      erase_person: { Args: { person: string; why: string }; Returns: Json };
      erasure_obstacles: { Args: { emails: string[]; pattern: string; user_id: string }; Returns: string[] };
      feed_epoch: { Args: Record<PropertyKey, never>; Returns: string };
      find_person: {
        Args: { email: string };
        Returns: {
          account_email: string;
          cohorts: string[];
          confirmed: boolean;
          created_at: string;
          credits: number;
          guest_orders: number;
          last_sign_in_at: string;
          name: string;
          open_tickets: number;
          orders: number;
          picture_url: string;
          user_id: string;
        }[];
      };
      functions_api: { Args: Record<PropertyKey, never>; Returns: unknown[] };
      grant_functions_role: { Args: Record<PropertyKey, never>; Returns: number };
      health: { Args: Record<PropertyKey, never>; Returns: Json };
      holds_a_key: { Args: { name: string }; Returns: boolean };
      is_acknowledged: { Args: { id: string; what: string }; Returns: boolean };
      is_admin: { Args: Record<PropertyKey, never>; Returns: boolean };
      iso_utc: { Args: { moment: string }; Returns: string };
      job_problems: {
        Args: Record<PropertyKey, never>;
        Returns: {
          name: string;
          problem: string;
          since: string;
        }[];
      };
      job_states: {
        Args: Record<PropertyKey, never>;
        Returns: {
          created_at: string;
          last_run_at: string;
          name: string;
          problem: string;
        }[];
      };
      link_confirmed: { Args: { user_id: string }; Returns: Json };
      link_person: { Args: { email: string; reason: string; user_id: string }; Returns: Json };
      link_purchases: { Args: { email: string; user_id: string }; Returns: Json };
      link_recent: { Args: { since?: string }; Returns: number };
      may_be_acknowledged: { Args: { what: string }; Returns: boolean };
      money: { Args: { amount_minor: number; currency: string }; Returns: string };
      my_email: { Args: Record<PropertyKey, never>; Returns: string };
      my_topics: { Args: Record<PropertyKey, never>; Returns: string[] };
      purge: { Args: { at_most: number; what: string }; Returns: number };
      purge_alerts: { Args: { at_most: number; before: string }; Returns: number };
      purge_all: { Args: { at_most?: number }; Returns: number };
      purge_attempts: { Args: { after: string; at_most: number; before: string }; Returns: Record<string, unknown> };
      purge_audits: { Args: { at_most: number; before: string; findings: boolean }; Returns: number };
      purge_calendar_entries: { Args: { at_most: number; before: string }; Returns: number };
      purge_checkout_limits: { Args: { at_most: number; before: string }; Returns: number };
      purge_checkout_requests: { Args: { at_most: number; before: string }; Returns: number };
      purge_console_actions: { Args: { at_most: number; before: string }; Returns: number };
      purge_console_jobs: { Args: { at_most: number; before: string }; Returns: number };
      purge_conversations: { Args: { at_most: number; before: string }; Returns: number };
      purge_couriers: { Args: { at_most: number; before: string }; Returns: number };
      purge_cron_log: { Args: { after: string; at_most: number; before: string }; Returns: Record<string, unknown> };
      purge_deliveries: {
        Args: {
          after: string;
          at_most: number;
          before: string;
          statuses: Database["outbox"]["Enums"]["delivery_status"][];
        };
        Returns: Record<string, unknown>;
      };
      purge_endpoint_failures: { Args: { at_most: number; before: string }; Returns: number };
      purge_events: { Args: { after: string; at_most: number; before: string }; Returns: Record<string, unknown> };
      purge_incidents: { Args: { at_most: number; before: string }; Returns: number };
      purge_inquiries: { Args: { at_most: number; before: string }; Returns: number };
      purge_latest_facts: { Args: { at_most: number; before: string }; Returns: number };
      purge_notifications: { Args: { at_most: number; before: string }; Returns: number };
      purge_person_links: { Args: { at_most: number; before: string }; Returns: number };
      purge_quota_usage: { Args: { at_most: number; before: string }; Returns: number };
      purge_reconciler_requests: { Args: { at_most: number; before: string }; Returns: number };
      purge_reconciliations: { Args: { at_most: number; before: string; with_missing: boolean }; Returns: number };
      purge_rejections: { Args: { at_most: number; before: string }; Returns: number };
      purge_session_reminders: { Args: { at_most: number; before: string }; Returns: number };
      purge_shapes: { Args: { at_most: number; before: string }; Returns: number };
      purge_text_versions: { Args: { at_most: number; before: string }; Returns: number };
      purge_topic_changes: { Args: { at_most: number; before: string }; Returns: number };
      refund_statement: {
        Args: {
          payment: Omit<
            Database["public"]["Tables"]["payments"]["Row"],
            Database["public"]["Tables"]["payments"]["ComputedFields"]
          >;
        };
        Returns: {
          does: string;
          does_first: string;
          statement: string;
        }[];
      };
      remedy: { Args: { does: string; instead?: string[]; statement: string }; Returns: string };
      revoke_functions_role: { Args: Record<PropertyKey, never>; Returns: number };
      schedule_jobs: { Args: Record<PropertyKey, never>; Returns: number };
      scrub: { Args: { content: string; instead: string[]; patterns: string[] }; Returns: string };
      scrub_json: { Args: { addresses: number; content: Json; instead: string[]; patterns: string[] }; Returns: Json };
      severity: { Args: { what: string }; Returns: Database["ops"]["Enums"]["severity"] };
      tell: {
        Args: {
          old_records: Json[];
          operation: string;
          records: Json[];
          schema_name: string;
          table_name: string;
          topics: string[];
        };
        Returns: undefined;
      };
      tell_attention: { Args: Record<PropertyKey, never>; Returns: undefined };
      uuid7: { Args: Record<PropertyKey, never>; Returns: string };
      uuid7_at: { Args: { moment: string }; Returns: string };
      word_pattern: { Args: { word: string }; Returns: string };
      write_alert: { Args: { incidents: string[]; kind: Database["ops"]["Enums"]["alert_kind"] }; Returns: undefined };
    };
    Enums: {
      alert_kind: "raised" | "resolved" | "digest";
      severity: "note" | "soon" | "urgent";
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
  outbox: {
    Tables: {
      attempts: {
        Row: {
          courier: string | null;
          delivery_id: number;
          duration_ms: number | null;
          error: string | null;
          id: number;
          number: number;
          response_body: string | null;
          started_at: string;
          status_code: number | null;
        };
        ComputedFields: never;
        Insert: {
          courier?: string | null;
          delivery_id: number;
          duration_ms?: number | null;
          error?: string | null;
          id?: never;
          number: number;
          response_body?: string | null;
          started_at: string;
          status_code?: number | null;
        };
        Update: {
          courier?: string | null;
          delivery_id?: number;
          duration_ms?: number | null;
          error?: string | null;
          id?: never;
          number?: number;
          response_body?: string | null;
          started_at?: string;
          status_code?: number | null;
        };
        Relationships: [
          {
            foreignKeyName: "an_attempt_is_of_a_delivery";
            columns: ["delivery_id"];
            isOneToOne: false;
            referencedRelation: "deliveries";
            referencedColumns: ["id"];
          },
        ];
      };
      bells: {
        Row: {
          nonce: string;
          rung_at: string;
        };
        ComputedFields: never;
        Insert: {
          nonce: string;
          rung_at?: string;
        };
        Update: {
          nonce?: string;
          rung_at?: string;
        };
        Relationships: [];
      };
      couriers: {
        Row: {
          awake_until: string | null;
          claimed: number;
          ended_at: string | null;
          id: string;
          pump: string;
          started_at: string;
        };
        ComputedFields: never;
        Insert: {
          awake_until?: string | null;
          claimed?: number;
          ended_at?: string | null;
          id?: string;
          pump: string;
          started_at?: string;
        };
        Update: {
          awake_until?: string | null;
          claimed?: number;
          ended_at?: string | null;
          id?: string;
          pump?: string;
          started_at?: string;
        };
        Relationships: [];
      };
      deliveries: {
        Row: {
          attempts: number;
          attempts_before: number;
          courier: string | null;
          created_at: string;
          destination: string;
          id: number;
          lane: number;
          last_error: string | null;
          last_status_code: number | null;
          lease_until: string | null;
          message_id: string;
          next_attempt_at: string;
          priority: number;
          processed_at: string | null;
          processing_error: string | null;
          receipt_due_at: string | null;
          record_key: string;
          settled_at: string | null;
          status: Database["outbox"]["Enums"]["delivery_status"];
          written_by: unknown;
        };
        ComputedFields: never;
        Insert: {
          attempts?: number;
          attempts_before?: number;
          courier?: string | null;
          created_at?: string;
          destination: string;
          id?: never;
          lane?: never;
          last_error?: string | null;
          last_status_code?: number | null;
          lease_until?: string | null;
          message_id: string;
          next_attempt_at?: string;
          priority?: number;
          processed_at?: string | null;
          processing_error?: string | null;
          receipt_due_at?: string | null;
          record_key: string;
          settled_at?: string | null;
          status?: Database["outbox"]["Enums"]["delivery_status"];
          written_by?: unknown;
        };
        Update: {
          attempts?: number;
          attempts_before?: number;
          courier?: string | null;
          created_at?: string;
          destination?: string;
          id?: never;
          lane?: never;
          last_error?: string | null;
          last_status_code?: number | null;
          lease_until?: string | null;
          message_id?: string;
          next_attempt_at?: string;
          priority?: number;
          processed_at?: string | null;
          processing_error?: string | null;
          receipt_due_at?: string | null;
          record_key?: string;
          settled_at?: string | null;
          status?: Database["outbox"]["Enums"]["delivery_status"];
          written_by?: unknown;
        };
        Relationships: [
          {
            foreignKeyName: "a_delivery_carries_a_message";
            columns: ["message_id"];
            isOneToOne: false;
            referencedRelation: "messages";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "a_delivery_goes_to_a_destination";
            columns: ["destination"];
            isOneToOne: false;
            referencedRelation: "destinations";
            referencedColumns: ["name"];
          },
        ];
      };
      destinations: {
        Row: {
          adapter: string;
          breaker_after: number | null;
          created_at: string;
          description: string | null;
          failures: number;
          held_reason: string | null;
          held_until: string | null;
          last_delivered_at: string | null;
          max_in_flight: number;
          max_per_second: number;
          name: string;
          opened_at: string | null;
          paused_at: string | null;
          paused_reason: string | null;
          receipt_within: string;
          receipts: boolean;
          recovering_since: string | null;
          replayable: boolean;
          timeout_ms: number;
          tokens: number;
          tokens_at: string;
          url: string | null;
          rate_of: number | null;
        };
        ComputedFields: "rate_of";
        Insert: {
          adapter?: string;
          breaker_after?: number | null;
          created_at?: string;
          description?: string | null;
          failures?: number;
          held_reason?: string | null;
          held_until?: string | null;
          last_delivered_at?: string | null;
          max_in_flight?: number;
          max_per_second?: number;
          name: string;
          opened_at?: string | null;
          paused_at?: string | null;
          paused_reason?: string | null;
          receipt_within?: string;
          receipts?: boolean;
          recovering_since?: string | null;
          replayable?: boolean;
          timeout_ms?: number;
          tokens?: number;
          tokens_at?: string;
          url?: string | null;
        };
        Update: {
          adapter?: string;
          breaker_after?: number | null;
          created_at?: string;
          description?: string | null;
          failures?: number;
          held_reason?: string | null;
          held_until?: string | null;
          last_delivered_at?: string | null;
          max_in_flight?: number;
          max_per_second?: number;
          name?: string;
          opened_at?: string | null;
          paused_at?: string | null;
          paused_reason?: string | null;
          receipt_within?: string;
          receipts?: boolean;
          recovering_since?: string | null;
          replayable?: boolean;
          timeout_ms?: number;
          tokens?: number;
          tokens_at?: string;
          url?: string | null;
        };
        Relationships: [];
      };
      feed: {
        Row: {
          delivery_id: number;
          destination: string;
          position: number;
        };
        ComputedFields: never;
        Insert: {
          delivery_id: number;
          destination: string;
          position: number;
        };
        Update: {
          delivery_id?: number;
          destination?: string;
          position?: number;
        };
        Relationships: [
          {
            foreignKeyName: "a_feed_has_a_reader";
            columns: ["destination"];
            isOneToOne: false;
            referencedRelation: "readers";
            referencedColumns: ["destination"];
          },
        ];
      };
      messages: {
        Row: {
          created_at: string;
          event_id: string | null;
          id: string;
          payload: string | null;
          record_key: string;
          replay_id: number | null;
          sequence: number;
          type: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          event_id?: string | null;
          id?: string;
          payload?: string | null;
          record_key: string;
          replay_id?: number | null;
          sequence?: number;
          type: string;
        };
        Update: {
          created_at?: string;
          event_id?: string | null;
          id?: string;
          payload?: string | null;
          record_key?: string;
          replay_id?: number | null;
          sequence?: number;
          type?: string;
        };
        Relationships: [
          {
            foreignKeyName: "a_copy_belongs_to_a_replay";
            columns: ["replay_id"];
            isOneToOne: false;
            referencedRelation: "replays";
            referencedColumns: ["id"];
          },
        ];
      };
      readers: {
        Row: {
          destination: string;
          kept_after: number;
          position: number;
          seen_until: unknown;
          server_started_at: string;
        };
        ComputedFields: never;
        Insert: {
          destination: string;
          kept_after?: number;
          position?: number;
          seen_until?: unknown;
          server_started_at?: string;
        };
        Update: {
          destination?: string;
          kept_after?: number;
          position?: number;
          seen_until?: unknown;
          server_started_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: "a_reader_is_a_destination";
            columns: ["destination"];
            isOneToOne: true;
            referencedRelation: "destinations";
            referencedColumns: ["name"];
          },
        ];
      };
      replays: {
        Row: {
          created_at: string;
          destination: string;
          filter: NonNullable<Json>;
          id: number;
          message_count: number;
          reason: string;
          requested_by: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          destination: string;
          filter: NonNullable<Json>;
          id?: never;
          message_count: number;
          reason: string;
          requested_by?: string;
        };
        Update: {
          created_at?: string;
          destination?: string;
          filter?: NonNullable<Json>;
          id?: never;
          message_count?: number;
          reason?: string;
          requested_by?: string;
        };
        Relationships: [];
      };
      routes: {
        Row: {
          becomes: string | null;
          description: string | null;
          destination: string;
          enabled: boolean;
          event_types: string[] | null;
          id: number;
          latest_only: boolean;
          message_type: string | null;
          not_from: string[] | null;
          operations: string[] | null;
          priority: number;
          provider: string | null;
          table_name: string | null;
          when_column: string | null;
        };
        ComputedFields: never;
        Insert: {
          becomes?: string | null;
          description?: string | null;
          destination: string;
          enabled?: boolean;
          event_types?: string[] | null;
          id?: never;
          latest_only?: boolean;
          message_type?: string | null;
          not_from?: string[] | null;
          operations?: string[] | null;
          priority?: number;
          provider?: string | null;
          table_name?: string | null;
          when_column?: string | null;
        };
        Update: {
          becomes?: string | null;
          description?: string | null;
          destination?: string;
          enabled?: boolean;
          event_types?: string[] | null;
          id?: never;
          latest_only?: boolean;
          message_type?: string | null;
          not_from?: string[] | null;
          operations?: string[] | null;
          priority?: number;
          provider?: string | null;
          table_name?: string | null;
          when_column?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "a_route_leads_to_a_destination";
            columns: ["destination"];
            isOneToOne: false;
            referencedRelation: "destinations";
            referencedColumns: ["name"];
          },
        ];
      };
      settings: {
        Row: {
          console_url: string | null;
          functions_url: string | null;
          only_row: boolean;
        };
        ComputedFields: never;
        Insert: {
          console_url?: string | null;
          functions_url?: string | null;
          only_row?: boolean;
        };
        Update: {
          console_url?: string | null;
          functions_url?: string | null;
          only_row?: boolean;
        };
        Relationships: [];
      };
    };
    Views: {
      [_ in never]: never;
    };
    Functions: {
      acknowledge: {
        Args: { delivery_id: number; failed?: string; signature: string };
        Returns: {
          duplicate: boolean;
          late: boolean;
          outcome: string;
        }[];
      };
      add_route: {
        Args: {
          draft: Database["outbox"]["CompositeTypes"]["draft"];
          route: Omit<
            Database["outbox"]["Tables"]["routes"]["Row"],
            Database["outbox"]["Tables"]["routes"]["ComputedFields"]
          >;
        };
        Returns: Database["outbox"]["CompositeTypes"]["draft"];
        SetofOptions: {
          from: "*";
          to: "draft";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      bell_is_genuine: { Args: { bell: Json }; Returns: boolean };
      call_off: { Args: { destinations: string[]; record_key: string; type: string }; Returns: undefined };
      cancel: { Args: { delivery_id: number; reason: string }; Returns: undefined };
      changes: {
        Args: { after: string; at_most: number; destination: string };
        Returns: {
          cursor: string;
          messages: string;
          more: boolean;
          outcome: string;
        }[];
      };
      check_replay: { Args: { destination: string; filter: Json }; Returns: undefined };
      claim: {
        Args: { at_most: number; courier: string; max_bytes?: number };
        Returns: {
          adapter: string;
          attempt: number;
          body: string;
          delivery_id: number;
          destination: string;
          message_id: string;
          provider: string;
          replay_id: number;
          timeout_ms: number;
          type: string;
          url: string;
        }[];
      };
      courier_is_awake: { Args: Record<PropertyKey, never>; Returns: boolean };
      courier_lock: { Args: Record<PropertyKey, never>; Returns: number };
      cursor_at: { Args: { destination: string; place: number }; Returns: string };
      dead_routes: {
        Args: Record<PropertyKey, never>;
        Returns: {
          destination: string;
          id: number;
          message_type: string;
          why: string;
        }[];
      };
      disable_route: { Args: { reason: string; route_id: number }; Returns: undefined };
      disconnect: { Args: { destination: string; reason: string }; Returns: number };
      doorbell_signature: { Args: { expires_at: number; nonce: string }; Returns: string };
      due: { Args: Record<PropertyKey, never>; Returns: string[] };
      enable_route: { Args: { reason: string; route_id: number }; Returns: undefined };
      end_rotation: { Args: { destination: string }; Returns: undefined };
      fill_feed: {
        Args: { at_most?: number; destination: string };
        Returns: {
          destination: string;
          kept_after: number;
          position: number;
          seen_until: unknown;
          server_started_at: string;
        };
        SetofOptions: {
          from: "*";
          to: "readers";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      finish_run: { Args: { courier: string; even_if_due?: boolean }; Returns: boolean };
      forward_event: {
        Args: {
          event: Omit<
            Database["inbox"]["Tables"]["events"]["Row"],
            Database["inbox"]["Tables"]["events"]["ComputedFields"]
          >;
        };
        Returns: undefined;
      };
      forward_events: { Args: { ids: string[] }; Returns: undefined };
      key_of: { Args: { record: Json; relation: unknown }; Returns: string };
      mark_processed: { Args: { delivery_id: number; reason: string }; Returns: undefined };
      mend_clock: { Args: Record<PropertyKey, never>; Returns: number };
      needs_courier: { Args: Record<PropertyKey, never>; Returns: boolean };
      pause: { Args: { destination: string; reason: string }; Returns: undefined };
      pick: {
        Args: {
          already_picked?: number[];
          at_most: number;
          destination: string;
          lanes: number[];
          lease: string;
          newest?: boolean;
        };
        Returns: number[];
      };
      preview_replay: {
        Args: { destination: string; filter: Json };
        Returns: {
          count: number;
          newest: string;
          oldest: string;
          sample: Json;
        }[];
      };
      rate_of: {
        Args: {
          destination: Omit<
            Database["outbox"]["Tables"]["destinations"]["Row"],
            Database["outbox"]["Tables"]["destinations"]["ComputedFields"]
          >;
        };
        Returns: number;
      };
      receipt_signature: { Args: { delivery_id: number }; Returns: string };
      receipt_url: { Args: { delivery_id: number }; Returns: string };
      record: { Args: { courier: string; results: Json }; Returns: undefined };
      record_and_claim: {
        Args: { at_most: number; courier: string; max_bytes?: number; results: Json };
        Returns: {
          adapter: string;
          attempt: number;
          body: string;
          delivery_id: number;
          destination: string;
          message_id: string;
          provider: string;
          replay_id: number;
          timeout_ms: number;
          type: string;
          url: string;
        }[];
      };
      record_failures: { Args: { courier: string; results: Json }; Returns: undefined };
      record_health: { Args: { results: Json }; Returns: undefined };
      release_next: { Args: { destinations: string[]; settled: number[] }; Returns: undefined };
      replay: { Args: { destination: string; filter: Json; reason: string }; Returns: number };
      resume: { Args: { destination: string }; Returns: number };
      retry: { Args: { delivery_id: number }; Returns: undefined };
      retry_dead: { Args: { destination: string; since?: string }; Returns: number };
      retry_delay: { Args: { attempts: number }; Returns: string };
      retry_span: { Args: Record<PropertyKey, never>; Returns: string };
      retry_waiting: { Args: { destination: string }; Returns: number };
      ring: { Args: Record<PropertyKey, never>; Returns: number };
      ring_if_due: { Args: Record<PropertyKey, never>; Returns: number };
      rotate_secret: { Args: { destination: string; secret?: string }; Returns: string };
      secrets_of: { Args: { destination: string }; Returns: string[] };
      send_copy: { Args: { delivery_id: number; reason: string }; Returns: number };
      send_test: { Args: { destination: string }; Returns: string };
      set_functions_url: { Args: { url: string }; Returns: undefined };
      take_bell: { Args: { bell: Json }; Returns: string };
      to_replay: {
        Args: { destination: string; filter: Json };
        Returns: {
          created_at: string;
          message_id: string;
          record_key: string;
          sequence: number;
          type: string;
        }[];
      };
      update_breaker: {
        Args: { asked_to_wait: string; delivered: number; destination: string; failed: number; reason: string };
        Returns: undefined;
      };
      wake: { Args: { pump: string }; Returns: string };
      with_receipt: { Args: { delivery_id: number; payload: string }; Returns: string };
      write_message: {
        Args: {
          destinations: string[];
          event_id: string;
          latest_only?: string[];
          payload: string;
          priority?: number;
          record_key: string;
          sequence?: number;
          type: string;
        };
        Returns: string;
      };
      write_messages: { Args: { drafts: Database["outbox"]["CompositeTypes"]["draft"][] }; Returns: undefined };
    };
    Enums: {
      delivery_status: "pending" | "sending" | "delivered" | "dead" | "cancelled";
    };
    CompositeTypes: {
      draft: {
        id: string | null;
        sequence: number | null;
        type: string | null;
        record_key: string | null;
        payload: string | null;
        event_id: string | null;
        destinations: string[] | null;
        latest_only: string[] | null;
        priority: number | null;
      };
    };
  };
  public: {
    Tables: {
      admins: {
        Row: {
          created_at: string;
          note: string | null;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          note?: string | null;
          user_id: string;
        };
        Update: {
          created_at?: string;
          note?: string | null;
          user_id?: string;
        };
        Relationships: [];
      };
      appointments: {
        Row: {
          calendar_as_of: NonNullable<Json>;
          calendar_event_id: string | null;
          cancelled_by_calendar: boolean;
          cohort_id: string | null;
          created_at: string;
          email: string | null;
          ends_at: string;
          id: string;
          instructor_user_id: string | null;
          meet_link: string | null;
          note: string | null;
          starts_at: string;
          status: Database["public"]["Enums"]["appointment_status"];
          title: string;
          updated_at: string;
          user_id: string | null;
        };
        ComputedFields: never;
        Insert: {
          calendar_as_of?: NonNullable<Json>;
          calendar_event_id?: string | null;
          cancelled_by_calendar?: boolean;
          cohort_id?: string | null;
          created_at?: string;
          email?: string | null;
          ends_at: string;
          id?: string;
          instructor_user_id?: string | null;
          meet_link?: string | null;
          note?: string | null;
          starts_at: string;
          status?: Database["public"]["Enums"]["appointment_status"];
          title: string;
          updated_at?: string;
          user_id?: string | null;
        };
        Update: {
          calendar_as_of?: NonNullable<Json>;
          calendar_event_id?: string | null;
          cancelled_by_calendar?: boolean;
          cohort_id?: string | null;
          created_at?: string;
          email?: string | null;
          ends_at?: string;
          id?: string;
          instructor_user_id?: string | null;
          meet_link?: string | null;
          note?: string | null;
          starts_at?: string;
          status?: Database["public"]["Enums"]["appointment_status"];
          title?: string;
          updated_at?: string;
          user_id?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "an_appointment_may_be_of_a_cohort";
            columns: ["cohort_id"];
            isOneToOne: false;
            referencedRelation: "cohorts";
            referencedColumns: ["id"];
          },
        ];
      };
      checkout_items: {
        Row: {
          checkout_session_id: string;
          cohort_id: string | null;
          credits: number | null;
          discount_minor: number;
          id: string;
          kind: Database["public"]["Enums"]["product_kind"];
          name: string;
          product_id: string;
          quantity: number;
          reserved: boolean;
          ships: boolean;
          sku: string;
          starts_at: string | null;
          unit_price_minor: number;
        };
        ComputedFields: never;
        Insert: {
          checkout_session_id: string;
          cohort_id?: string | null;
          credits?: number | null;
          discount_minor?: number;
          id?: string;
          kind?: Database["public"]["Enums"]["product_kind"];
          name: string;
          product_id: string;
          quantity: number;
          reserved?: boolean;
          ships?: boolean;
          sku: string;
          starts_at?: string | null;
          unit_price_minor: number;
        };
        Update: {
          checkout_session_id?: string;
          cohort_id?: string | null;
          credits?: number | null;
          discount_minor?: number;
          id?: string;
          kind?: Database["public"]["Enums"]["product_kind"];
          name?: string;
          product_id?: string;
          quantity?: number;
          reserved?: boolean;
          ships?: boolean;
          sku?: string;
          starts_at?: string | null;
          unit_price_minor?: number;
        };
        Relationships: [
          {
            foreignKeyName: "a_seat_is_of_a_cohort";
            columns: ["cohort_id"];
            isOneToOne: false;
            referencedRelation: "cohorts";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "an_item_is_a_product";
            columns: ["product_id"];
            isOneToOne: false;
            referencedRelation: "product_availability";
            referencedColumns: ["product_id"];
          },
          {
            foreignKeyName: "an_item_is_a_product";
            columns: ["product_id"];
            isOneToOne: false;
            referencedRelation: "products";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "an_item_is_of_a_checkout";
            columns: ["checkout_session_id"];
            isOneToOne: false;
            referencedRelation: "checkout_sessions";
            referencedColumns: ["id"];
          },
        ];
      };
      checkout_requests: {
        Row: {
          answer: Json | null;
          caller: string;
          checkout_session_id: string | null;
          claimed_until: string;
          created_at: string;
          fingerprint: string;
          key: string;
        };
        ComputedFields: never;
        Insert: {
          answer?: Json | null;
          caller: string;
          checkout_session_id?: string | null;
          claimed_until: string;
          created_at?: string;
          fingerprint: string;
          key: string;
        };
        Update: {
          answer?: Json | null;
          caller?: string;
          checkout_session_id?: string | null;
          claimed_until?: string;
          created_at?: string;
          fingerprint?: string;
          key?: string;
        };
        Relationships: [
          {
            foreignKeyName: "a_request_opens_a_checkout";
            columns: ["checkout_session_id"];
            isOneToOne: false;
            referencedRelation: "checkout_sessions";
            referencedColumns: ["id"];
          },
        ];
      };
      checkout_sessions: {
        Row: {
          cancelled_at: string | null;
          completed_at: string | null;
          created_at: string;
          currency: string;
          discount_code: string | null;
          discount_minor: number;
          email: string;
          expired_at: string | null;
          expires_at: string;
          guest: boolean;
          id: string;
          provider_tax: boolean;
          recipient_name: string | null;
          recipient_phone: string | null;
          returned_at: string | null;
          shipping_address: Json | null;
          shipping_countries: string[] | null;
          shipping_minor: number;
          shipping_name: string | null;
          status: Database["public"]["Enums"]["checkout_status"];
          tax_included: boolean;
          tax_minor: number;
          total_minor: number;
          updated_at: string;
          user_id: string | null;
        };
        ComputedFields: never;
        Insert: {
          cancelled_at?: string | null;
          completed_at?: string | null;
          created_at?: string;
          currency: string;
          discount_code?: string | null;
          discount_minor?: number;
          email: string;
          expired_at?: string | null;
          expires_at?: string;
          guest?: boolean;
          id?: string;
          provider_tax?: boolean;
          recipient_name?: string | null;
          recipient_phone?: string | null;
          returned_at?: string | null;
          shipping_address?: Json | null;
          shipping_countries?: string[] | null;
          shipping_minor?: number;
          shipping_name?: string | null;
          status?: Database["public"]["Enums"]["checkout_status"];
          tax_included?: boolean;
          tax_minor?: number;
          total_minor: number;
          updated_at?: string;
          user_id?: string | null;
        };
        Update: {
          cancelled_at?: string | null;
          completed_at?: string | null;
          created_at?: string;
          currency?: string;
          discount_code?: string | null;
          discount_minor?: number;
          email?: string;
          expired_at?: string | null;
          expires_at?: string;
          guest?: boolean;
          id?: string;
          provider_tax?: boolean;
          recipient_name?: string | null;
          recipient_phone?: string | null;
          returned_at?: string | null;
          shipping_address?: Json | null;
          shipping_countries?: string[] | null;
          shipping_minor?: number;
          shipping_name?: string | null;
          status?: Database["public"]["Enums"]["checkout_status"];
          tax_included?: boolean;
          tax_minor?: number;
          total_minor?: number;
          updated_at?: string;
          user_id?: string | null;
        };
        Relationships: [];
      };
      cohort_instructors: {
        Row: {
          cohort_id: string;
          created_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          cohort_id: string;
          created_at?: string;
          user_id: string;
        };
        Update: {
          cohort_id?: string;
          created_at?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "an_instructor_is_of_a_cohort";
            columns: ["cohort_id"];
            isOneToOne: false;
            referencedRelation: "cohorts";
            referencedColumns: ["id"];
          },
        ];
      };
      cohort_messages: {
        Row: {
          author_name: string;
          author_user_id: string | null;
          body: string | null;
          cohort_id: string;
          created_at: string;
          deleted_at: string | null;
          edited_at: string | null;
          hidden_at: string | null;
          id: string;
        };
        ComputedFields: never;
        Insert: {
          author_name?: string;
          author_user_id?: string | null;
          body?: string | null;
          cohort_id: string;
          created_at?: string;
          deleted_at?: string | null;
          edited_at?: string | null;
          hidden_at?: string | null;
          id?: string;
        };
        Update: {
          author_name?: string;
          author_user_id?: string | null;
          body?: string | null;
          cohort_id?: string;
          created_at?: string;
          deleted_at?: string | null;
          edited_at?: string | null;
          hidden_at?: string | null;
          id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "a_message_is_to_a_cohort";
            columns: ["cohort_id"];
            isOneToOne: false;
            referencedRelation: "cohorts";
            referencedColumns: ["id"];
          },
        ];
      };
      cohorts: {
        Row: {
          capacity: number;
          created_at: string;
          description: string | null;
          ends_at: string | null;
          id: string;
          name: string;
          published: boolean;
          starts_at: string | null;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          capacity: number;
          created_at?: string;
          description?: string | null;
          ends_at?: string | null;
          id?: string;
          name: string;
          published?: boolean;
          starts_at?: string | null;
          updated_at?: string;
        };
        Update: {
          capacity?: number;
          created_at?: string;
          description?: string | null;
          ends_at?: string | null;
          id?: string;
          name?: string;
          published?: boolean;
          starts_at?: string | null;
          updated_at?: string;
        };
        Relationships: [];
      };
      conversation_messages: {
        Row: {
          author_user_id: string | null;
          body: string;
          conversation_id: string;
          created_at: string;
          direct_tried_at: string | null;
          error: string | null;
          id: string;
          key: string | null;
          provider: string | null;
          provider_ref: string | null;
          refusals: number;
          requests: number;
          sender: Database["public"]["Enums"]["conversation_sender"];
          sent_at: string | null;
          status: Database["public"]["Enums"]["conversation_message_status"];
          support_tried_at: string | null;
          way: Database["public"]["Enums"]["conversation_way"];
        };
        ComputedFields: never;
        Insert: {
          author_user_id?: string | null;
          body: string;
          conversation_id: string;
          created_at?: string;
          direct_tried_at?: string | null;
          error?: string | null;
          id?: string;
          key?: string | null;
          provider?: string | null;
          provider_ref?: string | null;
          refusals?: number;
          requests?: number;
          sender?: Database["public"]["Enums"]["conversation_sender"];
          sent_at?: string | null;
          status?: Database["public"]["Enums"]["conversation_message_status"];
          support_tried_at?: string | null;
          way?: Database["public"]["Enums"]["conversation_way"];
        };
        Update: {
          author_user_id?: string | null;
          body?: string;
          conversation_id?: string;
          created_at?: string;
          direct_tried_at?: string | null;
          error?: string | null;
          id?: string;
          key?: string | null;
          provider?: string | null;
          provider_ref?: string | null;
          refusals?: number;
          requests?: number;
          sender?: Database["public"]["Enums"]["conversation_sender"];
          sent_at?: string | null;
          status?: Database["public"]["Enums"]["conversation_message_status"];
          support_tried_at?: string | null;
          way?: Database["public"]["Enums"]["conversation_way"];
        };
        Relationships: [
          {
            foreignKeyName: "a_message_is_of_a_conversation";
            columns: ["conversation_id"];
            isOneToOne: false;
            referencedRelation: "conversation_overview";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "a_message_is_of_a_conversation";
            columns: ["conversation_id"];
            isOneToOne: false;
            referencedRelation: "conversations";
            referencedColumns: ["id"];
          },
        ];
      };
      conversation_texts: {
        Row: {
          body: string;
          key: string;
          language: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          body: string;
          key: string;
          language: string;
          updated_at?: string;
        };
        Update: {
          body?: string;
          key?: string;
          language?: string;
          updated_at?: string;
        };
        Relationships: [];
      };
      conversation_transitions: {
        Row: {
          cause: string;
          conversation_id: string;
          created_at: string;
          event_id: string | null;
          from_status: Database["public"]["Enums"]["conversation_status"];
          happened_at: string;
          id: string;
          to_status: Database["public"]["Enums"]["conversation_status"];
        };
        ComputedFields: never;
        Insert: {
          cause: string;
          conversation_id: string;
          created_at?: string;
          event_id?: string | null;
          from_status: Database["public"]["Enums"]["conversation_status"];
          happened_at: string;
          id?: string;
          to_status: Database["public"]["Enums"]["conversation_status"];
        };
        Update: {
          cause?: string;
          conversation_id?: string;
          created_at?: string;
          event_id?: string | null;
          from_status?: Database["public"]["Enums"]["conversation_status"];
          happened_at?: string;
          id?: string;
          to_status?: Database["public"]["Enums"]["conversation_status"];
        };
        Relationships: [
          {
            foreignKeyName: "a_transition_is_of_a_conversation";
            columns: ["conversation_id"];
            isOneToOne: false;
            referencedRelation: "conversation_overview";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "a_transition_is_of_a_conversation";
            columns: ["conversation_id"];
            isOneToOne: false;
            referencedRelation: "conversations";
            referencedColumns: ["id"];
          },
        ];
      };
      conversations: {
        Row: {
          cause: string;
          created_at: string;
          direct_channel: string | null;
          handed_over_at: string | null;
          id: string;
          language: string;
          member_read_at: string | null;
          membership_id: string;
          replied_at: string | null;
          staff_read_at: string | null;
          status: Database["public"]["Enums"]["conversation_status"];
          status_since: string;
          support_channel: string | null;
          ticket_id: string | null;
          updated_at: string;
          user_id: string | null;
          welcomed_at: string | null;
        };
        ComputedFields: never;
        Insert: {
          cause: string;
          created_at?: string;
          direct_channel?: string | null;
          handed_over_at?: string | null;
          id?: string;
          language?: string;
          member_read_at?: string | null;
          membership_id: string;
          replied_at?: string | null;
          staff_read_at?: string | null;
          status: Database["public"]["Enums"]["conversation_status"];
          status_since?: string;
          support_channel?: string | null;
          ticket_id?: string | null;
          updated_at?: string;
          user_id?: string | null;
          welcomed_at?: string | null;
        };
        Update: {
          cause?: string;
          created_at?: string;
          direct_channel?: string | null;
          handed_over_at?: string | null;
          id?: string;
          language?: string;
          member_read_at?: string | null;
          membership_id?: string;
          replied_at?: string | null;
          staff_read_at?: string | null;
          status?: Database["public"]["Enums"]["conversation_status"];
          status_since?: string;
          support_channel?: string | null;
          ticket_id?: string | null;
          updated_at?: string;
          user_id?: string | null;
          welcomed_at?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "a_conversation_is_of_a_membership";
            columns: ["membership_id"];
            isOneToOne: true;
            referencedRelation: "memberships";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "a_ticket_is_one_of_ours";
            columns: ["ticket_id"];
            isOneToOne: false;
            referencedRelation: "support_tickets";
            referencedColumns: ["id"];
          },
        ];
      };
      credit_ledger: {
        Row: {
          created_at: string;
          credits: number;
          customer_ref: string | null;
          email: string | null;
          id: string;
          note: string | null;
          payment_id: string | null;
          provider: string | null;
          reason: Database["public"]["Enums"]["credit_reason"];
          spend_key: string | null;
          user_id: string | null;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          credits: number;
          customer_ref?: string | null;
          email?: string | null;
          id?: string;
          note?: string | null;
          payment_id?: string | null;
          provider?: string | null;
          reason: Database["public"]["Enums"]["credit_reason"];
          spend_key?: string | null;
          user_id?: string | null;
        };
        Update: {
          created_at?: string;
          credits?: number;
          customer_ref?: string | null;
          email?: string | null;
          id?: string;
          note?: string | null;
          payment_id?: string | null;
          provider?: string | null;
          reason?: Database["public"]["Enums"]["credit_reason"];
          spend_key?: string | null;
          user_id?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "credits_are_bought_by_a_payment";
            columns: ["payment_id"];
            isOneToOne: false;
            referencedRelation: "payments";
            referencedColumns: ["id"];
          },
        ];
      };
      credit_packs: {
        Row: {
          active: boolean;
          created_at: string;
          credits: number;
          currency: string;
          id: string;
          name: string;
          price_minor: number;
          provider: string;
          provider_ref: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          active?: boolean;
          created_at?: string;
          credits: number;
          currency: string;
          id?: string;
          name: string;
          price_minor: number;
          provider: string;
          provider_ref: string;
          updated_at?: string;
        };
        Update: {
          active?: boolean;
          created_at?: string;
          credits?: number;
          currency?: string;
          id?: string;
          name?: string;
          price_minor?: number;
          provider?: string;
          provider_ref?: string;
          updated_at?: string;
        };
        Relationships: [];
      };
      customers: {
        Row: {
          as_of: string;
          as_of_event: string;
          created_at: string;
          email: string | null;
          id: string;
          name: string | null;
          phone: string | null;
          provider: string;
          provider_ref: string;
          updated_at: string;
          user_id: string | null;
        };
        ComputedFields: never;
        Insert: {
          as_of: string;
          as_of_event: string;
          created_at?: string;
          email?: string | null;
          id?: string;
          name?: string | null;
          phone?: string | null;
          provider: string;
          provider_ref: string;
          updated_at?: string;
          user_id?: string | null;
        };
        Update: {
          as_of?: string;
          as_of_event?: string;
          created_at?: string;
          email?: string | null;
          id?: string;
          name?: string | null;
          phone?: string | null;
          provider?: string;
          provider_ref?: string;
          updated_at?: string;
          user_id?: string | null;
        };
        Relationships: [];
      };
      discount_uses: {
        Row: {
          checkout_session_id: string;
          created_at: string;
          discount_id: string;
          status: Database["public"]["Enums"]["reservation_status"];
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          checkout_session_id: string;
          created_at?: string;
          discount_id: string;
          status?: Database["public"]["Enums"]["reservation_status"];
          updated_at?: string;
        };
        Update: {
          checkout_session_id?: string;
          created_at?: string;
          discount_id?: string;
          status?: Database["public"]["Enums"]["reservation_status"];
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: "a_use_is_in_a_checkout";
            columns: ["checkout_session_id"];
            isOneToOne: true;
            referencedRelation: "checkout_sessions";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "a_use_is_of_a_discount";
            columns: ["discount_id"];
            isOneToOne: false;
            referencedRelation: "discounts";
            referencedColumns: ["id"];
          },
        ];
      };
      discounts: {
        Row: {
          active: boolean;
          amount_minor: number | null;
          code: string;
          created_at: string;
          currency: string | null;
          ends_at: string | null;
          id: string;
          max_uses: number | null;
          minimum_minor: number;
          note: string | null;
          once_per_buyer: boolean;
          percent: number | null;
          skus: string[] | null;
          starts_at: string | null;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          active?: boolean;
          amount_minor?: number | null;
          code: string;
          created_at?: string;
          currency?: string | null;
          ends_at?: string | null;
          id?: string;
          max_uses?: number | null;
          minimum_minor?: number;
          note?: string | null;
          once_per_buyer?: boolean;
          percent?: number | null;
          skus?: string[] | null;
          starts_at?: string | null;
          updated_at?: string;
        };
        Update: {
          active?: boolean;
          amount_minor?: number | null;
          code?: string;
          created_at?: string;
          currency?: string | null;
          ends_at?: string | null;
          id?: string;
          max_uses?: number | null;
          minimum_minor?: number;
          note?: string | null;
          once_per_buyer?: boolean;
          percent?: number | null;
          skus?: string[] | null;
          starts_at?: string | null;
          updated_at?: string;
        };
        Relationships: [];
      };
      disputes: {
        Row: {
          amount_minor: number;
          as_of: string;
          as_of_event: string;
          created_at: string;
          currency: string;
          evidence_due_at: string | null;
          id: string;
          payment_id: string;
          provider: string;
          provider_ref: string;
          reason: string | null;
          status: Database["public"]["Enums"]["dispute_status"];
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          amount_minor: number;
          as_of: string;
          as_of_event: string;
          created_at?: string;
          currency: string;
          evidence_due_at?: string | null;
          id?: string;
          payment_id: string;
          provider: string;
          provider_ref: string;
          reason?: string | null;
          status: Database["public"]["Enums"]["dispute_status"];
          updated_at?: string;
        };
        Update: {
          amount_minor?: number;
          as_of?: string;
          as_of_event?: string;
          created_at?: string;
          currency?: string;
          evidence_due_at?: string | null;
          id?: string;
          payment_id?: string;
          provider?: string;
          provider_ref?: string;
          reason?: string | null;
          status?: Database["public"]["Enums"]["dispute_status"];
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: "a_dispute_is_of_a_payment";
            columns: ["payment_id"];
            isOneToOne: false;
            referencedRelation: "payments";
            referencedColumns: ["id"];
          },
        ];
      };
      enrollments: {
        Row: {
          cancelled_by_refund: boolean;
          cohort_id: string;
          created_at: string;
          email: string;
          id: string;
          note: string | null;
          order_item_id: string | null;
          status: Database["public"]["Enums"]["enrollment_status"];
          updated_at: string;
          user_id: string | null;
        };
        ComputedFields: never;
        Insert: {
          cancelled_by_refund?: boolean;
          cohort_id: string;
          created_at?: string;
          email: string;
          id?: string;
          note?: string | null;
          order_item_id?: string | null;
          status?: Database["public"]["Enums"]["enrollment_status"];
          updated_at?: string;
          user_id?: string | null;
        };
        Update: {
          cancelled_by_refund?: boolean;
          cohort_id?: string;
          created_at?: string;
          email?: string;
          id?: string;
          note?: string | null;
          order_item_id?: string | null;
          status?: Database["public"]["Enums"]["enrollment_status"];
          updated_at?: string;
          user_id?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "an_enrollment_is_in_a_cohort";
            columns: ["cohort_id"];
            isOneToOne: false;
            referencedRelation: "cohorts";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "an_enrollment_may_be_bought";
            columns: ["order_item_id"];
            isOneToOne: false;
            referencedRelation: "order_items";
            referencedColumns: ["id"];
          },
        ];
      };
      error_reports: {
        Row: {
          app: string;
          created_at: string;
          details: Json | null;
          id: string;
          message: string;
          occurred_at: string;
          resolved_at: string | null;
          user_id: string | null;
          version: string | null;
        };
        ComputedFields: never;
        Insert: {
          app: string;
          created_at?: string;
          details?: Json | null;
          id?: string;
          message: string;
          occurred_at?: string;
          resolved_at?: string | null;
          user_id?: string | null;
          version?: string | null;
        };
        Update: {
          app?: string;
          created_at?: string;
          details?: Json | null;
          id?: string;
          message?: string;
          occurred_at?: string;
          resolved_at?: string | null;
          user_id?: string | null;
          version?: string | null;
        };
        Relationships: [];
      };
      form_submissions: {
        Row: {
          created_at: string;
          email: string | null;
          fields: NonNullable<Json>;
          form: string;
          id: string;
          name: string | null;
          provider: string;
          provider_ref: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          email?: string | null;
          fields?: NonNullable<Json>;
          form: string;
          id?: string;
          name?: string | null;
          provider: string;
          provider_ref: string;
        };
        Update: {
          created_at?: string;
          email?: string | null;
          fields?: NonNullable<Json>;
          form?: string;
          id?: string;
          name?: string | null;
          provider?: string;
          provider_ref?: string;
        };
        Relationships: [];
      };
      fulfillments: {
        Row: {
          cancelled_by_refund: boolean;
          carrier: string | null;
          created_at: string;
          delivered_at: string | null;
          id: string;
          note: string | null;
          order_id: string;
          recipient_name: string | null;
          recipient_phone: string | null;
          shipped_at: string | null;
          shipping_address: Json | null;
          status: Database["public"]["Enums"]["fulfillment_status"];
          tracking_code: string | null;
          tracking_url: string | null;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          cancelled_by_refund?: boolean;
          carrier?: string | null;
          created_at?: string;
          delivered_at?: string | null;
          id?: string;
          note?: string | null;
          order_id: string;
          recipient_name?: string | null;
          recipient_phone?: string | null;
          shipped_at?: string | null;
          shipping_address?: Json | null;
          status?: Database["public"]["Enums"]["fulfillment_status"];
          tracking_code?: string | null;
          tracking_url?: string | null;
          updated_at?: string;
        };
        Update: {
          cancelled_by_refund?: boolean;
          carrier?: string | null;
          created_at?: string;
          delivered_at?: string | null;
          id?: string;
          note?: string | null;
          order_id?: string;
          recipient_name?: string | null;
          recipient_phone?: string | null;
          shipped_at?: string | null;
          shipping_address?: Json | null;
          status?: Database["public"]["Enums"]["fulfillment_status"];
          tracking_code?: string | null;
          tracking_url?: string | null;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: "a_fulfillment_is_of_an_order";
            columns: ["order_id"];
            isOneToOne: true;
            referencedRelation: "orders";
            referencedColumns: ["id"];
          },
        ];
      };
      invoice_payments: {
        Row: {
          amount_minor: number;
          created_at: string;
          currency: string;
          id: string;
          invoice_ref: string;
          payment_ref: string;
          provider: string;
        };
        ComputedFields: never;
        Insert: {
          amount_minor: number;
          created_at?: string;
          currency: string;
          id?: string;
          invoice_ref: string;
          payment_ref: string;
          provider: string;
        };
        Update: {
          amount_minor?: number;
          created_at?: string;
          currency?: string;
          id?: string;
          invoice_ref?: string;
          payment_ref?: string;
          provider?: string;
        };
        Relationships: [];
      };
      membership_invoices: {
        Row: {
          amount_minor: number;
          created_at: string;
          currency: string;
          id: string;
          membership_id: string;
          outcome: Database["public"]["Enums"]["invoice_outcome"];
          payment_ref: string | null;
          provider: string;
          provider_ref: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          amount_minor: number;
          created_at?: string;
          currency: string;
          id?: string;
          membership_id: string;
          outcome: Database["public"]["Enums"]["invoice_outcome"];
          payment_ref?: string | null;
          provider: string;
          provider_ref: string;
          updated_at?: string;
        };
        Update: {
          amount_minor?: number;
          created_at?: string;
          currency?: string;
          id?: string;
          membership_id?: string;
          outcome?: Database["public"]["Enums"]["invoice_outcome"];
          payment_ref?: string | null;
          provider?: string;
          provider_ref?: string;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: "an_invoice_is_of_a_membership";
            columns: ["membership_id"];
            isOneToOne: false;
            referencedRelation: "memberships";
            referencedColumns: ["id"];
          },
        ];
      };
      membership_products: {
        Row: {
          created_at: string;
          id: string;
          name: string;
          product: string;
          provider: string;
          provider_ref: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          id?: string;
          name: string;
          product: string;
          provider: string;
          provider_ref: string;
        };
        Update: {
          created_at?: string;
          id?: string;
          name?: string;
          product?: string;
          provider?: string;
          provider_ref?: string;
        };
        Relationships: [];
      };
      memberships: {
        Row: {
          as_of: string;
          as_of_event: string;
          cancel_at_period_end: boolean;
          created_at: string;
          current_period_end: string | null;
          current_period_start: string | null;
          customer_ref: string | null;
          email: string | null;
          email_as_of: string | null;
          id: string;
          past_due_since: string | null;
          product_ref: string | null;
          provider: string;
          provider_ref: string;
          status: Database["public"]["Enums"]["membership_status"];
          updated_at: string;
          user_id: string | null;
        };
        ComputedFields: never;
        Insert: {
          as_of: string;
          as_of_event: string;
          cancel_at_period_end?: boolean;
          created_at?: string;
          current_period_end?: string | null;
          current_period_start?: string | null;
          customer_ref?: string | null;
          email?: string | null;
          email_as_of?: string | null;
          id?: string;
          past_due_since?: string | null;
          product_ref?: string | null;
          provider: string;
          provider_ref: string;
          status: Database["public"]["Enums"]["membership_status"];
          updated_at?: string;
          user_id?: string | null;
        };
        Update: {
          as_of?: string;
          as_of_event?: string;
          cancel_at_period_end?: boolean;
          created_at?: string;
          current_period_end?: string | null;
          current_period_start?: string | null;
          customer_ref?: string | null;
          email?: string | null;
          email_as_of?: string | null;
          id?: string;
          past_due_since?: string | null;
          product_ref?: string | null;
          provider?: string;
          provider_ref?: string;
          status?: Database["public"]["Enums"]["membership_status"];
          updated_at?: string;
          user_id?: string | null;
        };
        Relationships: [];
      };
      notification_preferences: {
        Row: {
          by_email: boolean;
          created_at: string;
          in_app: boolean;
          kind: string;
          updated_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          by_email?: boolean;
          created_at?: string;
          in_app?: boolean;
          kind: string;
          updated_at?: string;
          user_id?: string;
        };
        Update: {
          by_email?: boolean;
          created_at?: string;
          in_app?: boolean;
          kind?: string;
          updated_at?: string;
          user_id?: string;
        };
        Relationships: [];
      };
      notifications: {
        Row: {
          body: string | null;
          by_email: boolean;
          created_at: string;
          id: string;
          in_app: boolean;
          kind: string;
          read_at: string | null;
          session_recap_id: string | null;
          title: string;
          tutoring_session_id: string | null;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          body?: string | null;
          by_email?: boolean;
          created_at?: string;
          id?: string;
          in_app?: boolean;
          kind: string;
          read_at?: string | null;
          session_recap_id?: string | null;
          title: string;
          tutoring_session_id?: string | null;
          user_id: string;
        };
        Update: {
          body?: string | null;
          by_email?: boolean;
          created_at?: string;
          id?: string;
          in_app?: boolean;
          kind?: string;
          read_at?: string | null;
          session_recap_id?: string | null;
          title?: string;
          tutoring_session_id?: string | null;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "a_notification_is_of_a_recap";
            columns: ["session_recap_id"];
            isOneToOne: false;
            referencedRelation: "session_recaps";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "a_notification_is_of_a_session";
            columns: ["tutoring_session_id"];
            isOneToOne: false;
            referencedRelation: "tutoring_sessions";
            referencedColumns: ["id"];
          },
        ];
      };
      order_items: {
        Row: {
          cohort_id: string | null;
          credits: number | null;
          discount_minor: number;
          id: string;
          kind: Database["public"]["Enums"]["product_kind"];
          name: string;
          order_id: string;
          product_id: string;
          quantity: number;
          restocked: number;
          settled_without_stock: boolean;
          ships: boolean;
          sku: string;
          starts_at: string | null;
          unit_price_minor: number;
        };
        ComputedFields: never;
        Insert: {
          cohort_id?: string | null;
          credits?: number | null;
          discount_minor?: number;
          id?: string;
          kind?: Database["public"]["Enums"]["product_kind"];
          name: string;
          order_id: string;
          product_id: string;
          quantity: number;
          restocked?: number;
          settled_without_stock?: boolean;
          ships?: boolean;
          sku: string;
          starts_at?: string | null;
          unit_price_minor: number;
        };
        Update: {
          cohort_id?: string | null;
          credits?: number | null;
          discount_minor?: number;
          id?: string;
          kind?: Database["public"]["Enums"]["product_kind"];
          name?: string;
          order_id?: string;
          product_id?: string;
          quantity?: number;
          restocked?: number;
          settled_without_stock?: boolean;
          ships?: boolean;
          sku?: string;
          starts_at?: string | null;
          unit_price_minor?: number;
        };
        Relationships: [
          {
            foreignKeyName: "a_seat_is_of_a_cohort";
            columns: ["cohort_id"];
            isOneToOne: false;
            referencedRelation: "cohorts";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "an_item_is_a_product";
            columns: ["product_id"];
            isOneToOne: false;
            referencedRelation: "product_availability";
            referencedColumns: ["product_id"];
          },
          {
            foreignKeyName: "an_item_is_a_product";
            columns: ["product_id"];
            isOneToOne: false;
            referencedRelation: "products";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "an_item_is_of_an_order";
            columns: ["order_id"];
            isOneToOne: false;
            referencedRelation: "orders";
            referencedColumns: ["id"];
          },
        ];
      };
      orders: {
        Row: {
          attention_reason: string | null;
          checkout_session_id: string;
          created_at: string;
          currency: string;
          discount_code: string | null;
          discount_minor: number;
          email: string;
          id: string;
          number: number;
          payment_id: string;
          recipient_name: string | null;
          recipient_phone: string | null;
          shipping_address: Json | null;
          shipping_minor: number;
          status: Database["public"]["Enums"]["order_status"];
          tax_minor: number;
          total_minor: number;
          updated_at: string;
          user_id: string | null;
        };
        ComputedFields: never;
        Insert: {
          attention_reason?: string | null;
          checkout_session_id: string;
          created_at?: string;
          currency: string;
          discount_code?: string | null;
          discount_minor?: number;
          email: string;
          id?: string;
          number?: never;
          payment_id: string;
          recipient_name?: string | null;
          recipient_phone?: string | null;
          shipping_address?: Json | null;
          shipping_minor?: number;
          status: Database["public"]["Enums"]["order_status"];
          tax_minor?: number;
          total_minor: number;
          updated_at?: string;
          user_id?: string | null;
        };
        Update: {
          attention_reason?: string | null;
          checkout_session_id?: string;
          created_at?: string;
          currency?: string;
          discount_code?: string | null;
          discount_minor?: number;
          email?: string;
          id?: string;
          number?: never;
          payment_id?: string;
          recipient_name?: string | null;
          recipient_phone?: string | null;
          shipping_address?: Json | null;
          shipping_minor?: number;
          status?: Database["public"]["Enums"]["order_status"];
          tax_minor?: number;
          total_minor?: number;
          updated_at?: string;
          user_id?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "an_order_is_of_a_checkout";
            columns: ["checkout_session_id"];
            isOneToOne: true;
            referencedRelation: "checkout_sessions";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "an_order_is_paid_by_a_payment";
            columns: ["payment_id"];
            isOneToOne: true;
            referencedRelation: "payments";
            referencedColumns: ["id"];
          },
        ];
      };
      payment_approvals: {
        Row: {
          amount_minor: number;
          approved_at: string;
          checkout_session_id: string | null;
          created_at: string;
          currency: string;
          id: string;
          provider: string;
          provider_ref: string;
        };
        ComputedFields: never;
        Insert: {
          amount_minor: number;
          approved_at: string;
          checkout_session_id?: string | null;
          created_at?: string;
          currency: string;
          id?: string;
          provider: string;
          provider_ref: string;
        };
        Update: {
          amount_minor?: number;
          approved_at?: string;
          checkout_session_id?: string | null;
          created_at?: string;
          currency?: string;
          id?: string;
          provider?: string;
          provider_ref?: string;
        };
        Relationships: [
          {
            foreignKeyName: "an_approval_is_for_a_checkout";
            columns: ["checkout_session_id"];
            isOneToOne: false;
            referencedRelation: "checkout_sessions";
            referencedColumns: ["id"];
          },
        ];
      };
      payments: {
        Row: {
          amount_minor: number;
          captured_at: string | null;
          checkout_session_id: string | null;
          created_at: string;
          credit_pack_ref: string | null;
          credits: number | null;
          currency: string;
          customer_ref: string | null;
          discount_minor: number | null;
          email: string | null;
          failed_at: string | null;
          failure_code: string | null;
          failure_message: string | null;
          id: string;
          is_last_part: boolean | null;
          membership_ref: string | null;
          needs_review: boolean;
          part_of: string | null;
          provider: string;
          provider_ref: string;
          refunded_minor: number;
          reported_refunded_minor: number;
          review_reason: string | null;
          reviewed_at: string | null;
          shipping_minor: number | null;
          status: Database["public"]["Enums"]["payment_status"];
          subtotal_minor: number | null;
          tax_minor: number | null;
          updated_at: string;
          user_id: string | null;
        };
        ComputedFields: never;
        Insert: {
          amount_minor: number;
          captured_at?: string | null;
          checkout_session_id?: string | null;
          created_at?: string;
          credit_pack_ref?: string | null;
          credits?: number | null;
          currency: string;
          customer_ref?: string | null;
          discount_minor?: number | null;
          email?: string | null;
          failed_at?: string | null;
          failure_code?: string | null;
          failure_message?: string | null;
          id?: string;
          is_last_part?: boolean | null;
          membership_ref?: string | null;
          needs_review?: boolean;
          part_of?: string | null;
          provider: string;
          provider_ref: string;
          refunded_minor?: number;
          reported_refunded_minor?: number;
          review_reason?: string | null;
          reviewed_at?: string | null;
          shipping_minor?: number | null;
          status: Database["public"]["Enums"]["payment_status"];
          subtotal_minor?: number | null;
          tax_minor?: number | null;
          updated_at?: string;
          user_id?: string | null;
        };
        Update: {
          amount_minor?: number;
          captured_at?: string | null;
          checkout_session_id?: string | null;
          created_at?: string;
          credit_pack_ref?: string | null;
          credits?: number | null;
          currency?: string;
          customer_ref?: string | null;
          discount_minor?: number | null;
          email?: string | null;
          failed_at?: string | null;
          failure_code?: string | null;
          failure_message?: string | null;
          id?: string;
          is_last_part?: boolean | null;
          membership_ref?: string | null;
          needs_review?: boolean;
          part_of?: string | null;
          provider?: string;
          provider_ref?: string;
          refunded_minor?: number;
          reported_refunded_minor?: number;
          review_reason?: string | null;
          reviewed_at?: string | null;
          shipping_minor?: number | null;
          status?: Database["public"]["Enums"]["payment_status"];
          subtotal_minor?: number | null;
          tax_minor?: number | null;
          updated_at?: string;
          user_id?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "a_payment_is_for_a_checkout";
            columns: ["checkout_session_id"];
            isOneToOne: false;
            referencedRelation: "checkout_sessions";
            referencedColumns: ["id"];
          },
        ];
      };
      product_prices: {
        Row: {
          created_at: string;
          currency: string;
          price_minor: number;
          product_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          currency: string;
          price_minor: number;
          product_id: string;
        };
        Update: {
          created_at?: string;
          currency?: string;
          price_minor?: number;
          product_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "a_price_is_of_a_product";
            columns: ["product_id"];
            isOneToOne: false;
            referencedRelation: "product_availability";
            referencedColumns: ["product_id"];
          },
          {
            foreignKeyName: "a_price_is_of_a_product";
            columns: ["product_id"];
            isOneToOne: false;
            referencedRelation: "products";
            referencedColumns: ["id"];
          },
        ];
      };
      products: {
        Row: {
          active: boolean;
          as_of: string | null;
          as_of_event: string | null;
          available: boolean;
          catalog_versions: NonNullable<Json>;
          cohort_id: string | null;
          created_at: string;
          credits: number | null;
          currency: string;
          description: string | null;
          id: string;
          kind: Database["public"]["Enums"]["product_kind"];
          max_quantity: number | null;
          name: string;
          price_credits: number | null;
          price_minor: number;
          provider_adjustments: Database["public"]["Enums"]["payment_adjustment"][] | null;
          session_minutes: number | null;
          ships: boolean;
          show_count: boolean;
          sku: string;
          stock: number | null;
          stock_version: number;
          trial: boolean;
          tutor_email: string | null;
          tutor_id: string | null;
          updated_at: string;
          version: number;
          weight_grams: number | null;
        };
        ComputedFields: never;
        Insert: {
          active?: boolean;
          as_of?: string | null;
          as_of_event?: string | null;
          available?: never;
          catalog_versions?: NonNullable<Json>;
          cohort_id?: string | null;
          created_at?: string;
          credits?: number | null;
          currency: string;
          description?: string | null;
          id?: string;
          kind?: Database["public"]["Enums"]["product_kind"];
          max_quantity?: number | null;
          name: string;
          price_credits?: number | null;
          price_minor: number;
          provider_adjustments?: Database["public"]["Enums"]["payment_adjustment"][] | null;
          session_minutes?: number | null;
          ships?: boolean;
          show_count?: boolean;
          sku: string;
          stock?: number | null;
          stock_version?: number;
          trial?: boolean;
          tutor_email?: string | null;
          tutor_id?: string | null;
          updated_at?: string;
          version?: number;
          weight_grams?: number | null;
        };
        Update: {
          active?: boolean;
          as_of?: string | null;
          as_of_event?: string | null;
          available?: never;
          catalog_versions?: NonNullable<Json>;
          cohort_id?: string | null;
          created_at?: string;
          credits?: number | null;
          currency?: string;
          description?: string | null;
          id?: string;
          kind?: Database["public"]["Enums"]["product_kind"];
          max_quantity?: number | null;
          name?: string;
          price_credits?: number | null;
          price_minor?: number;
          provider_adjustments?: Database["public"]["Enums"]["payment_adjustment"][] | null;
          session_minutes?: number | null;
          ships?: boolean;
          show_count?: boolean;
          sku?: string;
          stock?: number | null;
          stock_version?: number;
          trial?: boolean;
          tutor_email?: string | null;
          tutor_id?: string | null;
          updated_at?: string;
          version?: number;
          weight_grams?: number | null;
        };
        Relationships: [
          {
            foreignKeyName: "a_seat_is_of_a_cohort";
            columns: ["cohort_id"];
            isOneToOne: false;
            referencedRelation: "cohorts";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "a_session_is_with_a_known_tutor";
            columns: ["tutor_id"];
            isOneToOne: false;
            referencedRelation: "tutors";
            referencedColumns: ["id"];
          },
        ];
      };
      profiles: {
        Row: {
          created_at: string;
          name: string | null;
          picture_url: string | null;
          updated_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          name?: string | null;
          picture_url?: string | null;
          updated_at?: string;
          user_id: string;
        };
        Update: {
          created_at?: string;
          name?: string | null;
          picture_url?: string | null;
          updated_at?: string;
          user_id?: string;
        };
        Relationships: [];
      };
      refund_requests: {
        Row: {
          amount_minor: number;
          created_at: string;
          currency: string;
          error: string | null;
          id: string;
          payment_id: string;
          provider_ref: string | null;
          reason: string | null;
          requested_by: string;
          restock: boolean;
          status: Database["public"]["Enums"]["refund_request_status"];
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          amount_minor: number;
          created_at?: string;
          currency: string;
          error?: string | null;
          id?: string;
          payment_id: string;
          provider_ref?: string | null;
          reason?: string | null;
          requested_by: string;
          restock?: boolean;
          status?: Database["public"]["Enums"]["refund_request_status"];
          updated_at?: string;
        };
        Update: {
          amount_minor?: number;
          created_at?: string;
          currency?: string;
          error?: string | null;
          id?: string;
          payment_id?: string;
          provider_ref?: string | null;
          reason?: string | null;
          requested_by?: string;
          restock?: boolean;
          status?: Database["public"]["Enums"]["refund_request_status"];
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: "a_refund_is_asked_for_a_payment";
            columns: ["payment_id"];
            isOneToOne: false;
            referencedRelation: "payments";
            referencedColumns: ["id"];
          },
        ];
      };
      refunds: {
        Row: {
          amount_minor: number;
          created_at: string;
          currency: string;
          id: string;
          payment_id: string;
          provider: string;
          provider_ref: string;
          reason: string | null;
          status: Database["public"]["Enums"]["refund_status"];
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          amount_minor: number;
          created_at?: string;
          currency: string;
          id?: string;
          payment_id: string;
          provider: string;
          provider_ref: string;
          reason?: string | null;
          status: Database["public"]["Enums"]["refund_status"];
          updated_at?: string;
        };
        Update: {
          amount_minor?: number;
          created_at?: string;
          currency?: string;
          id?: string;
          payment_id?: string;
          provider?: string;
          provider_ref?: string;
          reason?: string | null;
          status?: Database["public"]["Enums"]["refund_status"];
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: "a_refund_is_of_a_payment";
            columns: ["payment_id"];
            isOneToOne: false;
            referencedRelation: "payments";
            referencedColumns: ["id"];
          },
        ];
      };
      session_recaps: {
        Row: {
          action_items: Json | null;
          action_items_as_of: string | null;
          action_items_as_of_event: string | null;
          created_at: string;
          details_as_of: string;
          details_as_of_event: string;
          emails: string[] | null;
          ended_at: string | null;
          id: string;
          language: string | null;
          matched_by_hand: boolean;
          meeting_key: string | null;
          meeting_url: string | null;
          nobody_spoke: boolean | null;
          people: NonNullable<Json>;
          provider: string;
          provider_ref: string;
          scheduled_end_at: string | null;
          scheduled_start_at: string | null;
          share_url: string | null;
          started_at: string;
          summary_as_of: string | null;
          summary_as_of_event: string | null;
          summary_markdown: string | null;
          title: string;
          tutoring_session_id: string | null;
          updated_at: string;
          url: string | null;
        };
        ComputedFields: never;
        Insert: {
          action_items?: Json | null;
          action_items_as_of?: string | null;
          action_items_as_of_event?: string | null;
          created_at?: string;
          details_as_of: string;
          details_as_of_event: string;
          emails?: never;
          ended_at?: string | null;
          id?: string;
          language?: string | null;
          matched_by_hand?: boolean;
          meeting_key?: never;
          meeting_url?: string | null;
          nobody_spoke?: boolean | null;
          people: NonNullable<Json>;
          provider: string;
          provider_ref: string;
          scheduled_end_at?: string | null;
          scheduled_start_at?: string | null;
          share_url?: string | null;
          started_at: string;
          summary_as_of?: string | null;
          summary_as_of_event?: string | null;
          summary_markdown?: string | null;
          title: string;
          tutoring_session_id?: string | null;
          updated_at?: string;
          url?: string | null;
        };
        Update: {
          action_items?: Json | null;
          action_items_as_of?: string | null;
          action_items_as_of_event?: string | null;
          created_at?: string;
          details_as_of?: string;
          details_as_of_event?: string;
          emails?: never;
          ended_at?: string | null;
          id?: string;
          language?: string | null;
          matched_by_hand?: boolean;
          meeting_key?: never;
          meeting_url?: string | null;
          nobody_spoke?: boolean | null;
          people?: NonNullable<Json>;
          provider?: string;
          provider_ref?: string;
          scheduled_end_at?: string | null;
          scheduled_start_at?: string | null;
          share_url?: string | null;
          started_at?: string;
          summary_as_of?: string | null;
          summary_as_of_event?: string | null;
          summary_markdown?: string | null;
          title?: string;
          tutoring_session_id?: string | null;
          updated_at?: string;
          url?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "a_recap_is_of_a_session";
            columns: ["tutoring_session_id"];
            isOneToOne: false;
            referencedRelation: "tutoring_sessions";
            referencedColumns: ["id"];
          },
        ];
      };
      session_reminders: {
        Row: {
          created_at: string;
          id: string;
          minutes_before: number;
          starts_at: string;
          tutoring_session_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          id?: string;
          minutes_before: number;
          starts_at: string;
          tutoring_session_id: string;
        };
        Update: {
          created_at?: string;
          id?: string;
          minutes_before?: number;
          starts_at?: string;
          tutoring_session_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "a_reminder_is_of_a_session";
            columns: ["tutoring_session_id"];
            isOneToOne: false;
            referencedRelation: "tutoring_sessions";
            referencedColumns: ["id"];
          },
        ];
      };
      session_transcripts: {
        Row: {
          as_of: string;
          as_of_event: string;
          created_at: string;
          session_recap_id: string;
          transcript: NonNullable<Json>;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          as_of: string;
          as_of_event: string;
          created_at?: string;
          session_recap_id: string;
          transcript: NonNullable<Json>;
          updated_at?: string;
        };
        Update: {
          as_of?: string;
          as_of_event?: string;
          created_at?: string;
          session_recap_id?: string;
          transcript?: NonNullable<Json>;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: "a_transcript_is_of_a_recap";
            columns: ["session_recap_id"];
            isOneToOne: true;
            referencedRelation: "session_recaps";
            referencedColumns: ["id"];
          },
        ];
      };
      shipping_rates: {
        Row: {
          active: boolean;
          countries: string[] | null;
          created_at: string;
          currency: string;
          id: string;
          name: string;
          price_minor: number;
          up_to_grams: number | null;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          active?: boolean;
          countries?: string[] | null;
          created_at?: string;
          currency: string;
          id?: string;
          name: string;
          price_minor: number;
          up_to_grams?: number | null;
          updated_at?: string;
        };
        Update: {
          active?: boolean;
          countries?: string[] | null;
          created_at?: string;
          currency?: string;
          id?: string;
          name?: string;
          price_minor?: number;
          up_to_grams?: number | null;
          updated_at?: string;
        };
        Relationships: [];
      };
      started_payments: {
        Row: {
          asked_at: string | null;
          checkout_session_id: string;
          close_requested_at: string | null;
          closed_at: string | null;
          created_at: string;
          id: string;
          kind: string;
          provider: string;
          provider_ref: string;
          times_asked: number;
        };
        ComputedFields: never;
        Insert: {
          asked_at?: string | null;
          checkout_session_id: string;
          close_requested_at?: string | null;
          closed_at?: string | null;
          created_at?: string;
          id?: string;
          kind: string;
          provider: string;
          provider_ref: string;
          times_asked?: number;
        };
        Update: {
          asked_at?: string | null;
          checkout_session_id?: string;
          close_requested_at?: string | null;
          closed_at?: string | null;
          created_at?: string;
          id?: string;
          kind?: string;
          provider?: string;
          provider_ref?: string;
          times_asked?: number;
        };
        Relationships: [
          {
            foreignKeyName: "a_payment_is_started_for_a_checkout";
            columns: ["checkout_session_id"];
            isOneToOne: false;
            referencedRelation: "checkout_sessions";
            referencedColumns: ["id"];
          },
        ];
      };
      stock_movements: {
        Row: {
          checkout_session_id: string | null;
          created_at: string;
          id: string;
          note: string | null;
          order_id: string | null;
          product_id: string;
          provider: string | null;
          provider_ref: string | null;
          quantity: number;
          reason: Database["public"]["Enums"]["stock_reason"];
        };
        ComputedFields: never;
        Insert: {
          checkout_session_id?: string | null;
          created_at?: string;
          id?: string;
          note?: string | null;
          order_id?: string | null;
          product_id: string;
          provider?: string | null;
          provider_ref?: string | null;
          quantity: number;
          reason: Database["public"]["Enums"]["stock_reason"];
        };
        Update: {
          checkout_session_id?: string | null;
          created_at?: string;
          id?: string;
          note?: string | null;
          order_id?: string | null;
          product_id?: string;
          provider?: string | null;
          provider_ref?: string | null;
          quantity?: number;
          reason?: Database["public"]["Enums"]["stock_reason"];
        };
        Relationships: [
          {
            foreignKeyName: "a_movement_is_of_a_product";
            columns: ["product_id"];
            isOneToOne: false;
            referencedRelation: "product_availability";
            referencedColumns: ["product_id"];
          },
          {
            foreignKeyName: "a_movement_is_of_a_product";
            columns: ["product_id"];
            isOneToOne: false;
            referencedRelation: "products";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "a_movement_may_be_of_a_checkout";
            columns: ["checkout_session_id"];
            isOneToOne: false;
            referencedRelation: "checkout_sessions";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "a_movement_may_be_of_an_order";
            columns: ["order_id"];
            isOneToOne: false;
            referencedRelation: "orders";
            referencedColumns: ["id"];
          },
        ];
      };
      stock_reservations: {
        Row: {
          checkout_session_id: string;
          cohort_id: string | null;
          created_at: string;
          ends_at: string | null;
          id: string;
          product_id: string;
          quantity: number;
          starts_at: string | null;
          status: Database["public"]["Enums"]["reservation_status"];
          tutor_email: string | null;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          checkout_session_id: string;
          cohort_id?: string | null;
          created_at?: string;
          ends_at?: string | null;
          id?: string;
          product_id: string;
          quantity: number;
          starts_at?: string | null;
          status?: Database["public"]["Enums"]["reservation_status"];
          tutor_email?: string | null;
          updated_at?: string;
        };
        Update: {
          checkout_session_id?: string;
          cohort_id?: string | null;
          created_at?: string;
          ends_at?: string | null;
          id?: string;
          product_id?: string;
          quantity?: number;
          starts_at?: string | null;
          status?: Database["public"]["Enums"]["reservation_status"];
          tutor_email?: string | null;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: "a_reservation_is_of_a_checkout";
            columns: ["checkout_session_id"];
            isOneToOne: false;
            referencedRelation: "checkout_sessions";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "a_reservation_is_of_a_product";
            columns: ["product_id"];
            isOneToOne: false;
            referencedRelation: "product_availability";
            referencedColumns: ["product_id"];
          },
          {
            foreignKeyName: "a_reservation_is_of_a_product";
            columns: ["product_id"];
            isOneToOne: false;
            referencedRelation: "products";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "seats_are_of_a_cohort";
            columns: ["cohort_id"];
            isOneToOne: false;
            referencedRelation: "cohorts";
            referencedColumns: ["id"];
          },
        ];
      };
      student_questions: {
        Row: {
          answer: string | null;
          answer_source: Database["public"]["Enums"]["written_by"] | null;
          answered_at: string | null;
          answered_by: string | null;
          as_of: string | null;
          as_of_event: string | null;
          cohort_id: string | null;
          created_at: string;
          deleted_at: string | null;
          edited_at: string | null;
          email: string | null;
          id: string;
          question: string | null;
          subject: string | null;
          updated_at: string;
          user_id: string | null;
        };
        ComputedFields: never;
        Insert: {
          answer?: string | null;
          answer_source?: Database["public"]["Enums"]["written_by"] | null;
          answered_at?: string | null;
          answered_by?: string | null;
          as_of?: string | null;
          as_of_event?: string | null;
          cohort_id?: string | null;
          created_at?: string;
          deleted_at?: string | null;
          edited_at?: string | null;
          email?: string | null;
          id?: string;
          question?: string | null;
          subject?: string | null;
          updated_at?: string;
          user_id?: string | null;
        };
        Update: {
          answer?: string | null;
          answer_source?: Database["public"]["Enums"]["written_by"] | null;
          answered_at?: string | null;
          answered_by?: string | null;
          as_of?: string | null;
          as_of_event?: string | null;
          cohort_id?: string | null;
          created_at?: string;
          deleted_at?: string | null;
          edited_at?: string | null;
          email?: string | null;
          id?: string;
          question?: string | null;
          subject?: string | null;
          updated_at?: string;
          user_id?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "a_question_may_be_of_a_cohort";
            columns: ["cohort_id"];
            isOneToOne: false;
            referencedRelation: "cohorts";
            referencedColumns: ["id"];
          },
        ];
      };
      support_tickets: {
        Row: {
          body: string;
          created_at: string;
          email: string | null;
          id: string;
          number: number;
          priority: Database["public"]["Enums"]["ticket_priority"];
          status: Database["public"]["Enums"]["ticket_status"];
          subject: string;
          updated_at: string;
          user_id: string | null;
        };
        ComputedFields: never;
        Insert: {
          body: string;
          created_at?: string;
          email?: string | null;
          id?: string;
          number?: never;
          priority?: Database["public"]["Enums"]["ticket_priority"];
          status?: Database["public"]["Enums"]["ticket_status"];
          subject: string;
          updated_at?: string;
          user_id?: string | null;
        };
        Update: {
          body?: string;
          created_at?: string;
          email?: string | null;
          id?: string;
          number?: never;
          priority?: Database["public"]["Enums"]["ticket_priority"];
          status?: Database["public"]["Enums"]["ticket_status"];
          subject?: string;
          updated_at?: string;
          user_id?: string | null;
        };
        Relationships: [];
      };
      tax_rates: {
        Row: {
          country: string;
          created_at: string;
          percent: number;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          country: string;
          created_at?: string;
          percent: number;
          updated_at?: string;
        };
        Update: {
          country?: string;
          created_at?: string;
          percent?: number;
          updated_at?: string;
        };
        Relationships: [];
      };
      text_versions: {
        Row: {
          created_at: string;
          fields: NonNullable<Json>;
          id: string;
          replaced_by: string | null;
          row_id: string;
          table_name: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          fields: NonNullable<Json>;
          id?: string;
          replaced_by?: string | null;
          row_id: string;
          table_name: string;
        };
        Update: {
          created_at?: string;
          fields?: NonNullable<Json>;
          id?: string;
          replaced_by?: string | null;
          row_id?: string;
          table_name?: string;
        };
        Relationships: [];
      };
      ticket_replies: {
        Row: {
          author_email: string | null;
          author_user_id: string | null;
          body: string;
          created_at: string;
          from_staff: boolean;
          id: string;
          provider: string | null;
          provider_ref: string | null;
          source: Database["public"]["Enums"]["written_by"];
          ticket_id: string;
        };
        ComputedFields: never;
        Insert: {
          author_email?: string | null;
          author_user_id?: string | null;
          body: string;
          created_at?: string;
          from_staff?: boolean;
          id?: string;
          provider?: string | null;
          provider_ref?: string | null;
          source?: Database["public"]["Enums"]["written_by"];
          ticket_id: string;
        };
        Update: {
          author_email?: string | null;
          author_user_id?: string | null;
          body?: string;
          created_at?: string;
          from_staff?: boolean;
          id?: string;
          provider?: string | null;
          provider_ref?: string | null;
          source?: Database["public"]["Enums"]["written_by"];
          ticket_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "a_reply_is_to_a_ticket";
            columns: ["ticket_id"];
            isOneToOne: false;
            referencedRelation: "support_tickets";
            referencedColumns: ["id"];
          },
        ];
      };
      topic_changes: {
        Row: {
          created_at: string;
          old_record: Json | null;
          operation: string;
          previous: number | null;
          record: Json | null;
          row_id: string;
          row_key: number;
          schema_name: string;
          sequence: number;
          table_name: string;
          topic: string;
          written_by: unknown;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          old_record?: Json | null;
          operation: string;
          previous?: number | null;
          record?: Json | null;
          row_id: string;
          row_key: number;
          schema_name: string;
          sequence?: never;
          table_name: string;
          topic: string;
          written_by?: unknown;
        };
        Update: {
          created_at?: string;
          old_record?: Json | null;
          operation?: string;
          previous?: number | null;
          record?: Json | null;
          row_id?: string;
          row_key?: number;
          schema_name?: string;
          sequence?: never;
          table_name?: string;
          topic?: string;
          written_by?: unknown;
        };
        Relationships: [];
      };
      tutor_exceptions: {
        Row: {
          closes_at: string | null;
          created_at: string;
          first_day: string;
          id: string;
          kind: Database["public"]["Enums"]["tutor_exception_kind"];
          last_day: string;
          note: string | null;
          opens_at: string | null;
          time_zone: string;
          tutor_id: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          closes_at?: string | null;
          created_at?: string;
          first_day: string;
          id?: string;
          kind: Database["public"]["Enums"]["tutor_exception_kind"];
          last_day: string;
          note?: string | null;
          opens_at?: string | null;
          time_zone: string;
          tutor_id: string;
          updated_at?: string;
        };
        Update: {
          closes_at?: string | null;
          created_at?: string;
          first_day?: string;
          id?: string;
          kind?: Database["public"]["Enums"]["tutor_exception_kind"];
          last_day?: string;
          note?: string | null;
          opens_at?: string | null;
          time_zone?: string;
          tutor_id?: string;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: "an_exception_is_a_tutors";
            columns: ["tutor_id"];
            isOneToOne: false;
            referencedRelation: "tutors";
            referencedColumns: ["id"];
          },
        ];
      };
      tutor_hours: {
        Row: {
          closes_at: string;
          created_at: string;
          id: string;
          opens_at: string;
          time_zone: string;
          tutor_id: string;
          updated_at: string;
          weekday: number;
        };
        ComputedFields: never;
        Insert: {
          closes_at: string;
          created_at?: string;
          id?: string;
          opens_at: string;
          time_zone: string;
          tutor_id: string;
          updated_at?: string;
          weekday: number;
        };
        Update: {
          closes_at?: string;
          created_at?: string;
          id?: string;
          opens_at?: string;
          time_zone?: string;
          tutor_id?: string;
          updated_at?: string;
          weekday?: number;
        };
        Relationships: [
          {
            foreignKeyName: "hours_are_a_tutors";
            columns: ["tutor_id"];
            isOneToOne: false;
            referencedRelation: "tutors";
            referencedColumns: ["id"];
          },
        ];
      };
      tutoring_session_changes: {
        Row: {
          changed_as: Database["public"]["Enums"]["tutoring_session_role"];
          changed_by: string | null;
          created_at: string;
          from_starts_at: string;
          id: string;
          key: string | null;
          kind: Database["public"]["Enums"]["tutoring_session_change_kind"];
          late: boolean;
          number: number;
          reason: string | null;
          refund: Database["public"]["Enums"]["tutoring_session_refund"] | null;
          refund_credits: number | null;
          refund_currency: string | null;
          refund_minor: number | null;
          to_starts_at: string | null;
          tutoring_session_id: string;
        };
        ComputedFields: never;
        Insert: {
          changed_as: Database["public"]["Enums"]["tutoring_session_role"];
          changed_by?: string | null;
          created_at?: string;
          from_starts_at: string;
          id?: string;
          key?: string | null;
          kind: Database["public"]["Enums"]["tutoring_session_change_kind"];
          late: boolean;
          number: number;
          reason?: string | null;
          refund?: Database["public"]["Enums"]["tutoring_session_refund"] | null;
          refund_credits?: number | null;
          refund_currency?: string | null;
          refund_minor?: number | null;
          to_starts_at?: string | null;
          tutoring_session_id: string;
        };
        Update: {
          changed_as?: Database["public"]["Enums"]["tutoring_session_role"];
          changed_by?: string | null;
          created_at?: string;
          from_starts_at?: string;
          id?: string;
          key?: string | null;
          kind?: Database["public"]["Enums"]["tutoring_session_change_kind"];
          late?: boolean;
          number?: number;
          reason?: string | null;
          refund?: Database["public"]["Enums"]["tutoring_session_refund"] | null;
          refund_credits?: number | null;
          refund_currency?: string | null;
          refund_minor?: number | null;
          to_starts_at?: string | null;
          tutoring_session_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "a_change_is_of_a_session";
            columns: ["tutoring_session_id"];
            isOneToOne: false;
            referencedRelation: "tutoring_sessions";
            referencedColumns: ["id"];
          },
        ];
      };
      tutoring_sessions: {
        Row: {
          booking_key: string | null;
          calendar_as_of: NonNullable<Json>;
          calendar_event_id: string | null;
          cancelled_by_calendar: boolean;
          cancelled_by_refund: boolean;
          completed_by_recap: boolean;
          created_at: string;
          ends_at: string;
          id: string;
          meet_link: string | null;
          no_show: Database["public"]["Enums"]["tutoring_no_show"] | null;
          order_item_id: string | null;
          price_credits: number | null;
          product_id: string | null;
          starts_at: string;
          status: Database["public"]["Enums"]["tutoring_session_status"];
          student_email: string;
          student_user_id: string | null;
          title: string;
          tutor_email: string;
          tutor_user_id: string | null;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          booking_key?: string | null;
          calendar_as_of?: NonNullable<Json>;
          calendar_event_id?: string | null;
          cancelled_by_calendar?: boolean;
          cancelled_by_refund?: boolean;
          completed_by_recap?: boolean;
          created_at?: string;
          ends_at: string;
          id?: string;
          meet_link?: string | null;
          no_show?: Database["public"]["Enums"]["tutoring_no_show"] | null;
          order_item_id?: string | null;
          price_credits?: number | null;
          product_id?: string | null;
          starts_at: string;
          status?: Database["public"]["Enums"]["tutoring_session_status"];
          student_email: string;
          student_user_id?: string | null;
          title: string;
          tutor_email: string;
          tutor_user_id?: string | null;
          updated_at?: string;
        };
        Update: {
          booking_key?: string | null;
          calendar_as_of?: NonNullable<Json>;
          calendar_event_id?: string | null;
          cancelled_by_calendar?: boolean;
          cancelled_by_refund?: boolean;
          completed_by_recap?: boolean;
          created_at?: string;
          ends_at?: string;
          id?: string;
          meet_link?: string | null;
          no_show?: Database["public"]["Enums"]["tutoring_no_show"] | null;
          order_item_id?: string | null;
          price_credits?: number | null;
          product_id?: string | null;
          starts_at?: string;
          status?: Database["public"]["Enums"]["tutoring_session_status"];
          student_email?: string;
          student_user_id?: string | null;
          title?: string;
          tutor_email?: string;
          tutor_user_id?: string | null;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: "a_session_may_be_booked_with_credits";
            columns: ["product_id"];
            isOneToOne: false;
            referencedRelation: "product_availability";
            referencedColumns: ["product_id"];
          },
          {
            foreignKeyName: "a_session_may_be_booked_with_credits";
            columns: ["product_id"];
            isOneToOne: false;
            referencedRelation: "products";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "a_session_may_be_bought";
            columns: ["order_item_id"];
            isOneToOne: true;
            referencedRelation: "order_items";
            referencedColumns: ["id"];
          },
        ];
      };
      tutors: {
        Row: {
          book_ahead_days: number;
          break_minutes: number;
          cancel_hours: number;
          created_at: string;
          email: string;
          id: string;
          max_reschedules: number;
          name: string | null;
          notice_minutes: number;
          reminder_minutes: number[];
          reschedule_hours: number;
          step_minutes: number;
          time_zone: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          book_ahead_days?: number;
          break_minutes?: number;
          cancel_hours?: number;
          created_at?: string;
          email: string;
          id?: string;
          max_reschedules?: number;
          name?: string | null;
          notice_minutes?: number;
          reminder_minutes?: number[];
          reschedule_hours?: number;
          step_minutes?: number;
          time_zone?: string;
          updated_at?: string;
        };
        Update: {
          book_ahead_days?: number;
          break_minutes?: number;
          cancel_hours?: number;
          created_at?: string;
          email?: string;
          id?: string;
          max_reschedules?: number;
          name?: string | null;
          notice_minutes?: number;
          reminder_minutes?: number[];
          reschedule_hours?: number;
          step_minutes?: number;
          time_zone?: string;
          updated_at?: string;
        };
        Relationships: [];
      };
    };
    Views: {
      conversation_overview: {
        Row: {
          id: string;
          last_message: string | null;
          last_message_at: string | null;
          last_sender: Database["public"]["Enums"]["conversation_sender"] | null;
          status: Database["public"]["Enums"]["conversation_status"];
          status_since: string;
          unread_by_member: number | null;
          unread_by_staff: number | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      product_availability: {
        Row: {
          cohort_id: string | null;
          level: string | null;
          product_id: string;
          remaining: number | null;
          sku: string;
        };
        ComputedFields: never;
        Relationships: [
          {
            foreignKeyName: "a_seat_is_of_a_cohort";
            columns: ["cohort_id"];
            isOneToOne: false;
            referencedRelation: "cohorts";
            referencedColumns: ["id"];
          },
        ];
      };
    };
    Functions: {
      book_session: {
        Args: { key: string; sku: string; starts_at: string; user_id?: string };
        Returns: {
          booking_key: string | null;
          calendar_as_of: NonNullable<Json>;
          calendar_event_id: string | null;
          cancelled_by_calendar: boolean;
          cancelled_by_refund: boolean;
          completed_by_recap: boolean;
          created_at: string;
          ends_at: string;
          id: string;
          meet_link: string | null;
          no_show: Database["public"]["Enums"]["tutoring_no_show"] | null;
          order_item_id: string | null;
          price_credits: number | null;
          product_id: string | null;
          starts_at: string;
          status: Database["public"]["Enums"]["tutoring_session_status"];
          student_email: string;
          student_user_id: string | null;
          title: string;
          tutor_email: string;
          tutor_user_id: string | null;
          updated_at: string;
        };
        SetofOptions: {
          from: "*";
          to: "tutoring_sessions";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      cancel_session: {
        Args: { reason?: string; refund?: boolean; session_id: string };
        Returns: {
          changed_as: Database["public"]["Enums"]["tutoring_session_role"];
          changed_by: string | null;
          created_at: string;
          from_starts_at: string;
          id: string;
          key: string | null;
          kind: Database["public"]["Enums"]["tutoring_session_change_kind"];
          late: boolean;
          number: number;
          reason: string | null;
          refund: Database["public"]["Enums"]["tutoring_session_refund"] | null;
          refund_credits: number | null;
          refund_currency: string | null;
          refund_minor: number | null;
          to_starts_at: string | null;
          tutoring_session_id: string;
        };
        SetofOptions: {
          from: "*";
          to: "tutoring_session_changes";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      changes_since: { Args: { at_most?: number; cursor?: string; topic: string }; Returns: Json };
      credit_balance: { Args: { user_id?: string }; Returns: number };
      find_person: {
        Args: { email: string };
        Returns: {
          account_email: string;
          cohorts: string[];
          confirmed: boolean;
          created_at: string;
          credits: number;
          guest_orders: number;
          last_sign_in_at: string;
          name: string;
          open_tickets: number;
          orders: number;
          picture_url: string;
          user_id: string;
        }[];
      };
      free_times: {
        Args: { from: string; sku: string; to: string };
        Returns: {
          ends_at: string;
          starts_at: string;
        }[];
      };
      free_times_to_move: {
        Args: { from: string; session_id: string; to: string };
        Returns: {
          ends_at: string;
          starts_at: string;
        }[];
      };
      has_access: { Args: { product?: string }; Returns: boolean };
      mark_conversation_read: { Args: { conversation_id: string; until?: string }; Returns: undefined };
      preview_conversation_text: {
        Args: { body?: string; key: string; language?: string; membership_id?: string };
        Returns: string;
      };
      reschedule_session: {
        Args: { key?: string; reason?: string; session_id: string; starts_at: string };
        Returns: {
          changed_as: Database["public"]["Enums"]["tutoring_session_role"];
          changed_by: string | null;
          created_at: string;
          from_starts_at: string;
          id: string;
          key: string | null;
          kind: Database["public"]["Enums"]["tutoring_session_change_kind"];
          late: boolean;
          number: number;
          reason: string | null;
          refund: Database["public"]["Enums"]["tutoring_session_refund"] | null;
          refund_credits: number | null;
          refund_currency: string | null;
          refund_minor: number | null;
          to_starts_at: string | null;
          tutoring_session_id: string;
        };
        SetofOptions: {
          from: "*";
          to: "tutoring_session_changes";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      session_terms: {
        Args: { session_id: string };
        Returns: {
          cancel_refused: string;
          changes_as: Database["public"]["Enums"]["tutoring_session_role"];
          move_refused: string;
          move_until: string;
          moves_left: number;
          refund: Database["public"]["Enums"]["tutoring_session_refund"];
          refund_credits: number;
          refund_currency: string;
          refund_minor: number;
          refunded_until: string;
          tutor_name: string;
        }[];
      };
      spend_credits: {
        Args: { credits: number; key: string; note?: string; user_id?: string };
        Returns: {
          created_at: string;
          credits: number;
          customer_ref: string | null;
          email: string | null;
          id: string;
          note: string | null;
          payment_id: string | null;
          provider: string | null;
          reason: Database["public"]["Enums"]["credit_reason"];
          spend_key: string | null;
          user_id: string | null;
        };
        SetofOptions: {
          from: "*";
          to: "credit_ledger";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
    };
    Enums: {
      appointment_status: "requested" | "confirmed" | "cancelled" | "completed";
      checkout_status: "open" | "payment_pending" | "payment_failed" | "expired" | "payment_completed";
      conversation_message_status: "pending" | "sent" | "failed" | "cancelled";
      conversation_sender: "system" | "staff" | "member";
      conversation_status:
        | "new"
        | "welcoming"
        | "second_way"
        | "waiting"
        | "replied"
        | "handing_over"
        | "internal"
        | "closed";
      conversation_way: "support" | "direct" | "app";
      credit_reason: "bought" | "refunded" | "spent" | "granted";
      dispute_status: "needs_response" | "under_review" | "closed" | "won" | "lost";
      enrollment_status: "active" | "completed" | "cancelled";
      fulfillment_status: "pending" | "packed" | "shipped" | "delivered" | "returned" | "cancelled";
      invoice_outcome: "failed" | "paid";
      membership_status: "incomplete" | "trialing" | "active" | "past_due" | "paused" | "cancelled" | "expired";
      order_status: "confirmed" | "needs_attention" | "refunded";
      payment_adjustment: "tax" | "shipping" | "discount";
      payment_status:
        | "created"
        | "pending"
        | "failed"
        | "cancelled"
        | "expired"
        | "captured"
        | "disputed"
        | "partially_refunded"
        | "refunded";
      product_kind: "goods" | "cohort_seat" | "tutoring_session" | "credit_pack";
      refund_request_status: "requested" | "sent" | "refused";
      refund_status: "pending" | "succeeded" | "failed" | "cancelled";
      reservation_status: "held" | "released" | "taken";
      stock_reason: "opened" | "reserved" | "released" | "restocked" | "counted" | "moved" | "corrected";
      ticket_priority: "low" | "normal" | "high" | "urgent";
      ticket_status: "open" | "waiting" | "closed";
      tutor_exception_kind: "off" | "extra";
      tutoring_no_show: "student" | "tutor" | "both";
      tutoring_session_change_kind: "rescheduled" | "cancelled";
      tutoring_session_refund: "requested" | "by_hand" | "none" | "credits";
      tutoring_session_role: "student" | "tutor" | "admin";
      tutoring_session_status: "scheduled" | "completed" | "cancelled";
      written_by: "app" | "email";
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
  tutoring: {
    Tables: {
      [_ in never]: never;
    };
    Views: {
      [_ in never]: never;
    };
    Functions: {
      another_time: {
        Args: { except_session?: string; minutes: number; starts_at: string; tutor_email: string };
        Returns: string;
      };
      apply_calendar_change: { Args: { fact: Json }; Returns: undefined };
      apply_meeting: { Args: { event_id: string; fact: Json; provider: string }; Returns: undefined };
      audience: {
        Args: { recap_id: string };
        Returns: {
          email: string;
          name: string;
          role: string;
          user_id: string;
        }[];
      };
      book_session: { Args: { order_item_id: string }; Returns: string };
      book_with_credits: {
        Args: { key: string; sku: string; starts_at: string; user_id?: string };
        Returns: Database["public"]["Tables"]["tutoring_sessions"]["Row"];
        SetofOptions: {
          from: "*";
          to: "tutoring_sessions";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      busy_spans: {
        Args: { except_session?: string; from: string; to: string; tutor_email: string };
        Returns: {
          ends_at: string;
          starts_at: string;
        }[];
      };
      cancel: {
        Args: { reason?: string; refund?: boolean; session_id: string };
        Returns: Database["public"]["Tables"]["tutoring_session_changes"]["Row"];
        SetofOptions: {
          from: "*";
          to: "tutoring_session_changes";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      change_details: { Args: { change_id: string }; Returns: Json };
      check_bookable: {
        Args: { except_session?: string; minutes: number; starts_at: string; tutor_email: string; what: string };
        Returns: undefined;
      };
      check_trial: { Args: { checkout_session_id: string }; Returns: undefined };
      counts_as_trial: {
        Args: {
          session: Omit<
            Database["public"]["Tables"]["tutoring_sessions"]["Row"],
            Database["public"]["Tables"]["tutoring_sessions"]["ComputedFields"]
          >;
        };
        Returns: boolean;
      };
      credits_due: {
        Args: {
          session: Omit<
            Database["public"]["Tables"]["tutoring_sessions"]["Row"],
            Database["public"]["Tables"]["tutoring_sessions"]["ComputedFields"]
          >;
        };
        Returns: number;
      };
      emails_of: { Args: { people: Json }; Returns: string[] };
      free_times: {
        Args: { except_session?: string; from: string; minutes?: number; to: string; tutor_email: string };
        Returns: {
          starts_at: string;
        }[];
      };
      had_trial: { Args: { email: string; user_id: string }; Returns: boolean };
      has_hours: { Args: { tutor_id: string }; Returns: boolean };
      in_words: { Args: { minutes: number }; Returns: string };
      is_bookable: { Args: { ends_at: string; starts_at: string; tutor_email: string }; Returns: boolean };
      is_busy: {
        Args: { ends_at: string; except_session?: string; starts_at: string; tutor_email: string };
        Returns: boolean;
      };
      is_late: {
        Args: {
          session: Omit<
            Database["public"]["Tables"]["tutoring_sessions"]["Row"],
            Database["public"]["Tables"]["tutoring_sessions"]["ComputedFields"]
          >;
        };
        Returns: boolean;
      };
      is_refunded_to: {
        Args: {
          role: Database["public"]["Enums"]["tutoring_session_role"];
          session: Omit<
            Database["public"]["Tables"]["tutoring_sessions"]["Row"],
            Database["public"]["Tables"]["tutoring_sessions"]["ComputedFields"]
          >;
        };
        Returns: boolean;
      };
      knows_meeting: { Args: { fact: Json; provider: string }; Returns: boolean };
      local_time: {
        Args: {
          moment: string;
          session: Omit<
            Database["public"]["Tables"]["tutoring_sessions"]["Row"],
            Database["public"]["Tables"]["tutoring_sessions"]["ComputedFields"]
          >;
        };
        Returns: string;
      };
      lock_session: {
        Args: { reason: string; session_id: string };
        Returns: Database["public"]["Tables"]["tutoring_sessions"]["Row"];
        SetofOptions: {
          from: "*";
          to: "tutoring_sessions";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      lock_trial: { Args: { email: string }; Returns: undefined };
      lock_tutor: { Args: { tutor_email: string }; Returns: undefined };
      match_recap: { Args: { recap_id: string; session_id: string }; Returns: undefined };
      matching_lock: { Args: Record<PropertyKey, never>; Returns: number };
      meeting_key: { Args: { url: string }; Returns: string };
      notification_details: { Args: { notification_id: string }; Returns: Json };
      notify: { Args: { recap_id: string }; Returns: undefined };
      notify_of_change: {
        Args: {
          change: Omit<
            Database["public"]["Tables"]["tutoring_session_changes"]["Row"],
            Database["public"]["Tables"]["tutoring_session_changes"]["ComputedFields"]
          >;
        };
        Returns: undefined;
      };
      notify_of_no_show: { Args: { session_id: string }; Returns: undefined };
      offered_times: {
        Args: {
          from: string;
          minutes: number;
          to: string;
          tutor: Omit<
            Database["public"]["Tables"]["tutors"]["Row"],
            Database["public"]["Tables"]["tutors"]["ComputedFields"]
          >;
        };
        Returns: {
          ends_at: string;
          starts_at: string;
        }[];
      };
      opening_spans: {
        Args: {
          from: string;
          to: string;
          tutor: Omit<
            Database["public"]["Tables"]["tutors"]["Row"],
            Database["public"]["Tables"]["tutors"]["ComputedFields"]
          >;
        };
        Returns: {
          kind: Database["public"]["Enums"]["tutor_exception_kind"];
          span: unknown;
        }[];
      };
      paid_minor: {
        Args: {
          session: Omit<
            Database["public"]["Tables"]["tutoring_sessions"]["Row"],
            Database["public"]["Tables"]["tutoring_sessions"]["ComputedFields"]
          >;
        };
        Returns: number;
      };
      participants: {
        Args: {
          session: Omit<
            Database["public"]["Tables"]["tutoring_sessions"]["Row"],
            Database["public"]["Tables"]["tutoring_sessions"]["ComputedFields"]
          >;
        };
        Returns: {
          email: string;
          role: string;
          user_id: string;
        }[];
      };
      payments_of: {
        Args: {
          session: Omit<
            Database["public"]["Tables"]["tutoring_sessions"]["Row"],
            Database["public"]["Tables"]["tutoring_sessions"]["ComputedFields"]
          >;
        };
        Returns: Database["public"]["Tables"]["payments"]["Row"][];
        SetofOptions: {
          from: "tutoring_sessions";
          to: "payments";
          isOneToOne: false;
          isSetofReturn: true;
        };
      };
      recap_details: { Args: { recap_id: string }; Returns: Json };
      record_change: {
        Args: {
          change: Omit<
            Database["public"]["Tables"]["tutoring_session_changes"]["Row"],
            Database["public"]["Tables"]["tutoring_session_changes"]["ComputedFields"]
          >;
        };
        Returns: Database["public"]["Tables"]["tutoring_session_changes"]["Row"];
        SetofOptions: {
          from: "tutoring_session_changes";
          to: "tutoring_session_changes";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      refresh_session: { Args: { session_id: string }; Returns: undefined };
      refund_parts: {
        Args: {
          session: Omit<
            Database["public"]["Tables"]["tutoring_sessions"]["Row"],
            Database["public"]["Tables"]["tutoring_sessions"]["ComputedFields"]
          >;
        };
        Returns: {
          can_refund: boolean;
          currency: string;
          minor: number;
          payment_id: string;
          provider: string;
        }[];
      };
      refund_session: {
        Args: {
          reason: string;
          session: Omit<
            Database["public"]["Tables"]["tutoring_sessions"]["Row"],
            Database["public"]["Tables"]["tutoring_sessions"]["ComputedFields"]
          >;
        };
        Returns: Record<string, unknown>;
      };
      refunded_until: {
        Args: {
          role: Database["public"]["Enums"]["tutoring_session_role"];
          session: Omit<
            Database["public"]["Tables"]["tutoring_sessions"]["Row"],
            Database["public"]["Tables"]["tutoring_sessions"]["ComputedFields"]
          >;
        };
        Returns: string;
      };
      remind: { Args: Record<PropertyKey, never>; Returns: number };
      reminder_details: { Args: { reminder_id: string }; Returns: Json };
      reschedule: {
        Args: { key?: string; reason?: string; session_id: string; starts_at: string };
        Returns: Database["public"]["Tables"]["tutoring_session_changes"]["Row"];
        SetofOptions: {
          from: "*";
          to: "tutoring_session_changes";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      return_credits: {
        Args: {
          session: Omit<
            Database["public"]["Tables"]["tutoring_sessions"]["Row"],
            Database["public"]["Tables"]["tutoring_sessions"]["ComputedFields"]
          >;
        };
        Returns: number;
      };
      role_in: {
        Args: {
          reason?: string;
          session: Omit<
            Database["public"]["Tables"]["tutoring_sessions"]["Row"],
            Database["public"]["Tables"]["tutoring_sessions"]["ComputedFields"]
          >;
        };
        Returns: Database["public"]["Enums"]["tutoring_session_role"];
      };
      seconds_apart: {
        Args: { scheduled_start_at: string; session_ends_at: string; session_starts_at: string; started_at: string };
        Returns: number;
      };
      session_of: {
        Args: { meeting_url?: string; people: Json; scheduled_start_at: string; started_at: string };
        Returns: string;
      };
      sessions_like: {
        Args: { meeting_url: string; people: Json; scheduled_start_at: string; started_at: string };
        Returns: string[];
      };
      settle_bookings: { Args: { order_id: string; refunded: boolean }; Returns: undefined };
      settle_recap: { Args: { recap_id: string; session_before: string }; Returns: undefined };
      teaching_times: {
        Args: {
          from: string;
          to: string;
          tutor: Omit<
            Database["public"]["Tables"]["tutors"]["Row"],
            Database["public"]["Tables"]["tutors"]["ComputedFields"]
          >;
        };
        Returns: unknown;
      };
      terms_of_session: {
        Args: { session_id: string };
        Returns: {
          cancel_refused: string;
          changes_as: Database["public"]["Enums"]["tutoring_session_role"];
          move_refused: string;
          move_until: string;
          moves_left: number;
          refund: Database["public"]["Enums"]["tutoring_session_refund"];
          refund_credits: number;
          refund_currency: string;
          refund_minor: number;
          refunded_until: string;
          tutor_name: string;
        }[];
      };
      times_of_product: {
        Args: { from: string; sku: string; to: string };
        Returns: {
          ends_at: string;
          starts_at: string;
        }[];
      };
      times_of_session: {
        Args: { from: string; session_id: string; to: string };
        Returns: {
          ends_at: string;
          starts_at: string;
        }[];
      };
      tutor_lock: { Args: { tutor_email: string }; Returns: number };
      utc_offsets: {
        Args: { from: string; time_zone: string; to: string };
        Returns: {
          during: unknown;
          utc_offset: string;
        }[];
      };
      wants_email: { Args: { kind: string; user_id: string }; Returns: boolean };
      who_missed: {
        Args: {
          session: Omit<
            Database["public"]["Tables"]["tutoring_sessions"]["Row"],
            Database["public"]["Tables"]["tutoring_sessions"]["ComputedFields"]
          >;
        };
        Returns: Database["public"]["Enums"]["tutoring_no_show"];
      };
      write_to: {
        Args: {
          kind: string;
          session: Omit<
            Database["public"]["Tables"]["tutoring_sessions"]["Row"],
            Database["public"]["Tables"]["tutoring_sessions"]["ComputedFields"]
          >;
        };
        Returns: Json;
      };
    };
    Enums: {
      [_ in never]: never;
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
};

type DatabaseWithoutInternals = Omit<Database, "__InternalSupabase">;

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, "public">];

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
        DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
      DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])[TableName] extends {
      Row: infer R;
    }
    ? R
    : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    ? (DefaultSchema["Tables"] & DefaultSchema["Views"])[DefaultSchemaTableNameOrOptions] extends {
        Row: infer R;
      }
      ? R
      : never
    : never;

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"] | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Insert: infer I;
    }
    ? I
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
        Insert: infer I;
      }
      ? I
      : never
    : never;

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"] | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Update: infer U;
    }
    ? U
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
        Update: infer U;
      }
      ? U
      : never
    : never;

export type Enums<
  DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"] | { schema: keyof DatabaseWithoutInternals },
  EnumName extends DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"]
    : never = never,
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"]
    ? DefaultSchema["Enums"][DefaultSchemaEnumNameOrOptions]
    : never;

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    | keyof DefaultSchema["CompositeTypes"]
    | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"]
    : never = never,
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema["CompositeTypes"]
    ? DefaultSchema["CompositeTypes"][PublicCompositeTypeNameOrOptions]
    : never;

export const Constants = {
  calendar: {
    Enums: {},
  },
  commerce: {
    Enums: {},
  },
  community: {
    Enums: {},
  },
  inbox: {
    Enums: {
      event_status: ["applied", "ignored", "parked", "failed", "dead"],
      event_trust: ["signed", "confirmed", "unconfirmed"],
    },
  },
  learning: {
    Enums: {},
  },
  ops: {
    Enums: {
      alert_kind: ["raised", "resolved", "digest"],
      severity: ["note", "soon", "urgent"],
    },
  },
  outbox: {
    Enums: {
      delivery_status: ["pending", "sending", "delivered", "dead", "cancelled"],
    },
  },
  public: {
    Enums: {
      appointment_status: ["requested", "confirmed", "cancelled", "completed"],
      checkout_status: ["open", "payment_pending", "payment_failed", "expired", "payment_completed"],
      conversation_message_status: ["pending", "sent", "failed", "cancelled"],
      conversation_sender: ["system", "staff", "member"],
      conversation_status: [
        "new",
        "welcoming",
        "second_way",
        "waiting",
        "replied",
        "handing_over",
        "internal",
        "closed",
      ],
      conversation_way: ["support", "direct", "app"],
      credit_reason: ["bought", "refunded", "spent", "granted"],
      dispute_status: ["needs_response", "under_review", "closed", "won", "lost"],
      enrollment_status: ["active", "completed", "cancelled"],
      fulfillment_status: ["pending", "packed", "shipped", "delivered", "returned", "cancelled"],
      invoice_outcome: ["failed", "paid"],
      membership_status: ["incomplete", "trialing", "active", "past_due", "paused", "cancelled", "expired"],
      order_status: ["confirmed", "needs_attention", "refunded"],
      payment_adjustment: ["tax", "shipping", "discount"],
      payment_status: [
        "created",
        "pending",
        "failed",
        "cancelled",
        "expired",
        "captured",
        "disputed",
        "partially_refunded",
        "refunded",
      ],
      product_kind: ["goods", "cohort_seat", "tutoring_session", "credit_pack"],
      refund_request_status: ["requested", "sent", "refused"],
      refund_status: ["pending", "succeeded", "failed", "cancelled"],
      reservation_status: ["held", "released", "taken"],
      stock_reason: ["opened", "reserved", "released", "restocked", "counted", "moved", "corrected"],
      ticket_priority: ["low", "normal", "high", "urgent"],
      ticket_status: ["open", "waiting", "closed"],
      tutor_exception_kind: ["off", "extra"],
      tutoring_no_show: ["student", "tutor", "both"],
      tutoring_session_change_kind: ["rescheduled", "cancelled"],
      tutoring_session_refund: ["requested", "by_hand", "none", "credits"],
      tutoring_session_role: ["student", "tutor", "admin"],
      tutoring_session_status: ["scheduled", "completed", "cancelled"],
      written_by: ["app", "email"],
    },
  },
  tutoring: {
    Enums: {},
  },
} as const;
